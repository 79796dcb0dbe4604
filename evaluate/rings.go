// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"maps"
	"slices"
)

// Rings compares the rings that were found with the true ones, among people
// whose truth is known.
//
// A pair is two people of one ring. Of the pairs of found rings, the share that
// are of one true ring is the precision; of the pairs of true rings, the share
// that are in one found ring is the recall. Pairs of one ring stand and fall
// together, so these two have no interval. A household or a team of honest people
// found as a ring lowers the precision, although to be in a ring weighs nothing.
//
// A true ring is found whole when its people and those of one found ring overlap
// by 0.8 or more: the people in both over those in either. A ring of five may lack
// one or hold one stranger, a ring of less than four neither. As the overlap is
// above a half, one found ring is the whole of one true ring at most, and one
// count serves both shares: of the true rings, those found whole are the recall of
// whole rings, and of the found rings, those that are a true ring whole are their
// precision. Rings are the units here, so these have an interval.
type Rings struct {
	True       int   `json:"true"`   // rings with two known people or more
	Found      int   `json:"found"`  // the same of the found ones
	Honest     int   `json:"honest"` // of Found, those that hold no deceptive person
	TruePairs  int   `json:"true_pairs"`
	FoundPairs int   `json:"found_pairs"`
	Common     int   `json:"common_pairs"`
	Precision  Share `json:"precision"`
	Recall     Share `json:"recall"`
	Whole      Rate  `json:"whole"` // recall of whole rings: of True, those found whole
	// WholePrecision is the precision of whole rings: of Found, those that are a
	// true ring whole. WholeDeceptive is the same of the found rings that hold a
	// deceptive person: without the households.
	WholePrecision Rate   `json:"whole_precision"`
	WholeDeceptive Rate   `json:"whole_precision_deceptive"`
	Pure           Rate   `json:"whole_and_pure"` // of True, those found whole and with nobody else
	Each           []Ring `json:"each"`           // the true rings, the worst found first
}

// wholeAt is the overlap from which a ring counts as found whole.
const wholeAt = 0.8

// Ring is one true ring and the found ring that overlaps it most.
type Ring struct {
	ID     string `json:"id"`
	People int    `json:"people"`
	// Best is how many known people the best found ring has, 0 where none has a
	// member, and Common how many of them are of this ring.
	Best   int `json:"best"`
	Common int `json:"common"`
	// Overlap is Jaccard's: those in both over those in either.
	Overlap Number `json:"overlap"`
	// Purity is the share of the best found ring's people who are of this ring.
	Purity    Number `json:"purity"`
	Whole     bool   `json:"whole"` // Overlap is 0.8 or more
	Escalated Rate   `json:"escalated"`
	Reviewed  Rate   `json:"reviewed"`
}

func newRings(outcomes []Outcome) Rings {
	found := map[int]int{}      // known people of each found ring
	deceptive := map[int]bool{} // found rings that hold one
	members := map[string][]Outcome{}
	for _, o := range outcomes {
		if o.Found >= 0 {
			found[o.Found]++
			deceptive[o.Found] = deceptive[o.Found] || o.Deceptive
		}
		if o.Ring != "" {
			members[o.Ring] = append(members[o.Ring], o)
		}
	}
	r := Rings{Each: []Ring{}}
	for ring, n := range found {
		if n < 2 {
			continue
		}
		r.Found++
		r.FoundPairs += pairs(n)
		if !deceptive[ring] {
			r.Honest++
		}
	}
	whole, pure := 0, 0
	for _, id := range slices.Sorted(maps.Keys(members)) {
		people := members[id]
		if len(people) < 2 {
			continue
		}
		r.True++
		r.TruePairs += pairs(len(people))
		common := map[int]int{}
		for _, o := range people {
			if o.Found >= 0 {
				common[o.Found]++
			}
		}
		for _, n := range common {
			r.Common += pairs(n)
		}
		each := newRing(id, people, common, found)
		if each.Whole {
			whole++
			if each.Common == each.Best {
				pure++
			}
		}
		r.Each = append(r.Each, each)
	}
	r.Precision, r.Recall = part(r.Common, r.FoundPairs), part(r.Common, r.TruePairs)
	r.Whole, r.Pure = NewRate(whole, r.True), NewRate(pure, r.True)
	r.WholePrecision, r.WholeDeceptive = NewRate(whole, r.Found), NewRate(whole, r.Found-r.Honest)
	slices.SortStableFunc(r.Each, func(a, b Ring) int {
		return cmp.Or(cmp.Compare(a.Overlap, b.Overlap), cmp.Compare(a.ID, b.ID))
	})
	return r
}

func newRing(id string, people []Outcome, common, found map[int]int) Ring {
	s := newSlice(id, true, people)
	r := Ring{ID: id, People: len(people), Escalated: s.Escalated, Reviewed: s.Reviewed}
	for _, f := range slices.Sorted(maps.Keys(common)) { // of equals, the first
		n := common[f]
		if overlap := Number(n) / Number(len(people)+found[f]-n); overlap > r.Overlap {
			r.Best, r.Common, r.Overlap, r.Purity = found[f], n, overlap, Number(n)/Number(found[f])
		}
	}
	r.Whole = r.Overlap >= wholeAt
	return r
}

func pairs(n int) int { return n * (n - 1) / 2 }

// part is a share without bounds.
func part(n, of int) Share {
	if of == 0 {
		return Share{Low: none, High: none}
	}
	return Share{Known: true, Value: Number(n) / Number(of), Low: none, High: none}
}
