// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"cmp"
	"fmt"
	"slices"

	"daylight/detect"
	"daylight/document"
	"daylight/record"
)

type timelineImpossibleParams struct {
	EarlyYears    int `json:"early_years" doc:"years before its first public release, betas included, that a tool may be claimed; a starting value for years rounded down and private previews" min:"0" max:"10"`
	OverlapMonths int `json:"overlap_months" doc:"whole months two full-time posts may overlap; dates given as years only are never compared; a starting value" min:"1" max:"120"`
}

var timelineImpossible = detect.Define(detect.Meta{
	ID:        "app.timeline_impossible",
	Title:     "Dates in the résumé do not fit each other, or what is public",
	Rationale: "A history that was lived happened in order; one that was put together claims tools before they existed and full-time posts side by side.",
	Innocent: []string{
		"a slip of the pen in a year",
		"use of a tool before its public release, or of a predecessor",
		"a post held through an agency, part-time work called full-time, garden leave",
	},
	References: []string{"method §6", "DTEX", "CASES"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindResume},
	Present:    80,
	Absent:     -5,
	Weighing:   "Slips and agency work are common: one contradiction counts three quarters, two or more are six times likelier in a history that was put together. Dates that fit are slight comfort, as most invented histories fit too.",
}, timelineImpossibleParams{EarlyYears: 1, OverlapMonths: 6}, func(p *detect.Pass, cfg timelineImpossibleParams) {
	var cite []record.Citation
	var read []record.Record
	var words []string
	dates := 0
	for r, b := range detect.Each[record.Resume](p.View) {
		found := append(overlaps(b.Jobs, record.DateOf(r.At), cfg.OverlapMonths), premature(b.Claims, cfg.EarlyYears)...)
		for _, c := range found {
			words = append(words, c.words)
			for _, where := range c.where {
				at := r.Cite()
				at.Locator = cmp.Or(where, at.Locator)
				cite = append(cite, at)
			}
		}
		if n := datesIn(b); n > 0 {
			read = append(read, r)
			dates += n
		}
	}
	slices.Sort(words)
	words = slices.Compact(words) // two versions of one résumé say the same thing
	switch {
	case len(words) > 0:
		strength := oneContradiction
		if len(words) > 1 {
			strength = 100
		}
		p.Report(strength, cite, "The résumé claims %s.", list(words))
	case dates == 1:
		p.Clear(cites(read...), "Nothing contradicts the one date that could be read.")
	case dates > 1:
		p.Clear(cites(read...), "No contradiction among the %d dates that could be read.", dates)
	default:
		p.Unknown("no posts or dates could be read from the résumé")
	}
})

// oneContradiction is what a single contradiction counts, percent.
const oneContradiction = 75

// contradiction is what cannot be true, and the lines that say it.
type contradiction struct {
	words string
	where []string // locators in the file, "" where the line is not known
}

// datesIn counts the dates that were compared: those of posts, and years of
// claims that are not the end of a post.
func datesIn(b record.Resume) int {
	n := 0
	ends := map[int]bool{}
	for _, j := range b.Jobs {
		for _, d := range []record.Date{j.From, j.To} {
			if !d.IsZero() {
				n++
			}
		}
		ends[j.To.Year] = true
	}
	for _, c := range b.Claims {
		if c.Year > 0 && !ends[c.Year] {
			n++
		}
	}
	return n
}

// premature finds each tool claimed from a year before it was released.
func premature(claims []record.Claim, early int) []contradiction {
	var out []contradiction
	for _, c := range claims {
		if year, ok := document.FirstRelease(c.Skill); ok && c.Year > 0 && c.Year < year-early {
			out = append(out, contradiction{fmt.Sprintf("%s from %d on (public since %d)", c.Skill, c.Year, year), []string{c.Where}})
		}
	}
	return out
}

// overlaps finds each pair of posts that both say full-time and run side by
// side for more than the given months.
func overlaps(jobs []record.Job, written record.Date, limit int) []contradiction {
	type span struct {
		from, to int // months since year 0
		where    string
	}
	var spans []span
	for _, j := range jobs {
		to := j.To
		if j.Current {
			to = written
		}
		if j.FullTime && j.From.Month > 0 && to.Month > 0 {
			spans = append(spans, span{j.From.Year*12 + j.From.Month, to.Year*12 + to.Month, j.Where})
		}
	}
	var out []contradiction
	for i, a := range spans {
		for _, b := range spans[i+1:] {
			from, to := max(a.from, b.from), min(a.to, b.to)
			if to-from > limit {
				start := record.Date{Year: (from - 1) / 12, Month: (from-1)%12 + 1}
				words := "two full-time posts side by side for " + count(to-from, "month") + " from " + start.String()
				out = append(out, contradiction{words, []string{a.where, b.where}})
			}
		}
	}
	return out
}
