// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"fmt"
	"slices"

	"daylight/detect"
	"daylight/document"
	"daylight/record"
)

type timelineImpossibleParams struct {
	EarlyYears    int `json:"early_years" doc:"years before its first public release, betas included, that a tool may be claimed; a starting value for years rounded down and private previews"`
	OverlapMonths int `json:"overlap_months" doc:"whole months two full-time posts may overlap (catalogue: 6); dates given as years only are never compared"`
}

var timelineImpossible = detect.Define(detect.Meta{
	ID:        "app.timeline_impossible",
	Title:     "Dates in the résumé cannot all be true",
	Rationale: "A history that was lived happened in order; one that was put together claims tools before they existed and full-time posts side by side.",
	Innocent: []string{
		"a slip of the pen in a year",
		"use of a tool before its public release, or of a predecessor",
		"a post held through an agency, part-time work called full-time, garden leave",
	},
	References: []string{"method §6.4", "indicators.md §1 (DTEX, SH)", "peers: year-granular overlaps flag most job changes"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindResume},
	Present:    50,
	Absent:     -5,
	Weighing:   "Slips and agency work are common: one contradiction counts half, two or more are three times likelier in a history that was put together. Dates that fit are slight comfort, as most invented histories fit too.",
}, timelineImpossibleParams{EarlyYears: 1, OverlapMonths: 6}, func(p *detect.Pass, cfg timelineImpossibleParams) {
	var contradicted, read []record.Record
	var words []string
	for r, b := range detect.Each[record.Resume](p.View) {
		found := append(overlaps(b.Jobs, record.DateOf(r.At), cfg.OverlapMonths), premature(b.Claims, cfg.EarlyYears)...)
		if len(found) > 0 {
			contradicted = append(contradicted, r)
			words = append(words, found...)
		} else if len(b.Jobs)+len(b.Claims) > 0 {
			read = append(read, r)
		}
	}
	slices.Sort(words)
	words = slices.Compact(words) // two versions of one résumé say the same thing
	switch {
	case len(words) > 0:
		strength := 50
		if len(words) > 1 {
			strength = 100
		}
		p.Report(strength, cites(contradicted...), "The résumé claims %s.", list(words))
	case len(read) > 0:
		p.Clear(cites(read...), "The dates in the résumé fit each other.")
	default:
		p.Unknown("no posts or dates could be read from the résumé")
	}
})

// premature words each tool claimed from a year before it was released.
func premature(claims []record.Claim, early int) []string {
	var out []string
	for _, c := range claims {
		if year, ok := document.FirstRelease(c.Skill); ok && c.Year > 0 && c.Year < year-early {
			out = append(out, fmt.Sprintf("%s from %d on, first released in %d", c.Skill, c.Year, year))
		}
	}
	return out
}

// overlaps words each pair of posts that both say full-time and run side by
// side for more than the given months.
func overlaps(jobs []record.Job, written record.Date, limit int) []string {
	type span struct{ from, to int } // months since year 0
	var spans []span
	for _, j := range jobs {
		to := j.To
		if j.Current {
			to = written
		}
		if j.FullTime && j.From.Month > 0 && to.Month > 0 {
			spans = append(spans, span{j.From.Year*12 + j.From.Month, to.Year*12 + to.Month})
		}
	}
	var out []string
	for i, a := range spans {
		for _, b := range spans[i+1:] {
			from, to := max(a.from, b.from), min(a.to, b.to)
			if to-from > limit {
				start := record.Date{Year: (from - 1) / 12, Month: (from-1)%12 + 1}
				out = append(out, "two full-time posts side by side for "+count(to-from, "month")+" from "+start.String())
			}
		}
	}
	return out
}
