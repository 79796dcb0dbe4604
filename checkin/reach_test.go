// SPDX-License-Identifier: Apache-2.0

package checkin_test

import (
	"testing"

	"pgregory.net/rapid"

	"daylight/checkin"
	"daylight/enrich"
)

func TestMeet(t *testing.T) {
	vienna, sydney, austin := checkin.Disc{Lat: 48.2, Lon: 16.4}, checkin.Disc{Lat: -33.9, Lon: 151.2}, checkin.Disc{Lat: 30.3, Lon: -97.7}
	within := func(d checkin.Disc, km float64) checkin.Disc {
		d.KM = km
		return d
	}
	// Vienna and Sydney are 15,990 km apart, Vienna and Austin 8,950, Sydney and Austin 13,640.
	for name, c := range map[string]struct {
		discs []checkin.Disc
		want  bool
	}{
		"none":                            {nil, true},
		"one":                             {[]checkin.Disc{within(vienna, 0)}, true},
		"apart":                           {[]checkin.Disc{within(vienna, 8000), within(sydney, 7000)}, false},
		"together":                        {[]checkin.Disc{within(vienna, 8500), within(sydney, 8500)}, true},
		"one in the other":                {[]checkin.Disc{within(vienna, 100), within(vienna, 9000)}, true},
		"the same point twice":            {[]checkin.Disc{within(vienna, 0), within(vienna, 0)}, true},
		"all of the Earth and a point":    {[]checkin.Disc{within(sydney, 20_016), within(vienna, 0)}, true},
		"two by two, and not all three":   {[]checkin.Disc{within(vienna, 8000), within(sydney, 8300), within(austin, 5700)}, false},
		"all three":                       {[]checkin.Disc{within(vienna, 8500), within(sydney, 12_000), within(austin, 8500)}, true},
		"two that leave a belt free":      {[]checkin.Disc{within(checkin.Disc{Lat: 90}, 15_000), within(checkin.Disc{Lat: -90}, 15_000)}, true},
		"a belt, and a point outside it":  {[]checkin.Disc{within(checkin.Disc{Lat: 90}, 15_000), within(checkin.Disc{Lat: -90}, 15_000), within(checkin.Disc{Lat: 89}, 100)}, false},
		"middles as close as two streets": {[]checkin.Disc{within(vienna, 1000), within(checkin.Disc{Lat: 48.201, Lon: 16.4}, 1000)}, true},
	} {
		if got := checkin.Meet(c.discs); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestMeetHoldsOneBrowser: where one browser answered, its place is in every disc, so
// they meet; where two points stand farther apart than both reach, nothing is in both.
func TestMeetHoldsOneBrowser(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := rapid.Float64Range(-90, 90), rapid.Float64Range(-180, 180)
		here := checkin.Disc{Lat: lat.Draw(t, "lat"), Lon: lon.Draw(t, "lon")}
		var discs []checkin.Disc
		for range rapid.IntRange(2, 8).Draw(t, "points") {
			d := checkin.Disc{Lat: lat.Draw(t, "point"), Lon: lon.Draw(t, "point")}
			d.KM = enrich.DistanceKM(d.Lat, d.Lon, here.Lat, here.Lon) + rapid.Float64Range(0, 3000).Draw(t, "more")
			discs = append(discs, d)
		}
		if !checkin.Meet(discs) {
			t.Fatalf("a browser at %v is nowhere: %v", here, discs)
		}
		a, b := discs[0], discs[1]
		if km := enrich.DistanceKM(a.Lat, a.Lon, b.Lat, b.Lon); km > 10 {
			share := rapid.Float64Range(0, 0.98).Draw(t, "share")
			a.KM, b.KM = km*share*0.5, km*share*0.5
			if checkin.Meet(append(discs, a, b)) {
				t.Fatalf("%v and %v meet, %.0f km apart", a, b, km)
			}
		}
	})
}
