// SPDX-License-Identifier: Apache-2.0

// Package sun says where the sun stands: its elevation and azimuth at an instant
// and place, whether a window should then be bright, when it rises and sets, and
// at which hours a look out of a window tells most about where the window is.
//
// The method is the Solar Position Algorithm of the National Renewable Energy
// Laboratory (Reda and Andreas, "Solar Position Algorithm for Solar Radiation
// Applications", NREL/TP-560-34302, revised January 2008), whose stated
// uncertainty is ±0.0003° for the years -2000 to 6000. It knows nothing of
// weather, hills, blinds or inner rooms.
package sun

import (
	"math"
	"slices"
	"time"
)

const rad = math.Pi / 180

// Observer is a point on Earth with the air above it.
type Observer struct {
	Lat, Lon    float64 // degrees, north and east positive
	Altitude    float64 // metres above the ellipsoid
	Pressure    float64 // hPa, yearly mean; 0: no refraction
	Temperature float64 // °C, yearly mean
}

// At returns an observer at sea level under a standard atmosphere (1013.25 hPa,
// 15 °C). Other weather moves the sun's image by less than 0.1° at the horizon
// and less than 0.01° above 6°.
func At(lat, lon float64) Observer {
	return Observer{Lat: lat, Lon: lon, Pressure: 1013.25, Temperature: 15}
}

// Position is where the sun is seen.
type Position struct {
	Elevation float64 // degrees above the horizon, refraction included
	Geometric float64 // degrees above the horizon without air
	Azimuth   float64 // degrees eastward from north, 0…360
}

// Zenith returns the angle between the sun and the vertical, degrees.
func (p Position) Zenith() float64 { return 90 - p.Elevation }

// Ephemeris is where the sun stands as seen from the Earth's centre at one
// instant. It is the costly part, and the same for every place.
type Ephemeris struct {
	ascension, declination float64 // radians
	sidereal               float64 // apparent Greenwich sidereal time, radians
	parallax               float64 // equatorial horizontal, radians
}

// Ephemerides returns the sun's place at an instant, with all terms of the
// algorithm.
func Ephemerides(t time.Time) Ephemeris { return ephemeris(t, deltaT(t), &full) }

// Locate returns the sun's place in an observer's sky, with full precision.
func Locate(t time.Time, o Observer) Position { return Ephemerides(t).From(o) }

// Elevation returns the sun's elevation in degrees at an instant and a place at
// sea level, refraction included. It leaves out terms of the series that
// together matter less than 0.0003° between 1950 and 2075 (measured by
// TestElevationAgreesWithLocate), which makes it several times faster.
func Elevation(t time.Time, lat, lon float64) float64 {
	return ephemeris(t, deltaT(t), &short).Elevation(lat, lon)
}

// series selects how many terms of each table are summed.
type series struct {
	longitude, latitude, radius [][]term
	nutation                    []nutationTerm
	sum                         func(powers [][]term, tau float64) float64
}

var full = series{longitudeTerms[:], latitudeTerms[:], radiusTerms[:], nutationTerms[:], sum}

// short keeps terms by what they can move the sun: series in a higher power of
// the time (at most 0.08 millennia from 2000 here) shrink by it, and the radius
// only enters the aberration and the parallax.
var short = series{
	longitude: [][]term{longitudeTerms[0][:46], longitudeTerms[1][:3], longitudeTerms[2][:2]},
	latitude:  [][]term{latitudeTerms[0][:3]},
	radius:    [][]term{radiusTerms[0][:3]},
	nutation:  nutationTerms[:7],
	sum:       quickSum,
}

// sum evaluates series of periodic terms, one for each power of tau, by Horner's rule.
func sum(powers [][]term, tau float64) float64 {
	total := 0.0
	for _, terms := range slices.Backward(powers) {
		s := 0.0
		for _, t := range terms {
			s += t.a * math.Cos(t.b+t.c*tau)
		}
		total = total*tau + s
	}
	return total / 1e8
}

// quickSum is sum with a cosine of its own, within 1e-9, which is three times
// faster than the library's last digit.
func quickSum(powers [][]term, tau float64) float64 {
	total := 0.0
	for _, terms := range slices.Backward(powers) {
		s := 0.0
		for _, t := range terms {
			turns := (t.b + t.c*tau) * (1 / (2 * math.Pi))
			turns -= math.RoundToEven(turns)
			// cos(2πx) is sin(π/2 - 2π|x|), whose argument is within ±π/2.
			y := 2 * math.Pi * (0.25 - math.Abs(turns))
			z := y * y
			s += t.a * y * (1 + z*(-1.0/6+z*(1.0/120+z*(-1.0/5040+z*(1.0/362880+z*(-1.0/39916800+z/6227020800))))))
		}
		total = total*tau + s
	}
	return total / 1e8
}

// julian returns the Julian day of an instant.
func julian(t time.Time) float64 {
	return float64(t.Unix())/86400 + float64(t.Nanosecond())/86400e9 + 2440587.5
}

// ephemeris is steps 3.1 to 3.10 and 3.12.1 of the report. delta is the
// difference of terrestrial and universal time in seconds.
func ephemeris(t time.Time, delta float64, s *series) Ephemeris {
	day := julian(t) - 2451545
	century := (day + delta/86400) / 36525
	tau := century / 10

	longitude := s.sum(s.longitude, tau) + math.Pi
	latitude := -s.sum(s.latitude, tau)
	radius := s.sum(s.radius, tau)

	dPsi, dEps := nutation(century, s.nutation)
	eps := obliquity(tau)*rad/3600 + dEps
	const arcsecond = rad / 3600
	lambda := longitude + dPsi - 20.4898*arcsecond/radius

	sinL, cosL := math.Sincos(lambda)
	sinE, cosE := math.Sincos(eps)
	sinB, cosB := math.Sincos(latitude)
	// Greenwich mean sidereal time; its small terms go by universal time.
	u := day / 36525
	mean := math.Mod(280.46061837+360.98564736629*day, 360) + u*u*(0.000387933-u/38710000)
	return Ephemeris{
		ascension:   math.Atan2(sinL*cosE-sinB/cosB*sinE, cosL),
		declination: math.Asin(sinB*cosE + cosB*sinE*sinL),
		sidereal:    mean*rad + dPsi*cosE,
		parallax:    8.794 * arcsecond / radius,
	}
}

// obliquity returns the mean obliquity of the ecliptic in seconds of arc (Laskar
// 1986, as in equation 24 of the report).
func obliquity(tau float64) float64 {
	u := tau / 10
	e := 0.0
	for _, c := range [...]float64{2.45, 5.79, 27.87, 7.12, -39.05, -249.67, -51.38, 1999.25, -1.55, -4680.93, 84381.448} {
		e = e*u + c
	}
	return e
}

// nutation returns the nutation in longitude and obliquity, radians.
func nutation(c float64, terms []nutationTerm) (psi, eps float64) {
	x := [5]float64{
		297.85036 + c*(445267.111480+c*(-0.0019142+c/189474)), // moon's mean elongation
		357.52772 + c*(35999.050340+c*(-0.0001603-c/300000)),  // sun's mean anomaly
		134.96298 + c*(477198.867398+c*(0.0086972+c/56250)),   // moon's mean anomaly
		93.27191 + c*(483202.017538+c*(-0.0036825+c/327270)),  // moon's argument of latitude
		125.04452 + c*(-1934.136261+c*(0.0020708+c/450000)),   // moon's ascending node
	}
	for i := range terms {
		t := &terms[i]
		arg := 0.0
		for j, y := range t.y {
			arg += float64(y) * x[j]
		}
		sin, cos := math.Sincos(arg * rad)
		psi += (t.a + t.b*c) * sin
		eps += (t.c + t.d*c) * cos
	}
	const unit = rad / 36e6 // 0.0001 seconds of arc
	return psi * unit, eps * unit
}

// From returns the sun's place in an observer's sky: steps 3.11 to 3.14.
func (e Ephemeris) From(o Observer) Position {
	sinLat, cosLat := math.Sincos(o.Lat * rad)
	// The observer on the ellipsoid, in equatorial radii.
	const flat, equator = 0.99664719, 6378140
	sinU, cosU := math.Sincos(math.Atan2(flat*sinLat, cosLat))
	x := cosU + o.Altitude/equator*cosLat
	y := flat*sinU + o.Altitude/equator*sinLat

	sinH, cosH := math.Sincos(e.sidereal + o.Lon*rad - e.ascension)
	sinD, cosD := math.Sincos(e.declination)
	sinP := math.Sin(e.parallax)
	// Parallax in right ascension, then the topocentric declination and hour angle.
	dA := math.Atan2(-x*sinP*sinH, cosD-x*sinP*cosH)
	sinA, cosA := math.Sincos(dA)
	d := math.Atan2((sinD-y*sinP)*cosA, cosD-x*sinP*cosH)
	sinD, cosD = math.Sincos(d)
	sinH, cosH = sinH*cosA-cosH*sinA, cosH*cosA+sinH*sinA

	geometric := math.Asin(clamp(sinLat*sinD+cosLat*cosD*cosH)) / rad
	azimuth := math.Atan2(sinH, cosH*sinLat-sinD/cosD*cosLat)/rad + 180
	return Position{
		Elevation: geometric + refraction(geometric, o.Pressure, o.Temperature),
		Geometric: geometric,
		Azimuth:   math.Mod(azimuth+360, 360),
	}
}

// Elevation returns the sun's elevation at sea level in degrees, refraction
// included. Parallax is applied to the elevation directly, which differs from
// [Ephemeris.From] by less than 0.00001°.
func (e Ephemeris) Elevation(lat, lon float64) float64 {
	g := e.geometric(lat, lon)
	o := At(lat, lon)
	return g + refraction(g, o.Pressure, o.Temperature)
}

// geometric returns the elevation without air, degrees.
func (e Ephemeris) geometric(lat, lon float64) float64 {
	sinLat, cosLat := math.Sincos(lat * rad)
	sinD, cosD := math.Sincos(e.declination)
	s := clamp(sinLat*sinD + cosLat*cosD*math.Cos(e.sidereal+lon*rad-e.ascension))
	return (math.Asin(s) - e.parallax*math.Sqrt(1-s*s)) / rad
}

// hourAngle returns the sun's hour angle at a longitude, radians in -π…π; it is
// zero when the sun crosses the meridian.
func (e Ephemeris) hourAngle(lon float64) float64 {
	return math.Remainder(e.sidereal+lon*rad-e.ascension, 2*math.Pi)
}

func clamp(x float64) float64 { return max(-1, min(1, x)) }

// refraction returns how much air lifts the sun's image, degrees (equation 42 of
// the report, after Sæmundsson 1986). Below the horizon, where no image is seen,
// it is zero, as in the report: the limit is the sun's radius and 0.5667°.
func refraction(geometric, pressure, temperature float64) float64 {
	if geometric < -(0.26667 + 0.5667) {
		return 0
	}
	return pressure / 1010 * 283 / (273 + temperature) * 1.02 / (60 * math.Tan((geometric+10.3/(geometric+5.11))*rad))
}

// deltaT returns terrestrial minus universal time in seconds: the polynomials of
// Espenak and Meeus, "Five Millennium Canon of Solar Eclipses" (NASA/TP-2006-
// 214141), from 1900; before that their long-term parabola. An error of 10 s
// moves the sun by 0.00012°.
func deltaT(t time.Time) float64 {
	t = t.UTC()
	y := float64(t.Year()) + (float64(t.YearDay())-0.5)/365.25
	switch {
	case y < 1900 || y >= 2150:
		u := (y - 1820) / 100
		return -20 + 32*u*u
	case y < 1920:
		return polynomial(y-1900, -2.79, 1.494119, -0.0598939, 0.0061966, -0.000197)
	case y < 1941:
		return polynomial(y-1920, 21.20, 0.84493, -0.076100, 0.0020936)
	case y < 1961:
		return polynomial(y-1950, 29.07, 0.407, -1.0/233, 1.0/2547)
	case y < 1986:
		return polynomial(y-1975, 45.45, 1.067, -1.0/260, -1.0/718)
	case y < 2005:
		return polynomial(y-2000, 63.86, 0.3345, -0.060374, 0.0017275, 0.000651814, 0.00002373599)
	case y < 2050:
		return polynomial(y-2000, 62.92, 0.32217, 0.005589)
	}
	u := (y - 1820) / 100
	return -20 + 32*u*u - 0.5628*(2150-y)
}

func polynomial(x float64, coefficients ...float64) float64 {
	s := 0.0
	for _, c := range slices.Backward(coefficients) {
		s = s*x + c
	}
	return s
}

// Class is how bright a window should be.
type Class uint8

// The classes, by the sun's elevation. Between Day and Dark lies a band in which
// a window can look either way.
const (
	Dark     Class = iota // below -6°: night, or nautical twilight
	Twilight              // -6°…0°: civil twilight
	LowSun                // 0°…6°
	Day                   // above 6°
)

// ClassOf returns the class of an elevation in degrees.
func ClassOf(elevation float64) Class {
	switch {
	case elevation > 6:
		return Day
	case elevation >= 0:
		return LowSun
	case elevation >= -6:
		return Twilight
	}
	return Dark
}

// String returns the class in words.
func (c Class) String() string {
	return [...]string{"dark", "twilight", "low sun", "day", "unknown"}[min(c, Day+1)]
}
