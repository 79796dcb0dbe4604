// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"testing"
	"time"

	"daylight/detect"
	"daylight/record"

	"pgregory.net/rapid"
)

func TestZoneMinutes(t *testing.T) {
	summer := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	winter := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	known := zones{} // one for all: a zone is read at its first use only
	for _, tt := range []struct {
		zone    string
		at      time.Time
		minutes int
		ok      bool
	}{
		{"America/Chicago", winter, -360, true},
		{"America/Chicago", summer, -300, true},
		{"Asia/Kathmandu", winter, 345, true},
		{"UTC+08:00", winter, 480, true},
		{"UTC-03:30", winter, -210, true},
		{"UTC+8", winter, 480, true},
		{"UTC", winter, 0, false},
		{"etc/utc", winter, 0, false},
		{"UTC+00:00", winter, 0, false},
		{"UTC+x", winter, 0, false},
		{"Nowhere/Town", winter, 0, false},
		{"", winter, 0, false},
	} {
		if minutes, ok := known.minutes(tt.zone, tt.at); minutes != tt.minutes || ok != tt.ok {
			t.Errorf("%q at %s: %d %v, want %d %v", tt.zone, tt.at, minutes, ok, tt.minutes, tt.ok)
		}
	}
}

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		offset(330):                           "UTC+05:30",
		offset(-210):                          "UTC−03:30",
		offset(0):                             "UTC+00:00",
		hours(570):                            "9½ hours",
		hours(300):                            "5 hours",
		hours(345):                            "5¾ hours",
		hours(60):                             "1 hour",
		hours(30):                             "½ hour",
		hours(0):                              "0 hours",
		moment(farFuture):                     "2199-12-31 23:59 UTC",
		moment(farFuture.Add(time.Second)):    "2200-01-01",
		wall(-15):                             "23:45",
		wall(1445):                            "00:05",
		timesBetter(1):                        "some 10 times",
		timesBetter(2.5):                      "some 316 times",
		timesBetter(4):                        "over a thousand times",
		timesBetter(9):                        "over a million times",
		span(30 * time.Second):                "1 minute",
		span(119 * time.Minute):               "119 minutes",
		span(150 * time.Minute):               "3 hours",
		signed(-15):                           "−15",
		count(2, "address"):                   "2 addresses",
		count(3, "stretch"):                   "3 stretches",
		spread([]int32{20500}):                "on 2026-02-16",
		spread([]int32{20500, 20502}):         "on 2 days from 2026-02-16 to 2026-02-18",
		day(noon(dayNumber(farFuture))):       "2199-12-31",
		day(noon(dayNumber(time.Unix(0, 0)))): "1970-01-01",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestGrow is worked out by hand, and holds that settings in the wrong order are
// a step.
func TestGrow(t *testing.T) {
	for _, tt := range []struct {
		from      int
		x, lo, hi float64
		want      int
	}{
		{50, 2, 2, 6, 50},
		{50, 4, 2, 6, 75},
		{50, 6, 2, 6, 100},
		{50, 9, 2, 6, 100},
		{50, 1, 2, 6, 50},
		{50, 3, 3, 3, 100},
		{50, 2, 3, 3, 50},
		{50, 5, 6, 2, 50},
		{50, 6, 6, 2, 100},
		{70, 0, 0, 0, 100},
	} {
		if got := grow(tt.from, tt.x, tt.lo, tt.hi); got != tt.want {
			t.Errorf("grow(%d, %v, %v, %v) = %d, want %d", tt.from, tt.x, tt.lo, tt.hi, got, tt.want)
		}
	}
}

var farFuture = time.Date(2199, 12, 31, 23, 59, 59, 0, time.UTC)

// TestStays draws absences and asks, day by day, whether the stretches between
// them are what Away says: an instant is in a stretch when no absence covers it.
func TestStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		date := func(n int) record.Date {
			y, m, d := start.AddDate(0, 0, n).Date()
			return record.Date{Year: y, Month: int(m), Day: d}
		}
		var absences []record.Absence
		for range rapid.IntRange(0, 5).Draw(t, "absences") {
			from := rapid.IntRange(5, 300).Draw(t, "from")
			a := record.Absence{From: date(from)}
			if !rapid.Bool().Draw(t, "open") {
				a.To = date(from + rapid.IntRange(0, 60).Draw(t, "length"))
			}
			absences = append(absences, a)
		}
		p := &detect.Pass{View: &detect.View{Records: []record.Record{{Body: record.Person{Absences: absences}}}}}
		windows := stays(p, start)
		for n := range 400 {
			at := start.AddDate(0, 0, n).Add(12 * time.Hour)
			in := 0
			for _, w := range windows {
				if !at.Before(w.from) && (w.to.IsZero() || at.Before(w.to)) {
					in++
				}
			}
			if want := !p.Away(at); in > 1 || (in == 1) != want {
				t.Fatalf("%s lies in %d stretches, away %v", at, in, !want)
			}
		}
	})
}

// TestMeetingsAtOnce holds each call against all others, one by one: the days on which
// two meetings overlap are those that one pass finds.
func TestMeetingsAtOnce(t *testing.T) {
	const longer = 10 * time.Minute
	begin := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		var records []record.Record
		at := begin
		for range rapid.IntRange(0, 12).Draw(t, "calls") {
			at = at.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "gap")) * time.Minute)
			left := at.Add(time.Duration(rapid.IntRange(0, 800).Draw(t, "minutes")) * time.Minute)
			records = append(records, record.Record{At: at, Body: record.Call{Meeting: rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "meeting"), Left: left}})
		}
		want := map[int32]bool{}
		for i, r := range records {
			c, _ := r.Body.(record.Call)
			for _, q := range records[:i] {
				o, _ := q.Body.(record.Call)
				counts := c.Meeting != "" && o.Meeting != "" && c.Left.Sub(r.At) <= longestCall && o.Left.Sub(q.At) <= longestCall
				if counts && o.Meeting != c.Meeting && c.Left.Sub(r.At) > longer && o.Left.Sub(r.At) > longer {
					want[dayNumber(r.At)] = true
				}
			}
		}
		rows, days := meetingsAtOnce(&detect.Pass{View: &detect.View{Records: records}}, longer, func(record.Call) bool { return true })
		if days != len(want) || len(rows) > 2*len(records) {
			t.Fatalf("%d days in %d rows, want %d", days, len(rows), len(want))
		}
	})
}
