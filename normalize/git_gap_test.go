// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestLongestGap is worked out by hand.
func TestLongestGap(t *testing.T) {
	const day = 24 * 60 * 60
	for _, tt := range []struct {
		name    string
		times   []int64
		days    int
		resumed int64
		after   int
	}{
		{"no commit", nil, 0, 0, 0},
		{"one commit", []int64{5 * day}, 0, 0, 0},
		{"all on one day", []int64{5 * day, 5*day + 7200, 5*day + 60}, 0, 0, 0},
		{"two equal gaps: the last", []int64{0, 2 * day, 4 * day}, 2, 4 * day, 1},
		{"longer by hours", []int64{0, 2*day + 3600, 4 * day}, 2, 2*day + 3600, 2},
		{"years, then a burst, out of order", []int64{1503 * day, 1502 * day, 0, day, 1501 * day}, 1500, 1501 * day, 3},
		{"one short of a day", []int64{0, day - 1}, 0, 0, 0},
	} {
		days, resumed, after := longestGap(tt.times)
		want := time.Time{}
		if tt.days > 0 {
			want = time.Unix(tt.resumed, 0).UTC()
		}
		if days != tt.days || !resumed.Equal(want) || after != tt.after {
			t.Errorf("%s: %d days until %s, then %d; want %d, %s, %d", tt.name, days, resumed, after, tt.days, want, tt.after)
		}
	}
}

// TestLongestGapIsEmpty holds that no commit lies within the gap, that those
// counted after it are those from its end on, and that nothing else is longer.
func TestLongestGapIsEmpty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfN(rapid.Int64Range(0, 1e9), 0, 60).Draw(t, "times")
		before := slices.Clone(times)
		days, resumed, after := longestGap(times)
		if !slices.Equal(times, before) {
			t.Fatal("the commits were put in another order")
		}
		sorted := slices.Sorted(slices.Values(times))
		widest := int64(0)
		for i := 1; i < len(sorted); i++ {
			widest = max(widest, sorted[i]-sorted[i-1])
		}
		if int64(days) != widest/(24*60*60) {
			t.Fatalf("%d days, and the widest gap has %d seconds", days, widest)
		}
		if days == 0 {
			return
		}
		count := 0
		for _, at := range times {
			switch {
			case at >= resumed.Unix():
				count++
			case at > resumed.Unix()-widest:
				t.Fatalf("a commit at %d is within the gap that ended at %d", at, resumed.Unix())
			}
		}
		if count != after {
			t.Fatalf("%d after the gap, counted %d", after, count)
		}
	})
}
