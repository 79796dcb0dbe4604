// SPDX-License-Identifier: Apache-2.0

package sun

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"
	"time"
)

// TestSunriseOfTheNavalObservatory compares sunrise and sunset with what the US Naval
// Observatory publishes, at 215 places and dates (eight places from 60° S to 78° N), polar days and
// nights included. The tables are to the minute, so that a right time is off by half of
// one; a minute is allowed.
func TestSunriseOfTheNavalObservatory(t *testing.T) {
	f, err := os.Open("testdata/usno.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	worst, times, polar := time.Duration(0), 0, 0
	for _, row := range rows[1:] {
		date, err := time.Parse(time.DateOnly, row[1])
		if err != nil {
			t.Fatal(err)
		}
		var point [2]float64
		for i := range point {
			if point[i], err = strconv.ParseFloat(row[2+i], 64); err != nil {
				t.Fatal(err)
			}
		}
		d := TimesOn(date.Year(), date.Month(), date.Day(), point[0], point[1], time.UTC)
		if want, ok := map[string]State{"night": PolarNight, "day": PolarDay}[row[4]]; ok {
			if polar++; d.State != want {
				t.Errorf("%v: %s", row, d.State)
			}
			continue
		}
		for i, got := range []time.Time{d.Sunrise, d.Sunset} {
			clock, err := time.Parse("15:04", row[4+i])
			if err != nil {
				t.Fatal(err)
			}
			utc := got.UTC()
			off := utc.Sub(time.Date(utc.Year(), utc.Month(), utc.Day(), clock.Hour(), clock.Minute(), 0, 0, time.UTC)).Abs()
			if off = min(off, 24*time.Hour-off); off > time.Minute {
				t.Errorf("%v: %s, off by %s", row, utc.Format(time.RFC3339), off)
			}
			worst = max(worst, off)
			times++
		}
	}
	t.Logf("%d times, the worst off by %s", times, worst)
	if len(rows) != 216 || times != 384 || polar != 23 {
		t.Errorf("%d rows, %d times and %d polar days", len(rows), times, polar)
	}
}
