// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type residentialProxyParams struct {
	Days   int `json:"days" doc:"distinct days through listed exits that count; a starting value" min:"1" max:"3650"`
	Full   int `json:"full" doc:"days at which it counts in full; a starting value" min:"1" max:"3650"`
	From   int `json:"from" doc:"percent of the weight at the least; a starting value" min:"1" max:"100"`
	Single int `json:"single" doc:"percent of the weight when all days are one address, which may be an infected router at home; a starting value" min:"1" max:"100"`
}

var residentialProxy = detect.Define(detect.Meta{
	ID:        "net.residential_proxy",
	Title:     "Works through exits of residential proxies",
	Rationale: "A rented exit in somebody's home looks like home broadband in the place that was stated, and stands for whoever pays for it.",
	Innocent: []string{
		"an infected router or television at home, which the person knows nothing of",
		"an application that shares the line for a small reward, installed by anyone in the home",
		"an address that somebody else had when the list was made",
	},
	References:  []string{"method §5", "RF", "CASES"},
	Family:      detect.Network,
	Lifecycle:   detect.Stable,
	Observation: detect.SignInAddress,
	Needs:       []record.Kind{record.KindActivity},
	Present:     50,
	Absent:      0,
	Weighing:    "Three times likelier for work through several listed exits: few people have a reason to rent them. One address alone is as often an infected router at home and counts a fifth. Lists know a small part of the exits, so not being on one says nothing.",
}, residentialProxyParams{Days: 2, Full: 10, From: 50, Single: 20}, func(p *detect.Pass, cfg residentialProxyParams) {
	v := through(p, func(l line) bool { return !l.ours && l.network.Class == enrich.ResidentialProxy })
	switch {
	case !v.known:
		p.Unknown("no table knows any of the networks")
	case len(v.days) < cfg.Days:
		p.Clear(nil, "Worked through listed exits of residential proxies on fewer than %s outside declared absences.", count(cfg.Days, "day"))
	case len(v.lines) == 1:
		p.Report(cfg.Single, citeLines(p, v.lines), "Worked %s through one address that is listed as the exit of a residential proxy, of %s in all.",
			spread(v.days), count(v.active, "active day"))
	default:
		p.Report(grow(cfg.From, float64(len(v.days)), float64(cfg.Days), float64(cfg.Full)), citeLines(p, v.lines),
			"Worked through listed exits of residential proxies (%s) %s, of %s in all.", count(len(v.lines), "address"), spread(v.days), count(v.active, "active day"))
	}
})
