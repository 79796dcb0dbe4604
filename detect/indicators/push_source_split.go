// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"time"

	"daylight/detect"
	"daylight/record"
)

type pushSourceSplitParams struct {
	BeyondKM float64 `json:"beyond_km" doc:"kilometres beyond both error radii (from the row of the catalogue: 500)" min:"0" max:"20000"`
	Minutes  int     `json:"minutes" doc:"minutes between the use of the authenticator and the rest of the session; a starting value" min:"1" max:"1440"`
	One      int     `json:"one" doc:"percent of the weight when one source, or one day of the logs, shows it; a starting value" min:"1" max:"100"`
	Full     int     `json:"full" doc:"days of the logs at which it counts in full; a starting value" min:"1" max:"3650"`
	Unsure   int     `json:"unsure" doc:"percent of that when one of the two networks is of no known kind each time; a starting value" min:"1" max:"100"`
}

var pushSourceSplit = detect.Define(detect.Meta{
	ID:        "net.push_source_split",
	Title:     "A sign-in was approved from another place than it came from",
	Rationale: "A telephone that approves is carried by the person who signs in. Approved from far away, the sign-in was somebody else's.",
	Innocent: []string{
		"a telephone on a carrier's gateway, or a VPN on one of the two",
		"a wrong entry in the address database",
		"a computer at home or at work, used from afar",
	},
	References:  []string{"method §5", "OKTA"},
	Family:      detect.Network,
	Lifecycle:   detect.Stable,
	Observation: detect.SignInAddress,
	Either:      []record.Kind{record.KindActivity, record.KindCheck},
	Asks:        []string{"push_elsewhere"},
	Present:     50,
	Absent:      -5,
	Weighing:    "Three times likelier when two sources, or three days of the logs, show it; one alone counts two fifths, for gateways and wrong entries explain much. Mobile networks, VPNs and relays are never compared. Approving where one sits is the rule on both sides.",
}, pushSourceSplitParams{BeyondKM: 500, Minutes: 60, One: 40, Full: 3, Unsure: 40}, func(p *detect.Pass, cfg pushSourceSplitParams) {
	found, unseen := attested(p, "push_elsewhere")
	var far []factorPair
	var near []placedVisit
	if p.Profile != nil {
		far, near = factorPairs(p, time.Duration(cfg.Minutes)*time.Minute, cfg.BeyondKM,
			func(v placedVisit) bool { return v.FactorUsed && v.Session != 0 },
			func(v, o placedVisit) bool { return o.Session == v.Session })
	}
	switch {
	case len(found) > 0 && len(unseen) > 0:
		p.Unknown("sources disagree on whether sign-ins were approved from another place than they came from: %d found it, %d did not",
			sources(found), sources(unseen))
	case len(found) > 0:
		strength := cfg.One
		if sources(found) > 1 {
			strength = 100
		}
		p.Report(strength, cites(found...), "%s", attestedWords(found, "sign-ins were approved from another place than they came from"))
	case len(far) > 0:
		days, f, share := map[int32]bool{}, furthest(far), 100
		for _, x := range far {
			days[dayNumber(x.factor.First.At)] = true
		}
		if !f.sure {
			share = cfg.Unsure
		}
		p.Report(max(share*grow(cfg.One, float64(len(days)), 1, float64(cfg.Full))/100, 1), citePairs(p, far),
			"On %s an authenticator was used from %s and its session from %s, %s km away (error radii %s km together); so on %s.",
			clock(f.factor.First.At), f.factor.line.named(), f.other.line.named(), kilometres(f.km), kilometres(f.errorKM), count(len(days), "day"))
	case len(unseen) > 0:
		p.Clear(cites(unseen...), "%s", attestedWords(unseen, "sign-ins were approved where they came from"))
	case len(near) > 0:
		p.Clear(citeVisits(p, near), "Authenticators were used where the rest of their sessions was, %s.", times(len(near)))
	default:
		p.Unknown("nobody has answered whether sign-ins were approved from another place, and the logs place no session twice")
	}
})
