// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/detect"
	"daylight/enrich"
	"daylight/sun"
)

// Seen is one place that a subject's activity came from, as far as the addresses
// say.
type Seen struct {
	Place    string    `json:"place,omitzero"` // as the table of addresses names it
	Lat      float64   `json:"lat"`
	Lon      float64   `json:"lon"`
	RadiusKM float64   `json:"radius_km"`
	Network  string    `json:"network"`       // the kind of network, in words
	Exit     bool      `json:"exit,omitzero"` // the network hides where its user is
	Days     int       `json:"days"`
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
}

// mostSeen bounds the places of one subject; those with the most days are kept.
const mostSeen = 30

// newSeen gathers where a subject's activity came from. Of a protected person
// nothing is said, and addresses that no table places are not guessed at.
func newSeen(v *detect.View) []Seen {
	if v.Profile == nil || v.Protected {
		return nil
	}
	type spot struct {
		place, network string
		lat, lon       float64
	}
	days := map[spot]map[int32]bool{}
	at := map[spot]Seen{}
	for _, u := range v.Profile.Networks() {
		n, known := v.Network(u.Addr)
		if !known || !n.HasPoint || n.Class == enrich.Private {
			continue
		}
		k := spot{n.City, n.Class.Words(), n.Lat, n.Lon}
		s, seen := at[k]
		if !seen {
			s = Seen{Place: n.City, Lat: n.Lat, Lon: n.Lon, Network: k.network, Exit: n.Class.Anonymous(), First: u.First.At.UTC(), Last: u.Last.At.UTC()}
			days[k] = map[int32]bool{}
		}
		s.RadiusKM = max(s.RadiusKM, n.RadiusKM)
		if u.First.At.Before(s.First) {
			s.First = u.First.At.UTC()
		}
		if u.Last.At.After(s.Last) {
			s.Last = u.Last.At.UTC()
		}
		for _, d := range u.Days {
			days[k][d] = true
		}
		at[k] = s
	}
	var out []Seen
	for k, s := range at {
		s.Days = max(1, len(days[k]))
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Seen) int {
		return cmp.Or(cmp.Compare(b.Days, a.Days), a.First.Compare(b.First), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Network, b.Network),
			cmp.Compare(a.Lat, b.Lat), cmp.Compare(a.Lon, b.Lon))
	})
	return out[:min(len(out), mostSeen)]
}

// Map is the picture of places: an outline map with a circle as large as the
// uncertainty around each place that activity came from, a ring at the claimed
// one, shaded by the sun at one instant.
type Map struct {
	Label, Alt string
	At         time.Time // the instant of the shading, UTC
	Box        string    // viewBox of the map, in tenths of a degree
	Sea        sea
	Night      []sky // from civil twilight to night, each over the one before
	Coast      string
	Circles    []circle
	Marks      []placeMark
	Claimed    string // the claimed place in words; empty when it is not known
	Ring       placeMark
	HasRing    bool
	KM         string // how far the map's height reaches
	World      bool   // it shows the whole world and nobody's activity
	Way        bool   // its marks are single stops and not places of activity
}

// sea is the ground of the map: the whole of its box.
type sea struct{ X, Y, Width, Height int }

// sky is the part of the map in which the sun stands below an elevation.
type sky struct{ Class, Path string }

type circle struct {
	Class            string
	X, Y             int // tenths of a degree, y downwards
	Across, UpOrDown int
}

// placeMark is a numbered point, and the words of the list below the map.
type placeMark struct {
	X, Y   pc
	Dx     int // pixels that the number stands aside, so that none hides another
	Number int
	Class  string
	Words  string
	Stamp  string // machine-readable time of the newest activity there
	When   string
}

const (
	mapLeast = 400  // tenths of a degree of longitude shown at least
	mapSouth = -800 // the map ends before the poles
	mapNorth = 850
)

// NewMap draws the places of a subject at an instant; the zero time stands for
// that of the newest activity. It returns nil when no place is known.
func NewMap(s *Subject, at time.Time) *Map {
	if len(s.Places) == 0 && s.Claimed == nil {
		return nil
	}
	m := &Map{Label: "Places of " + s.ID, At: at.UTC()}
	for _, p := range s.Places {
		if at.IsZero() && p.Last.After(m.At) {
			m.At = p.Last
		}
	}
	w := windowOf(s)
	m.Box = fmt.Sprintf("%d %d %d %d", w.west, -w.north, w.width(), w.height())
	m.Sea = sea{w.west, -w.north, w.width(), w.height()}
	m.Coast = w.coast()
	if !m.At.IsZero() {
		m.Night = skies(m.At, w)
	}
	m.KM = count(int(math.Round(float64(w.height())/10*math.Pi*enrich.EarthKM/180/100))*100) + " km"
	m.mark(s, w)
	m.Alt = m.words(s)
	return m
}

// tenths of a degree.
func tenths(degrees float64) int { return int(math.Round(10 * degrees)) }

// windowOf chooses the part of the map that shows every place with its circle: the
// smallest arc of longitudes, twice as wide as high.
func windowOf(s *Subject) window {
	type span struct{ west, east int }
	var spans []span
	south, north := 900, -900
	add := func(lat, lon, km float64) {
		up, across := reach(lat, km)
		spans = append(spans, span{tenths(lon) - across, tenths(lon) + across})
		south, north = min(south, tenths(lat)-up), max(north, tenths(lat)+up)
	}
	for _, p := range s.Places {
		add(p.Lat, p.Lon, p.RadiusKM)
	}
	if s.Claimed != nil {
		add(s.Claimed.Lat, s.Claimed.Lon, 0)
	}
	// The window may begin at any place's west; the narrowest that holds all wins.
	w := window{west: -1800, east: 1800}
	for _, first := range spans {
		east := first.east
		for _, x := range spans {
			turn := x.west - first.west
			turn = ((turn % 3600) + 3600) % 3600
			east = max(east, first.west+turn+x.east-x.west)
		}
		if east-first.west < w.width() {
			w.west, w.east = first.west, east
		}
	}
	width := min(3600, max(mapLeast, w.width()*5/4, 2*(north-south)*5/4))
	middle := (w.west + w.east) / 2
	w.west = middle - width/2
	w.east = w.west + width
	height := min(width/2, mapNorth-mapSouth)
	w.south = min(max((south+north)/2-height/2, mapSouth), mapNorth-height)
	w.north = w.south + height
	return w
}

// reach is how far so many kilometres go on the map at a latitude, in tenths of
// a degree: upwards, and across, where degrees are narrower.
func reach(lat, km float64) (up, across int) {
	degrees := km / (math.Pi * enrich.EarthKM / 180)
	return tenths(degrees), tenths(min(90, degrees/max(0.1, math.Cos(lat*math.Pi/180))))
}

// x and y are positions in percent of the picture.
func (w window) x(lon float64) pc {
	from := ((tenths(lon)-w.west)%3600 + 3600) % 3600
	return pc(100 * float64(from) / float64(w.width()))
}

func (w window) y(lat float64) pc {
	return pc(100 * float64(w.north-tenths(lat)) / float64(w.height()))
}

// mark places circles, numbers and the ring.
func (m *Map) mark(s *Subject, w window) {
	// Numbers on one another are set side by side, as wide as on a phone.
	const wide, near, step = 358.0, 20.0, 21
	taken := map[[2]int]bool{}
	for i, p := range s.Places {
		up, across := reach(p.Lat, p.RadiusKM)
		k := placeMark{X: w.x(p.Lon), Y: w.y(p.Lat), Number: i + 1, Class: "here", Words: p.words(), When: instant(p.Last), Stamp: p.Last.UTC().Format(time.RFC3339)}
		if p.Exit {
			k.Class = "exit"
		}
		c := circle{Class: k.Class, X: w.west + int(float64(k.X)/100*float64(w.width())), Y: -tenths(p.Lat), Across: max(1, across), UpOrDown: max(1, up)}
		m.Circles = append(m.Circles, c)
		cell := func() [2]int {
			return [2]int{int(math.Round((float64(k.X)/100*wide + float64(k.Dx)) / near)), int(math.Round(float64(k.Y) / 100 * wide / 2 / near))}
		}
		for turn := 1; taken[cell()] && turn < 12; turn++ {
			k.Dx = step * (turn + 1) / 2 * (2*(turn%2) - 1)
		}
		taken[cell()] = true
		m.Marks = append(m.Marks, k)
	}
	if c := s.Claimed; c != nil {
		m.Ring, m.HasRing, m.Claimed = placeMark{X: w.x(c.Lon), Y: w.y(c.Lat)}, true, c.Place
	}
}

// words of one place: "Austin: home broadband, 41 days, within 20 km".
func (s Seen) words() string {
	place := s.Place
	if place == "" {
		place = "a place without a name"
	}
	words := fmt.Sprintf("%s: %s, %s", place, s.Network, plural(s.Days, "day", "days"))
	if s.RadiusKM > 0 {
		words += fmt.Sprintf(", within %s km", count(int(math.Round(s.RadiusKM))))
	}
	if s.Exit {
		words += "; the network ends there, and its user may be elsewhere"
	}
	return words
}

func (m *Map) words(s *Subject) string {
	var parts []string
	for _, k := range m.Marks {
		parts = append(parts, fmt.Sprintf("%d %s", k.Number, k.Words))
	}
	words := "No activity could be placed"
	if len(parts) > 0 {
		words = plural(len(parts), "place", "places") + " of activity: " + strings.Join(parts, "; ")
	}
	if s.Claimed != nil && s.Claimed.Place != "" {
		words += ". Claimed: " + s.Claimed.Place
	}
	return stop(words)
}

// skies returns the parts of the map below three elevations of the sun: 6°, where
// day begins, 0° and -6°, as [sun.Class] parts them.
func skies(at time.Time, w window) []sky {
	e := sun.Ephemerides(at)
	// At one latitude the sun sinks with the distance from the meridian below it, so
	// each part is one stretch around the opposite meridian.
	noon := subsolar(e)
	var out []sky
	for _, part := range []struct {
		class string
		below float64
	}{{"n2", 6}, {"n1", 0}, {"n0", -6}} {
		if path := below(e, noon, part.below, w); path != "" {
			out = append(out, sky{part.class, path})
		}
	}
	return out
}

// subsolar returns the longitude at which the sun stands highest above the
// equator, degrees.
func subsolar(e sun.Ephemeris) float64 {
	best, high := 0.0, -91.0
	for step := 30.0; step > 0.01; step /= 5 {
		around := best
		for lon := around - 6*step; lon <= around+6*step; lon += step {
			if h := e.Elevation(0, lon); h > high {
				best, high = lon, h
			}
		}
	}
	return best
}

// below draws where the sun stands below an elevation, for each turn of the globe
// that the window shows.
func below(e sun.Ephemeris, noon, limit float64, w window) string {
	const step = 10 // tenths of a degree of latitude
	type edge struct{ lat, half int }
	var edges []edge
	some := false
	for lat := w.south; ; lat = min(lat+step, w.north) {
		low, high := 0.0, 180.0 // degrees from the meridian below the sun
		at := float64(lat) / 10
		switch {
		case e.Elevation(at, noon) < limit:
			high = 0
		case e.Elevation(at, noon+180) >= limit:
			low = 180
		}
		for high-low > 0.05 {
			if middle := (low + high) / 2; e.Elevation(at, noon+middle) < limit {
				high = middle
			} else {
				low = middle
			}
		}
		half := tenths(180 - (low+high)/2)
		if low == 180 {
			half = 0
		} else if high == 0 {
			half = 1800
		}
		some = some || half > 0
		edges = append(edges, edge{lat, half})
		if lat == w.north {
			break
		}
	}
	if !some {
		return ""
	}
	var b strings.Builder
	for turn := -2; turn <= 2; turn++ {
		middle := tenths(noon+180) + 3600*turn
		if middle+1800 < w.west || middle-1800 > w.east {
			continue
		}
		b.WriteByte('M')
		for _, x := range edges {
			b.WriteString(strconv.Itoa(middle-x.half) + " " + strconv.Itoa(-x.lat) + " ")
		}
		for _, x := range slices.Backward(edges) {
			b.WriteString(strconv.Itoa(middle+x.half) + " " + strconv.Itoa(-x.lat) + " ")
		}
		b.WriteByte('z')
	}
	return strings.ReplaceAll(b.String(), " z", "z")
}
