// SPDX-License-Identifier: Apache-2.0

package document

import (
	"cmp"
	"slices"

	"daylight/record"
)

const (
	maxPassages = 5
	// telling is the surprise whose holders are counted: from there on more shared
	// wording adds nothing in linking.
	telling = 90
)

// Matches returns the documents of other people whose shared wording is worth
// [MinNats] or more, most surprising first, and says what it left out: it
// compares with the [MaxMatches] people who share most, and wording that more
// than [MaxHolders] people have does not count. It returns nothing for an unknown
// id. What one call does is bounded, whatever the number of documents.
func (x *Index) Matches(id uint32) ([]Match, Left) {
	doc, ok := x.byID[id]
	if !ok {
		return nil, Left{}
	}
	x.seal()
	others, left := x.candidates(doc)
	var ms []Match
	quotes := map[[2]int]record.Redacted{}
	for _, other := range others {
		if m := x.match(doc, other, quotes); m.Nats >= MinNats {
			ms = append(ms, m)
		}
	}
	slices.SortFunc(ms, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Nats, a.Nats), cmp.Compare(a.Other, b.Other))
	})
	return ms, left
}

// candidates returns the documents of other people that share enough
// fingerprints and most. The sum is taken in the order of this text; compare
// takes it in an order both directions share.
func (x *Index) candidates(doc uint32) ([]uint32, Left) {
	d := &x.docs[doc]
	var left Left
	x.touch = x.touch[:0]
	everywhere := 0
	for i, n := range x.numbers[d.from:d.to] {
		if x.people[n] == common {
			everywhere++
		}
		if uint32(i) >= d.frame-d.from {
			continue
		}
		w := x.weight(n)
		if w < negligible {
			continue
		}
		for p := x.inv.marks[n].head; p != 0; p = x.inv.posts[p-1].next {
			other := x.inv.posts[p-1].doc
			if x.docs[other].person == d.person {
				continue
			}
			if x.sum[other] == 0 {
				x.touch = append(x.touch, other)
			}
			x.sum[other] += w
		}
	}
	left.Common = 2*everywhere > int(d.to-d.from)
	enough := slices.DeleteFunc(x.touch, func(o uint32) bool {
		few := x.sum[o] <= worthALook
		if few {
			x.sum[o] = 0
		}
		return few
	})
	slices.SortFunc(enough, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(x.sum[b], x.sum[a]), cmp.Compare(x.docs[a].id, x.docs[b].id))
	})
	var out []uint32
	each := map[uint32]int{}
	for _, o := range enough {
		sum := x.sum[o]
		x.sum[o] = 0
		person := x.docs[o].person
		if n, known := each[person]; n == maxEach || !known && len(each) == MaxMatches {
			if sum > MinNats {
				left.Documents++
			}
			continue
		}
		each[person]++
		out = append(out, o)
	}
	return out, left
}

// match measures a pair. Quotes holds what was quoted from a.
func (x *Index) match(a, b uint32, quotes map[[2]int]record.Redacted) Match {
	da, db := &x.docs[a], &x.docs[b]
	c := x.compare(da.model, db.model)
	m := Match{Other: db.id, Person: db.person, Share: c.share, ShareOther: c.shareOther, Nats: c.nats, Holders: c.holders}
	for _, p := range c.passages {
		at := [2]int{p.a, p.aEnd}
		q, ok := quotes[at]
		if !ok {
			q = da.text.quote(p.a, p.aEnd)
			quotes[at] = q
		}
		m.Passages = append(m.Passages, Passage{
			Words:      p.words,
			Text:       q,
			Where:      da.text.where(p.a, p.aEnd),
			WhereOther: db.text.where(p.b, p.bEnd),
		})
	}
	return m
}

// comparison is what follows from the words of two texts, whoever sent them.
type comparison struct {
	share, shareOther float64
	nats              float64
	holders           int
	passages          []run
}

// compare verifies a pair and measures it; texts that were sent by several once.
func (x *Index) compare(a, b uint32) comparison {
	again := x.docs[a].copied || x.docs[b].copied
	if c, ok := x.memo[[2]uint32{a, b}]; ok {
		return c
	}
	x.compared++
	va, vb := x.view(a), x.view(b)
	var c comparison
	var shared []uint64
	var by [common]float64 // nats by the people who hold them
	add := func(m numbered, w float64) {
		if x.inv.marks[m.number].units != ignored {
			shared = append(shared, m.key)
			c.nats += w
			if w > 0 {
				by[max(x.people[m.number], 2)] += w
			}
		}
	}
	// In the order of keys, so that both directions add up the same.
	inA, inB := va.shingles, vb.shingles
	for i, j := 0, 0; i < len(va.marks) || j < len(vb.marks); {
		switch {
		case j == len(vb.marks) || i < len(va.marks) && va.marks[i].key < vb.marks[j].key:
			if inB = from(inB, va.marks[i].key); begins(inB, va.marks[i].key) {
				add(va.marks[i], x.weightAlone(va.marks[i].number))
			}
			i++
		case i == len(va.marks) || vb.marks[j].key < va.marks[i].key:
			if inA = from(inA, vb.marks[j].key); begins(inA, vb.marks[j].key) {
				add(vb.marks[j], x.weightAlone(vb.marks[j].number))
			}
			j++
		default:
			add(va.marks[i], x.weight(va.marks[i].number))
			i, j = i+1, j+1
		}
	}
	if c.nats < MinNats {
		if again {
			x.memo[[2]uint32{a, b}] = c
		}
		return c
	}
	c.holders = 2
	sum := 0.0
	for people, w := range by {
		if w > 0 && sum < telling {
			c.holders, sum = max(people, 2), sum+w
		}
	}
	ta, tb := x.docs[a].text, x.docs[b].text
	runs := align(ta.hashes, tb.hashes, shared)
	coveredA, coveredB := covered(ta, tb, runs)
	c.share, c.shareOther = max(x.share(va, vb), coveredA), max(x.share(vb, va), coveredB)
	c.passages = passages(runs)
	c.passages = slices.Clone(c.passages[:min(len(c.passages), maxPassages)])
	if again {
		x.memo[[2]uint32{a, b}] = c
	}
	return c
}

// from drops what is below a key from sorted ones.
func from(sorted []uint64, key uint64) []uint64 {
	for len(sorted) > 0 && sorted[0] < key {
		sorted = sorted[1:]
	}
	return sorted
}

// begins reports whether sorted keys begin with one.
func begins(sorted []uint64, key uint64) bool { return len(sorted) > 0 && sorted[0] == key }

// view is a document made ready for comparisons.
type view struct {
	marks    []numbered // fingerprints of the account of work, by key
	idf      float64    // of all of them
	shingles []uint64   // of the whole text, sorted
}

type numbered struct {
	key    uint64
	number uint32
}

func (x *Index) view(doc uint32) *view {
	if v := x.views[doc]; v != nil {
		return v
	}
	d := &x.docs[doc]
	v := &view{marks: make([]numbered, 0, d.frame-d.from), shingles: make([]uint64, 0, d.text.Len())}
	for _, n := range x.numbers[d.from:d.frame] {
		v.marks = append(v.marks, numbered{x.inv.marks[n].key, n})
	}
	slices.SortFunc(v.marks, func(a, b numbered) int { return cmp.Compare(a.key, b.key) })
	for _, m := range v.marks {
		if u := x.inv.marks[m.number].units; u != ignored {
			v.idf += x.idf[u]
		}
	}
	for i := range d.text.Len() - shingleWords + 1 {
		v.shingles = append(v.shingles, shingle(d.text.hashes, i))
	}
	slices.Sort(v.shingles)
	v.shingles = slices.Clip(slices.Compact(v.shingles))
	x.views[doc] = v
	return v
}

// share is the part of a's fingerprints, weighed by idf, whose words stand in b
// anywhere: b's choice of fingerprints does not matter.
func (x *Index) share(a, b *view) float64 {
	if a.idf == 0 {
		return 0
	}
	var both float64
	in := b.shingles
	for _, m := range a.marks {
		u := x.inv.marks[m.number].units
		if u == ignored {
			continue
		}
		if in = from(in, m.key); begins(in, m.key) {
			both += x.idf[u]
		}
	}
	return both / a.idf
}
