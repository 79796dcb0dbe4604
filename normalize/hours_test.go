// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/record"
)

func TestHoursOf(t *testing.T) {
	night := []record.Hours{{From: 22 * 60, To: 6 * 60}}
	for _, c := range []struct {
		cell string
		want []record.Hours // nil for one that is refused
	}{
		{"22:00-06:00", night},
		{"22:00 – 06:00", night},
		{"Night shift (22:00:00 - 6:00)", night},
		{"10:00 PM to 6:00 a.m.", night},
		{"Mon-Fri 9:00am-5:30pm", []record.Hours{{From: 540, To: 1050}}},
		{"12:00 AM - 12:00 PM", []record.Hours{{From: 0, To: 720}}},
		{"16:00-24:00", []record.Hours{{From: 960, To: 0}}},
		{"07:00-11:00, 18:00-22:00", []record.Hours{{From: 420, To: 660}, {From: 1080, To: 1320}}},
		{"Night shift", nil},
		{"22:00", nil},
		{"22:00-06:00-07:00", nil},
		{"22:60-06:00", nil},
		{"25:00-06:00", nil},
		{"0:30 PM - 6:00 PM", nil},
		{"08:00-08:00", nil},
		{"1:00-2:00, 2:00-3:00, 3:00-4:00, 4:00-5:00, 5:00-6:00, 6:00-7:00, 7:00-8:00", nil},
	} {
		got, ok := hoursOf(c.cell)
		if d := cmp.Diff(c.want, got); d != "" || ok != (c.want != nil) {
			t.Errorf("%q: %v %s", c.cell, ok, d)
		}
	}
}
