// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/record"
)

type checkEvadedParams struct {
	Steps int `json:"steps" doc:"extensions, refusals and withdrawals before it counts (catalogue: 2)"`
	Full  int `json:"full" doc:"number of them at which it counts in full; a starting value"`
}

var checkEvaded = detect.Define(detect.Meta{
	ID:        "int.check_evaded",
	Title:     "Background or identity checks put off or declined",
	Rationale: "A profile that would not survive a check is moved past it, by asking for more time, by another reason each time, or by leaving at that step.",
	Innocent: []string{
		"concern about privacy, or about an old record that has nothing to do with the post",
		"documents abroad, slow offices, a name change under way",
		"another offer accepted meanwhile",
	},
	References: []string{"FBI IC3 PSA 2023-10-18", "indicators.md §2", "response-and-law R2"},
	Family:     detect.Interview,
	Lifecycle:  detect.Stable,
	Core:       true,
	Needs:      []record.Kind{record.KindPerson},
	Waivers:    []detect.Waiver{detect.Accommodated},
	Present:    50,
	Absent:     -10,
	Weighing:   "Delay is common and honest reasons are many, so one step counts for nothing and two for half of five dB. Agreeing is a dB of comfort and costs little; what a check finds has indicators of its own.",
	Next:       &detect.NextCheck{Do: "offer a choice of checks: a notary, an accredited service or a visit in person, at the company's cost", CandidateCost: 3, CompanyCost: 3},
}, checkEvadedParams{Steps: 2, Full: 4}, func(p *detect.Pass, cfg checkEvadedParams) {
	var put, kept []record.Record
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
		case "extended", "refused", "withdrawn":
			put = append(put, r)
		case "passed":
			passed = true
			kept = append(kept, r)
		}
	}
	slices.SortFunc(put, func(a, b record.Record) int { return a.At.Compare(b.At) })
	switch {
	case len(put) >= cfg.Steps && !passed:
		p.Report(grow(50, float64(len(put)), float64(cfg.Steps), float64(cfg.Full)), cites(put...),
			"A check was put off, declined or withdrawn from %d times between %s and %s, and none has been passed.",
			len(put), day(put[0].At), day(put[len(put)-1].At))
	case len(put) > 0 && !passed:
		p.Unknown("a check was put off or declined once; a pattern needs %d", cfg.Steps)
	case len(kept) > 0:
		p.Clear(cites(kept...), "Agreed to a check, or passed it, %s.", times(len(kept)))
	default:
		p.Unknown("nobody recorded how a check was answered, or only some of the candidates for this post were asked")
	}
})
