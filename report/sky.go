// SPDX-License-Identifier: Apache-2.0

package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"

	"daylight/sun"
)

// This file draws the sky at one place: the day's elevation of the sun, and the
// whole world with the line between day and night.

// NewWorld draws the whole map shaded by the sun at an instant, with a ring at one
// place.
func NewWorld(place string, lat, lon float64, at time.Time) *Map {
	w := window{west: -1800, east: 1800, south: mapSouth, north: mapNorth}
	m := &Map{Label: "Day and night at " + instant(at), At: at.UTC(), Claimed: place}
	m.Box = fmt.Sprintf("%d %d %d %d", w.west, -w.north, w.width(), w.height())
	m.Sea = sea{w.west, -w.north, w.width(), w.height()}
	m.Coast, m.Night = w.coast(), skies(m.At, w)
	m.Ring, m.HasRing = placeMark{X: w.x(lon), Y: w.y(lat)}, true
	m.World = true
	m.KM = count(int(math.Round(float64(w.height())/10*math.Pi*6371/180/100))*100) + " km"
	m.Alt = fmt.Sprintf("At %s the sun stands %s", place, height(sun.Elevation(at, lat, lon)))
	return m
}

// height words an elevation of the sun: "31° above the horizon".
func height(elevation float64) string {
	n := int(math.Round(math.Abs(elevation)))
	switch {
	case n == 0:
		return "at the horizon"
	case elevation < 0:
		return strconv.Itoa(n) + "° below the horizon"
	}
	return strconv.Itoa(n) + "° above the horizon"
}

// DayCurve is the sun's elevation over one civil day at a place, with a stretch of
// time marked.
type DayCurve struct {
	Label, Alt, Place, Date string
	Height, Inner, Text     int // pixels
	Box                     string
	Left, Right, Top, High  int // of the box: minutes of the day, tenths of a degree
	Bands                   []skyBand
	Curve                   string
	Marked                  []string
	Hours                   []hourMark
	Low, Peak               string // degrees
}

// skyBand is a stretch of the day with one kind of sky.
type skyBand struct {
	Class       string
	From, Width int
}

type hourMark struct {
	X             pc
	Words, Anchor string
}

// skyStep is how fine the curve is drawn.
const skyStep = 10 * time.Minute

// NewDayCurve draws the day on which an interview begins, by the clock of loc.
func NewDayCurve(place string, lat, lon float64, loc *time.Location, from, to time.Time) *DayCurve {
	local := from.In(loc)
	points := sun.Curve(local.Year(), local.Month(), local.Day(), lat, lon, loc, skyStep)
	c := &DayCurve{
		Label: "The sun over the day", Place: place, Date: local.Format(time.DateOnly), Height: 168, Inner: 140, Text: 160,
	}
	begin := points[0].At
	minutes := func(t time.Time) int { return int(t.Sub(begin).Minutes()) }
	c.Right = minutes(points[len(points)-1].At)
	low, peak := 900, -900
	var path strings.Builder
	for i, p := range points {
		low, peak = min(low, tenths(p.Elevation)), max(peak, tenths(p.Elevation))
		fmt.Fprintf(&path, "%s%d %d", map[bool]string{true: "M", false: "L"}[i == 0], minutes(p.At), -tenths(p.Elevation))
		if i+1 == len(points) {
			break
		}
		class, width := skyClass(p.Elevation), minutes(points[i+1].At)-minutes(p.At)
		if n := len(c.Bands); n > 0 && c.Bands[n-1].Class == class {
			c.Bands[n-1].Width += width
		} else {
			c.Bands = append(c.Bands, skyBand{class, minutes(p.At), width})
		}
	}
	c.Curve = path.String()
	degrees := func(tenths int) string {
		return strings.Replace(strconv.Itoa(int(math.Round(float64(tenths)/10))), "-", "−", 1)
	}
	c.Low, c.Peak = degrees(low), degrees(peak)
	c.Top = -max(peak, 0) - 50
	c.High = -min(low, 0) + 50 - c.Top
	c.Box = fmt.Sprintf("0 %d %d %d", c.Top, c.Right, c.High)
	left, right := max(0, minutes(from)), min(c.Right, minutes(to))
	c.Marked = []string{fmt.Sprintf("M%d %dH%dV%dH%dZ", left, c.Top+10, max(right, left+1), c.Top+c.High-10, left)}
	for h := 0; h <= 24; h += 6 {
		t := time.Date(local.Year(), local.Month(), local.Day(), h, 0, 0, 0, loc)
		k := hourMark{X: pc(100 * float64(minutes(t)) / float64(c.Right)), Words: fmt.Sprintf("%02d:00", h), Anchor: "middle"}
		switch h {
		case 0:
			k.Anchor = "start"
		case 24:
			k.Anchor = "end"
		}
		c.Hours = append(c.Hours, k)
	}
	c.Alt = fmt.Sprintf("At %s, from %s to %s by its clock, the sun stands %s at the beginning and %s at the end",
		place, local.Format("15:04"), to.In(loc).Format("15:04"), height(sun.Elevation(from, lat, lon)), height(sun.Elevation(to, lat, lon)))
	return c
}

// skyClass is how the pictures shade an elevation of the sun.
func skyClass(elevation float64) string {
	switch sun.ClassOf(elevation) {
	case sun.Dark:
		return "n0"
	case sun.Twilight:
		return "n1"
	case sun.LowSun:
		return "n2"
	case sun.Day:
	}
	return "n3"
}

// HTML returns the curve as an SVG with its caption, safe to stand in a page.
func (c *DayCurve) HTML() (template.HTML, error) { return draw("daycurve", c) }
