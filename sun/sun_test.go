// SPDX-License-Identifier: Apache-2.0

package sun

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > within {
		t.Errorf("%s: got %.6f, want %.6f ± %g", what, got, want, within)
	}
}

// The worked example of the report, table A5.1: 17 October 2003, 12:30:30 at
// UTC-7, ΔT 67 s.
var nrel = struct {
	at                         time.Time
	observer                   Observer
	zenith, azimuth, geometric float64
	ascension, declination     float64
}{
	at:       time.Date(2003, 10, 17, 19, 30, 30, 0, time.UTC),
	observer: Observer{Lat: 39.742476, Lon: -105.1786, Altitude: 1830.14, Pressure: 820, Temperature: 11},
	zenith:   50.11162, azimuth: 194.34024, geometric: 39.872046,
	ascension: 202.22741, declination: -9.31434,
}

func TestPublishedExample(t *testing.T) {
	e := ephemeris(nrel.at, 67, &full)
	near(t, "right ascension", math.Mod(e.ascension/rad+360, 360), nrel.ascension, 0.00001)
	near(t, "declination", e.declination/rad, nrel.declination, 0.00001)
	p := e.From(nrel.observer)
	near(t, "elevation without air", p.Geometric, nrel.geometric, 0.000002)
	near(t, "zenith", p.Zenith(), nrel.zenith, 0.00001)
	near(t, "azimuth", p.Azimuth, nrel.azimuth, 0.00001)
	// With our own ΔT, which the report's measured one differs from by 3 s.
	p = Locate(nrel.at, nrel.observer)
	near(t, "zenith, own ΔT", p.Zenith(), nrel.zenith, 0.0003)
	near(t, "azimuth, own ΔT", p.Azimuth, nrel.azimuth, 0.001)
}

func TestNutationAndObliquity(t *testing.T) {
	// Table A5.1: Δψ = -0.00399840°, Δε = 0.00166657°, ε = 23.440465°.
	century := (julian(nrel.at) + 67.0/86400 - 2451545) / 36525
	psi, eps := nutation(century, nutationTerms[:])
	near(t, "nutation in longitude", psi/rad, -0.00399840, 1e-8)
	near(t, "nutation in obliquity", eps/rad, 0.00166657, 1e-8)
	near(t, "obliquity", obliquity(century/10)/3600+eps/rad, 23.440465, 1e-6)
	near(t, "Julian day", julian(nrel.at), 2452930.312847, 1e-6)
	near(t, "longitude", math.Mod(sum(longitudeTerms[:], century/10)/rad+36000, 360), 24.0182616917, 1e-8)
	near(t, "latitude", sum(latitudeTerms[:], century/10)/rad, -0.0001011219, 1e-9)
	near(t, "radius", sum(radiusTerms[:], century/10), 0.9965422974, 1e-9)
}

func TestCorpus(t *testing.T) {
	root := os.Getenv("DAYLIGHT_CORPUS")
	if root == "" {
		root = "../../shared/data"
	}
	f, err := os.Open(filepath.Join(root, "solar", "reference.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the corpus of published positions is not here")
	}
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
	checked := 0
	for _, row := range rows[1:] {
		var n [6]float64
		for i, cell := range append(row[2:7:7], row[8]) {
			if n[i], err = strconv.ParseFloat(cell, 64); err != nil {
				t.Fatal(err)
			}
		}
		p := Locate(at(t, row[1]), Observer{n[0], n[1], n[2], n[3], n[4]})
		switch row[7] {
		case "topocentric_zenith_deg":
			near(t, row[0]+" zenith", p.Zenith(), n[5], 0.0003)
		case "topocentric_azimuth_deg":
			near(t, row[0]+" azimuth", p.Azimuth, n[5], 0.001)
		default:
			continue
		}
		checked++
	}
	if checked == 0 {
		t.Error("the corpus holds no quantity that this test knows")
	}
}

// positions were computed at sea level with pvlib 0.16.1 (another implementation
// of the same algorithm: geometric and refracted elevation at 1013.25 hPa and
// 15 °C, azimuth) and with PyEphem 4.2.1 (full VSOP87, another method: elevation
// without air, azimuth).
var positions = []struct {
	at                                    string
	lat, lon                              float64
	geometric, elevation, azimuth         float64
	independentElevation, independentAzim float64
}{
	{"1955-03-14T03:11:27Z", -33.87, 151.21, 55.311445, 55.322971, 329.749115, 55.3115, 329.7493},
	{"1972-12-31T23:59:59Z", 64.15, -21.94, -46.224820, -46.224820, 328.983137, -46.2248, 328.9831},
	{"1988-02-29T12:00:00Z", 0, 0, 81.623856, 81.626288, 158.220189, 81.6239, 158.2192},
	{"1999-08-11T11:03:00Z", 48.3, 11.5, 56.857023, 56.867896, 172.819126, 56.8571, 172.8193},
	{"2012-06-20T23:09:00Z", 71.3, -156.8, 41.789342, 41.807948, 192.351726, 41.7893, 192.3519},
	{"2019-11-05T17:42:13Z", -54.8, -68.3, 47.592472, 47.607674, 328.678608, 47.5925, 328.6786},
	{"2024-02-29T06:00:00Z", 28.6, 77.2, 50.523608, 50.537321, 154.706642, 50.5236, 154.7065},
	{"2026-01-03T17:16:00Z", 30.27, -97.74, 33.624020, 33.648969, 157.870495, 33.6240, 157.8705},
	{"2026-06-21T08:24:30Z", 35.69, 139.69, 16.988481, 17.041780, 287.013959, 16.9884, 287.0140},
	{"2026-09-23T00:05:00Z", -17.8, 178, 72.165589, 72.170938, 356.363008, 72.1656, 356.3629},
	{"2026-12-21T20:50:00Z", -77.85, 166.67, 28.960897, 28.990806, 65.744014, 28.9609, 65.7441},
	{"2040-05-01T15:00:00Z", 51.5, -0.12, 38.855338, 38.875967, 242.252857, 38.8553, 242.2528},
	{"2070-10-10T10:10:10Z", 1.35, 103.82, 10.127799, 10.215619, 262.792171, 10.1280, 262.7921},
}

func TestOtherImplementations(t *testing.T) {
	for _, c := range positions {
		p := Locate(at(t, c.at), At(c.lat, c.lon))
		near(t, c.at+" elevation without air", p.Geometric, c.geometric, 0.000005)
		near(t, c.at+" elevation", p.Elevation, c.elevation, 0.000005)
		near(t, c.at+" azimuth", p.Azimuth, c.azimuth, 0.00005)
		near(t, c.at+" elevation, PyEphem", p.Geometric, c.independentElevation, 0.0004)
		near(t, c.at+" azimuth, PyEphem", p.Azimuth, c.independentAzim, 0.0015)
	}
}

// TestElevationAgreesWithLocate measures what the shortened series cost.
func TestElevationAgreesWithLocate(t *testing.T) {
	worst, where := 0.0, ""
	from := time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 20000 {
		when := from.AddDate(0, 0, i*45657/20000).Add(time.Duration(i*7919%86400) * time.Second) // to the end of 2074
		lat, lon := -90+math.Mod(float64(i)*37.77, 180), -180+math.Mod(float64(i)*83.31, 360)
		a, b := Elevation(when, lat, lon), Locate(when, At(lat, lon)).Elevation
		// Refraction ends abruptly below the horizon in the report; there the two
		// may fall on different sides.
		if math.Abs(Locate(when, At(lat, lon)).Geometric+0.83337) < 0.001 {
			continue
		}
		if d := math.Abs(a - b); d > worst {
			worst, where = d, fmt.Sprintf("%s at %.2f, %.2f", when.Format(time.RFC3339), lat, lon)
		}
	}
	t.Logf("largest difference %.6f° (%s)", worst, where)
	if worst > 0.0003 {
		t.Errorf("the short series is off by %.6f° (%s)", worst, where)
	}
}

func TestByHand(t *testing.T) {
	// At an equinox the sun passes the zenith of the equator; at a solstice it
	// stands 23.44° from it. The time of noon at longitude 0 follows from the
	// equation of time: +7.4 min on 20 March 2026, +1.8 min on 21 June.
	equinox := TimesOn(2026, 3, 20, 0, 0, time.UTC)
	near(t, "noon elevation at the equator", equinox.NoonElevation, 90, 0.15)
	near(t, "noon at the equinox, minutes after 12", equinox.Noon.Sub(at(t, "2026-03-20T12:00:00Z")).Minutes(), 7.4, 0.2)
	solstice := TimesOn(2026, 6, 21, 23.44, 0, time.UTC)
	near(t, "noon elevation at the tropic", solstice.NoonElevation, 90, 0.05)
	near(t, "noon at the solstice, minutes after 12", solstice.Noon.Sub(at(t, "2026-06-21T12:00:00Z")).Minutes(), 1.8, 0.2)
	// At the pole the elevation is the declination all day, but for refraction.
	near(t, "elevation at the south pole", Locate(at(t, "2026-12-21T20:50:00Z"), Observer{Lat: -90}).Geometric, 23.436, 0.003)
	// In the south the noon sun stands north, in the north south.
	near(t, "azimuth of noon in Sydney", math.Remainder(Locate(at(t, "2026-06-21T01:56:53Z"), At(-33.87, 151.21)).Azimuth, 360), 0, 0.02)
	near(t, "azimuth of noon in London", Locate(at(t, "2026-06-21T12:02:18Z"), At(51.5, -0.12)).Azimuth, 180, 0.02)
	// Refraction at the horizon: 34 minutes of arc, Sæmundsson gives 28.98' for a
	// true elevation of 0 at 1010 hPa and 10 °C.
	near(t, "refraction at the horizon", refraction(0, 1010, 10)*60, 28.98, 0.05)
	near(t, "no air", refraction(0, 0, 10), 0, 0)
}

func TestDeltaT(t *testing.T) {
	// Measured values of the Astronomical Almanac, seconds; the polynomial after
	// 2005 was a forecast and runs 4-6 s ahead by 2024.
	for year, want := range map[int][2]float64{1900: {-2.72, 0.2}, 1930: {24.02, 0.3}, 1950: {29.15, 0.2}, 1970: {40.18, 0.2}, 2000: {63.83, 0.1}, 2005: {64.69, 0.2}, 2024: {69.2, 6}} {
		near(t, "ΔT of "+strconv.Itoa(year), deltaT(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)), want[0], want[1])
	}
	for _, y := range []int{1920, 1941, 1961, 1986, 2005, 2050, 2150} { // the pieces meet
		a := time.Date(y, 1, 1, 12, 0, 0, 0, time.UTC)
		near(t, fmt.Sprintf("ΔT across %d", y), deltaT(a.AddDate(0, 0, -3)), deltaT(a.AddDate(0, 0, 3)), 0.35)
	}
}

func TestClassOf(t *testing.T) {
	for e, want := range map[float64]Class{90: Day, 6.0001: Day, 6: LowSun, 0: LowSun, -0.0001: Twilight, -6: Twilight, -6.0001: Dark, -90: Dark} {
		if got := ClassOf(e); got != want {
			t.Errorf("%g°: %s, want %s", e, got, want)
		}
	}
}

func TestBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		when := time.Unix(rapid.Int64Range(-4e9, 8e9).Draw(t, "unix"), 0)
		lat, lon := rapid.Float64Range(-90, 90).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon")
		p := Locate(when, At(lat, lon))
		if !(p.Elevation >= -90 && p.Elevation <= 90.01) || !(p.Azimuth >= 0 && p.Azimuth < 360) {
			t.Fatalf("out of bounds: %+v", p)
		}
		if p.Elevation < p.Geometric-0.001 {
			t.Fatalf("air lowers the sun: %+v", p)
		}
		// The antipode sees the opposite sky, up to twice the parallax (8.8").
		if q := Locate(when, Observer{Lat: -lat, Lon: lon + 180}); math.Abs(q.Geometric+p.Geometric) > 0.006 {
			t.Fatalf("antipodes at %.4f and %.4f", p.Geometric, q.Geometric)
		}
	})
}

func BenchmarkElevation(b *testing.B) {
	when := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	b.Run("short", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			when = when.Add(time.Minute)
			Elevation(when, 40, -75)
		}
	})
	b.Run("full", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			when = when.Add(time.Minute)
			Locate(when, At(40, -75))
		}
	})
	b.Run("one_more_place", func(b *testing.B) {
		b.ReportAllocs()
		e := Ephemerides(when)
		for b.Loop() {
			e.Elevation(40, -75)
		}
	})
}
