// SPDX-License-Identifier: Apache-2.0

package document

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"daylight/record"
)

const (
	maxPassages = 5
	maxGap      = 3  // changed words between two runs of one passage
	maxAlike    = 16 // places of one fingerprint in one text that are tried
	maxQuote    = 2000
)

// Matches returns the documents of other people whose shared wording is worth
// [MinNats] or more, most surprising first. It returns nil for an unknown id.
func (x *Index) Matches(id uint32) []Match {
	doc, ok := x.byID[id]
	if !ok {
		return nil
	}
	x.seal()
	var ms []Match
	for _, other := range x.candidates(doc) {
		if m := x.compare(doc, other); m.Nats >= MinNats {
			ms = append(ms, m)
		}
	}
	slices.SortFunc(ms, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Nats, a.Nats), cmp.Compare(a.Other, b.Other))
	})
	return ms
}

// candidates returns the documents of other people that share enough
// fingerprints. The sum is taken in the order of this text; compare takes it in
// an order both directions share.
func (x *Index) candidates(doc uint32) []uint32 {
	d := &x.docs[doc]
	x.touch = x.touch[:0]
	for _, n := range x.numbers[d.from:d.to] {
		m := &x.inv.marks[n]
		if m.units == 0 || m.units == ignored || x.spent[m.units] < negligible {
			continue
		}
		w := x.spent[m.units]
		for p := m.head; p != 0; p = x.inv.posts[p-1].next {
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
	var out []uint32
	for _, other := range x.touch {
		if x.sum[other] > MinNats-1e-6 {
			out = append(out, other)
		}
		x.sum[other] = 0
	}
	return out
}

// compare verifies a pair and measures it.
func (x *Index) compare(a, b uint32) Match {
	da, db := &x.docs[a], &x.docs[b]
	shared := x.shared(da, db)
	m := Match{
		Other: db.id, Person: db.person,
		Share:      x.share(da, db),
		ShareOther: x.share(db, da),
	}
	for _, s := range shared {
		m.Nats += s.weight
	}
	for _, p := range passages(align(da.text.hashes, db.text.hashes, shared)) {
		if len(m.Passages) == maxPassages {
			break
		}
		m.Passages = append(m.Passages, Passage{
			Words:      p.words,
			Text:       da.text.quote(p.a, p.aEnd),
			Where:      da.text.where(p.a, p.aEnd),
			WhereOther: db.text.where(p.b, p.bEnd),
		})
	}
	return m
}

type sharedKey struct {
	key    uint64
	weight float64
}

// shared returns the fingerprints both documents hold, by key.
func (x *Index) shared(a, b *entry) []sharedKey {
	keys := func(e *entry) []uint64 {
		out := make([]uint64, 0, e.to-e.from)
		for _, n := range x.numbers[e.from:e.to] {
			out = append(out, x.inv.marks[n].key)
		}
		slices.Sort(out)
		return out
	}
	ka, kb := keys(a), keys(b)
	numbers := make(map[uint64]uint32, len(ka))
	for _, n := range x.numbers[a.from:a.to] {
		numbers[x.inv.marks[n].key] = n
	}
	var out []sharedKey
	for _, k := range ka {
		if _, both := slices.BinarySearch(kb, k); !both {
			continue
		}
		if u := x.inv.marks[numbers[k]].units; u != ignored {
			out = append(out, sharedKey{k, x.spent[u]})
		}
	}
	return out
}

// share is the part of a's fingerprints, weighed by idf, whose words stand in b
// anywhere: b's choice of fingerprints does not matter.
func (x *Index) share(a, b *entry) float64 {
	in := make(map[uint64]struct{}, b.text.Len())
	for i := range b.text.Len() - shingleWords + 1 {
		in[shingle(b.text.hashes, i)] = struct{}{}
	}
	var both, all float64
	for _, n := range x.numbers[a.from:a.to] {
		m := &x.inv.marks[n]
		if m.units == ignored {
			continue
		}
		w := x.idf[m.units]
		all += w
		if _, ok := in[m.key]; ok {
			both += w
		}
	}
	if all == 0 {
		return 0
	}
	return both / all
}

// run is a stretch of equal words: from a in one text and b in the other.
type run struct {
	a, b, aEnd, bEnd int
	words            int
}

// align finds the maximal runs of equal words that contain a shared
// fingerprint, which is every run of RunWords or more that is not background.
// Runs do not overlap in either text; longer ones are preferred.
func align(a, b []uint64, shared []sharedKey) []run {
	at := make(map[uint64][]int, len(shared))
	for _, s := range shared {
		at[s.key] = nil
	}
	winnow(b, func(h uint64, j int) {
		if js, ok := at[h]; ok && len(js) < maxAlike {
			at[h] = append(js, j)
		}
	})
	var runs []run
	done := map[int]int{} // diagonal → end in a of the last run on it
	winnow(a, func(h uint64, i int) {
		for _, j := range at[h] {
			if i < done[i-j] {
				continue
			}
			if r, ok := extend(a, b, i, j); ok {
				done[i-j] = r.aEnd
				runs = append(runs, r)
			}
		}
	})
	slices.SortFunc(runs, func(r, s run) int {
		return cmp.Or(cmp.Compare(s.words, r.words), cmp.Compare(r.a, s.a), cmp.Compare(r.b, s.b))
	})
	usedA, usedB := make([]bool, len(a)), make([]bool, len(b))
	kept := runs[:0]
	for _, r := range runs {
		// Cut off at both ends what a longer run has taken.
		for r.words > 0 && (usedA[r.a] || usedB[r.b]) {
			r.a, r.b, r.words = r.a+1, r.b+1, r.words-1
		}
		for r.words > 0 && (usedA[r.aEnd-1] || usedB[r.bEnd-1]) {
			r.aEnd, r.bEnd, r.words = r.aEnd-1, r.bEnd-1, r.words-1
		}
		if r.words < shingleWords || slices.Contains(usedA[r.a:r.aEnd], true) || slices.Contains(usedB[r.b:r.bEnd], true) {
			continue
		}
		for k := range r.words {
			usedA[r.a+k], usedB[r.b+k] = true, true
		}
		kept = append(kept, r)
	}
	return kept
}

func extend(a, b []uint64, i, j int) (run, bool) {
	r := run{a: i, b: j, aEnd: i, bEnd: j}
	for r.aEnd < len(a) && r.bEnd < len(b) && a[r.aEnd] == b[r.bEnd] {
		r.aEnd++
		r.bEnd++
	}
	for r.a > 0 && r.b > 0 && a[r.a-1] == b[r.b-1] {
		r.a--
		r.b--
	}
	r.words = r.aEnd - r.a
	return r, r.aEnd-i >= shingleWords
}

// passages joins runs that follow each other in both texts with at most maxGap
// words between, and returns those of at least RunWords, longest first.
func passages(runs []run) []run {
	slices.SortFunc(runs, func(r, s run) int { return cmp.Compare(r.a, s.a) })
	var out []run
	for _, r := range runs {
		if n := len(out) - 1; n >= 0 {
			p := &out[n]
			if ga, gb := r.a-p.aEnd, r.b-p.bEnd; ga >= 0 && ga <= maxGap && gb >= 0 && gb <= maxGap {
				p.aEnd, p.bEnd, p.words = r.aEnd, r.bEnd, p.words+r.words
				continue
			}
		}
		out = append(out, r)
	}
	out = slices.DeleteFunc(out, func(r run) bool { return r.words < RunWords })
	slices.SortFunc(out, func(r, s run) int {
		return cmp.Or(cmp.Compare(s.words, r.words), cmp.Compare(r.a, s.a))
	})
	return out
}

// where says where words from up to but not including to stand.
func (t *Text) where(from, to int) string {
	if len(t.spans) < to || to <= from || len(t.lines) == 0 {
		return ""
	}
	return locate(t.lines[t.spans[from].line], t.lines[t.spans[to-1].line])
}

// locate formats a range of lines for people.
func locate(first, last Line) string {
	switch {
	case first.Page != last.Page:
		return fmt.Sprintf("page %d, line %d to page %d, line %d", first.Page, first.Number, last.Page, last.Number)
	case first.Number == last.Number && first.Page == 0:
		return fmt.Sprintf("line %d", first.Number)
	case first.Number == last.Number:
		return fmt.Sprintf("page %d, line %d", first.Page, first.Number)
	case first.Page == 0:
		return fmt.Sprintf("lines %d-%d", first.Number, last.Number)
	}
	return fmt.Sprintf("page %d, lines %d-%d", first.Page, first.Number, last.Number)
}

// quote returns the words as written, lines joined by spaces.
func (t *Text) quote(from, to int) record.Redacted {
	if len(t.spans) < to || to <= from || len(t.lines) == 0 {
		return ""
	}
	var b strings.Builder
	first, last := t.spans[from], t.spans[to-1]
	for l := first.line; l <= last.line; l++ {
		s := t.lines[l].Text.Reveal()
		if l == last.line {
			s = s[:last.to]
		}
		if l == first.line {
			s = s[first.from:]
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s)
		if b.Len() > maxQuote {
			break
		}
	}
	s := b.String()
	if len(s) > maxQuote {
		cut := maxQuote
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	return record.Redacted(s)
}
