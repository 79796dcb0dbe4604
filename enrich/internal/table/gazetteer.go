// SPDX-License-Identifier: Apache-2.0

package table

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Place is one populated place.
type Place struct {
	Name       string
	Country    string // two letters
	Region     string // GeoNames first-level code, such as "TX" or "05"
	Lat, Lon   float64
	Population int
	Zone       string // IANA
}

// Region is a first-level part of a country.
type Region struct {
	Country, Code, Name string
}

// Gazetteer holds places, largest first, and the names they go by.
type Gazetteer struct {
	Version string
	Places  []Place
	Regions []Region
	// Countries are folded English names of countries, by code.
	Countries map[string]string
	names     Strings
	first     []uint32 // first posting of each name
	postings  []uint32 // place indexes, ascending: largest place first
}

// Named returns the indexes of the places that go by a folded name, largest
// first. The slice belongs to the table.
func (g *Gazetteer) Named(folded string) []uint32 {
	i, ok := g.names.Find(folded)
	if !ok {
		return nil
	}
	return g.postings[g.first[i]:g.first[i+1]]
}

// Names returns the number of names.
func (g *Gazetteer) Names() int { return g.names.Len() }

const degree = 1e4 // stored units a degree: 11 m

// EncodeGazetteer writes places, each with the names it goes by.
func EncodeGazetteer(version string, places []Place, names [][]string, regions []Region, countries map[string]string) ([]byte, error) {
	if len(places) != len(names) {
		return nil, fmt.Errorf("%d places but %d lists of names", len(places), len(names))
	}
	order := make([]int, len(places))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if d := places[b].Population - places[a].Population; d != 0 {
			return d
		}
		return strings.Compare(places[a].Name, places[b].Name)
	})
	var w writer
	w.string(version)
	w.words(countryCodes(places))
	w.words(zones(places))
	w.regions(regions)
	w.countries(countries)

	codes, zoneNames := countryCodes(places), zones(places)
	w.count(len(order))
	for _, i := range order {
		w.string(places[i].Name)
	}
	for _, i := range order {
		p := places[i]
		c, _ := slices.BinarySearch(codes, p.Country)
		z, _ := slices.BinarySearch(zoneNames, p.Zone)
		w.count(c)
		w.count(z)
		w.string(p.Region)
		w.int(int64(math.Round(p.Lat * degree)))
		w.int(int64(math.Round(p.Lon * degree)))
		w.count(p.Population)
	}
	byName := map[string][]uint32{}
	for rank, i := range order {
		for _, n := range append([]string{places[i].Name}, names[i]...) {
			f := Fold(n)
			if l := byName[f]; f != "" && !slices.Contains(l, uint32(rank)) {
				byName[f] = append(l, uint32(rank))
			}
		}
	}
	sorted := make([]string, 0, len(byName))
	for n := range byName {
		sorted = append(sorted, n)
	}
	slices.Sort(sorted)
	w.strings(sorted)
	for _, n := range sorted {
		w.count(len(byName[n]))
	}
	for _, n := range sorted {
		prev := uint32(0)
		for _, i := range byName[n] {
			w.uint(uint64(i - prev))
			prev = i
		}
	}
	return w.compress()
}

func countryCodes(places []Place) []string {
	return distinct(places, func(p Place) string { return p.Country })
}

func zones(places []Place) []string {
	return distinct(places, func(p Place) string { return p.Zone })
}

func distinct(places []Place, of func(Place) string) []string {
	var all []string
	for _, p := range places {
		all = append(all, of(p))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (w *writer) words(words []string) {
	w.count(len(words))
	for _, s := range words {
		w.string(s)
	}
}

func (r *reader) words() []string {
	words := make([]string, r.count())
	for i := range words {
		words[i] = r.string()
	}
	return words
}

func (w *writer) regions(regions []Region) {
	w.count(len(regions))
	for _, g := range regions {
		w.string(g.Country)
		w.string(g.Code)
		w.string(g.Name)
	}
}

func (w *writer) countries(countries map[string]string) {
	var all []string
	for code, name := range countries {
		all = append(all, code+Fold(name))
	}
	slices.Sort(all)
	w.words(all)
}

// DecodeGazetteer reads what EncodeGazetteer wrote.
func DecodeGazetteer(data []byte) (*Gazetteer, error) {
	r, err := decompress(data)
	if err != nil {
		return nil, err
	}
	return parseGazetteer(r)
}

func parseGazetteer(r *reader) (*Gazetteer, error) {
	g := &Gazetteer{Version: r.string(), Countries: map[string]string{}}
	codes, zoneNames := r.words(), r.words()
	g.Regions = make([]Region, r.count())
	for i := range g.Regions {
		g.Regions[i] = Region{r.string(), r.string(), r.string()}
	}
	for _, w := range r.words() {
		if len(w) < 2 {
			r.fail()
			break
		}
		g.Countries[w[:2]] = w[2:]
	}
	g.places(r, codes, zoneNames)
	g.names = r.strings()
	g.post(r)
	if err := r.done(); err != nil {
		return nil, fmt.Errorf("reading the gazetteer: %w", err)
	}
	return g, nil
}

func (g *Gazetteer) places(r *reader, codes, zoneNames []string) {
	g.Places = make([]Place, r.count())
	regions := map[string]string{} // one copy of each code
	for i := range g.Places {
		g.Places[i].Name = r.string()
	}
	for i := range g.Places {
		p := &g.Places[i]
		c, z := r.uint(), r.uint()
		if c >= uint64(len(codes)) || z >= uint64(len(zoneNames)) {
			r.fail()
			return
		}
		p.Country, p.Zone = codes[c], zoneNames[z]
		b := r.bytes(r.count())
		code, ok := regions[string(b)]
		if !ok {
			code = string(b)
			regions[code] = code
		}
		p.Region = code
		p.Lat, p.Lon = float64(r.int())/degree, float64(r.int())/degree
		p.Population = int(r.uint() & math.MaxInt32)
	}
}

func (g *Gazetteer) post(r *reader) {
	g.first = make([]uint32, 1, g.names.Len()+1)
	total := uint64(0)
	for range g.names.Len() {
		total += r.uint() & math.MaxInt32
		if total > uint64(len(r.buf)) {
			r.fail()
			return
		}
		g.first = append(g.first, uint32(total)) //nolint:gosec // at most len(buf)
	}
	g.postings = make([]uint32, 0, total)
	for i := range g.names.Len() {
		prev := uint64(0)
		for range g.first[i+1] - g.first[i] {
			prev += r.uint()
			if prev >= uint64(len(g.Places)) {
				r.fail()
				return
			}
			g.postings = append(g.postings, uint32(prev)) //nolint:gosec // below len(Places)
		}
	}
}
