// SPDX-License-Identifier: Apache-2.0

package record

import "testing"

func TestHours(t *testing.T) {
	for _, c := range []struct {
		from, to, minutes int
		byDay             bool
		words             string
	}{
		{9 * 60, 17*60 + 30, 510, true, "09:00 to 17:30"},
		{6 * 60, 20 * 60, 840, true, "06:00 to 20:00"},
		{5*60 + 59, 14 * 60, 481, false, "05:59 to 14:00"},
		{14 * 60, 22 * 60, 480, false, "14:00 to 22:00"},
		{22 * 60, 6 * 60, 480, false, "22:00 to 06:00"},
		{8 * 60, 7 * 60, 1380, false, "08:00 to 07:00"},
		{0, 0, 1440, false, "00:00 to 00:00"},
	} {
		h := Hours{c.from, c.to}
		if h.Minutes() != c.minutes || h.ByDay() != c.byDay || h.String() != c.words {
			t.Errorf("%v: %d minutes, by day %v, %q; want %d, %v, %q", h, h.Minutes(), h.ByDay(), h, c.minutes, c.byDay, c.words)
		}
	}
}
