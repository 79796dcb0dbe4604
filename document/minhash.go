// SPDX-License-Identifier: Apache-2.0

package document

import (
	"math"
	"math/bits"
)

// The near-duplicate index: 128 one-permutation MinHash values over 3-word
// shingles (Li, Owen & Zhang 2012) with optimal densification (Shrivastava
// 2017), in 32 bands of 4 rows. Two documents of Jaccard similarity J share a
// band with probability 1-(1-J^4)^32: 0.33 at J=0.33, 0.94 at J=0.54.
const (
	sigLen   = 128
	sigBands = 32
	sigRows  = sigLen / sigBands
	// sigAlike is how many of the values must agree for two documents to be
	// near-duplicates: Jaccard similarity of about a half.
	sigAlike = sigLen / 2
)

type signature [sigLen]uint32

const (
	golden   = 0x9E3779B97F4A7C15
	emptyBin = math.MaxUint32
)

// join3 mixes three word hashes, in order.
func join3(a, b, c uint64) uint64 {
	hi, lo := bits.Mul64(a^0xA0761D6478BD642F, bits.RotateLeft64(b, 21)^c)
	return (hi ^ lo) ^ c*golden
}

// join4 mixes four word hashes, in order. It is not an extension of join3.
func join4(a, b, c, d uint64) uint64 {
	h1, l1 := bits.Mul64(a^0xE7037ED1A0B428DB, bits.RotateLeft64(b, 17)^c)
	h2, l2 := bits.Mul64(h1^l1^0x8EBC6AF09C88C6E3, d^golden)
	return h2 ^ l2 ^ c
}

// sign computes the signature of a text. It reports false for a text without a
// 3-word shingle.
func (sig *signature) sign(words []uint64) bool {
	if len(words) < 3 {
		return false
	}
	for i := range sig {
		sig[i] = emptyBin
	}
	a, b := words[0], words[1]
	for _, c := range words[2:] {
		h := join3(a, b, c) * golden
		bin := &sig[h>>(64-7)]
		*bin = min(*bin, uint32(h&math.MaxUint32))
		a, b = b, c
	}
	sig.densify()
	return true
}

// densify fills each empty bin with the value of a filled one, chosen by a
// sequence that depends only on the bin's number.
func (sig *signature) densify() {
	filled := *sig
	for i, v := range filled {
		if v != emptyBin {
			continue
		}
		x := uint64(i)
		for {
			x = (x ^ x>>31) * 0x7fb5d329728ea185
			x = (x ^ x>>27) * 0x81dadef4bc2dd44d
			x ^= x >> 33
			if from := filled[x%sigLen]; from != emptyBin {
				sig[i] = from
				break
			}
			x += uint64(i) + golden
		}
	}
}

// agree counts the values in which two signatures agree.
func (sig *signature) agree(o *signature) int {
	n := 0
	for i, v := range sig {
		if v == o[i] {
			n++
		}
	}
	return n
}

// lsh files signatures by band in one chained table. Entry e belongs to document
// e / sigBands.
type lsh struct {
	head []uint32 // slot → entry+1
	next []uint32 // entry → entry+1
	keys []uint64 // entry → band hash
	seen []uint32 // document → epoch of the last query that met it
	now  uint32
}

func newLSH(docs int) lsh {
	return lsh{
		head: make([]uint32, 1<<bits.Len(uint(max(docs, 32)*sigBands))),
		next: make([]uint32, 0, docs*sigBands),
		keys: make([]uint64, 0, docs*sigBands),
		seen: make([]uint32, 0, docs),
	}
}

// add files the signature of the next document and calls similar for every
// earlier one that shares a band, once each.
func (l *lsh) add(sig *signature, similar func(doc uint32)) {
	if len(l.next)+sigBands > len(l.head) {
		l.grow()
	}
	l.seen = append(l.seen, 0)
	l.now++
	mask := uint64(len(l.head) - 1) //nolint:gosec // a table is never empty
	var keys [sigBands]uint64
	var heads [sigBands]uint32
	for i := range keys {
		h := uint64(i+1) * golden
		for _, v := range sig[i*sigRows : (i+1)*sigRows] {
			hi, lo := bits.Mul64(h^uint64(v), 0xD6E8FEB86659FD93)
			h = hi ^ lo
		}
		keys[i] = h
	}
	for i, k := range keys { // apart from the walk, so that the cache misses overlap
		heads[i] = l.head[k&mask]
	}
	for i, k := range keys {
		for e := heads[i]; e != 0; e = l.next[e-1] {
			if l.keys[e-1] != k {
				continue
			}
			if d := (e - 1) / sigBands; l.seen[d] != l.now {
				l.seen[d] = l.now
				similar(d)
			}
		}
	}
	for _, k := range keys {
		l.next = append(l.next, l.head[k&mask])
		l.keys = append(l.keys, k)
		l.head[k&mask] = uint32(len(l.next)) //nolint:gosec // an index has fewer than 2^27 documents
	}
}

// skip keeps the numbering for a document that has no signature.
func (l *lsh) skip() {
	l.seen = append(l.seen, 0)
	for range sigBands {
		l.next = append(l.next, 0)
		l.keys = append(l.keys, 0)
	}
}

func (l *lsh) grow() {
	l.head = make([]uint32, 2*max(len(l.head), len(l.next)+sigBands))
	if n := len(l.head); n&(n-1) != 0 {
		l.head = make([]uint32, 1<<bits.Len(uint(n)))
	}
	mask := uint64(len(l.head) - 1) //nolint:gosec // a table is never empty
	for e, k := range l.keys {
		if k != 0 {
			l.next[e] = l.head[k&mask]
			l.head[k&mask] = uint32(e + 1)
		}
	}
}
