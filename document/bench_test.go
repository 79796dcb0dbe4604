// SPDX-License-Identifier: Apache-2.0

package document

import (
	"strings"
	"testing"

	"github.com/zeebo/xxh3"

	"daylight/record"
)

// benchTexts makes documents of 500 words; every tenth is a near copy, 5 % of
// its words changed.
func benchTexts(n int) [][]Line {
	w := newWriter(7)
	var all [][]string
	out := make([][]Line, n)
	for d := range n {
		var lines []string
		if d%10 == 0 && d > 0 {
			lines = w.splice(all[w.r.IntN(d)], all[w.r.IntN(d)], 0, 0)
			for i := range lines {
				words := strings.Fields(lines[i])
				for j := range words {
					if w.r.Float64() < 0.05 {
						words[j] = w.word()
					}
				}
				lines[i] = strings.Join(words, " ")
			}
		} else {
			lines = w.lines(500)
		}
		all = append(all, lines)
		for i, l := range lines {
			out[d] = append(out[d], Line{Number: i + 1, Text: record.Redacted(l)})
		}
	}
	return out
}

const benchDocs = 20000

func perSecond(b *testing.B, docs int) {
	b.Helper()
	b.ReportMetric(float64(docs)*float64(b.N)/b.Elapsed().Seconds(), "docs/s")
}

// BenchmarkIndex is the whole of it: normalising and hashing the words, both
// indexes, and then the verified matches of every document.
func BenchmarkIndex(b *testing.B) {
	docs := benchTexts(benchDocs)
	b.ReportAllocs()
	for b.Loop() {
		x := NewIndex(len(docs))
		for i, d := range docs {
			x.Add(uint32(i), uint32(i), NewText(d))
		}
		found := 0
		for i := range docs {
			ms, _ := x.Matches(uint32(i))
			found += len(ms)
		}
		if found < benchDocs/6 {
			b.Fatalf("%d matches", found)
		}
	}
	perSecond(b, len(docs))
}

// BenchmarkIndexHashed is both indexes, query then insert, on words already
// hashed: each document's near-duplicates and passage candidates are looked up
// and it is filed.
func BenchmarkIndexHashed(b *testing.B) {
	texts := hashed(benchTexts(benchDocs))
	b.ReportAllocs()
	for b.Loop() {
		x := NewIndex(len(texts))
		for i, t := range texts {
			x.Add(uint32(i), uint32(i), t)
		}
		x.seal()
		found := 0
		for i := range texts {
			others, _ := x.candidates(uint32(i))
			found += len(others)
		}
		if found < benchDocs/6 {
			b.Fatalf("%d candidates", found)
		}
	}
	perSecond(b, len(texts))
}

func BenchmarkNormalise(b *testing.B) {
	docs := benchTexts(1000)
	b.ReportAllocs()
	for b.Loop() {
		for _, d := range docs {
			NewText(d)
		}
	}
	perSecond(b, len(docs))
}

// BenchmarkNearDuplicates is the near-duplicate index alone, query then insert.
func BenchmarkNearDuplicates(b *testing.B) {
	texts := hashed(benchTexts(benchDocs))
	b.ReportAllocs()
	for b.Loop() {
		l := newLSH(len(texts))
		found := 0
		var sig signature
		for _, t := range texts {
			sig.sign(t.hashes)
			l.add(&sig, func(uint32) { found++ })
		}
		if found < benchDocs/12 {
			b.Fatalf("%d candidates", found)
		}
	}
	perSecond(b, len(texts))
}

// BenchmarkNearDuplicatesPlain is the peer: 128 permutations and a map for each
// band.
func BenchmarkNearDuplicatesPlain(b *testing.B) {
	texts := hashed(benchTexts(benchDocs / 10))
	b.ReportAllocs()
	for b.Loop() {
		var bands [sigBands]map[uint64][]uint32
		for i := range bands {
			bands[i] = map[uint64][]uint32{}
		}
		found := 0
		for d, t := range texts {
			var sig signature
			classicMinHash(t.hashes, &sig)
			seen := map[uint32]bool{}
			for i := range bands {
				var key [4 * sigRows]byte
				for j, v := range sig[i*sigRows : (i+1)*sigRows] {
					key[4*j], key[4*j+1], key[4*j+2], key[4*j+3] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
				}
				k := xxh3.Hash(key[:])
				for _, o := range bands[i][k] {
					if !seen[o] {
						seen[o] = true
						found++
					}
				}
				bands[i][k] = append(bands[i][k], uint32(d))
			}
		}
		if found < benchDocs/120 {
			b.Fatalf("%d candidates", found)
		}
	}
	perSecond(b, len(texts))
}

func classicMinHash(words []uint64, sig *signature) {
	for i := range sig {
		sig[i] = emptyBin
	}
	for i := 2; i < len(words); i++ {
		h := join3(words[i-2], words[i-1], words[i])
		for k := range sig {
			x := uint64(k+1) * golden
			sig[k] = min(sig[k], uint32((h*(x|1)+x)>>32))
		}
	}
}

func hashed(docs [][]Line) []*Text {
	texts := make([]*Text, len(docs))
	for i, d := range docs {
		texts[i] = NewText(d)
		texts[i].lines = d
	}
	return texts
}
