// SPDX-License-Identifier: Apache-2.0

package link

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"daylight/record"
)

// MaxValues is how many identifiers of one type the graph takes of one subject.
// Nobody has fifty mailboxes; a cell with three thousand of them, filled in for
// sixty people, would make ten million shares of one fact. A traveller may have
// more networks: those used on the most days are taken.
const MaxValues = 50

// Surplus is what a subject holds of one type beyond [MaxValues]: values that
// were not compared with anyone's.
type Surplus struct {
	Type  record.IdentifierType
	Count int
	Cite  record.Citation // of one of them
}

// Surplus returns what was left out of a subject's identifiers, by type; nil
// when nothing was or the subject is unknown.
func (g *Graph) Surplus(id record.SubjectID) []Surplus {
	n, ok := g.ids[id]
	if !ok {
		return nil
	}
	return slices.Clone(g.nodes[n].surplus)
}

// named is a holding with the value, which only the choice among them reads.
type named struct {
	held
	value string
}

// holdings merges the mentions of each value, and takes at most MaxValues of a
// type: first those one home can stand behind, then those used on more days,
// then by value. They come sorted by token.
func (g *Graph) holdings(list []Holding) ([]held, []Surplus) {
	byToken := map[token]*named{}
	for _, h := range list {
		rule := slices.IndexFunc(rules, func(r Rule) bool { return r.Type == h.Type })
		if rule < 0 || h.Value == "" || h.Type == record.PhotoHash {
			continue
		}
		o := held{
			tok: g.tokenOf(h.Identifier), first: seconds(h.First), last: seconds(h.Last), cites: citesOf(h.Cites),
			rule: uint8(rule), home: h.Home, personal: h.Personal, //nolint:gosec // nineteen rules
		}
		if len(h.Days) > 0 || len(h.Quarters) > 0 {
			o.use = &usage{union(h.Days, nil), union(h.Quarters, nil)}
		}
		if old := byToken[o.tok]; old != nil {
			old.merge(o)
		} else {
			byToken[o.tok] = &named{o, h.Value.Reveal()}
		}
	}
	all := slices.SortedFunc(maps.Values(byToken), func(a, b *named) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), first(a.personal, b.personal), cmp.Compare(b.days(), a.days()), cmp.Compare(a.value, b.value))
	})
	var out []held
	var surplus []Surplus
	of := 0 // values of this type so far
	for i, h := range all {
		if i > 0 && all[i-1].rule != h.rule {
			of = 0
		}
		of++
		if of <= MaxValues {
			out = append(out, h.held)
			continue
		}
		if of == MaxValues+1 {
			s := Surplus{Type: h.rules().Type}
			if len(h.cites) > 0 {
				s.Cite = h.cites[0]
			}
			surplus = append(surplus, s)
		}
		surplus[len(surplus)-1].Count++
	}
	slices.SortFunc(out, func(a, b held) int { return slices.Compare(a.tok[:], b.tok[:]) })
	slices.SortFunc(surplus, func(a, b Surplus) int { return cmp.Compare(a.Type, b.Type) })
	return out, surplus
}

func (h *held) days() int {
	if h.use == nil {
		return 0
	}
	return len(h.use.days)
}

// first orders true before false.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// citesOf is what an edge can show of the mentions of a value, to be appended to.
func citesOf(cites []record.Citation) []record.Citation {
	return slices.Clip(cites[:min(len(cites), maxCites)])
}

// addPictures takes at most MaxValues pictures: those with the most detail, then
// by hash.
func (n *node) addPictures(list []Holding) {
	type detailed struct {
		picture
		detail int
	}
	byHash := map[uint64]*detailed{}
	for _, h := range list {
		if h.Type != record.PhotoHash || h.Detail < MinDetail {
			continue
		}
		v, err := strconv.ParseUint(h.Value.Reveal(), 16, 64)
		if err != nil {
			continue
		}
		if old := byHash[v]; old != nil {
			old.cites = citesOf(slices.Concat(old.cites, citesOf(h.Cites)))
			old.detail = max(old.detail, h.Detail)
		} else {
			byHash[v] = &detailed{picture{v, citesOf(h.Cites)}, h.Detail}
		}
	}
	all := slices.SortedFunc(maps.Values(byHash), func(a, b *detailed) int {
		return cmp.Or(cmp.Compare(b.detail, a.detail), cmp.Compare(a.hash, b.hash))
	})
	for _, p := range all[:min(len(all), MaxValues)] {
		n.pictures = append(n.pictures, p.picture)
	}
	if left := len(all) - len(n.pictures); left > 0 {
		s := Surplus{Type: record.PhotoHash, Count: left}
		if c := all[MaxValues].cites; len(c) > 0 {
			s.Cite = c[0]
		}
		n.surplus = append(n.surplus, s)
		slices.SortFunc(n.surplus, func(a, b Surplus) int { return cmp.Compare(a.Type, b.Type) })
	}
}
