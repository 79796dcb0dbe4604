// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"daylight/record"
)

func TestPlace(t *testing.T) {
	tables := builtin(t)
	for _, c := range []struct {
		key           record.PlaceKey
		name, country string
		lat, lon      float64
		zone          string
		ambiguous     bool
	}{
		{record.PlaceKey{City: "Austin", Region: "TX", Country: record.NewCountry("US")}, "Austin, Texas", "US", 30.27, -97.74, "America/Chicago", false},
		{record.PlaceKey{City: "austin", Region: "texas", Country: record.NewCountry("United States")}, "Austin, Texas", "US", 30.27, -97.74, "America/Chicago", false},
		{record.PlaceKey{City: "Austin, TX, USA"}, "Austin, Texas", "US", 30.27, -97.74, "America/Chicago", false},
		{record.PlaceKey{City: "Paris, TX"}, "Paris, Texas", "US", 33.66, -95.56, "America/Chicago", false},
		{record.PlaceKey{City: "Paris", Country: record.NewCountry("FR")}, "Paris, Île-de-France", "FR", 48.85, 2.35, "Europe/Paris", false},
		{record.PlaceKey{City: "Springfield", Country: record.NewCountry("US")}, "Springfield, Missouri", "US", 37.22, -93.30, "America/Chicago", true},
		{record.PlaceKey{City: "Springfield", Region: "Illinois", Country: record.NewCountry("US")}, "Springfield, Illinois", "US", 39.80, -89.64, "America/Chicago", false},
		{record.PlaceKey{City: "St. Louis", Region: "MO", Country: record.NewCountry("US")}, "St. Louis, Missouri", "US", 38.63, -90.20, "America/Chicago", false},
		{record.PlaceKey{City: "Saint Louis", Region: "Missouri"}, "St. Louis, Missouri", "US", 38.63, -90.20, "America/Chicago", false},
		{record.PlaceKey{City: "Greater Seattle Area"}, "Seattle, Washington", "US", 47.61, -122.33, "America/Los_Angeles", false},
		{record.PlaceKey{City: "New York", Region: "NY", Country: record.NewCountry("US")}, "New York City, New York", "US", 40.71, -74.01, "America/New_York", false},
		{record.PlaceKey{City: "München", Country: record.NewCountry("DE")}, "Munich, Bavaria", "DE", 48.14, 11.58, "Europe/Berlin", false},
		{record.PlaceKey{City: "Muenchen", Region: "BY", Country: record.NewCountry("DE")}, "Munich, Bavaria", "DE", 48.14, 11.58, "Europe/Berlin", false},
		{record.PlaceKey{City: "Toronto", Region: "ON", Country: record.NewCountry("CA")}, "Toronto, Ontario", "CA", 43.70, -79.42, "America/Toronto", false},
		{record.PlaceKey{City: "Newcastle", Region: "NSW", Country: record.NewCountry("AU")}, "Newcastle, New South Wales", "AU", -32.93, 151.78, "Australia/Sydney", false},
		{record.PlaceKey{City: "Bombay"}, "Mumbai, Maharashtra", "IN", 19.07, 72.88, "Asia/Kolkata", false},
		{record.PlaceKey{City: "東京"}, "Tokyo", "JP", 35.69, 139.69, "Asia/Tokyo", false},
		{record.PlaceKey{City: "Киев"}, "Kyiv, Kyiv City", "UA", 50.45, 30.52, "Europe/Kyiv", false},
		{record.PlaceKey{City: "القاهرة", Country: record.NewCountry("EG")}, "Cairo", "EG", 30.06, 31.25, "Africa/Cairo", false},
		{record.PlaceKey{City: "Sao Paulo", Country: record.NewCountry("BR")}, "São Paulo", "BR", -23.55, -46.64, "America/Sao_Paulo", false},
		{record.PlaceKey{City: "Nairobi", Country: record.NewCountry("KE")}, "Nairobi, Nairobi County", "KE", -1.28, 36.82, "Africa/Nairobi", false},
		{record.PlaceKey{City: "Phoenix", Country: record.NewCountry("US")}, "Phoenix, Arizona", "US", 33.45, -112.07, "America/Phoenix", false},
	} {
		p, ok := tables.Place(c.key)
		if !ok || p.Name != c.name || p.Country.Reveal() != c.country || p.Zone != c.zone || p.Ambiguous != c.ambiguous ||
			math.Abs(p.Lat-c.lat) > 0.02 || math.Abs(p.Lon-c.lon) > 0.02 || p.RadiusKM < 5 || p.Table == "" {
			t.Errorf("%s, %s: %+v (%s) %v", c.key.City, c.key.Region, p, p.Country.Reveal(), ok)
		}
	}
	for _, k := range []record.PlaceKey{{}, {City: "Nowhere at all"}, {City: "Austin", Country: record.NewCountry("KE")}, {Country: record.NewCountry("US")}, {City: "Remote"}} {
		if p, ok := tables.Place(k); ok {
			t.Errorf("%+v is %s", k, p.Name)
		}
	}
}

func TestPlaceByPoint(t *testing.T) {
	tables := builtin(t)
	for _, c := range []struct {
		lat, lon float64
		zone     string
		ok       bool
	}{
		{30.2672, -97.7431, "America/Chicago", true},
		{-16.78, 179.35, "Pacific/Fiji", true}, // Labasa
		{-16.8, -179.99, "Pacific/Fiji", true}, // across the date line from it
		{64.15, -21.94, "Atlantic/Reykjavik", true},
		{78.2, 15.6, "Arctic/Longyearbyen", true}, // where degrees of longitude are short
		{-50, -120, "", false},                    // the ocean
		{91, 0, "", false},
		{math.NaN(), 0, "", false},
	} {
		p, ok := tables.Nearest(c.lat, c.lon)
		if ok != c.ok || p.Zone != c.zone {
			t.Errorf("%.2f, %.2f: %s in %q, %v", c.lat, c.lon, p.Name, p.Zone, ok)
		}
	}
	p, ok := tables.Place(record.PlaceKey{City: "Home", HasPoint: true, Lat: 30.5, Lon: -97.6})
	if !ok || p.Name != "Home" || p.Lat != 30.5 || p.Zone != "America/Chicago" {
		t.Errorf("%+v, %v", p, ok)
	}
}

// TestNearestIsNearest compares the search by cells with looking at every place.
func TestNearestIsNearest(t *testing.T) {
	tables := builtin(t)
	g, err := builtinGazetteer()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := rapid.Float64Range(-89, 89).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon")
		best := math.Inf(1)
		for i := range g.table.Places {
			best = min(best, DistanceKM(lat, lon, g.table.Places[i].Lat, g.table.Places[i].Lon))
		}
		p, ok := tables.Nearest(lat, lon)
		if !ok {
			if best < 450 {
				t.Fatalf("nothing near %.3f, %.3f but a place lies at %.0f km", lat, lon, best)
			}
			return
		}
		if d := DistanceKM(lat, lon, p.Lat, p.Lon); d > best+0.01 {
			t.Fatalf("%s lies at %.1f km, the nearest at %.1f km", p.Name, d, best)
		}
	})
}

func TestRadius(t *testing.T) {
	for population, want := range map[int]float64{0: 5, 5000: 5, 961855: 17, 8336817: 52} {
		if got := radiusOf(population); math.Abs(got-want) > 1 {
			t.Errorf("%d people: %g km, want %g", population, got, want)
		}
	}
}

func TestWorld(t *testing.T) {
	world, err := builtin(t).World(2)
	if err != nil {
		t.Fatal(err)
	}
	people := 0
	for _, w := range world {
		people += w.People
	}
	// The gazetteer counts towns of 5,000 and more: about half of mankind.
	if people < 3e9 || people > 6e9 || len(world) > 6000 {
		t.Errorf("%d people in %d cells", people, len(world))
	}
}

func BenchmarkPlace(b *testing.B) {
	tables := builtin(b)
	b.Run("name", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			tables.Place(record.PlaceKey{City: "Austin", Region: "TX", Country: record.NewCountry("US")})
		}
	})
	b.Run("point", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			tables.Nearest(48.1, 11.5)
		}
	})
}
