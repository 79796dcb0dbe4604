// SPDX-License-Identifier: Apache-2.0

package sun

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"
	"time"
)

// TestSunriseTable compares sunrise and sunset with a table that another program
// computed, at 200 further places and dates: both hemispheres, both sides of the date
// line, the days of leap seconds. [TestSunriseOfTheNavalObservatory] has a published one.
func TestSunriseTable(t *testing.T) {
	f, err := os.Open("testdata/sunrise.csv")
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
	if len(rows) != 201 {
		t.Fatalf("%d rows", len(rows))
	}
	worst := time.Duration(0)
	south, east := 0, 0
	for _, row := range rows[1:] {
		var point [2]float64
		for i := range point {
			if point[i], err = strconv.ParseFloat(row[1+i], 64); err != nil {
				t.Fatal(err)
			}
		}
		from := at(t, row[0])
		// A zone whose midnight is the instant of the row.
		loc := time.FixedZone("local", int(-from.Sub(from.Truncate(24*time.Hour)).Seconds()))
		local := from.In(loc)
		d := TimesOn(local.Year(), local.Month(), local.Day(), point[0], point[1], loc)
		if !d.From.Equal(from) {
			t.Fatalf("the day of %v begins at %s", row, d.From)
		}
		for i, got := range []time.Time{d.Sunrise, d.Sunset} {
			off := got.Sub(at(t, row[3+i])).Abs()
			if worst = max(worst, off); off > time.Minute {
				t.Errorf("%v: %s, want %s", row, got.UTC().Format(time.RFC3339), row[3+i])
			}
		}
		if point[0] < 0 {
			south++
		}
		if point[1] > 170 || point[1] < -170 {
			east++
		}
	}
	if south < 40 || east < 5 {
		t.Errorf("only %d places are south, %d beside the date line", south, east)
	}
	t.Logf("the largest difference is %s", worst)
}

// TestLeapSeconds holds that neither the leap second of 31 December 2016, which Go's
// clock does not have, nor the day after moves the sun: the elevation goes on
// evenly, by what it does in any other second.
func TestLeapSeconds(t *testing.T) {
	before := time.Date(2016, 12, 31, 23, 59, 59, 0, time.UTC)
	at := func(s int) float64 { return Elevation(before.Add(time.Duration(s)*time.Second), 35.69, 139.69) }
	step := at(1) - at(0)
	for s := -2; s < 4; s++ {
		near(t, "a second at "+before.Add(time.Duration(s)*time.Second).Format(time.RFC3339), at(s+1)-at(s), step, 0.00001)
	}
	// ΔT grew by a second within the years around it: 68 to 69 s.
	if d := deltaT(time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)); d < 67 || d > 71 {
		t.Errorf("ΔT is %.1f s", d)
	}
}
