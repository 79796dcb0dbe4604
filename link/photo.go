// SPDX-License-Identifier: Apache-2.0

package link

import (
	"math/bits"
	"slices"
)

// maxDistance is the largest Hamming distance between the perceptual hashes of
// two pictures that count as one: 8 of 64 bits, as in the published use of DCT
// hashes for finding edited copies.
const maxDistance = 8

// pictures finds hashes within maxDistance. It keeps the four 16-bit quarters of
// every hash: two hashes that differ in at most 8 bits differ in at most 2 in
// some quarter, so 4 · 137 look-ups find every candidate (multi-index hashing:
// Norouzi, Punjani & Fleet 2014).
type pictures struct {
	holders  map[uint64][]int32 // by exact hash
	quarters [4]map[uint16][]uint64
}

func newPictures() pictures {
	p := pictures{holders: map[uint64][]int32{}}
	for i := range p.quarters {
		p.quarters[i] = map[uint16][]uint64{}
	}
	return p
}

func quarter(h uint64, i int) uint16 { return uint16(h >> (16 * i) & 0xffff) }

func (p *pictures) add(h uint64, n int32) {
	if len(p.holders[h]) == 0 {
		for i := range p.quarters {
			q := quarter(h, i)
			p.quarters[i][q] = append(p.quarters[i][q], h)
		}
	}
	p.holders[h] = append(p.holders[h], n)
}

func (p *pictures) remove(h uint64, n int32) {
	p.holders[h] = slices.DeleteFunc(p.holders[h], func(m int32) bool { return m == n })
	if len(p.holders[h]) > 0 {
		return
	}
	delete(p.holders, h)
	for i := range p.quarters {
		q := quarter(h, i)
		rest := slices.DeleteFunc(p.quarters[i][q], func(o uint64) bool { return o == h })
		if len(rest) == 0 {
			delete(p.quarters[i], q)
		} else {
			p.quarters[i][q] = rest
		}
	}
}

// near calls yield with each distinct hash within maxDistance of h.
func (p *pictures) near(h uint64, yield func(hash uint64, distance int) bool) {
	for i := range p.quarters {
		q := quarter(h, i)
		for _, m := range flips {
			for _, o := range p.quarters[i][q^m] {
				d := bits.OnesCount64(h ^ o)
				if d <= maxDistance && !closeBefore(h, o, i) && !yield(o, d) {
					return
				}
			}
		}
	}
}

// closeBefore reports whether an earlier quarter has already found the pair.
func closeBefore(a, b uint64, i int) bool {
	for j := range i {
		if bits.OnesCount16(quarter(a, j)^quarter(b, j)) <= 2 {
			return true
		}
	}
	return false
}

// flips are the 137 masks of at most two bits.
var flips = masks()

func masks() []uint16 {
	m := []uint16{0}
	for i := range 16 {
		m = append(m, 1<<i)
		for j := range i {
			m = append(m, 1<<i|1<<j)
		}
	}
	return m
}

// alike returns the subjects with a picture within maxDistance of one of n's,
// with the least distance. It reports false for a hub: more than limit of them.
func (g *Graph) alike(n int32) (map[int32]int, bool) {
	var found map[int32]int
	for _, pic := range g.nodes[n].pictures {
		hub := false
		g.pictures.near(pic.hash, func(h uint64, d int) bool {
			for _, m := range g.pictures.holders[h] {
				if m == n {
					continue
				}
				if found == nil {
					found = map[int32]int{}
				}
				if old, ok := found[m]; !ok || d < old {
					found[m] = d
				}
				hub = len(found) >= limit
				if hub {
					return false
				}
			}
			return true
		})
		if hub {
			return nil, false
		}
	}
	return found, true
}
