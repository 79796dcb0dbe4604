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
	var mine []part
	for _, it := range items {
		if it.weight*record.Weight(s) > 0 {
			mine = append(mine, part{item: it})
		}
	}
	// Heaviest first, so that ties are settled for the largest and by name.
	slices.SortStableFunc(mine, func(a, b part) int {
		return cmp.Or(cmp.Compare(b.weight*record.Weight(s), a.weight*record.Weight(s)), cmp.Compare(a.id, b.id))
	})
	var best []part
	var most record.Weight = -1
	for owners := range choices(mine) {
		if parts, total := p.settle(mine, owners, s); total > most {
			best, most = parts, total
		}
	}
	return best
}

// maxChoices bounds the search over shared observations. The catalogue's seven
// observations in two or three families each stay well below it.
const maxChoices = 4096

// choices yields every way to give each shared observation to one family, the
// family of its largest finding first. Observations beyond maxChoices
// combinations stay with that family.
func choices(parts []part) func(func(map[detect.Observation]detect.Family) bool) {
	var order []detect.Observation
	families := map[detect.Observation][]detect.Family{}
	for _, it := range parts {
		if it.shared == detect.OwnObservation || slices.Contains(families[it.shared], it.family) {
			continue
		}
		if len(families[it.shared]) == 0 {
			order = append(order, it.shared)
		}
		families[it.shared] = append(families[it.shared], it.family)
	}
	n := 1
	for _, o := range order {
		if n*len(families[o]) > maxChoices {
			families[o] = families[o][:1]
		}
		n *= len(families[o])
	}
	return func(yield func(map[detect.Observation]detect.Family) bool) {
		for i := range n {
			owners := make(map[detect.Observation]detect.Family, len(order))
			for _, o := range order {
				owners[o] = families[o][i%len(families[o])]
				i /= len(families[o])
			}
			if !yield(owners) {
				return
			}
		}
	}
}

// settle counts the parts with each shared observation in full only for the
// family that owns it. It returns them with the magnitude of their sum.
func (p Policy) settle(mine []part, owners map[detect.Observation]detect.Family, s side) ([]part, record.Weight) {
	parts := slices.Clone(mine)
	for i := range parts {
		it := &parts[i]
		it.left = it.weight * record.Weight(s)
		if it.shared != detect.OwnObservation && owners[it.shared] != it.family {
			it.left /= 2
			first := slices.IndexFunc(mine, func(o part) bool { return o.shared == it.shared && o.family == owners[it.shared] })
			it.why = "half: same observation as " + mine[first].id
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int {
		return cmp.Or(compareFamilies(a.family, b.family), cmp.Compare(b.left, a.left), cmp.Compare(a.id, b.id))
	})
	var total, room record.Weight
	rank := 0
	for i := range parts {
		it := &parts[i]
		if i == 0 || it.family != parts[i-1].family {
			rank, room = 0, p.capOf(it.family, s)
		}
		percent := p.percent(rank)
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
		total += n
		it.counted = n * record.Weight(s)
		it.why = strings.Join(slices.DeleteFunc(whys, func(w string) bool { return w == "" }), "; ")
	}
	return parts, total
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
