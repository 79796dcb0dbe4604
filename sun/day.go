// SPDX-License-Identifier: Apache-2.0

package sun

import (
	"math"
	"time"
)

// State says whether the sun crosses the horizon on a day.
type State uint8

// The states of a day.
const (
	Ordinary   State = iota
	PolarDay         // the sun stays above the horizon
	PolarNight       // the sun stays below it
)

// String returns the state in words.
func (s State) String() string {
	return [...]string{"ordinary day", "sun does not set", "sun does not rise", "unknown"}[min(s, PolarNight+1)]
}

// Times are the sun's times on one civil day. A time is zero when the event does
// not happen on that day. Where several do, it is the first.
type Times struct {
	From, To time.Time // the civil day, local midnight to midnight
	State    State
	// Dawn and Dusk begin and end civil twilight (-6°), Sunrise and Sunset are
	// those of the upper limb (-0.8333°, standard refraction), as almanacs have it.
	Dawn, Sunrise, Noon, Sunset, Dusk time.Time
	NoonElevation                     float64       // degrees, refraction included
	Length                            time.Duration // that the sun is up, between From and To
}

// The geometric elevations of the events, degrees: 34' of refraction and 16' of
// the sun's radius, as in the almanacs of the US Naval Observatory.
const (
	riseElevation  = -0.8333
	civilTwilight  = -6
	sampleDistance = 10 * time.Minute // no two crossings of one kind lie closer but at the poles' edges
)

// TimesOn returns the sun's times on the civil day that holds the date in loc
// (whose clock need not be that of the longitude).
func TimesOn(year int, month time.Month, day int, lat, lon float64, loc *time.Location) Times {
	d := Times{
		From: time.Date(year, month, day, 0, 0, 0, 0, loc),
		To:   time.Date(year, month, day+1, 0, 0, 0, 0, loc),
	}
	elevation := func(t time.Time) float64 { return ephemeris(t, deltaT(t), &short).geometric(lat, lon) }
	was, at := elevation(d.From), d.From
	anyUp, anyDown := was >= riseElevation, was < riseElevation
	since := d.From // the sun has been up since then, if it is up
	for at.Before(d.To) {
		next := at.Add(sampleDistance)
		if next.After(d.To) {
			next = d.To
		}
		is := elevation(next)
		mark(&d.Dawn, &d.Dusk, crossing(elevation, at, next, was, is, civilTwilight), is > was)
		if t := crossing(elevation, at, next, was, is, riseElevation); !t.IsZero() {
			mark(&d.Sunrise, &d.Sunset, t, is > was)
			if is > was {
				since = t
			} else {
				d.Length += t.Sub(since)
			}
		}
		anyUp, anyDown = anyUp || is >= riseElevation, anyDown || is < riseElevation
		at, was = next, is
	}
	if was >= riseElevation {
		d.Length += d.To.Sub(since)
	}
	switch {
	case !anyDown:
		d.State = PolarDay
	case !anyUp:
		d.State = PolarNight
	}
	d.Noon = noon(d.From, lon)
	d.NoonElevation = Elevation(d.Noon, lat, lon)
	return d
}

func mark(up, down *time.Time, t time.Time, rising bool) {
	which := down
	if rising {
		which = up
	}
	if which.IsZero() {
		*which = t
	}
}

// crossing returns when the elevation passes a level between two instants, to a
// second, or zero if it is on the same side at both.
func crossing(f func(time.Time) float64, a, b time.Time, fa, fb, level float64) time.Time {
	if (fa < level) == (fb < level) {
		return time.Time{}
	}
	for b.Sub(a) > time.Second {
		m := a.Add(b.Sub(a) / 2)
		if fm := f(m); (fm < level) == (fa < level) {
			a = m
		} else {
			b = m
		}
	}
	return b.Truncate(time.Second)
}

// noon returns the first passage of the sun over the meridian from an instant on.
func noon(from time.Time, lon float64) time.Time {
	// The sun's hour angle grows by 15° an hour to within 0.03 %.
	hours := func(h float64) time.Duration { return time.Duration(h / (15 * rad) * float64(time.Hour)) }
	h := Ephemerides(from).hourAngle(lon)
	if h > 0 {
		h -= 2 * math.Pi
	}
	t := from.Add(hours(-h))
	for range 2 {
		t = t.Add(hours(-Ephemerides(t).hourAngle(lon)))
	}
	return t.Round(time.Second)
}

// Point is one point of a day's curve.
type Point struct {
	At        time.Time
	Elevation float64 // degrees, refraction included
}

// Curve returns the sun's elevation over the civil day of a date in loc, every
// step (at least a minute) from midnight to midnight, both included.
func Curve(year int, month time.Month, day int, lat, lon float64, loc *time.Location, step time.Duration) []Point {
	step = max(step, time.Minute)
	from := time.Date(year, month, day, 0, 0, 0, 0, loc)
	to := time.Date(year, month, day+1, 0, 0, 0, 0, loc)
	var out []Point
	for t := from; t.Before(to); t = t.Add(step) {
		out = append(out, Point{t, Elevation(t, lat, lon)})
	}
	return append(out, Point{to, Elevation(to, lat, lon)})
}
