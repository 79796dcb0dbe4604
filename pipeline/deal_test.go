// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"daylight/record"
)

// TestDeal demands of dealing where records stand what copying them gives: everybody's
// own in their order, and nothing of those that are nobody's.
func TestDeal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.IntRange(0, 6).Draw(t, "people")
		owners := rapid.SliceOfN(rapid.IntRange(nobody, people-1), 0, 40).Draw(t, "owners")
		records := make([]record.Record, len(owners))
		want := make([][]record.ID, people)
		for r, i := range owners {
			records[r].ID = record.ID(strconv.Itoa(r))
			if i != nobody {
				want[i] = append(want[i], records[r].ID)
			}
		}
		dealt := deal(records, owners, people)
		left := len(records)
		for i, rs := range dealt {
			var got []record.ID
			for _, r := range rs {
				got = append(got, r.ID)
			}
			if !slices.Equal(got, want[i]) {
				t.Fatalf("%d has %v, want %v", i, got, want[i])
			}
			left -= len(rs)
		}
		if kept := slices.IndexFunc(records[len(records)-left:], func(r record.Record) bool { return r.ID != "" }); kept >= 0 {
			t.Fatal("what is nobody's is held")
		}
		if again := deal(records, owners, people); !slices.EqualFunc(again, dealt, func(a, b []record.Record) bool {
			return slices.EqualFunc(a, b, func(x, y record.Record) bool { return x.ID == y.ID })
		}) {
			t.Fatal("the owners did not move along")
		}
	})
}
