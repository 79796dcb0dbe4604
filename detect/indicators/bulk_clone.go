// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"time"

	"daylight/detect"
	"daylight/record"
)

type bulkCloneParams struct {
	Days         int `json:"days" doc:"days from the day of hire that are looked at; a starting value" min:"1" max:"3650"`
	Repositories int `json:"repositories" doc:"distinct repositories in them that count; a starting value" min:"1" max:"1000"`
	Full         int `json:"full" doc:"distinct repositories at which it counts in full; a starting value" min:"1" max:"1000"`
	From         int `json:"from" doc:"percent of the weight at the first count; a starting value" min:"1" max:"100"`
}

var bulkClone = detect.Define(detect.Meta{
	ID:        "dat.bulk_clone",
	Title:     "Copied many code repositories in the first weeks",
	Rationale: "Most newcomers fetch what their first tasks need. Fetching nearly everything early is rare, and set-up scripts are the usual reason.",
	Innocent: []string{
		"an onboarding script that fetches everything",
		"a code search or an audit across the company",
		"a new laptop that is being set up",
	},
	References: []string{"ELASTIC", "FBI-2501"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindActivity},
	Present:    60,
	Absent:     0,
	Weighing:   "Four times likelier in the first weeks; set-up scripts do the same, so no more than that. Few clones are the rule.",
}, bulkCloneParams{Days: 14, Repositories: 20, Full: 40, From: 70}, func(p *detect.Pass, cfg bulkCloneParams) {
	hired, ok := p.HiredAt()
	if !ok {
		p.Unknown("no day of hire is on record")
		return
	}
	until := hired.AddDate(0, 0, cfg.Days+1)
	var names []string
	var cite []record.Citation
	for _, d := range p.Profile.Deeds(record.Clone, record.Downloaded) {
		if d.At.Before(hired.AddDate(0, 0, -1)) || !d.At.Before(until) {
			continue
		}
		names = append(names, d.Object)
		cite = append(cite, p.Cite(d.Sighting))
	}
	slices.Sort(names)
	names = slices.Compact(names)
	switch {
	case len(names) >= cfg.Repositories:
		p.Report(grow(cfg.From, float64(len(names)), float64(cfg.Repositories), float64(cfg.Full)), cite,
			"Copied at least %d distinct repositories within %d days of being hired on %s.", len(names), cfg.Days, day(hired))
	case !codeSeen(p):
		p.Unknown("no log of a code host or of file downloads names the person")
	case len(names) == 0 && firstCode(p).After(hired.AddDate(0, 0, cfg.Days/2)):
		p.Unknown("the logs of the code host do not reach back to the first weeks")
	default:
		p.Clear(nil, "Copied %s within %d days of being hired, fewer than %d.", count(len(names), "distinct repository"), cfg.Days, cfg.Repositories)
	}
})

// firstCode returns the first act on a code host.
func firstCode(p *detect.Pass) (first time.Time) {
	if days := p.Profile.Days(record.Code); len(days) > 0 {
		first = time.Unix(int64(days[0])*86400, 0).UTC()
	}
	for _, d := range p.Profile.Deeds(codeActs...) {
		if first.IsZero() || d.At.Before(first) {
			first = d.At
		}
	}
	return first
}
