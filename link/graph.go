// SPDX-License-Identifier: Apache-2.0

package link

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"iter"
	"maps"
	"slices"

	"daylight/record"
)

// Options are the choices of a graph.
type Options struct {
	// Key keys the hash by which identifiers are kept. A random key for each run
	// makes tokens of no use outside it; a fixed one keeps them stable. Weights and
	// rings do not depend on it; which of equally strong shares [Graph.Edges] lists
	// of one pair and type does.
	Key []byte
	// Threshold is the weight from which an edge connects a ring, centibans; 0
	// means [DefaultThreshold].
	Threshold record.Weight
}

// DefaultThreshold is +5 dB: a ring is made of links each of which makes it three
// times likelier that one person or group is behind both.
const DefaultThreshold record.Weight = 50

// Graph holds subjects and the identifiers they share. It keeps identifiers only
// as keyed hashes: they can be compared and not read. Reading methods may run at
// the same time; Add, AddOverlaps and Remove may not run beside anything.
type Graph struct {
	threshold record.Weight
	mac       hash.Hash
	ids       map[record.SubjectID]int32
	nodes     []*node // nil where a subject was removed
	free      []int32
	values    map[token][]int32 // who holds a value
	pictures  pictures
	// components of two or more, by number; a node alone has comp alone.
	components map[int32][]int32
	next       int32
}

const alone int32 = -1

// NewGraph returns an empty graph.
func NewGraph(o Options) *Graph {
	if o.Threshold == 0 {
		o.Threshold = DefaultThreshold
	}
	return &Graph{
		threshold:  o.Threshold,
		mac:        hmac.New(sha256.New, o.Key),
		ids:        map[record.SubjectID]int32{},
		values:     map[token][]int32{},
		pictures:   newPictures(),
		components: map[int32][]int32{},
	}
}

// Build returns the graph of the subjects. Of two with one id the later counts.
// It equals adding them one by one, in any order, and is faster.
func Build(subjects iter.Seq[Subject], o Options) *Graph {
	g := NewGraph(o)
	for s := range subjects {
		if n, again := g.ids[s.ID]; again {
			g.delete(n)
		}
		g.insert(s)
	}
	for n := range g.nodes {
		for m := range g.strong(int32(n)) {
			g.join(int32(n), m) //nolint:gosec // a slice index
		}
	}
	return g
}

// Len returns the number of subjects.
func (g *Graph) Len() int { return len(g.ids) }

// Add adds one subject, or replaces the one with its id, and updates the edges
// and rings that it touches; nothing else is looked at. Overlaps of a replaced
// subject are forgotten.
func (g *Graph) Add(s Subject) {
	g.Remove(s.ID)
	n := g.insert(s)
	g.reconnect(append(g.disturbed(n), n))
}

// Remove takes a subject out, and splits the ring it held together. It does
// nothing when the subject is unknown.
func (g *Graph) Remove(id record.SubjectID) {
	n, ok := g.ids[id]
	if !ok {
		return
	}
	affected := g.reset(append(g.disturbed(n), n))
	affected = slices.DeleteFunc(affected, func(m int32) bool { return m == n })
	g.delete(n)
	g.reconnect(affected)
}

// Shared says that the texts of two subjects have wording (Via
// [record.ResumeText]) or skills (Via [record.SkillSet]) in common, as seen from
// A.
type Shared struct {
	A, B  record.SubjectID
	Via   record.IdentifierType
	Text  Overlap
	Cites []record.Citation
}

// AddOverlaps records what documents have in common, and then finds the rings of all
// whom it names once. What is said of a pair and type replaces what was said of
// it before. It fails, and records nothing, when a subject is unknown or a type
// is another one.
func (g *Graph) AddOverlaps(list []Shared) error {
	for _, o := range list {
		_, ok := g.ids[o.A]
		_, ok2 := g.ids[o.B]
		switch {
		case !ok || !ok2:
			return fmt.Errorf("adding an overlap of %q and %q: no such subject", o.A, o.B)
		case o.A == o.B:
			return fmt.Errorf("adding an overlap of %q with itself", o.A)
		case o.Via != record.ResumeText && o.Via != record.SkillSet && o.Via != record.DocumentBatch:
			return fmt.Errorf("adding an overlap of %q and %q: %q is not compared as a whole", o.A, o.B, o.Via)
		}
	}
	nodes := make([]int32, 0, 2*len(list))
	for _, o := range list {
		a, b := g.ids[o.A], g.ids[o.B]
		g.nodes[a].setOverlap(overlap{o.B, o.Via, o.Text, o.Cites})
		g.nodes[b].setOverlap(overlap{o.A, o.Via, o.Text.back(), o.Cites})
		nodes = append(nodes, a, b)
	}
	slices.Sort(nodes)
	g.reconnect(slices.Compact(nodes))
	return nil
}

// back is the overlap as the other subject sees it.
func (o Overlap) back() Overlap {
	o.Share, o.ShareOther = o.ShareOther, o.Share
	o.Passages = slices.Clone(o.Passages)
	for i, p := range o.Passages {
		o.Passages[i].Where, o.Passages[i].WhereOther = p.WhereOther, p.Where
	}
	return o
}

// setOverlap keeps overlaps sorted by the other subject and type.
func (n *node) setOverlap(o overlap) {
	i, ok := slices.BinarySearchFunc(n.overlaps, o, func(x, y overlap) int {
		return cmp.Or(cmp.Compare(x.other, y.other), cmp.Compare(x.via, y.via))
	})
	if ok {
		n.overlaps[i] = o
		return
	}
	n.overlaps = slices.Insert(n.overlaps, i, o)
}

// Token returns what stands for an identifier in [Edge.Value]: 32 hex digits,
// equal for equal identifiers of one graph.
func (g *Graph) Token(id record.Identifier) record.Redacted {
	t := g.tokenOf(id)
	return record.Redacted(hex.EncodeToString(t[:]))
}

// Restore puts a subject's own identifiers back where edges carry their tokens,
// in place, for a view that may know them.
func (g *Graph) Restore(edges []Edge, own iter.Seq[record.Identifier]) {
	values := map[record.Redacted]record.Redacted{}
	for id := range own {
		values[g.Token(id)] = id.Value
	}
	for i, e := range edges {
		if v, ok := values[e.Value]; ok {
			edges[i].Value = v
		}
	}
}

func (g *Graph) tokenOf(id record.Identifier) token {
	g.mac.Reset()
	_, _ = g.mac.Write([]byte(id.Type))
	_, _ = g.mac.Write([]byte{0})
	_, _ = g.mac.Write([]byte(id.Value))
	var sum [sha256.Size]byte
	return token(g.mac.Sum(sum[:0])[:len(token{})])
}

// insert puts a subject into the indexes without connecting it.
func (g *Graph) insert(s Subject) int32 {
	n := &node{
		id: s.ID, stage: s.Stage, names: s.Names, related: s.Relations, outcome: s.Outcome, left: s.Left,
		hasPlace: s.HasPlace, lat: s.Lat, lon: s.Lon, comp: alone,
	}
	var at int32
	if k := len(g.free); k > 0 {
		at, g.free = g.free[k-1], g.free[:k-1]
		g.nodes[at] = n
	} else {
		at = int32(len(g.nodes)) //nolint:gosec // two billion subjects do not fit in memory
		g.nodes = append(g.nodes, n)
	}
	g.ids[s.ID] = at
	n.holds, n.surplus = g.holdings(s.Holds)
	n.addPictures(s.Holds)
	for _, h := range n.holds {
		g.values[h.tok] = append(g.values[h.tok], at)
	}
	for _, p := range n.pictures {
		g.pictures.add(p.hash, at)
	}
	return at
}

// delete takes a node that stands alone out of the indexes.
func (g *Graph) delete(at int32) {
	n := g.nodes[at]
	for _, h := range n.holds {
		rest := slices.DeleteFunc(g.values[h.tok], func(m int32) bool { return m == at })
		if len(rest) == 0 {
			delete(g.values, h.tok)
		} else {
			g.values[h.tok] = rest
		}
	}
	for _, p := range n.pictures {
		g.pictures.remove(p.hash, at)
	}
	for _, o := range n.overlaps {
		other := g.nodes[g.ids[o.other]]
		other.overlaps = slices.DeleteFunc(other.overlaps, func(x overlap) bool { return x.other == n.id })
	}
	delete(g.ids, n.id)
	g.nodes[at] = nil
	g.free = append(g.free, at)
}

// disturbed returns the subjects whose edges among each other differ with and
// without n: the holders of n's values where one holder more changes a weight.
func (g *Graph) disturbed(n int32) []int32 {
	found := map[int32]bool{}
	for i := range g.nodes[n].holds {
		h := &g.nodes[n].holds[i]
		r, holders := h.rules(), len(g.values[h.tok])
		// A third person at one door ends the benefit of a home of two.
		if r.damp(holders) != r.damp(holders-1) || r.Type == record.PostalAddress && holders <= 3 {
			for _, m := range g.values[h.tok] {
				found[m] = true
			}
		}
	}
	for _, p := range g.nodes[n].pictures {
		g.pictures.near(p.hash, func(h uint64, _ int) bool {
			if who := g.pictures.holders[h]; len(who) <= limit+1 { // else a hub with or without n
				for _, m := range who {
					found[m] = true
				}
			}
			return true
		})
	}
	delete(found, n)
	return slices.Sorted(maps.Keys(found))
}

// reconnect finds the components of the given nodes and of all who are in a
// component with one of them again.
func (g *Graph) reconnect(nodes []int32) {
	all := g.reset(nodes)
	for _, n := range all {
		for m := range g.strong(n) {
			g.join(n, m)
		}
	}
}

// reset dissolves the components of the nodes and returns all of their members.
func (g *Graph) reset(nodes []int32) []int32 {
	all := slices.Clone(nodes)
	for _, n := range nodes {
		if c := g.nodes[n].comp; c != alone {
			for _, m := range g.components[c] {
				g.nodes[m].comp = alone
			}
			all = append(all, g.components[c]...)
			delete(g.components, c)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// join merges two components by relabelling the smaller one: each node is
// relabelled at most log2(n) times, and components can be taken apart again,
// which a forest of parents cannot.
func (g *Graph) join(a, b int32) {
	ca, cb := g.nodes[a].comp, g.nodes[b].comp
	switch {
	case ca == alone && cb == alone:
		g.next++
		g.nodes[a].comp, g.nodes[b].comp = g.next, g.next
		g.components[g.next] = []int32{a, b}
	case ca == cb:
	case cb == alone || ca != alone && len(g.components[ca]) >= len(g.components[cb]):
		g.absorb(ca, b)
	default:
		g.absorb(cb, a)
	}
}

// absorb moves node n and its component into component c.
func (g *Graph) absorb(c, n int32) {
	moved := []int32{n}
	if old := g.nodes[n].comp; old != alone {
		moved = g.components[old]
		delete(g.components, old)
	}
	for _, m := range moved {
		g.nodes[m].comp = c
	}
	g.components[c] = append(g.components[c], moved...)
}
