// SPDX-License-Identifier: Apache-2.0

package document

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// sameTexts is one text under n names, beside a text of each one's own.
func sameTexts(n, words int) [][]string {
	w := newWriter(11)
	text := w.lines(words)
	out := make([][]string, 0, 2*n)
	for range n {
		out = append(out, text, w.lines(words))
	}
	return out
}

// halfTexts are n texts, each of two of 64 halves.
func halfTexts(n int) [][]string {
	w := newWriter(12)
	halves := make([][]string, 64)
	for i := range halves {
		halves[i] = w.lines(250)
	}
	out := make([][]string, n)
	for i := range out {
		a := w.r.IntN(64)
		b := (a + 1 + w.r.IntN(63)) % 64
		out[i] = slices.Concat(halves[a], halves[b])
	}
	return out
}

func indexOf(texts [][]string) *Index {
	x := NewIndex(len(texts))
	for i, t := range texts {
		x.Add(uint32(i), uint32(i), textOf(t...))
	}
	return x
}

// One text under n names: few of them are each other's, what thirty have is
// measured once, and what more than 64 have is nobody's and said to be.
func TestSameTextOfMany(t *testing.T) {
	for _, n := range []int{5, 30, MaxHolders, MaxHolders + 1, 400} {
		x := indexOf(sameTexts(n, 120))
		for i := range uint32(2 * n) {
			ms, left := x.Matches(i)
			want, others := min(n-1, MaxMatches), max(0, n-1-MaxMatches)
			if n > MaxHolders {
				want, others = 0, 0
			}
			if i%2 == 1 {
				want, others = 0, 0
			}
			if len(ms) != want || left.Documents != others || left.Common != (n > MaxHolders && i%2 == 0) {
				t.Fatalf("one of %d: %d matches, left out %+v; want %d and %d", n, len(ms), left, want, others)
			}
			for _, m := range ms {
				if m.Holders != n || m.Share != 1 || len(m.Passages) != 1 || m.Passages[0].Words != 120 {
					t.Fatalf("one of %d: %+v", n, m)
				}
			}
		}
		if x.compared > 1 {
			t.Errorf("one text of %d people was compared %d times", n, x.compared)
		}
	}
}

// Whoever shares halves with a hundred is compared with no more than those who
// share most.
func TestHalvesOfMany(t *testing.T) {
	const n = 600
	x := indexOf(halfTexts(n))
	found, left := 0, 0
	for i := range uint32(n) {
		ms, l := x.Matches(i)
		found, left = found+len(ms), left+l.Documents
		if !slices.IsSortedFunc(ms, func(a, b Match) int { return int(b.Nats - a.Nats) }) || len(ms) > MaxMatches {
			t.Fatalf("%d matches of %d, not sorted or too many", len(ms), i)
		}
	}
	if x.compared > n*MaxMatches || found == 0 || left == 0 {
		t.Errorf("%d comparisons, want at most %d; %d found, %d left out", x.compared, n*MaxMatches, found, left)
	}
}

// A passage of two people's own inside a template of fifty is two people's.
func TestPassageInsideTemplate(t *testing.T) {
	w := newWriter(13)
	template, secret := w.lines(300), w.lines(80)
	var texts [][]string
	for i := range 50 {
		own := w.lines(60)
		if i == 7 || i == 31 {
			own = secret
		}
		texts = append(texts, slices.Concat(template, own))
	}
	x := indexOf(texts)
	ms, _ := x.Matches(7)
	if len(ms) == 0 || ms[0].Other != 31 || ms[0].Holders != 2 || ms[1].Holders != 50 {
		t.Errorf("matches: %.3v", ms)
	}
}

// One person's many files do not take the places of everybody else's.
func TestManyFilesOfOne(t *testing.T) {
	w := newWriter(14)
	text := w.lines(200)
	x := NewIndex(80)
	for i := range uint32(40) {
		x.Add(i, 1, textOf(text...))
	}
	for i := range uint32(5) {
		x.Add(100+i, 100+i, textOf(text...))
	}
	ms, left := x.Matches(104)
	people := map[uint32]int{}
	for _, m := range ms {
		people[m.Person]++
	}
	if len(people) != 5 || people[1] != maxEach || left.Documents != 40-maxEach || ms[0].Holders != 6 {
		t.Errorf("matches by person %v, left out %+v", people, left)
	}
}

// A text that is one passage over and over is compared in bounded time.
func TestOnePassageOverAndOver(t *testing.T) {
	w := newWriter(15)
	passage := strings.Join(w.lines(60), " ")
	var lines []string
	for i := range 2000 {
		lines = append(lines, passage)
		if i%40 == 0 {
			lines = append(lines, w.word())
		}
	}
	x := indexOf([][]string{lines, lines[1:]})
	if ms, _ := x.Matches(0); len(ms) != 1 || ms[0].Passages[0].Words < 1000 {
		t.Errorf("matches: %.3v", ms)
	}
}

func benchMatches(b *testing.B, texts [][]string) {
	b.Helper()
	b.ReportAllocs()
	compared := 0
	for b.Loop() {
		x := indexOf(texts)
		for i := range texts {
			x.Matches(uint32(i))
		}
		compared = x.compared
	}
	b.ReportMetric(float64(compared), "comparisons")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(texts)), "ns/doc")
}

// BenchmarkSameText is one text of 500 words under n names, beside as many
// others: as one group, and in groups of sixty, who do match.
func BenchmarkSameText(b *testing.B) {
	for _, n := range []int{100, 200, 400, 2000} {
		b.Run(fmt.Sprint("one/", n), func(b *testing.B) { benchMatches(b, sameTexts(n, 500)) })
		b.Run(fmt.Sprint("sixties/", n), func(b *testing.B) {
			w := newWriter(16)
			var texts [][]string
			for i := range n {
				if i%60 == 0 {
					texts = append(texts, w.lines(500))
				} else {
					texts = append(texts, texts[i-1])
				}
			}
			benchMatches(b, texts)
		})
	}
}

// BenchmarkHalves is n texts of 500 words, each of two of 64 halves.
func BenchmarkHalves(b *testing.B) {
	for _, n := range []int{500, 1000, 2000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchMatches(b, halfTexts(n)) })
	}
}
