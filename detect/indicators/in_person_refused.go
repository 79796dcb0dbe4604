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
	Checks:    []string{"in_person"},
	Present:   80,
	Absent:    0,
	Weighing:  "Three different offers declined are six times likelier without the person; two count for two fifths of that and one for a fifth, because lives are complicated. One that was taken has an indicator of its own.",
}, inPersonRefusedParams{Offers: 3, Fewer: 40, Once: 20}, func(p *detect.Pass, cfg inPersonRefusedParams) {
	var declined, met []record.Record
	for r, c := range detect.Each[record.Check](p.View) {
		switch {
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
		strength := 100
		switch {
		case len(declined) < cfg.Offers-1:
			strength = cfg.Once
		case len(declined) < cfg.Offers:
			strength = cfg.Fewer
		}
		p.Report(strength, cites(declined...), "Offers to verify in person were declined %s, from %s to %s; none was taken.",
			times(len(declined)), day(declined[0].At), day(declined[len(declined)-1].At))
	default:
		p.Unknown("no offer to verify in person has been taken or declined")
	}
})
