// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type inPersonVerifiedParams struct {
	One int `json:"one" doc:"percent of the weight of one verification in person; two by different people count in full; a starting value" min:"1" max:"100"`
}

var inPersonVerified = detect.Define(detect.Meta{
	ID:         "onb.in_person_verified",
	Title:      "Identity was verified in person",
	Rationale:  "Whoever meets a person with their document, a notary, an office or a courier who checks, can vouch that the person exists and holds it.",
	Innocent:   []string{"none is needed: this counts in the person's favour"},
	References: []string{"FBI-2507"},
	Family:     detect.Document,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Checks:     []string{"in_person"},
	Present:    -25,
	Reassuring: true,
	Absent:     0,
	Weighing:   "Most deception at a distance cannot send a matching person to a counter, so two such checks count two and a half dB and one two; it is not more, because helpers are paid to stand in. Declining to travel counts for nothing.",
}, inPersonVerifiedParams{One: 80}, func(p *detect.Pass, cfg inPersonVerifiedParams) {
	var passed, other []record.Record
	for r, c := range detect.Each[record.Check](p.View) {
		switch {
		case c.Check != "in_person":
		case c.Result == "passed":
			passed = append(passed, r)
		default:
			other = append(other, r)
		}
	}
	before := len(passed)
	passed = ofPresent(p, passed)
	switch {
	case before > 0 && len(passed) == 0:
		p.Unknown("the check in person was passed only before interviewers met another person")
	case len(passed) > 0:
		by := map[string]bool{}
		for _, r := range passed {
			if c, ok := r.Body.(record.Check); ok {
				by[c.By] = true
			}
		}
		strength := cfg.One
		if len(by) > 1 {
			strength = 100
		}
		p.Report(strength, cites(passed...), "Identity was verified in person %s, last on %s.", times(len(passed)), day(passed[len(passed)-1].At))
	case len(other) > 0:
		p.Clear(cites(other...), "A check in person was arranged and has not been passed yet; that counts for nothing either way.")
	default:
		p.Unknown("no check in person is on record")
	}
})
