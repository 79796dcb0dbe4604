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
	for _, n := range x.numbers[d.from:d.to] {
		if x.people[n] == common {
			everywhere++
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
		few := x.sum[o] <= MinNats-1e-6
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
		x.sum[o] = 0
		person := x.docs[o].person
		if n, known := each[person]; n == maxEach || !known && len(each) == MaxMatches {
			left.Documents++
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
	c.share, c.shareOther = x.share(va, vb), x.share(vb, va)
	var shared []sharedKey
	var by [common]float64 // nats by the people who hold them
	for i, j := 0, 0; i < len(va.marks) && j < len(vb.marks); {
		switch k, l := va.marks[i], vb.marks[j]; {
		case k.key < l.key:
			i++
		case l.key < k.key:
			j++
		default:
			if x.inv.marks[k.number].units != ignored {
				w := x.weight(k.number)
				shared = append(shared, sharedKey{k.key, w})
				c.nats += w
				if w > 0 {
					by[x.people[k.number]] += w
				}
			}
			i, j = i+1, j+1
		}
	}
	c.holders = 2
	sum := 0.0
	for people, w := range by {
		if w > 0 && sum < telling {
			c.holders, sum = max(people, 2), sum+w
		}
	}
	c.passages = passages(align(x.docs[a].text.hashes, x.docs[b].text.hashes, shared))
	c.passages = slices.Clone(c.passages[:min(len(c.passages), maxPassages)])
	if again {
		x.memo[[2]uint32{a, b}] = c
	}
	return c
}

type sharedKey struct {
	key    uint64
	weight float64
}

// view is a document made ready for comparisons.
type view struct {
	marks    []numbered // fingerprints, by key
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
	v := &view{marks: make([]numbered, 0, d.to-d.from), shingles: make([]uint64, 0, d.text.Len())}
	for _, n := range x.numbers[d.from:d.to] {
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
		for len(in) > 0 && in[0] < m.key {
			in = in[1:]
		}
		if len(in) > 0 && in[0] == m.key {
			both += x.idf[u]
		}
	}
	return both / a.idf
}
