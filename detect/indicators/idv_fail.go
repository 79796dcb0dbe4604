// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type idvFailParams struct {
	One     int `json:"one" doc:"percent of the weight when one source says so and no other; a starting value" min:"1" max:"100"`
	Denials int `json:"denials" doc:"denied identity checks since the last that passed that count without anybody saying so; (from the row of the catalogue)" min:"2" max:"100"`
	Counted int `json:"counted" doc:"percent of the weight of denials that are only counted: what they say of the identity has an indicator of its own; a starting value" min:"1" max:"100"`
}

var idvFail = detect.Define(detect.Meta{
	ID:        "onb.idv_fail",
	Title:     "The identity verification was denied repeatedly, or tried from several devices",
	Rationale: "A verification that is denied is tried again with another picture, another device or another person before the camera.",
	Innocent: []string{
		"glare, poor light, a session that timed out",
		"an older telephone, changed for a better one",
		"a document that the service does not know",
	},
	References: []string{"OKTA", "method §4"},
	Family:     detect.Document,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"verification_denied"},
	Checks:     []string{"identity_document"},
	Waivers:    []detect.Waiver{detect.Accommodated}, // sessions before a camera, against the clock
	Present:    50,
	Absent:     0,
	Weighing:   "Three times likelier when the service and a person who looked agree; services deny many who are genuine, so one source counts three fifths. Denials that are only counted say twice what another indicator weighs already, so they add two fifths. One that passes later settles it, and has its weight there.",
}, idvFailParams{One: 60, Denials: 2, Counted: 40}, func(p *detect.Pass, cfg idvFailParams) {
	var denied, passed []record.Record // denied since the last that passed
	for r, c := range detect.Each[record.Check](p.View) {
		switch {
		case c.Check != "identity_document":
		case c.Result == "denied":
			denied = append(denied, r)
		case c.Result == "passed":
			denied, passed = nil, append(passed, r)
		}
	}
	found, _ := attested(p, "verification_denied")
	if len(found) > 0 && len(passed) > 0 && passed[len(passed)-1].At.After(found[len(found)-1].At) {
		p.Unknown("the identity verification was denied at first, and passed since")
		return
	}
	if attestFirst(p, cfg.One, attestation{
		check: "verification_denied",
		found: "the identity verification was denied twice, or tried from several devices",
		clear: "the identity verification was neither denied twice nor tried from several devices",
	}) {
		return
	}
	switch {
	case len(denied) >= cfg.Denials:
		p.Report(cfg.Counted, cites(denied...), "The identity verification was denied %s between %s and %s, and none has passed since.",
			times(len(denied)), day(denied[0].At), day(denied[len(denied)-1].At))
	case len(denied) > 0:
		p.Unknown("the identity verification was denied %s; it takes %d", times(len(denied)), cfg.Denials)
	case len(passed) > 0:
		p.Clear(cites(passed...), "The identity verification passed, last on %s.", day(passed[len(passed)-1].At))
	default:
		p.Unknown("no identity verification has a result")
	}
})
