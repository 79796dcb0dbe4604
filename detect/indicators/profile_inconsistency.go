// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/record"
)

type profileInconsistencyParams struct {
	Months   int `json:"months" doc:"months by which the beginning or end of one post may differ between two résumés; a year and a half, so that years and months written differently agree; a starting value" min:"1" max:"120"`
	Mismatch int `json:"mismatches" doc:"facts that differ before it counts; a starting value" min:"1" max:"100"`
	Compared int `json:"compared" doc:"facts compared before agreement counts; a starting value" min:"1" max:"100"`
}

var profileInconsistency = detect.Define(detect.Meta{
	ID:        "app.profile_inconsistency",
	Title:     "Two résumés of one person give different posts or dates",
	Rationale: "A history that is made up for each opening changes its employers and dates; a remembered one changes its emphasis.",
	Innocent: []string{
		"an old résumé, a corrected mistake",
		"an employer that was renamed or bought",
		"posts left out because they do not matter for the job, or for privacy",
	},
	References:  []string{"method §6", "DTEX", "GUIDE22", "CASES"},
	Family:      detect.History,
	Lifecycle:   detect.Stable,
	Observation: detect.OwnObservation,
	Needs:       []record.Kind{record.KindResume},
	Present:     50,
	Absent:      -10,
	Weighing:    "Three facts or more that contradict each other, counting none that is merely left out, are three times likelier in a history that is made up. Two versions that agree are a dB of comfort: one file is easily copied from the other.",
}, profileInconsistencyParams{Months: 18, Mismatch: 3, Compared: 4}, func(p *detect.Pass, cfg profileInconsistencyParams) {
	type version struct {
		record.Record
		record.Resume
	}
	var versions []version
	for r, b := range detect.Each[record.Resume](p.View) {
		if !slices.ContainsFunc(versions, func(v version) bool { return v.Digest == b.Digest }) {
			versions = append(versions, version{r, b})
		}
	}
	if len(versions) < 2 {
		p.Unknown("only one résumé is on record, so there is nothing to compare it with")
		return
	}
	worst, most := 0, 0
	var cite []record.Citation
	for i, a := range versions {
		for _, b := range versions[i+1:] {
			compared, differ := compareJobs(a.Jobs, b.Jobs, cfg.Months)
			most = max(most, compared)
			if differ > worst {
				worst, cite = differ, cites(a.Record, b.Record)
			}
		}
	}
	switch {
	case worst >= cfg.Mismatch:
		p.Report(grow(50, float64(worst), float64(cfg.Mismatch), float64(2*cfg.Mismatch)), cite,
			"%d dates of the same posts differ by more than %d months between two résumés of this person.", worst, cfg.Months)
	case most >= cfg.Compared && worst == 0:
		p.Clear(cites(versions[0].Record, versions[1].Record), "%d dates of the same posts agree between two résumés of this person.", most)
	default:
		p.Unknown("the résumés on record have too few posts in common to compare: %d dates, of which %d differ", most, worst)
	}
})

// compareJobs counts the beginnings and ends given by both lists for posts at one
// employer, and how many of them differ by more than the given months. Somebody
// may return to an employer, so the nearest date counts.
func compareJobs(a, b []record.Job, months int) (compared, differ int) {
	byEmployer := map[record.Redacted][]record.Job{}
	for _, j := range b {
		k := j.Employer.Fold()
		byEmployer[k] = append(byEmployer[k], j)
	}
	for _, j := range a {
		same := byEmployer[j.Employer.Fold()]
		if j.Employer.Fold() == "" || len(same) == 0 {
			continue
		}
		for _, date := range []func(record.Job) record.Date{
			func(j record.Job) record.Date { return j.From },
			func(j record.Job) record.Date { return j.To },
		} {
			gap := -1
			for _, o := range same {
				if x, y := date(j), date(o); !x.IsZero() && !y.IsZero() {
					months := max(month(x)-month(y), month(y)-month(x))
					if gap < 0 || months < gap {
						gap = months
					}
				}
			}
			if gap >= 0 {
				compared++
			}
			if gap > months {
				differ++
			}
		}
	}
	return compared, differ
}

// month counts months; a date without one stands in the middle of its year.
func month(d record.Date) int {
	if d.Month == 0 {
		return 12*d.Year + 6
	}
	return 12*d.Year + d.Month
}
