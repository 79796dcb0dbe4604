// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"net/netip"
	"testing"
	"time"

	"daylight/activity"
	"daylight/record"
)

// TestGuestNetworks: a network is a guest's only if every use of it lies in an
// absence that was declared and has an end.
func TestGuestNetworks(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 12, 0, 0, 0, time.UTC) }
	march := func(from, to int) record.Absence {
		return record.Absence{From: record.Date{Year: 2026, Month: 3, Day: from}, To: record.Date{Year: 2026, Month: 3, Day: to}}
	}
	use := func(days ...int) activity.NetworkUse {
		n := activity.NetworkUse{Addr: netip.MustParseAddr("192.0.2.7"), First: activity.Sighting{At: day(days[0])}, Last: activity.Sighting{At: day(days[len(days)-1])}}
		for _, d := range days {
			n.Days = append(n.Days, int32(day(d).Unix()/86400))
		}
		return n
	}
	open := march(1, 1)
	open.To = record.Date{}
	for _, c := range []struct {
		what string
		use  activity.NetworkUse
		away []record.Absence
		want bool
	}{
		{"within", use(4, 5, 9), []record.Absence{march(3, 12)}, true},
		{"within two", use(4, 20), []record.Absence{march(3, 6), march(19, 22)}, true},
		{"on the day of travel", use(2, 13), []record.Absence{march(3, 12)}, true},
		{"afterwards too", use(4, 5, 20), []record.Absence{march(3, 12)}, false},
		{"at home between two", use(4, 12, 20), []record.Absence{march(3, 6), march(19, 22)}, false},
		{"nothing declared", use(4), nil, false},
		{"no end", use(4, 5), []record.Absence{open}, false},
	} {
		away := awayFrom([]record.Record{{Body: record.Person{Absences: c.away}}})
		if got := guest(c.use, away); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}
