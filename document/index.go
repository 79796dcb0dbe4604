// SPDX-License-Identifier: Apache-2.0

package document

import (
	_ "embed"
	"math"
	"strings"

	"daylight/record"
)

// Index finds copied text among documents of different people. Add every
// document first; [Index.Matches] then answers from all of them, so its answers
// do not depend on the order of adding. An Index is for one goroutine.
//
// Two structures work together. One-permutation MinHash groups near-duplicates;
// winnowed fingerprints find passages. How rare a fingerprint is, is counted
// over units: near-duplicates are one unit, and so are all documents of one
// person. Otherwise one résumé sent under forty names would pass for
// boilerplate.
type Index struct {
	docs    []entry
	byID    map[uint32]uint32
	persons map[uint32]uint32 // person → one of their documents
	parent  []uint32          // union-find over documents
	numbers []uint32          // fingerprints of all documents, end to end
	sigs    []signature
	near    lsh
	inv     inverted

	sealed bool
	units  int       // number of units
	idf    []float64 // by units that hold a fingerprint: ln(N/units)
	spent  []float64 // the same, shared out among its holders

	keys  []uint64 // scratch
	sum   []float64
	touch []uint32
}

type entry struct {
	id, person uint32
	from, to   uint32 // in numbers
	text       *Text
}

const (
	// ignored marks fingerprints that never weigh: background phrases.
	ignored = math.MaxUint32
	// minUnits is the least size of corpus that is assumed. The company's files
	// are a sample of the world's: a passage held by two of ten is not common.
	minUnits = 200
	// MinNats is the surprise from which a match is reported (method: 30 nats).
	MinNats = 30
	// negligible fingerprints, held by very many, are not followed.
	negligible = 1e-3
	// alikePart: documents that share one in so many fingerprints are one unit.
	alikePart = 3
	// alikeHolders bounds the work of finding them.
	alikeHolders = 500
)

// background is a list of phrases that many résumés have, one a line.
//
//go:embed background.txt
var background string

// NewIndex returns an index with room for about the given number of documents;
// it grows as needed. The built-in background phrases weigh nothing in it.
func NewIndex(documents int) *Index {
	x := &Index{
		docs:    make([]entry, 0, documents),
		byID:    make(map[uint32]uint32, documents),
		persons: make(map[uint32]uint32, documents),
		parent:  make([]uint32, 0, documents),
		numbers: make([]uint32, 0, documents*200),
		sigs:    make([]signature, 0, documents),
		near:    newLSH(documents),
		inv:     newInverted(documents * 200),
	}
	for phrase := range strings.Lines(background) {
		x.Ignore(NewText([]Line{{Text: record.Redacted(phrase)}}))
	}
	return x
}

// Ignore makes every 4-word run of a text weigh nothing: the job
// advertisement's own wording, a known template.
func (x *Index) Ignore(t *Text) {
	x.sealed = false
	for i := range len(t.hashes) - shingleWords + 1 {
		x.inv.ignore(shingle(t.hashes, i))
	}
}

// Len returns the number of documents.
func (x *Index) Len() int { return len(x.docs) }

// Add files a document of a person. It reports false, and does nothing, when
// the id is already there. The text is kept, not copied.
func (x *Index) Add(id, person uint32, t *Text) bool {
	if _, known := x.byID[id]; known {
		return false
	}
	x.sealed = false
	doc := uint32(len(x.docs)) //nolint:gosec // an index has fewer than 2^27 documents
	x.byID[id] = doc
	x.parent = append(x.parent, doc)
	if first, ok := x.persons[person]; ok {
		x.join(first, doc)
	} else {
		x.persons[person] = doc
	}
	x.addNear(doc, t)

	x.keys = x.keys[:0]
	winnow(t.hashes, func(h uint64, _ int) { x.keys = append(x.keys, h) })
	from := len(x.numbers)
	x.numbers = x.inv.add(doc, x.keys, x.numbers)
	x.docs = append(x.docs, entry{id, person, uint32(from), uint32(len(x.numbers)), t}) //nolint:gosec // as above
	return true
}

// addNear joins a document with the earlier ones that are nearly the same.
func (x *Index) addNear(doc uint32, t *Text) {
	x.sigs = append(x.sigs, signature{})
	sig := &x.sigs[doc]
	if !sig.sign(t.hashes) {
		x.near.skip()
		return
	}
	x.near.add(sig, func(other uint32) {
		if x.find(other) != x.find(doc) && sig.agree(&x.sigs[other]) >= sigAlike {
			x.join(other, doc)
		}
	})
}

func (x *Index) find(d uint32) uint32 {
	for x.parent[d] != d {
		x.parent[d] = x.parent[x.parent[d]]
		d = x.parent[d]
	}
	return d
}

func (x *Index) join(a, b uint32) { x.parent[x.find(b)] = x.find(a) }

// seal counts, for every fingerprint held by more than one document, how many
// units hold it.
func (x *Index) seal() {
	if x.sealed {
		return
	}
	x.sealed = true
	x.sum = make([]float64, len(x.docs))
	x.joinAlike()
	root := make([]uint32, len(x.docs))
	x.units = 0
	for d := range root {
		root[d] = x.find(uint32(d))
		if root[d] == uint32(d) {
			x.units++
		}
	}
	most := 1
	stamp := make([]uint32, len(x.docs))
	for n := range x.inv.marks {
		m := &x.inv.marks[n]
		if m.units == 0 || m.units == ignored {
			continue
		}
		m.units = 0
		for p := m.head; p != 0; p = x.inv.posts[p-1].next {
			if r := root[x.inv.posts[p-1].doc]; stamp[r] != uint32(n+1) {
				stamp[r] = uint32(n + 1)
				m.units++
			}
		}
		most = max(most, int(m.units))
	}
	x.weigh(most)
}

// joinAlike makes one unit of documents that share a third of the longer one's
// fingerprints: versions of one text that are too far apart for MinHash, such
// as forty that each keep other parts of a common original. On return, units is
// 0 for fingerprints that one document holds, and not 0 for others.
func (x *Index) joinAlike() {
	common := make([]uint32, len(x.docs)) // fingerprints that another document has too
	for n := range x.inv.marks {
		m := &x.inv.marks[n]
		if m.units == ignored {
			continue
		}
		m.units = 0
		for p := m.head; p != 0; p = x.inv.posts[p-1].next {
			m.units++
		}
		if m.units == 1 {
			m.units = 0
		}
		for p := m.head; m.units != 0 && p != 0; p = x.inv.posts[p-1].next {
			common[x.inv.posts[p-1].doc]++
		}
	}
	for doc := range x.docs {
		d := &x.docs[doc]
		if n := d.to - d.from; n == 0 || common[doc]*alikePart < n {
			continue
		}
		x.touch = x.touch[:0]
		for _, n := range x.numbers[d.from:d.to] {
			m := &x.inv.marks[n]
			if m.units > alikeHolders {
				continue
			}
			for p := m.head; p != 0 && m.units != 0; p = x.inv.posts[p-1].next {
				other := x.inv.posts[p-1].doc
				if x.sum[other] == 0 {
					x.touch = append(x.touch, other)
				}
				x.sum[other]++
			}
		}
		for _, other := range x.touch {
			o := &x.docs[other]
			if x.sum[other]*alikePart >= float64(max(d.to-d.from, o.to-o.from)) {
				x.join(uint32(doc), other)
			}
			x.sum[other] = 0
		}
	}
}

// weigh tabulates what a fingerprint says by the number k of units that hold it.
// Its idf is ln(N/k). What it says about one pair is less when it circulates:
// the words of one passage do not spread independently, and each of its k
// holders matches k-1 others by it, so its surprise is shared out among them.
func (x *Index) weigh(most int) {
	n := float64(max(x.units, minUnits))
	x.idf = make([]float64, most+1)
	x.spent = make([]float64, most+1)
	for k := 1; k <= most; k++ {
		x.idf[k] = math.Log(n / float64(k))
		x.spent[k] = x.idf[k] / float64(max(1, k-1))
	}
	x.idf[0] = x.idf[1]
}

// Match is another person's document that shares unusual wording with one.
type Match struct {
	Other  uint32 // the other document
	Person uint32 // whose it is
	// Share is how much of this document's wording, weighed by how rare it is,
	// also stands in the other, 0-1; ShareOther is the other direction.
	Share      float64
	ShareOther float64
	// Nats is the surprise of the distinct shared fingerprints, natural-log units.
	Nats float64
	// Passages are the longest shared passages, longest first, at most five.
	Passages []Passage
}

// Passage is a stretch of text that stands in both documents: runs of the same
// words, at most three changed words between two of them.
type Passage struct {
	Words      int             // the same in both, at least [RunWords]
	Text       record.Redacted // as this document has it, at most 2,000 bytes
	Where      string          // in this document: "page 1, lines 8-31"
	WhereOther string          // in the other
}
