// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestTableKeepsTheSame says of every kind of bound that a table keeps exactly
// what sorting all keys by the kept order and cutting would keep, with every
// value that was ever added to a kept key, whatever the order and grouping.
func TestTableKeepsTheSame(t *testing.T) {
	bounds := map[string]bound{
		"smallest":    {limit: 3},
		"group":       {limit: 2, groupBits: 4, wide: 3, wideLimit: 5},
		"day hash":    {limit: 4, dayBits: 4},
		"newest days": {limit: 4, dayBits: 4, newest: true},
	}
	for name, b := range bounds {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				type item struct {
					k   uint32
					bit int
				}
				items := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) item {
					return item{rapid.Uint32Range(0, 127).Draw(t, "key"), rapid.IntRange(0, 95).Draw(t, "bit")}
				}), 0, 40).Draw(t, "items")

				// The answer, the slow way.
				values := map[uint32]quarterSet{}
				for _, it := range items {
					v := values[it.k]
					v.set(uint32(it.bit))
					values[it.k] = v
				}
				groups := map[uint32][]uint32{}
				for k := range values {
					g := uint32(0)
					if b.groupBits != 0 {
						g = k >> b.groupBits
					}
					groups[g] = append(groups[g], k)
				}
				var want []uint32
				cut := false
				for g, keys := range groups {
					slices.SortFunc(keys, func(x, y uint32) int {
						return cmp.Or(cmp.Compare(b.rank(uint64(x)), b.rank(uint64(y))), cmp.Compare(x, y))
					})
					cut = cut || len(keys) > b.room(uint64(g))
					want = append(want, keys[:min(len(keys), b.room(uint64(g)))]...)
				}
				slices.Sort(want)

				// Deal the items to a few tables in a drawn order and join those.
				dealt := rapid.Permutation(items).Draw(t, "order")
				tables := make([]table[uint32, quarterSet], 3)
				for _, it := range dealt {
					tab := &tables[rapid.IntRange(0, 2).Draw(t, "table")]
					if v, _ := tab.slot(it.k, b); v != nil {
						v.set(uint32(it.bit))
					}
				}
				got := tables[0]
				got.join(&tables[1], b, (*quarterSet).join)
				got.join(&tables[2], b, (*quarterSet).join)
				got.join(&tables[1], b, (*quarterSet).join)

				if got.cut != cut {
					t.Fatalf("cut = %v, want %v", got.cut, cut)
				}
				if len(got.rows) != len(want) {
					t.Fatalf("%d rows, want %v", len(got.rows), want)
				}
				for i, r := range got.rows {
					if r.key != want[i] || r.val != values[r.key] {
						t.Fatalf("row %d is %v, want key %d with %v", i, r, want[i], values[want[i]])
					}
				}
			})
		})
	}
}
