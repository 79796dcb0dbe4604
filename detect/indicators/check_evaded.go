// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/record"
)

type checkEvadedParams struct {
	Steps int `json:"steps" doc:"evasive answers, refusals and withdrawals before it counts half; a starting value" min:"1" max:"100"`
	Full  int `json:"full" doc:"number of them at which it counts in full; a starting value" min:"1" max:"100"`
	Fewer int `json:"fewer" doc:"percent of the weight of fewer; a starting value" min:"1" max:"100"`
}

var checkEvaded = detect.Define(detect.Meta{
	ID:        "int.check_evaded",
	Title:     "Checks were declined, withdrawn from or recorded as answered evasively",
	Rationale: "A profile that would not survive a check is moved past it, by another reason each time, by declining, or by leaving at that step. A check that takes longer is not the candidate's doing and counts for nothing.",
	Innocent: []string{
		"concern about privacy, or about an old record that has nothing to do with the post",
		"documents abroad, slow offices, a name change under way",
		"another offer accepted meanwhile",
	},
	References: []string{"method §9", "FBI-2310", "CASES"},
	Family:     detect.Interview,
	Lifecycle:  detect.Stable,
	Either:     []record.Kind{record.KindInterview, record.KindCheck},
	Waivers:    []detect.Waiver{detect.Accommodated},
	Present:    80,
	Absent:     -5,
	Weighing:   "Honest reasons are many, so one step counts for a quarter, two for half and four in full, six times likelier. Only a background check or a meeting in person that was passed ends it: a real degree can be borrowed. Agreeing is half a dB of comfort and costs little; what a check finds has indicators of its own.",
	Next:       &detect.NextCheck{Do: "offer a choice of checks: a notary, an accredited service or a visit in person, at the company's cost", CandidateCost: 3, CompanyCost: 3, One: 25, Asks: []string{"checks.background", "checks.in_person"}},
}, checkEvadedParams{Steps: 2, Full: 4, Fewer: 25}, func(p *detect.Pass, cfg checkEvadedParams) {
	var put, kept []record.Record
	extended := 0
	asked := false
	for r, iv := range detect.Each[record.Interview](p.View) {
		switch iv.BackgroundCheck {
		case "evasive", "refused":
			put, asked = append(put, r), true
		case "willing":
			kept, asked = append(kept, r), true
		}
	}
	if asked && !p.AskedEvenly(detect.ItemBackgroundCheck) {
		put, kept = nil, nil
	}
	passed := false
	for r, c := range detect.Each[record.Check](p.View) {
		switch c.Result {
		case "refused", "withdrawn":
			put = append(put, r)
		case "extended": // the office's doing as often as anybody's
			extended++
		case "passed":
			passed = passed || c.Check == "background" || c.Check == "in_person"
			kept = append(kept, r)
		}
	}
	slices.SortFunc(put, func(a, b record.Record) int { return a.At.Compare(b.At) })
	more := ""
	if extended > 0 {
		more = " One was extended " + times(extended) + ", which counts for nothing."
	}
	switch {
	case len(put) >= cfg.Steps && !passed:
		p.Report(grow(50, float64(len(put)), float64(cfg.Steps), float64(cfg.Full)), cites(put...),
			"A check was answered evasively, declined or withdrawn from %s between %s and %s, and no background check or meeting in person has been passed.%s",
			times(len(put)), day(put[0].At), day(put[len(put)-1].At), more)
	case len(put) > 0 && !passed:
		p.Report(cfg.Fewer, cites(put...), "A check was answered evasively, declined or withdrawn from %s, on %s, and no background check or meeting in person has been passed.%s",
			times(len(put)), day(put[0].At), more)
	case len(kept) > 0:
		p.Clear(cites(kept...), "Agreed to a check, or passed it, %s.", times(len(kept)))
	case extended > 0:
		p.Unknown("a check was extended %s, which counts for nothing", times(extended))
	default:
		p.Unknown("nobody recorded how a check was answered, or only some of the candidates for this post were asked")
	}
})
