// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"daylight/record"
)

// Contribution is that somebody whose case people confirmed committed to a
// repository that is not of their work here.
type Contribution struct {
	Repository string           `json:"repository"`
	By         record.SubjectID `json:"by"`
	Cite       record.Citation  `json:"cite"`
}

// FindContributions gathers, for [Company.Contributions], the commits of confirmed
// subjects to repositories in which they began before they were hired. One
// contribution is named for each repository and subject. The order of records does
// not matter.
func FindContributions(records iter.Seq[record.Record], confirmed map[record.SubjectID]bool) []Contribution {
	hired := map[record.SubjectID]time.Time{}
	var code []record.Record
	for r := range records {
		if !confirmed[r.Subject] {
			continue
		}
		if b, ok := r.Body.(record.Person); ok && !b.HiredAt.IsZero() {
			if at := hired[r.Subject]; at.IsZero() || b.HiredAt.Before(at) {
				hired[r.Subject] = b.HiredAt
			}
		}
		if b, ok := r.Body.(record.CodeHistory); ok && b.Repository != "" && b.Commits > 0 {
			code = append(code, r)
		}
	}
	var out []Contribution
	for _, r := range code {
		c, ok := r.Body.(record.CodeHistory)
		if at := hired[r.Subject]; ok && (at.IsZero() || c.FirstCommit.Before(at)) {
			out = append(out, Contribution{c.Repository, r.Subject, r.Cite()})
		}
	}
	slices.SortFunc(out, func(a, b Contribution) int {
		return cmp.Or(strings.Compare(a.Repository, b.Repository), cmp.Compare(a.By, b.By), strings.Compare(a.Cite.Path, b.Cite.Path), strings.Compare(a.Cite.Locator, b.Cite.Locator))
	})
	return slices.CompactFunc(out, func(a, b Contribution) bool { return a.Repository == b.Repository && a.By == b.By })
}
