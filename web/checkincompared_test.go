// SPDX-License-Identifier: Apache-2.0

package web

import (
	"strings"
	"testing"
	"time"

	"daylight/checkin"
	"daylight/enrich"
	"daylight/report"
)

// TestSkyOfACheckIn compares with the example of Reda and Andreas, "Solar Position
// Algorithm for Solar Radiation Applications" (NREL/TP-560-34302, table A5.1): a zenith
// of 50.11162°, which is an elevation of 39.9°; and with the same place at night.
func TestSkyOfACheckIn(t *testing.T) {
	golden := &report.Claim{Place: "Golden, US", Lat: 39.742476, Lon: -105.1786}
	noon := time.Date(2003, 10, 17, 19, 30, 30, 0, time.UTC)
	if got, want := skyAt(noon, golden), "the sun stands 39.9° over the horizon at Golden, US: day"; !strings.HasPrefix(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := skyAt(noon.Add(12*time.Hour), golden); !strings.HasSuffix(got, "° below the horizon at Golden, US: dark") || strings.Contains(got, "-") {
		t.Errorf("twelve hours later: %q", got)
	}
	if got := skyAt(noon, nil); got != noClaim {
		t.Errorf("of nobody's place: %q", got)
	}
}

// TestDistancesOfACheckIn measures from Vienna to São Paulo, which lie 10,139 km apart on
// a ball of 6,371 km.
func TestDistancesOfACheckIn(t *testing.T) {
	of := &checkin.CheckIn{Collected: checkin.Collected{Net: enrich.Network{HasPoint: true, Lat: 48.2082, Lon: 16.3738, RadiusKM: 1250}}}
	got := distanceWords(of, &report.Claim{Place: "São Paulo, BR", Lat: -23.5505, Lon: -46.6333})
	if want := "near São Paulo, BR, which is 10,139 km from there, give or take 1,250 km"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestZonesOfACheckIn counts the hours between two clocks by hand.
func TestZonesOfACheckIn(t *testing.T) {
	winter, summer := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC), time.Date(2026, 7, 15, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		here, claimed string
		at            time.Time
		want          string
	}{
		{"Asia/Tokyo", "America/New_York", winter, "14 hours apart"},
		{"Asia/Tokyo", "America/New_York", summer, "13 hours apart"},
		{"America/New_York", "Asia/Tokyo", winter, "14 hours apart"},
		{"Europe/London", "Asia/Kolkata", winter, "5.5 hours apart"},
		{"Europe/Lisbon", "Europe/London", summer, "the same time of day"},
	} {
		got := zoneWords(&checkin.CheckIn{Ended: c.at, Collected: checkin.Collected{Zone: c.here}}, &report.Claim{Place: "there", Zone: c.claimed})
		if want := c.claimed + " at there: " + c.want; got.Expected != want {
			t.Errorf("%s: %q, want %q", c.here, got.Expected, want)
		}
	}
}
