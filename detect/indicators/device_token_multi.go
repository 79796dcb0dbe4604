// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/activity"
	"daylight/detect"
	"daylight/record"
)

type deviceTokenMultiParams struct{}

var deviceTokenMulti = detect.Define(detect.Meta{
	ID:        "net.device_token_multi",
	Title:     "One browser signs in as several people",
	Rationale: "A browser keeps its token. Two accounts that succeed from one are used at one machine.",
	Innocent: []string{
		"a kiosk, a loan laptop or a laboratory machine",
		"a couple's computer at home",
		"an administrator who signs in to help",
	},
	References: []string{"method §7", "ELASTIC", "CASES"},
	Family:     detect.Contact,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindActivity},
	Present:    90,
	Absent:     0,
	Weighing:   "Eight times likelier for two or a few people of other names who succeed from one browser; many are a public machine, which linking takes into account. One's own browser is the rule on both sides.",
}, deviceTokenMultiParams{}, func(p *detect.Pass, _ deviceTokenMultiParams) {
	best, strength, others := strongest(p, 90, record.BrowserToken)
	switch {
	case strength > 0:
		p.Relate(others...)
		p.Report(strength, best.Cites, "A browser of this person also signs in successfully as %s; %s used it.", among(best, others), count(best.Holders, "profile"))
	case len(p.Profile.Devices(activity.BrowserToken)) == 0:
		p.Unknown("no log names a browser of the person")
	default:
		p.Clear(nil, "No browser of this person signs in as an unrelated one.")
	}
})
