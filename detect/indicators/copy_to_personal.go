// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/record"
)

type copyToPersonalParams struct {
	One  int `json:"one" doc:"percent of the weight of one act"`
	Full int `json:"full" doc:"acts at which it counts in full; a starting value"`
}

var copyToPersonal = detect.Define(detect.Meta{
	ID:        "dat.copy_to_personal",
	Title:     "Company material went to a personal place",
	Rationale: "Code copied to an account of one's own is the means of the extortion that follows discovery.",
	Innocent: []string{
		"open-source work that the company allows",
		"a fork made to propose a change",
		"a repository published on purpose",
	},
	References: []string{"FBI PSA 2025-01", "indicators.md §7 (SWKS)"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Core:       true,
	Needs:      []record.Kind{record.KindActivity},
	Present:    90,
	Absent:     0,
	Weighing:   "Eight times likelier when it is repeated; one act is often a fork or a release and weighs half. Most people never do, so absence says nothing.",
}, copyToPersonalParams{One: 50, Full: 3}, func(p *detect.Pass, cfg copyToPersonalParams) {
	var objects []string
	var cite []record.Citation
	var first, last string
	for _, d := range p.Profile.Deeds(record.CopiedOut) {
		if first == "" {
			first = clock(d.At)
		}
		last = clock(d.At)
		objects = append(objects, d.Object)
		cite = append(cite, p.Cite(d.Sighting))
	}
	slices.Sort(objects)
	distinct := len(slices.Compact(objects))
	switch {
	case len(cite) == 0 && !codeSeen(p):
		p.Unknown("no log of a code host or of file downloads names the person")
	case len(cite) == 0:
		p.Clear(nil, "No copy to a place outside the company is in the logs.")
	default:
		p.Report(grow(cfg.One, float64(len(cite)), 1, float64(cfg.Full)), cite,
			"Company material was copied to a place outside the company at least %s (to %s), first %s, last %s.",
			times(len(cite)), count(distinct, "place"), first, last)
	}
})

// codeActs are what people do with code and files.
var codeActs = []record.Act{record.Clone, record.Fork, record.RepositoryCreated, record.Downloaded, record.CopiedOut, record.KeyAdded}

// codeSeen reports whether the profile has acts on a code host or on files.
func codeSeen(p *detect.Pass) bool {
	return len(p.Profile.Days(record.Code)) > 0 || len(p.Profile.Deeds(codeActs...)) > 0
}
