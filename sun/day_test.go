// SPDX-License-Identifier: Apache-2.0

package sun

import (
	"math"
	"testing"
	"time"
	_ "time/tzdata" // the tests name zones whatever the machine has

	"pgregory.net/rapid"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestTimesOn compares with PyEphem 4.2.1 (centre of the sun at -0°50' and -6°,
// no air) to 10 seconds of time.
func TestTimesOn(t *testing.T) {
	for _, c := range []struct {
		name, zone                      string
		y, m, d                         int
		lat, lon                        float64
		dawn, rise, noon, sunset, dusky string
	}{
		{"Austin", "America/Chicago", 2026, 1, 15, 30.27, -97.74, "2026-01-15T13:02:12Z", "2026-01-15T13:28:06Z", "2026-01-15T18:40:27Z", "2026-01-15T23:53:02Z", "2026-01-16T00:18:55Z"},
		{"London", "Europe/London", 2026, 6, 21, 51.5, -0.12, "2026-06-21T02:55:21Z", "2026-06-21T03:43:07Z", "2026-06-21T12:02:18Z", "2026-06-21T20:21:29Z", "2026-06-21T21:09:14Z"},
		{"Sydney", "Australia/Sydney", 2026, 6, 21, -33.87, 151.21, "2026-06-20T20:32:14Z", "2026-06-20T20:59:58Z", "2026-06-21T01:56:53Z", "2026-06-21T06:53:49Z", "2026-06-21T07:21:32Z"},
		{"Quito", "America/Guayaquil", 2026, 3, 20, -0.18, -78.47, "2026-03-20T10:57:20Z", "2026-03-20T11:18:00Z", "2026-03-20T17:21:15Z", "2026-03-20T23:24:30Z", "2026-03-20T23:45:10Z"},
		{"Suva, beside the date line", "Pacific/Fiji", 2026, 1, 2, -18.14, 178.44, "2026-01-01T17:10:03Z", "2026-01-01T17:34:10Z", "2026-01-02T00:10:03Z", "2026-01-02T06:45:50Z", "2026-01-02T07:09:56Z"},
	} {
		d := TimesOn(c.y, time.Month(c.m), c.d, c.lat, c.lon, zone(t, c.zone))
		for _, e := range []struct {
			what string
			got  time.Time
			want string
		}{{"dawn", d.Dawn, c.dawn}, {"sunrise", d.Sunrise, c.rise}, {"noon", d.Noon, c.noon}, {"sunset", d.Sunset, c.sunset}, {"dusk", d.Dusk, c.dusky}} {
			if off := e.got.Sub(at(t, e.want)).Abs(); off > 10*time.Second {
				t.Errorf("%s, %s: %s, want %s", c.name, e.what, e.got.UTC().Format(time.RFC3339), e.want)
			}
		}
		if d.State != Ordinary || d.Length != d.Sunset.Sub(d.Sunrise) {
			t.Errorf("%s: %s, up for %s", c.name, d.State, d.Length)
		}
	}
}

func TestPolar(t *testing.T) {
	oslo := zone(t, "Europe/Oslo") // Tromsø keeps its clock
	for _, c := range []struct {
		name     string
		m, d     int
		want     State
		length   time.Duration
		twilight bool
	}{
		{"midsummer", 6, 21, PolarDay, 24 * time.Hour, false},
		{"midwinter", 12, 21, PolarNight, 0, true}, // 69.65° N: -3.1° at noon, so civil twilight
		{"equinox", 3, 20, Ordinary, 12*time.Hour + 15*time.Minute, true},
	} {
		d := TimesOn(2026, time.Month(c.m), c.d, 69.65, 18.96, oslo)
		if d.State != c.want || (d.Length-c.length).Abs() > 10*time.Minute || d.Dawn.IsZero() == c.twilight {
			t.Errorf("%s: %s, up for %s, dawn %s", c.name, d.State, d.Length, d.Dawn)
		}
		if d.State != Ordinary && (!d.Sunrise.IsZero() || !d.Sunset.IsZero()) {
			t.Errorf("%s: rises at %s, sets at %s", c.name, d.Sunrise, d.Sunset)
		}
	}
}

// TestClocks covers days that are not 24 hours long and zones far from their longitude.
func TestClocks(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	if d := TimesOn(2026, 3, 29, 52.5, 13.4, berlin); d.To.Sub(d.From) != 23*time.Hour {
		t.Errorf("the day the clocks go forward lasts %s", d.To.Sub(d.From))
	}
	if p := Curve(2026, 10, 25, 52.5, 13.4, berlin, time.Hour); len(p) != 26 {
		t.Errorf("the day the clocks go back has %d hourly points", len(p))
	}
	// Kiritimati, UTC+14 at 157° W: its noon is that of the date before in Hawaii.
	d := TimesOn(2026, 5, 1, 1.87, -157.4, zone(t, "Pacific/Kiritimati"))
	if h := d.Noon.Hour(); h != 12 || d.Noon.Day() != 1 {
		t.Errorf("noon at the date line: %s", d.Noon)
	}
}

func TestDayProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := rapid.Float64Range(-89, 89).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon")
		day := rapid.IntRange(1, 365).Draw(t, "day")
		// A zone whose clock fits the longitude.
		loc := time.FixedZone("local", int(math.Round(lon/15))*3600)
		d := TimesOn(2026, 1, day, lat, lon, loc)
		if d.Length < 0 || d.Length > 24*time.Hour || d.Noon.Before(d.From) || d.Noon.After(d.To.Add(time.Hour)) {
			t.Fatalf("impossible day: %+v", d)
		}
		if d.State == Ordinary && !d.Sunrise.IsZero() && !d.Sunset.IsZero() && d.Sunrise.Before(d.Sunset) && math.Abs(lat) < 60 {
			if !d.Dawn.Before(d.Sunrise) || !d.Sunrise.Before(d.Noon) || !d.Noon.Before(d.Sunset) || !d.Sunset.Before(d.Dusk) {
				t.Fatalf("out of order: %+v", d)
			}
			for _, p := range Curve(2026, 1, day, lat, lon, loc, 30*time.Minute) {
				if p.Elevation > d.NoonElevation+0.01 {
					t.Fatalf("%.3f° at %s is above noon's %.3f°", p.Elevation, p.At, d.NoonElevation)
				}
			}
		}
	})
}

func BenchmarkTimesOn(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		TimesOn(2026, 5, 1, 40, -75, time.UTC)
	}
}
