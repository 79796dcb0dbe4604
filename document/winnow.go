// SPDX-License-Identifier: Apache-2.0

package document

import (
	"math"
	"math/bits"
	"slices"
)

// The passage index: winnowed fingerprints of 4-word shingles, window 4. Any
// run of 7 words that stands in two texts leaves a fingerprint in both.
// Source: Schleimer, Wilkerson & Aiken, "Winnowing: local algorithms for
// document fingerprinting" (2003), where guarantee t = w + k - 1.
const (
	shingleWords = 4
	winnowWindow = 4
	// RunWords is the length from which every copied run of words is found.
	RunWords = shingleWords + winnowWindow - 1
)

// winnow calls keep for each selected shingle: its hash and the index of its
// first word. In each window the smallest hash is selected, the rightmost of
// equals; a text too short for a window has its smallest shingle selected.
func winnow(words []uint64, keep func(h uint64, at int)) {
	n := len(words) - shingleWords + 1
	if n <= 0 {
		return
	}
	if n < winnowWindow {
		best, at := uint64(0), -1
		for i := range n {
			if h := shingle(words, i); at < 0 || h <= best {
				best, at = h, i
			}
		}
		keep(best, at)
		return
	}
	var ring [winnowWindow]uint64
	for i := range winnowWindow - 1 {
		ring[i] = shingle(words, i)
	}
	best, at := uint64(0), -1 // the window's minimum, and where
	for i := winnowWindow - 1; i < n; i++ {
		h := shingle(words, i)
		ring[i%winnowWindow] = h
		switch {
		case at <= i-winnowWindow: // none yet, or it left the window: look again
			best, at = h, i
			for j := i - 1; j > i-winnowWindow; j-- {
				if v := ring[j%winnowWindow]; v < best {
					best, at = v, j
				}
			}
		case h <= best:
			best, at = h, i
		default:
			continue
		}
		keep(best, at)
	}
}

func shingle(words []uint64, i int) uint64 {
	w := words[i : i+shingleWords : i+shingleWords]
	return join4(w[0], w[1], w[2], w[3])
}

// inverted maps fingerprints to the documents that hold them. Fingerprints are
// numbered; numbers never change, so documents keep their fingerprints as
// numbers.
type inverted struct {
	// slots is an open-addressed table with linear probing: the high half of a key
	// above number+1; 0 is empty.
	slots []uint64
	marks []mark    // by number
	posts []posting // chains, newest first
	warm  uint64    // keeps the loads that warm the cache
}

// mark is what is known of one fingerprint.
type mark struct {
	key   uint64
	head  uint32 // posting+1
	units uint32 // distinct groups that hold it, once counted
}

type posting struct{ doc, next uint32 }

func newInverted(fingerprints int) inverted {
	return inverted{
		slots: make([]uint64, 1<<bits.Len(uint(max(fingerprints, 512)*3/2))),
		marks: make([]mark, 0, fingerprints),
		posts: make([]posting, 0, fingerprints),
	}
}

// add files each key for a document and appends the numbers to out, each once.
func (v *inverted) add(doc uint32, keys []uint64, out []uint32) []uint32 {
	for (len(v.marks)+len(keys))*3 > len(v.slots)*2 {
		v.grow()
	}
	mask := uint64(len(v.slots) - 1) //nolint:gosec // a table is never empty
	for chunk := range slices.Chunk(keys, 32) {
		// The table is larger than any cache. Loads that do not wait for each other
		// overlap; the probes that follow find their lines.
		for _, k := range chunk {
			v.warm ^= v.slots[k&mask]
		}
		for _, k := range chunk {
			n := v.number(k, mask)
			m := &v.marks[n]
			if m.head != 0 && v.posts[m.head-1].doc == doc {
				continue // this document has it already
			}
			if m.units != ignored {
				v.posts = append(v.posts, posting{doc, m.head})
				m.head = uint32(len(v.posts)) //nolint:gosec // fewer than 2^32 postings fit in memory
				out = append(out, n)
			}
		}
	}
	return out
}

// number returns the number of a key, giving it one if it is new.
func (v *inverted) number(k, mask uint64) uint32 {
	for i := k & mask; ; i = (i + 1) & mask {
		s := v.slots[i]
		if s == 0 {
			v.marks = append(v.marks, mark{key: k})
			v.slots[i] = k&^math.MaxUint32 | uint64(len(v.marks))
			return uint32(len(v.marks) - 1) //nolint:gosec // fewer than 2^32 fingerprints fit in memory
		}
		if n := uint32(s) - 1; s>>32 == k>>32 && v.marks[n].key == k { //nolint:gosec // the low half
			return n
		}
	}
}

// ignore marks a key as never weighing.
func (v *inverted) ignore(k uint64) {
	for (len(v.marks)+1)*3 > len(v.slots)*2 {
		v.grow()
	}
	mask := uint64(len(v.slots) - 1) //nolint:gosec // a table is never empty
	v.marks[v.number(k, mask)].units = ignored
}

func (v *inverted) grow() {
	v.slots = make([]uint64, 2*len(v.slots))
	mask := uint64(len(v.slots) - 1) //nolint:gosec // a table is never empty
	for n := range v.marks {
		k := v.marks[n].key
		i := k & mask
		for v.slots[i] != 0 {
			i = (i + 1) & mask
		}
		v.slots[i] = k&^math.MaxUint32 | uint64(n+1)
	}
}
