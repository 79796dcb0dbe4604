// SPDX-License-Identifier: Apache-2.0

package report

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// landText holds one closed outline a line: a longitude and a latitude in tenths
// of a degree, then the step to each further point. It is the land of Natural
// Earth at 1:110 million, in the public domain (see NOTICE). Longitudes run on
// past 180 where an outline crosses it.
//
//go:embed land.txt
var landText string

// outline is one closed line around land, in tenths of a degree.
type outline struct {
	points                   [][2]int // longitude, latitude
	west, east, south, north int
}

// land returns the outlines. The text is part of the program, so a number that
// does not parse is a mistake a test finds; it ends its outline.
var land = sync.OnceValue(func() []outline {
	var out []outline
	for line := range strings.Lines(landText) {
		fields := strings.Fields(line)
		o := outline{}
		x, y := 0, 0
		for i := 0; i+1 < len(fields); i += 2 {
			dx, errX := strconv.Atoi(fields[i])
			dy, errY := strconv.Atoi(fields[i+1])
			if errX != nil || errY != nil {
				break
			}
			x, y = x+dx, y+dy
			if i == 0 {
				o.west, o.east, o.south, o.north = x, x, y, y
			}
			o.west, o.east = min(o.west, x), max(o.east, x)
			o.south, o.north = min(o.south, y), max(o.north, y)
			o.points = append(o.points, [2]int{x, y})
		}
		out = append(out, o)
	}
	return out
})

// window is a part of the map, in tenths of a degree. East may pass 1800.
type window struct{ west, east, south, north int }

func (w window) width() int  { return w.east - w.west }
func (w window) height() int { return w.north - w.south }

// coast returns the outlines that a window shows as the data of an SVG path in
// tenths of a degree, y downwards.
func (w window) coast() string {
	var b strings.Builder
	for _, o := range land() {
		if o.north < w.south || o.south > w.north {
			continue
		}
		// The same outline once for each turn of the globe that the window shows.
		for turn := -2; turn <= 2; turn++ {
			by := turn * 3600
			if o.east+by < w.west || o.west+by > w.east {
				continue
			}
			b.WriteString("M" + strconv.Itoa(o.points[0][0]+by) + " " + strconv.Itoa(-o.points[0][1]) + "l")
			for i := 1; i < len(o.points); i++ {
				if i > 1 {
					b.WriteByte(' ')
				}
				b.WriteString(strconv.Itoa(o.points[i][0]-o.points[i-1][0]) + " " + strconv.Itoa(o.points[i-1][1]-o.points[i][1]))
			}
			b.WriteByte('z')
		}
	}
	return b.String()
}
