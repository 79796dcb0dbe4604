// SPDX-License-Identifier: Apache-2.0

package weigh

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"daylight/detect"
	"daylight/record"
)

// side is a sign of weight; each is discounted and capped by itself.
type side record.Weight

const (
	toward  side = 1
	against side = -1
)

// item is a finding that may count.
type item struct {
	at     int // in the contributions
	family detect.Family
	shared detect.Observation
	id     string
	weight record.Weight
}

// part is what is left of an item.
type part struct {
	item
	left    record.Weight // magnitude after the rule for shared observations
	counted record.Weight // with its sign
	why     string
}

// capOf returns the largest magnitude a family may add on a side.
func (p Policy) capOf(f detect.Family, s side) record.Weight {
	caps := p.CapToward
	if s == against {
		caps = p.CapAgainst
	}
	c, ok := caps[f]
	if !ok {
		c = caps[""]
	}
	return max(record.Weight(s)*c, 0)
}

// count discounts and caps the items of one side.
func (p Policy) count(items []item, s side) []part {
	c := p.newSearch(items, s)
	return c.settle(c.best())
}

// total is what the items add together, both sides.
func (p Policy) total(items []item) record.Weight {
	t, a := p.newSearch(items, toward), p.newSearch(items, against)
	return t.total(t.best()) - a.total(a.best())
}

// newSearch takes the items of one side, heaviest first.
func (p Policy) newSearch(items []item, s side) *search {
	c := search{policy: p, side: s}
	for _, it := range items {
		if it.weight*record.Weight(s) > 0 {
			c.parts = append(c.parts, part{item: it})
		}
	}
	// Heaviest first, so that ties are settled for the largest and by name.
	slices.SortFunc(c.parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(b.weight*record.Weight(s), a.weight*record.Weight(s)), cmp.Compare(a.id, b.id), cmp.Compare(a.at, b.at))
	})
	c.index()
	return &c
}

// search finds which family counts each shared observation in full.
type search struct {
	policy Policy
	side   side
	parts  []part // heaviest first
	// shared lists the observations that more than one family rests on, and
	// owners the families that may count each, that of its largest finding first.
	shared   []detect.Observation
	owners   [][]detect.Family
	families [][]int // the parts of each family, as indices
	group    []int   // of each part: index into shared, or -1
}

// maxChoices bounds the search. The catalogue's seven observations in two or
// three families each stay well below it; past it an observation stays with the
// family of its largest finding.
const maxChoices = 4096

func (c *search) index() {
	first := map[detect.Observation]detect.Family{}
	split := map[detect.Observation]bool{}
	at := map[detect.Family]int{}
	for i, it := range c.parts {
		f, ok := at[it.family]
		if !ok {
			f = len(c.families)
			at[it.family] = f
			c.families = append(c.families, nil)
		}
		c.families[f] = append(c.families[f], i)
		if it.shared == detect.OwnObservation {
			continue
		}
		if o, ok := first[it.shared]; !ok {
			first[it.shared] = it.family
		} else if o != it.family {
			split[it.shared] = true
		}
	}
	for _, it := range c.parts {
		g := slices.Index(c.shared, it.shared)
		if g < 0 && split[it.shared] {
			g = len(c.shared)
			c.shared = append(c.shared, it.shared)
			c.owners = append(c.owners, nil)
		}
		if g >= 0 && !slices.Contains(c.owners[g], it.family) {
			c.owners[g] = append(c.owners[g], it.family)
		}
		c.group = append(c.group, g)
	}
	n := 1
	for g, o := range c.owners {
		if n*len(o) > maxChoices {
			c.owners[g] = o[:1]
		}
		n *= len(c.owners[g])
	}
}

// best returns the owner of each shared observation that makes the side
// heaviest; among equals, the first in the order of owners.
func (c *search) best() []detect.Family {
	chosen := make([]detect.Family, len(c.shared))
	pick := make([]int, len(c.shared))
	for g := range chosen {
		chosen[g] = c.owners[g][0]
	}
	if len(chosen) == 0 {
		return chosen
	}
	best, most := slices.Clone(chosen), c.total(chosen)
	for {
		g := 0
		for g < len(pick) { // count up, one digit an observation
			pick[g] = (pick[g] + 1) % len(c.owners[g])
			chosen[g] = c.owners[g][pick[g]]
			if pick[g] != 0 {
				break
			}
			g++
		}
		if g == len(pick) {
			return best
		}
		if t := c.total(chosen); t > most {
			best, most = slices.Clone(chosen), t
		}
	}
}

// left is the magnitude of a part after the rule for shared observations.
func (c *search) left(i int, owners []detect.Family) record.Weight {
	w := c.parts[i].weight * record.Weight(c.side)
	if g := c.group[i]; g >= 0 && owners[g] != c.parts[i].family {
		w /= 2
	}
	return w
}

// total is the magnitude of the side.
func (c *search) total(owners []detect.Family) record.Weight {
	var sum record.Weight
	var scratch [16]record.Weight
	for _, members := range c.families {
		lefts := scratch[:0]
		for _, i := range members {
			lefts = append(lefts, c.left(i, owners))
		}
		slices.SortFunc(lefts, func(a, b record.Weight) int { return cmp.Compare(b, a) })
		var family record.Weight
		for rank, w := range lefts {
			family += w * c.policy.percent(rank) / 100
		}
		sum += min(family, c.policy.capOf(c.parts[members[0]].family, c.side))
	}
	return sum
}

// settle counts the parts and says what cut them.
func (c *search) settle(owners []detect.Family) []part {
	parts := slices.Clone(c.parts)
	for i := range parts {
		it := &parts[i]
		it.left = c.left(i, owners)
		if g := c.group[i]; g >= 0 && owners[g] != it.family {
			first := slices.IndexFunc(c.parts, func(o part) bool { return o.shared == it.shared && o.family == owners[g] })
			it.why = "half: same observation as " + c.parts[first].id
		}
	}
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(compareFamilies(a.family, b.family), cmp.Compare(b.left, a.left), cmp.Compare(a.id, b.id), cmp.Compare(a.at, b.at))
	})
	var room record.Weight
	rank := 0
	for i := range parts {
		it := &parts[i]
		if i == 0 || it.family != parts[i-1].family {
			rank, room = 0, c.policy.capOf(it.family, c.side)
		}
		percent := c.policy.percent(rank)
		rank++
		n := it.left * percent / 100
		whys := []string{it.why}
		if percent < 100 {
			whys = append(whys, ordinal(rank)+" of its family")
		}
		if n > room {
			n = room
			whys = append(whys, "family cap")
		}
		room -= n
		it.counted = n * record.Weight(c.side)
		it.why = strings.Join(slices.DeleteFunc(whys, func(w string) bool { return w == "" }), "; ")
	}
	return parts
}

// percent is the share of the rank-th (from 0) strongest of a family that counts.
func (p Policy) percent(rank int) record.Weight {
	if len(p.Discount) == 0 {
		return 100 // Validate refuses it
	}
	return record.Weight(p.Discount[min(rank, len(p.Discount)-1)])
}

func ordinal(n int) string {
	words := [...]string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
	if n <= len(words) {
		return words[n-1]
	}
	return fmt.Sprintf("no. %d", n)
}
