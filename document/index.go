// SPDX-License-Identifier: Apache-2.0

package document

import (
	_ "embed"
	"math"
	"math/bits"
	"slices"
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

	same map[uint64]uint32 // hash of all words → the first document with them

	sealed bool
	units  int       // number of units
	idf    []float64 // by units that hold a fingerprint: ln(N/units)
	spent  []float64 // the same, less for what circulates
	lone   []float64 // the same of a fingerprint that one of two texts chose and both have
	people []uint8   // by fingerprint that several documents hold: people who do, at most common

	views    []*view // by first document with the words; nil until needed
	memo     map[[2]uint32]comparison
	compared int // comparisons made, which tests count

	keys  []uint64 // scratch
	aside []uint64
	sum   []float64
	touch []uint32
}

type entry struct {
	id, person uint32
	// In numbers: from until frame the fingerprints of the account of work, from
	// there until to the others.
	from, frame, to uint32
	text            *Text
	owner           uint32 // the first document of the person
	model           uint32 // the first document with the same words
	copied          bool   // of a model: another document has its words
}

const (
	// ignored marks fingerprints that never weigh: background phrases.
	ignored = math.MaxUint32
	// minUnits is the least size of corpus that is assumed. The company's files
	// are a sample of the world's: a passage held by two of ten is not common.
	minUnits = 200
	// MinNats is the surprise from which a match is reported (method: 30 nats).
	MinNats = 30
	// worthALook is the surprise of fingerprints that both texts chose from which a
	// pair is compared word by word, which may find as much again: where words were
	// changed, each text chooses fingerprints of its own.
	worthALook = 12
	// negligible fingerprints, held by very many, are not followed.
	negligible = 1e-3
	// MaxHolders is how many people may have the same wording: what more have is a
	// template's, an advertisement's or a course's, and weighs nothing.
	MaxHolders = 64
	common     = MaxHolders + 1
	// maxPosts bounds the documents that one fingerprint leads to: 16 of each of
	// its holders.
	maxPosts = 16 * MaxHolders
	// MaxMatches is how many other people a document is matched with.
	MaxMatches = 20
	// maxEach is how many documents of one of them are compared.
	maxEach = 3
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
		same:    make(map[uint64]uint32, documents),
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
	owner, ok := x.persons[person]
	if ok {
		x.join(owner, doc)
	} else {
		owner = doc
		x.persons[person] = doc
	}
	model := x.model(doc, t)
	x.addNear(doc, model, t)

	x.keys, x.aside = x.keys[:0], x.aside[:0]
	winnow(t.hashes, func(h uint64, at int) {
		if t.inWork(at) && t.inWork(at+shingleWords-1) {
			x.keys = append(x.keys, h)
		} else {
			x.aside = append(x.aside, h)
		}
	})
	e := entry{id: id, person: person, from: uint32(len(x.numbers)), text: t, owner: owner, model: model} //nolint:gosec // as above
	x.numbers = x.inv.add(doc, x.keys, x.numbers)
	e.frame = uint32(len(x.numbers)) //nolint:gosec // as above
	x.numbers = x.inv.add(doc, x.aside, x.numbers)
	e.to = uint32(len(x.numbers)) //nolint:gosec // as above
	x.docs = append(x.docs, e)
	return true
}

// model returns the first document with the words of t, or doc itself.
func (x *Index) model(doc uint32, t *Text) uint32 {
	h := uint64(t.Len()) //nolint:gosec // a length
	for _, w := range t.hashes {
		hi, lo := bits.Mul64(h^w, golden)
		h = hi ^ bits.RotateLeft64(lo, 29) ^ w
	}
	first, ok := x.same[h]
	switch {
	case !ok:
		x.same[h] = doc
	case slices.Equal(x.docs[first].text.hashes, t.hashes):
		x.docs[first].copied = true
		return first
	}
	return doc
}

// addNear joins a document with the earlier ones that are nearly the same. Only
// the first of equal ones is looked up by others.
func (x *Index) addNear(doc, model uint32, t *Text) {
	x.sigs = append(x.sigs, signature{})
	if model != doc {
		x.near.skip()
		if t.Len() >= 3 {
			x.join(model, doc)
		}
		return
	}
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
// units and how many people hold it.
func (x *Index) seal() {
	if x.sealed {
		return
	}
	x.sealed = true
	x.sum = make([]float64, len(x.docs))
	x.views, x.memo = make([]*view, len(x.docs)), map[[2]uint32]comparison{}
	x.people = make([]uint8, len(x.inv.marks))
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
	stamp, met := make([]uint32, len(x.docs)), make([]uint32, len(x.docs))
	for n := range x.inv.marks {
		m := &x.inv.marks[n]
		if m.units == 0 || m.units == ignored {
			continue
		}
		m.units = 0
		posts, people := 0, 0
		for p := m.head; p != 0; p = x.inv.posts[p-1].next {
			doc := x.inv.posts[p-1].doc
			posts++
			if r := root[doc]; stamp[r] != uint32(n+1) {
				stamp[r] = uint32(n + 1)
				m.units++
			}
			if o := x.docs[doc].owner; met[o] != uint32(n+1) {
				met[o] = uint32(n + 1)
				people++
			}
		}
		if posts > maxPosts {
			people = common
		}
		x.people[n] = uint8(min(people, common))
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
		if n := d.to - d.from; n == 0 || d.model != uint32(doc) || common[doc]*alikePart < n {
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
// holders matches k-1 others by it. Sharing all of it out among them would hide a
// ring of ten in its own number; a square root keeps an agency's opening lines
// below a match and leaves a ring's stock above it (TestBoilerplateWeighsNothing,
// TestRingOfTenIsFound).
func (x *Index) weigh(most int) {
	n := float64(max(x.units, minUnits))
	x.idf = make([]float64, most+1)
	x.spent = make([]float64, most+1)
	x.lone = make([]float64, most+1)
	for k := 1; k <= most; k++ {
		x.idf[k] = math.Log(n / float64(k))
		x.spent[k] = x.idf[k] / math.Sqrt(float64(max(1, k-1)))
		// Two runs in five are chosen, so more have it than chose it; and what is said by
		// one choice alone is not rarer than the corpus is large.
		has := max(2, float64(k)*(winnowWindow+1)/2)
		x.lone[k] = max(0, math.Log(float64(x.units)/has)) / math.Sqrt(max(1, has-1))
	}
	x.idf[0], x.lone[0] = x.idf[1], x.lone[1]
}

// weight is what fingerprint n says of a pair that holds it, nats.
func (x *Index) weight(n uint32) float64 {
	if u := x.inv.marks[n].units; u != 0 && u != ignored && x.people[n] < common {
		return x.spent[u]
	}
	return 0
}

// weightAlone is what fingerprint n says of a pair of which both have its words and
// one chose it, nats. Where words beside it were changed, the other chose another.
func (x *Index) weightAlone(n uint32) float64 {
	if u := x.inv.marks[n].units; u != ignored && x.people[n] < common {
		return x.lone[u]
	}
	return 0
}

// Match is another person's document that shares unusual wording with one.
type Match struct {
	Other  uint32 // the other document
	Person uint32 // whose it is
	// Share is how much of this document's account of work also stands in the other,
	// 0-1: of its wording, weighed by how rare it is, or of its words, those between
	// shared ones that were changed among them, whichever is more. ShareOther is the
	// other direction.
	Share      float64
	ShareOther float64
	// Nats is the surprise of the distinct shared fingerprints, natural-log units.
	Nats float64
	// Holders is how many people have what the two share, at least 2: of the wording
	// that fewest have, as much as makes 90 nats, and the most who have any of that.
	Holders int
	// Passages are the longest shared passages, longest first, at most five.
	Passages []Passage
}

// Left says what a search for matches left out.
type Left struct {
	// Documents of others that are worth MinNats and were not compared, because
	// more than [MaxMatches] people have some, or one person many.
	Documents int
	// Common is set when more than [MaxHolders] people have most of the wording.
	Common bool
}

// Passage is a stretch of text that stands in both documents: runs of the same
// words, at most three changed words between two of them.
type Passage struct {
	Words      int             // the same in both, at least [RunWords]
	Text       record.Redacted // as this document has it, at most 2,000 bytes
	Where      string          // in this document: "page 1, lines 8-31"
	WhereOther string          // in the other
}
