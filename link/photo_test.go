// SPDX-License-Identifier: Apache-2.0

package link

import (
	"math/bits"
	"testing"

	"pgregory.net/rapid"
)

// naive counts the hashes within maxDistance by looking at every one.
func naive(all []uint64, h uint64) int {
	n := 0
	for _, o := range all {
		if bits.OnesCount64(h^o) <= maxDistance {
			n++
		}
	}
	return n
}

// The index finds what looking at every picture finds, each once, also after
// pictures were taken out.
func TestPicturesFindEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.Uint64().Draw(t, "base")
		p := newPictures()
		var all []uint64
		for i := range rapid.IntRange(0, 30).Draw(t, "pictures") {
			h := base
			for range rapid.IntRange(0, 12).Draw(t, "flips") {
				h ^= 1 << rapid.IntRange(0, 63).Draw(t, "bit")
			}
			if len(p.holders[h]) == 0 {
				all = append(all, h)
			}
			p.add(h, int32(i))
		}
		for len(all) > 0 && rapid.Bool().Draw(t, "drop") {
			for _, n := range append([]int32(nil), p.holders[all[0]]...) {
				p.remove(all[0], n)
			}
			all = all[1:]
		}
		seen := map[uint64]bool{}
		p.near(base, func(h uint64, d int) bool {
			if seen[h] || d != bits.OnesCount64(h^base) {
				t.Fatalf("%x at distance %d, seen before: %v", h, d, seen[h])
			}
			seen[h] = true
			return true
		})
		if len(seen) != naive(all, base) {
			t.Fatalf("%d found of %d", len(seen), naive(all, base))
		}
	})
}
