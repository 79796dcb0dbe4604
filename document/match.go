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
	maxGap   = 3  // changed words between two runs of one passage
	maxAlike = 16 // places of one fingerprint in one text that are tried
	maxQuote = 2000
	// maxEqual bounds the words that are looked at for one pair: a text that is one
	// passage over and over has very many runs in common with its like.
	maxEqual = 1 << 22
)

// run is a stretch of equal words: from a in one text and b in the other.
type run struct {
	a, b, aEnd, bEnd int
	words            int
}

// align finds the maximal runs of equal words that contain a shared
// fingerprint, which is every run of RunWords or more that is not background.
// Runs do not overlap in either text; longer ones are preferred.
func align(a, b, shared []uint64) []run {
	at := make(map[uint64][]int, len(shared))
	for _, key := range shared {
		at[key] = nil
	}
	for j := range len(b) - shingleWords + 1 {
		h := shingle(b, j)
		if js, ok := at[h]; ok && len(js) < maxAlike {
			at[h] = append(js, j)
		}
	}
	var runs []run
	done := map[int]int{} // diagonal → end in a of the last run on it
	equal := 0
	for i := range len(a) - shingleWords + 1 {
		for _, j := range at[shingle(a, i)] {
			if i < done[i-j] || equal > maxEqual {
				continue
			}
			r, ok := extend(a, b, i, j)
			equal += r.words
			if ok {
				done[i-j] = r.aEnd
				runs = append(runs, r)
			}
		}
	}
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

// covered is the part of each text's account of work that stands in the other, words
// that were changed included: a run goes on in both directions, word for word, to
// where most words are still the same. Sentences that people make alike, of which
// every second word differs, end it.
func covered(a, b *Text, runs []run) (ofA, ofB float64) {
	inA, inB := make([]bool, len(a.hashes)), make([]bool, len(b.hashes))
	for _, r := range runs {
		after := same(a.hashes[r.aEnd:], b.hashes[r.bEnd:], +1)
		before := same(a.hashes[:r.a], b.hashes[:r.b], -1)
		for k := -before; k < r.words+after; k++ {
			inA[r.a+k], inB[r.b+k] = true, true
		}
	}
	part := func(t *Text, in []bool) float64 {
		n := 0
		for i, is := range in {
			if is && t.inWork(i) {
				n++
			}
		}
		return float64(n) / float64(max(1, t.account()))
	}
	return part(a, inA), part(b, inB)
}

// same is how far two texts go on together, from their beginnings for +1 or back
// from their ends for -1: to the word at which those that are the same exceed the
// others by most, if it comes before they fall maxGap short of that.
func same(a, b []uint64, step int) int {
	at := func(s []uint64, k int) uint64 {
		if step < 0 {
			return s[len(s)-1-k]
		}
		return s[k]
	}
	best, score, most := 0, 0, 0
	for k := 0; k < min(len(a), len(b)) && score >= most-maxGap; k++ {
		if at(a, k) != at(b, k) {
			score--
		} else if score++; score >= most {
			best, most = k+1, score
		}
	}
	return best
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
