// SPDX-License-Identifier: Apache-2.0

package document

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// skillIndex finds the lists that can be enough alike without comparing every
// list with every other: through the rarer skills of a list, which few others
// have. Skills are numbered by how rare they are, the rarest first, and people
// in the order of their numbers.
type skillIndex struct {
	people []uint32
	number map[uint32]uint32
	lists  [][]uint32     // of each person, the skills, sorted
	sums   []float64      // of each person, the rarity of all skills
	weight []float64      // of each skill, its rarity
	owners [][]uint32     // of each skill, the people who list it, sorted
	found  []candidate    // working space, of each person
	who    []uint32       // working space
	alike  map[string]int // list → people who have just that
}

// candidate is what the skills looked at so far say of a person: how many are
// shared, and their rarity.
type candidate struct {
	shared int
	nats   float64
}

func (s *SkillSets) newIndex() *skillIndex {
	skills := slices.SortedFunc(maps.Keys(s.counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(s.counts[a], s.counts[b]), cmp.Compare(a, b))
	})
	x := &skillIndex{
		people: slices.Sorted(maps.Keys(s.people)), number: make(map[uint32]uint32, len(s.people)),
		weight: make([]float64, len(skills)), owners: make([][]uint32, len(skills)),
		alike: map[string]int{},
	}
	id := make(map[string]uint32, len(skills))
	for i, skill := range skills {
		id[skill] = uint32(i)
		x.weight[i] = s.rarity(skill)
	}
	x.lists, x.sums, x.found = make([][]uint32, len(x.people)), make([]float64, len(x.people)), make([]candidate, len(x.people))
	for i, person := range x.people {
		n := uint32(i)
		x.number[person] = n
		for _, skill := range s.people[person] {
			k := id[skill]
			x.lists[i] = append(x.lists[i], k)
			x.sums[i] += x.weight[k]
			x.owners[k] = append(x.owners[k], n)
		}
		slices.Sort(x.lists[i])
		x.alike[strings.Join(s.people[person], "\n")]++
	}
	return x
}

func (s *SkillSets) indexed() *skillIndex {
	if s.index == nil {
		s.index = s.newIndex()
	}
	return s.index
}

// alike is how many people have just the list of one. Skills hold no line break.
func (s *SkillSets) alike(person uint32) int {
	return s.indexed().alike[strings.Join(s.people[person], "\n")]
}

// most returns of very many candidates those whose lists say most when summed in
// the index's order, some more than are kept: Compare sums in another.
func (s *SkillSets) most(person uint32, others []uint32) []uint32 {
	if len(others) <= 2*MaxMatches {
		return others
	}
	x := s.indexed()
	me := x.number[person]
	type scored struct {
		person uint32
		nats   float64
	}
	all := make([]scored, len(others))
	for i, p := range others {
		o := x.number[p]
		w := x.both(me, o)
		all[i] = scored{p, w * w / max(x.sums[me]+x.sums[o]-w, slack)}
	}
	slices.SortFunc(all, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.nats, a.nats), cmp.Compare(a.person, b.person))
	})
	others = others[:0]
	for _, a := range all[:2*MaxMatches] {
		others = append(others, a.person)
	}
	return others
}

// slack covers what sums of rarities in another order differ by.
const slack = 1e-9

// candidates returns, sorted, all people with whom Compare can give minShared
// skills and minNats, and few others.
//
// With a the rarity of all skills of the one, b of the other and w of those both
// list, Compare gives w²/(a+b-w). It is at least minNats only if w² ≥ minNats·a.
// So some shared skill is outside the commonest skills that together are rarer
// than no such w, and outside the commonest minShared-1: only the owners of what
// is left are looked at. What the commonest could still add bounds w for each.
func (s *SkillSets) candidates(person uint32, minShared int, minNats float64) []uint32 {
	if minShared <= 0 && minNats <= 0 { // everybody will do
		return slices.DeleteFunc(slices.Sorted(maps.Keys(s.people)), func(p uint32) bool { return p == person })
	}
	x := s.indexed()
	me, ok := x.number[person]
	if !ok {
		return nil
	}
	list, sum := x.lists[me], x.sums[me]
	common, commonNats := 0, 0.0 // the commonest skills, which are not looked up
	for _, skill := range slices.Backward(list) {
		w := commonNats + x.weight[skill]
		if common+1 >= minShared && !below(w, sum, minNats) {
			break
		}
		common, commonNats = common+1, w
	}
	x.who = x.who[:0]
	for _, skill := range list[:len(list)-common] {
		for _, other := range x.owners[skill] {
			c := &x.found[other]
			if c.shared == 0 {
				x.who = append(x.who, other)
			}
			c.shared++
			c.nats += x.weight[skill]
		}
	}
	var out []uint32
	for _, other := range x.who {
		c := x.found[other]
		x.found[other] = candidate{}
		w := min(c.nats+commonNats, x.sums[other])
		if other == me || c.shared+common < minShared || below(w, sum+x.sums[other]-w, minNats) {
			continue
		}
		if w = x.both(me, other); !below(w, sum+x.sums[other]-w, minNats) {
			out = append(out, x.people[other])
		}
	}
	slices.Sort(out)
	return out
}

// both is the rarity of the skills that both people list.
func (x *skillIndex) both(a, b uint32) float64 {
	var sum float64
	la, lb := x.lists[a], x.lists[b]
	for len(la) > 0 && len(lb) > 0 {
		switch {
		case la[0] < lb[0]:
			la = la[1:]
		case lb[0] < la[0]:
			lb = lb[1:]
		default:
			sum += x.weight[la[0]]
			la, lb = la[1:], lb[1:]
		}
	}
	return sum
}

// below reports whether sharing skills of rarity w, of all of them together,
// certainly gives less than minNats.
func below(w, all, minNats float64) bool {
	w += slack * (1 + w)
	return w*w < minNats*(all-slack*(1+all))
}
