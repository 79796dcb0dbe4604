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

// pictures finds hashes within maxDistance. It files every hash under each of
// its five parts: two hashes that differ in at most 9 bits differ in at most one
// bit of some part, so 13·4+12 + 5 = 69 short lists hold every candidate
// (multi-index hashing: Norouzi, Punjani & Fleet 2014). Five parts of one flip
// beat four of two, which need 548 look-ups, and nine of none, whose lists are
// 64 times as long.
type pictures struct {
	holders map[uint64][]int32     // by exact hash
	lists   *[parts][8192][]uint64 // nil until there is a picture
}

const parts = 5

// part returns the i-th part of a hash: 13 bits, the last 12.
func part(h uint64, i int) uint64 { return h >> (13 * i) & 0x1fff }

func newPictures() pictures { return pictures{holders: map[uint64][]int32{}} }

func (p *pictures) add(h uint64, n int32) {
	if p.lists == nil {
		p.lists = new([parts][8192][]uint64)
	}
	if len(p.holders[h]) == 0 {
		for i := range parts {
			l := &p.lists[i][part(h, i)]
			*l = append(*l, h)
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
	for i := range parts {
		l := &p.lists[i][part(h, i)]
		*l = slices.DeleteFunc(*l, func(o uint64) bool { return o == h })
	}
}

// near calls yield with each distinct hash within maxDistance of h.
func (p *pictures) near(h uint64, yield func(hash uint64, distance int) bool) {
	if p.lists == nil {
		return
	}
	for i := range parts {
		at := part(h, i)
		for flip := -1; flip < 13 && (flip < 12 || i < parts-1); flip++ {
			list := at
			if flip >= 0 {
				list ^= 1 << flip
			}
			for _, o := range p.lists[i][list] {
				d := bits.OnesCount64(h ^ o)
				if d <= maxDistance && !foundBefore(h^o, i) && !yield(o, d) {
					return
				}
			}
		}
	}
}

// foundBefore reports whether a part before the i-th has already found the pair
// that differs in diff.
func foundBefore(diff uint64, i int) bool {
	for j := range i {
		if bits.OnesCount64(part(diff, j)) <= 1 {
			return true
		}
	}
	return false
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
