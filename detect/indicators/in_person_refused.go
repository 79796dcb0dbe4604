// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type inPersonRefusedParams struct {
	Offers int `json:"offers" doc:"offers of a check in person that were declined before it counts in full, none taken; a starting value" min:"2" max:"100"`
	Fewer  int `json:"fewer" doc:"percent of the weight when it was one offer fewer; a starting value" min:"1" max:"100"`
	Once   int `json:"once" doc:"percent of the weight when it was fewer still; a starting value" min:"1" max:"100"`
	Proved int `json:"proved" doc:"percent of the weight when they have proved since who they are by an official record; a starting value" min:"1" max:"100"`
}

var inPersonRefused = detect.Define(detect.Meta{
	ID:        "int.in_person_refused",
	Title:     "Every offer to verify in person was declined",
	Rationale: "A notary around the corner or a visit at the company's cost is hard for a profile without that person behind it, whatever the place.",
	Innocent: []string{
		"caring duties, illness, disability or a visa under way",
		"cost or distance, when the company did not offer to pay",
		"an objection of principle",
	},
	References: []string{"FBI-2310", "SEAL"},
	// One question with onb.in_person_verified, so one family.
	Family:    detect.Document,
	Lifecycle: detect.Stable,
	Waivers:   []detect.Waiver{detect.Accommodated},
	Needs:     []record.Kind{record.KindCheck},
	Checks:    []string{"in_person", "identity_record"},
	Present:   80,
	Absent:    0,
	Weighing:  "Three different offers declined are six times likelier without the person; two count for two fifths of that and one for a fifth, because lives are complicated. A fifth is left where the person has proved who they are by an official record, which takes no journey. An offer that was taken has an indicator of its own.",
	Again: &detect.SecondLook{
		Do: "offer one more way to be met, at the company's cost and at a place and time that suit the person", Left: 20, Asks: []string{"checks.in_person"},
		Then: &detect.SecondLook{
			Do:   "let the person prove who they are without a meeting: by the document's chip, an electronic identity, or the office that issued the document",
			Left: 20, Asks: []string{"checks.identity_record"},
		},
	},
}, inPersonRefusedParams{Offers: 3, Fewer: 40, Once: 20, Proved: 20}, func(p *detect.Pass, cfg inPersonRefusedParams) {
	var declined, met, official []record.Record
	for r, c := range detect.Each[record.Check](p.View) {
		switch {
		case c.Check == "identity_record":
			official = append(official, r)
		case c.Check != "in_person":
		case c.Result == "passed":
			met = append(met, r)
		case c.Result == "refused", c.Result == "withdrawn":
			declined = append(declined, r)
		}
	}
	switch {
	case len(met) > 0:
		p.Clear(cites(met...), "An offer to verify in person was taken, on %s.", day(met[0].At))
	case len(declined) > 0:
		strength, last := 100, declined[len(declined)-1].At
		if len(declined) >= cfg.Offers {
			p.Repeated()
		}
		if newest, since := newestSince(official, declined); since {
			if shows(newest) {
				p.Report(cfg.Proved, cites(append(declined, newest)...), "Offers to verify in person were declined %s, the last on %s; an official record has shown since who the person is.", times(len(declined)), day(last))
				return
			}
			p.Settled()
		}
		switch {
		case len(declined) < cfg.Offers-1:
			strength = cfg.Once
		case len(declined) < cfg.Offers:
			strength = cfg.Fewer
		}
		p.Report(strength, cites(declined...), "Offers to verify in person were declined %s, from %s to %s; none was taken.",
			times(len(declined)), day(declined[0].At), day(last))
	default:
		p.Unknown("no offer to verify in person has been taken or declined")
	}
})
