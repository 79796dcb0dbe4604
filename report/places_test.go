// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"daylight/internal/htmlcheck"
	"daylight/sun"

	"pgregory.net/rapid"
)

// inside reports whether a point lies in a path of M, l and z in tenths of a
// degree, by the number of edges a ray crosses.
func inside(t interface{ Fatal(...any) }, path string, lon, lat float64) bool {
	crossings := 0
	for part := range strings.SplitSeq(path, "z") {
		start, steps, relative := strings.Cut(strings.TrimPrefix(part, "M"), "l")
		fields := append(strings.Fields(start), strings.Fields(steps)...)
		var points [][2]float64
		x, y := 0.0, 0.0
		for i := 0; i+1 < len(fields); i += 2 {
			dx, errX := strconv.ParseFloat(fields[i], 64)
			dy, errY := strconv.ParseFloat(fields[i+1], 64)
			if errX != nil || errY != nil {
				t.Fatal("not a path: " + part)
			}
			if relative && i > 0 {
				dx, dy = x+dx, y+dy
			}
			x, y = dx, dy
			points = append(points, [2]float64{x / 10, -y / 10})
		}
		for i := range points {
			a, b := points[i], points[(i+1)%len(points)]
			if (a[1] > lat) != (b[1] > lat) && lon < a[0]+(lat-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
				crossings++
			}
		}
	}
	return crossings%2 == 1
}

// TestLand: well-known places are on land and well-known seas are not.
func TestLand(t *testing.T) {
	if len(landText) > 60_000 {
		t.Errorf("%d bytes of coast", len(landText))
	}
	world := window{-1800, 1800, mapSouth, mapNorth}
	coast := world.coast()
	for _, c := range []struct {
		what     string
		lat, lon float64
		land     bool
	}{
		{"Austin", 30.27, -97.74, true},
		{"Frankfurt", 50.11, 8.68, true},
		{"Nairobi", -1.29, 36.82, true},
		{"Osaka", 34.75, 135.6, true},
		{"Alice Springs", -23.7, 133.87, true},
		{"Anadyr's hinterland, past 180", 67, -176 + 360 - 8, true},
		{"the South Pole's ice", -79, 100, true},
		{"the middle of the Atlantic", 30, -40, false},
		{"the middle of the Pacific", 0, -150, false},
		{"the Bay of Bengal", 14, 88, false},
	} {
		if got := inside(t, coast, c.lon, c.lat); got != c.land {
			t.Errorf("%s: on land %t", c.what, got)
		}
	}
}

// TestSkies: the shading agrees with the sun at every point where the sun is
// not within a degree of a part's limit: the edges are drawn a degree of latitude at
// a time.
func TestSkies(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 365*24*60).Draw(rt, "minute")) * time.Minute)
		w := window{-1800, 1800, mapSouth, mapNorth}
		lon := float64(rapid.IntRange(-179, 179).Draw(rt, "longitude"))
		lat := float64(rapid.IntRange(-78, 82).Draw(rt, "latitude"))
		parts := map[string]string{}
		for _, s := range skies(at, w) {
			parts[s.Class] = s.Path
		}
		elevation := sun.Elevation(at, lat, lon)
		for class, limit := range map[string]float64{"n2": 6, "n1": 0, "n0": -6} {
			if math.Abs(elevation-limit) < 1.05 {
				continue
			}
			if got := inside(rt, parts[class], lon, lat); got != (elevation < limit) {
				rt.Fatalf("%s at %s, %.0f %.0f: shaded %t, and the sun stands at %.2f", class, at, lat, lon, got, elevation)
			}
		}
	})
}

// TestWindow: every place and its circle are in the picture, wherever on the globe
// they are, and the map is twice as wide as high unless that is more than there is.
func TestWindow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := &Subject{ID: "p-1"}
		for range rapid.IntRange(1, 5).Draw(rt, "places") {
			s.Places = append(s.Places, Seen{
				Lat: float64(rapid.IntRange(-70, 75).Draw(rt, "lat")), Lon: float64(rapid.IntRange(-180, 180).Draw(rt, "lon")),
				RadiusKM: float64(rapid.IntRange(0, 500).Draw(rt, "km")),
			})
		}
		w := windowOf(s)
		if w.width() > 3600 || w.width() < mapLeast || w.height() > mapNorth-mapSouth || w.south < mapSouth || w.north > mapNorth {
			rt.Fatalf("window %+v", w)
		}
		m := NewMap(s, at(1, 0))
		for i, k := range m.Marks {
			if k.X < 0 || k.X > 100 || k.Y < 0 || k.Y > 100 {
				rt.Fatalf("place %d at %v %v of %+v", i, k.X, k.Y, w)
			}
			c := m.Circles[i]
			if w.width() < 3600 && (c.X-c.Across < w.west-1 || c.X+c.Across > w.east+1) {
				rt.Fatalf("circle %+v sticks out of %+v", c, w)
			}
		}
	})
}

// TestMapFigures: 111.2 km are one degree of latitude, and at 60° two of
// longitude.
func TestMapFigures(t *testing.T) {
	if up, across := reach(0, 111.2); up != 10 || across != 10 {
		t.Errorf("at the equator %d %d", up, across)
	}
	if up, across := reach(60, 111.2); up != 10 || across != 20 {
		t.Errorf("at 60° %d %d", up, across)
	}
	s := atlas()[0]
	m := NewMap(s, time.Time{})
	if !m.At.Equal(s.Places[1].Last) {
		t.Errorf("shaded at %s", m.At)
	}
	// From -97.74 to 8.68 are 106.4 degrees, with both circles 107.3; a quarter more is
	// 134.1.
	w := windowOf(s)
	if w.width() != 1341 {
		t.Errorf("the window is %d wide", w.width())
	}
	if NewMap(&Subject{}, time.Time{}) != nil {
		t.Error("a map of nothing")
	}
}

func atlas() []*Subject {
	austin := Seen{"Austin", 30.27, -97.74, 20, "home broadband", false, 41, at(1, 9), at(28, 17)}
	frankfurt := Seen{"Frankfurt", 50.11, 8.68, 50, "home broadband", false, 1, at(29, 17), at(29, 18)}
	claim := &Claim{Place: "Austin, Texas", Zone: "America/Chicago", Lat: 30.27, Lon: -97.74}
	return []*Subject{
		{ID: "two", Places: []Seen{austin, frankfurt}, Claimed: claim},
		{ID: "one", Places: []Seen{austin}, Claimed: claim},
		{ID: "crowd", Claimed: claim, Places: []Seen{
			austin,
			{"Austin", 30.3, -97.7, 5, "a hosting provider", true, 3, at(2, 1), at(3, 1)},
			{"Round Rock", 30.5, -97.7, 5, "a mobile network", false, 2, at(2, 1), at(3, 1)},
			{"Osaka", 34.69, 135.5, 300, "a commercial VPN", true, 3, at(2, 1), at(3, 3)},
			{"Suva", -18.1, 178.4, 20, "home broadband", false, 1, at(2, 1), at(3, 1)},
			{strings.Repeat("Llanfair", 12), 53.2, -4.2, 900, "a network of no known kind", false, 1, at(2, 1), at(3, 1)},
		}},
		{ID: "none", Claimed: claim},
	}
}

func TestMapsInBrowser(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Maps</title><style>%s%s</style><body><div class="page"><nav class="rail"><ul>`, pageStyle, PictureStyle)
	for _, s := range atlas() {
		fmt.Fprintf(&b, `<li><a href="#%s">%s</a></li>`, s.ID, s.ID)
	}
	b.WriteString(`</ul></nav><main>`)
	for _, s := range atlas() {
		picture, err := NewMap(s, time.Time{}).HTML()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, `<h2 id="%s">%s</h2>%s`, s.ID, s.ID, picture)
	}
	b.WriteString(`</main></div></body></html>`)
	htmlcheck.Look(t, map[string][]byte{"maps": []byte(b.String())}, "svg *", []htmlcheck.View{
		{Page: "maps", Width: 1280, Scheme: "light"}, {Page: "maps", Width: 390, Scheme: "dark"},
	})
}
