// SPDX-License-Identifier: Apache-2.0

package document

import (
	"fmt"
	"strings"
	"testing"
)

// resumeOf writes a résumé with a profile, lines of work and a closing line.
func resumeOf(t *testing.T, profile, closing string, work []string) *Text {
	t.Helper()
	text := "Somebody Example\n\n" + profile + "\n\nExperience\n\nEngineer, Example Works\n" + strings.Join(work, "\n") + "\n\nReferences\n\n" + closing + "\n"
	doc, err := Read("resume.txt", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Text()
}

// TestFrameWeighsNothing: two people whose résumés open and close with the words of
// one template share nothing, and two who share as many words of work do.
func TestFrameWeighsNothing(t *testing.T) {
	w := newWriter(31)
	profile, closing := strings.Join(w.lines(40), "\n"), strings.Join(w.lines(20), "\n")
	x := NewIndex(4)
	x.Add(1, 1, resumeOf(t, profile, closing, w.lines(150)))
	x.Add(2, 2, resumeOf(t, profile, closing, w.lines(150)))
	shared := w.lines(60)
	x.Add(3, 3, resumeOf(t, "", "", append(w.lines(90), shared...)))
	x.Add(4, 4, resumeOf(t, "", "", append(w.lines(90), shared...)))
	for id := uint32(1); id <= 4; id++ {
		ms, _ := x.Matches(id)
		if want := int(id-1) / 2; len(ms) != want {
			t.Errorf("%d: %d matches, want %d", id, len(ms), want)
		}
	}
}

// TestAccount: without a heading for work, and where next to nothing stands under
// one, everything counts.
func TestAccount(t *testing.T) {
	w := newWriter(32)
	for _, c := range []struct {
		text  string
		whole bool
	}{
		{"Profile\n" + strings.Join(w.lines(80), "\n"), true},
		{strings.Join(w.lines(80), "\n") + "\nExperience\n" + strings.Join(w.lines(20), "\n"), true},
		{strings.Join(w.lines(80), "\n") + "\nExperience\n" + strings.Join(w.lines(90), "\n"), false},
		{strings.Join(w.lines(80), "\n") + "\nProjets\n" + strings.Join(w.lines(90), "\n"), false},
		{"Berufserfahrung\n" + strings.Join(w.lines(90), "\n") + "\nAusbildung\n" + strings.Join(w.lines(30), "\n"), false},
	} {
		doc, err := Read("resume.txt", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		text := doc.Text()
		if n := text.account(); (n == text.Len()) != c.whole || n < minAccount {
			t.Errorf("%d of %d words tell of work: %.40q", n, text.Len(), c.text)
		}
	}
}

// TestHeadOfAShortAccount: where little stands under a heading of work, the rest counts,
// but for a head that is as short, which is what templates write.
func TestHeadOfAShortAccount(t *testing.T) {
	w := newWriter(33)
	head, work, more := strings.Join(w.lines(20), "\n"), strings.Join(w.lines(30), "\n"), strings.Join(w.lines(100), "\n")
	for _, c := range []struct {
		text string
		want int // words that count
	}{
		{head + "\nExperience\n" + work, 1 + 30},
		{head + "\nExperience\n" + work + "\nSkills\n" + more, 2 + 30 + 100},
		{head + "\nExperience\n" + work + "\n" + more, 30 + 100}, // an account that is long enough
		{more + "\nExperience\n" + work, 100 + 1 + 30},
		{head + "\n" + work, 20 + 30},
	} {
		doc, err := Read("resume.txt", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		if n := doc.Text().account(); n != c.want {
			t.Errorf("%d words count, want %d: %.60q", n, c.want, c.text)
		}
	}
}

// TestCovered hand-checks which words of two texts stand in both, changed ones
// between them included.
func TestCovered(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64 // of a
	}{
		{"p q r s one two three four five six", "u v one two three four five six w", .6},
		// A changed word and two that are the same: the passage goes on. After two
		// changed words it takes three to make up for them.
		{"one two three four X five six", "one two three four Y five six", 1},
		{"one two three four X X five six seven seven", "one two three four Y Y five six seven Z", .9},
		{"one two three four X X five six", "one two three four Y Y five six", 1},
		{"one two three four X X five Q", "one two three four Y Y five Z", .5},
		{"one two three four X X X X five six", "one two three four Y Y Y Y five six", .4},
		// Backwards as well, and a word at the end that was changed is none of it.
		{"zero zero X one two three four Z", "zero zero Y one two three four Q", .875},
		{"one two three", "one two three", 0},
	} {
		a, b := textOf(c.a), textOf(c.b)
		var shared []uint64
		for i := range len(b.hashes) - shingleWords + 1 {
			shared = append(shared, shingle(b.hashes, i))
		}
		ofA, ofB := covered(a, b, align(a.hashes, b.hashes, shared))
		if fmt.Sprintf("%.3f", ofA) != fmt.Sprintf("%.3f", c.want) {
			t.Errorf("%q in %q: %.3f, want %.3f", c.a, c.b, ofA, c.want)
		}
		back, front := covered(b, a, align(b.hashes, a.hashes, shared))
		if back != ofB || front != ofA {
			t.Errorf("%q in %q: the other direction differs", c.a, c.b)
		}
	}
}
