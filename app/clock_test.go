// SPDX-License-Identifier: Apache-2.0

package app

import (
	"testing"
	"time"
)

// TestClockDoubt: a clock that jumped ahead is believed after three steady days, or once it
// was put back, and until then what is due is what was due without the jump.
func TestClockDoubt(t *testing.T) {
	const hour = time.Hour
	begin := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for _, q := range []struct {
		name  string
		looks []time.Duration // since the one before
		want  time.Duration   // by how much it is not believed
	}{
		{"steady", []time.Duration{0, hour, hour}, 0},
		{"a night's rest", []time.Duration{0, 14 * hour}, 0},
		{"a year ahead", []time.Duration{0, 8760 * hour}, 8760 * hour},
		{"a year ahead, and back", []time.Duration{0, 8760 * hour, hour, -8760 * hour}, 0},
		{"a year ahead, and half of it back", []time.Duration{0, 8760 * hour, -4000 * hour}, 4760 * hour},
		{"a year ahead, and two back", []time.Duration{0, 8760 * hour, -17520 * hour}, 0},
		{"a year ahead, and a second back", []time.Duration{0, 8760 * hour, -time.Second}, 8760*hour - time.Second},
		{"a year ahead, for two days", []time.Duration{0, 8760 * hour, 24 * hour, 24 * hour}, 8760 * hour},
		{"a year ahead, for three days", []time.Duration{0, 8760 * hour, 24 * hour, 24 * hour, 24 * hour}, 0},
		{"twice a year ahead", []time.Duration{0, 8760 * hour, 24 * hour, 24 * hour, 8760 * hour, 24 * hour}, 17520 * hour},
		{"a year back, and ahead again", []time.Duration{0, -8760 * hour, hour, 8760 * hour}, 8760 * hour},
	} {
		var s clockState
		at := begin
		for _, d := range q.looks {
			at = at.Add(d)
			s = s.at(at)
		}
		if s.Ahead != q.want || !s.Seen.Equal(at) || s.Since.IsZero() != (q.want == 0) {
			t.Errorf("%s: %+v, want %v", q.name, s, q.want)
		}
	}
}
