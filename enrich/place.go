// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"daylight/enrich/internal/table"
	"daylight/record"
)

// gazetteer finds places by name and by point.
type gazetteer struct {
	table   *table.Gazetteer
	version string
	// regions maps country code + folded region name or code to its GeoNames codes.
	regions map[string][]string
	named   map[string]string // country code + "." + region code to its name
	codes   map[string]string // folded country name to code
	cells   map[cell][]uint32 // places by whole degrees
}

type cell struct{ lat, lon int16 }

func cellOf(lat, lon float64) cell {
	return cell{int16(math.Floor(lat)), int16(math.Floor(lon))}
}

func newGazetteer(data []byte) (*gazetteer, error) {
	t, err := table.DecodeGazetteer(data)
	if err != nil {
		return nil, err
	}
	g := &gazetteer{
		table: t, version: "gazetteer@" + t.Version,
		regions: make(map[string][]string, 2*len(t.Regions)), named: make(map[string]string, len(t.Regions)),
		codes: make(map[string]string, len(t.Countries)), cells: make(map[cell][]uint32, 8192),
	}
	for _, r := range t.Regions {
		g.named[r.Country+"."+r.Code] = r.Name
		name := table.Fold(r.Name)
		g.addRegion(r.Country, name, r.Code)
		g.addRegion(r.Country, bare(name), r.Code)
		if len(r.Code) > 1 && r.Code[0] > '9' { // letters, as people write them; numbers are GeoNames' own
			g.addRegion(r.Country, table.Fold(r.Code), r.Code)
		}
	}
	for _, a := range regionAbbreviations {
		for pair := range strings.FieldsSeq(a.pairs) {
			short, code, _ := strings.Cut(pair, "=")
			g.addRegion(a.country, short, code)
		}
	}
	for code, name := range t.Countries {
		g.codes[name] = code
	}
	maps.Copy(g.codes, countryAliases)
	for i, p := range t.Places {
		c := cellOf(p.Lat, p.Lon)
		g.cells[c] = append(g.cells[c], uint32(i))
	}
	return g, nil
}

func (g *gazetteer) addRegion(country, name, code string) {
	if key := country + name; name != "" && !slices.Contains(g.regions[key], code) {
		g.regions[key] = append(g.regions[key], code)
	}
}

// regionWords are words of a region's kind that people leave out or add.
var regionWords = []string{
	"state", "province", "region", "oblast", "krai", "prefecture", "governorate", "county", "department", "district",
	"autonomous region", "sheng", "voivodeship", "republic",
}

// bare returns a region's name without the word of its kind.
func bare(name string) string {
	for _, w := range regionWords {
		name = strings.TrimSuffix(name, " "+w)
		name = strings.TrimPrefix(name, w+" of ")
		name = strings.TrimPrefix(name, w+" ")
	}
	return name
}

// regionAbbreviations are the usual abbreviations where GeoNames numbers its
// regions: Canada, Australia, Brazil, Mexico and Germany (ISO 3166-2 to GeoNames).
var regionAbbreviations = []struct{ country, pairs string }{
	{"CA", "ab=01 bc=02 mb=03 nb=04 nl=05 ns=07 on=08 pe=09 pei=09 qc=10 pq=10 sk=11 yt=12 nt=13 nwt=13 nu=14"},
	{"AU", "act=01 nsw=02 nt=03 qld=04 sa=05 tas=06 vic=07 wa=08"},
	{"BR", "ac=01 al=02 ap=03 am=04 ba=05 ce=06 df=07 es=08 ms=11 ma=13 mt=14 mg=15 pa=16 pb=17 pr=18 pi=20 rj=21 rn=22 rs=23 ro=24 rr=25 sc=26 sp=27 se=28 go=29 pe=30 to=31"},
	{"DE", "bw=01 by=02 hb=03 hh=04 he=05 ni=06 nw=07 nrw=07 rp=08 sl=09 sh=10 bb=11 mv=12 sn=13 st=14 th=15 be=16"},
	{"MX", "cdmx=09 df=09 jal=14 nl=19"},
}

// countryAliases are names people write that differ from the English one.
var countryAliases = map[string]string{
	"usa": "US", "us": "US", "u s": "US", "u s a": "US", "united states of america": "US", "america": "US",
	"uk": "GB", "u k": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
	"northern ireland": "GB", "uae": "AE", "holland": "NL", "the netherlands": "NL", "czech republic": "CZ", "turkey": "TR",
	"russian federation": "RU", "republic of korea": "KR", "viet nam": "VN", "ivory coast": "CI", "hong kong": "HK", "macau": "MO",
	"the philippines": "PH", "deutschland": "DE", "espana": "ES", "brasil": "BR", "mexico": "MX", "schweiz": "CH",
}

// Place returns what the gazetteer knows of a claimed place. With coordinates it
// is the point itself, on the clock of the nearest known place; otherwise the
// place of that name in the region and country, of which the largest by far is
// taken, and Ambiguous set when there is none such.
func (t *Tables) Place(k record.PlaceKey) (Place, bool) {
	g, err := builtinGazetteer()
	if err != nil {
		return Place{}, false
	}
	if k.HasPoint {
		if p, ok := g.nearest(k.Lat, k.Lon); ok {
			if k.City != "" {
				p.Name = k.City
			}
			p.Lat, p.Lon, p.RadiusKM = k.Lat, k.Lon, pointRadiusKM
			return p, true
		}
	}
	return g.find(k)
}

// pointRadiusKM is how large a place given by coordinates is taken to be: people
// round them to two decimals, and geocoders to the middle of a town.
const pointRadiusKM = 5

// Nearest returns the nearest known place to a point, within about 500 km.
func (t *Tables) Nearest(lat, lon float64) (Place, bool) {
	g, err := builtinGazetteer()
	if err != nil {
		return Place{}, false
	}
	return g.nearest(lat, lon)
}

// country returns the code of a country written as code or as name.
func (g *gazetteer) country(s string) string {
	f := table.Fold(s)
	if code, ok := g.codes[f]; ok {
		return code
	}
	if len(f) == 2 {
		return strings.ToUpper(f)
	}
	return ""
}

func (g *gazetteer) find(k record.PlaceKey) (Place, bool) {
	country, region := g.country(k.Country.Reveal()), k.Region
	city := k.City
	// "Austin, TX, USA" in one cell: what follows the comma helps where the other
	// fields are empty.
	if head, tail, ok := strings.Cut(city, ","); ok {
		city = head
		parts := strings.Split(tail, ",")
		for i, part := range slices.Backward(parts) {
			part = strings.TrimSpace(part)
			code := g.country(part)
			switch {
			case country == "" && i == len(parts)-1 && code != "" && (len(part) != 2 || len(parts) > 1) && !g.isStateOf("US", part):
				country = code
			case region == "":
				region = part
			}
		}
	}
	if country == "" && g.isStateOf("US", region) && len(table.Fold(region)) > 2 {
		country = "US"
	}
	folded := table.Fold(city)
	if folded == "" {
		return Place{}, false
	}
	for _, name := range variants(folded) {
		if found := g.choose(g.table.Named(name), name, country, region); found.Name != "" {
			return found, true
		}
	}
	return Place{}, false
}

func (g *gazetteer) isStateOf(country, s string) bool {
	return len(g.regions[country+table.Fold(s)]) > 0
}

// variants are the forms in which profile sites and forms write a city.
func variants(name string) []string {
	out := []string{name}
	trimmed := name
	for _, w := range []string{"greater ", "city of ", "the city of ", "metro ", "town of "} {
		trimmed = strings.TrimPrefix(trimmed, w)
	}
	for _, w := range []string{" metropolitan area", " metro area", " bay area", " area", " metropolitan region", " metropolitan", " metro", " region", " city"} {
		trimmed = strings.TrimSuffix(trimmed, w)
	}
	if trimmed != name && trimmed != "" {
		out = append(out, trimmed)
	}
	return append(out, name+" city")
}

// similar is how many times larger the largest place must be than the next one
// of its name to be taken without a warning. Without a country the choice is
// among the whole world's places, so the margin is wider.
const (
	similarInCountry = 5
	similarInWorld   = 10
	// sameTownKM: two entries this close are one town under two headings.
	sameTownKM = 40
)

// choose takes the best of the places of one name, largest first.
func (g *gazetteer) choose(candidates []uint32, name, country, region string) Place {
	var fits []*table.Place
	inRegion := false // some candidate lies in the region that was asked for
	for _, i := range candidates {
		p := &g.table.Places[i]
		if country != "" && p.Country != country {
			continue
		}
		switch g.regionFit(p, region) {
		case regionOther:
			continue
		case regionSame:
			if !inRegion {
				fits, inRegion = nil, true
			}
		case regionUnknown:
			if inRegion {
				continue
			}
		}
		fits = append(fits, p)
	}
	if len(fits) == 0 {
		return Place{}
	}
	best, rival := largest(fits, name)
	out := g.place(best)
	times := similarInCountry
	if country == "" && !inRegion {
		times = similarInWorld
	}
	out.Ambiguous = rival != nil && best.Population < times*rival.Population
	return out
}

// largest returns the place to take and the largest other place of that name.
// A place whose own name it is goes before those that are also called so, unless
// one of these is far larger ("Bombay").
func largest(fits []*table.Place, name string) (best, rival *table.Place) {
	own := func(p *table.Place) bool { return table.Fold(p.Name) == name }
	best = fits[0]
	if i := slices.IndexFunc(fits, own); i >= 0 && fits[0].Population < similarInCountry*max(fits[i].Population, 1) {
		best = fits[i]
	}
	for _, p := range fits {
		oneTown := best.Zone == p.Zone && DistanceKM(best.Lat, best.Lon, p.Lat, p.Lon) <= sameTownKM
		if p != best && !oneTown && (own(p) || !own(best)) {
			return best, p
		}
	}
	return best, nil
}

type regionFit int

const (
	regionUnknown regionFit = iota // no region asked for, or not one of the country's names
	regionSame
	regionOther
)

func (g *gazetteer) regionFit(p *table.Place, region string) regionFit {
	if region == "" {
		return regionUnknown
	}
	folded := table.Fold(region)
	codes, ok := g.regions[p.Country+folded]
	if !ok {
		codes, ok = g.regions[p.Country+bare(folded)]
	}
	switch {
	case !ok:
		return regionUnknown
	case slices.Contains(codes, p.Region):
		return regionSame
	}
	return regionOther
}

func (g *gazetteer) place(p *table.Place) Place {
	name := p.Name
	if r := g.named[p.Country+"."+p.Region]; r != "" && r != name {
		name += ", " + r
	}
	return Place{
		Name: name, Country: record.NewCountry(p.Country), Lat: p.Lat, Lon: p.Lon,
		RadiusKM: radiusOf(p.Population), Zone: p.Zone, Table: g.version,
	}
}

// radiusOf takes a place for a disc with 1,000 people a square kilometre, which
// is about what built-up areas with their suburbs have, and no smaller than
// 5 km: Austin 18 km, Tokyo 56 km.
func radiusOf(population int) float64 {
	const density = 1000
	return max(5, math.Round(math.Sqrt(float64(population)/(math.Pi*density))))
}

// nearest searches rings of one-degree cells around a point, no farther than
// about 500 km, and one ring beyond the first that holds a place.
func (g *gazetteer) nearest(lat, lon float64) (Place, bool) {
	if math.IsNaN(lat) || math.IsNaN(lon) || math.Abs(lat) > 90 || math.Abs(lon) > 180 {
		return Place{}, false
	}
	const limitKM, degreeKM = 500, 111.2
	best, bestKM := -1, math.Inf(1)
	c := cellOf(lat, lon)
	// A degree of longitude shrinks towards the poles, so rows are wider there.
	wide := 1 / max(0.05, math.Cos(lat*math.Pi/180))
	seen := -1 // the width of the ring before
	for ring := range 6 {
		if best >= 0 && bestKM < float64(ring-1)*degreeKM {
			break
		}
		span := int(math.Ceil(float64(ring+1) * wide))
		for dlat := -ring; dlat <= ring; dlat++ {
			for dlon := -span; dlon <= span; dlon++ {
				if max(dlat, -dlat) < ring && max(dlon, -dlon) <= seen {
					continue
				}
				for _, i := range g.cells[cell{c.lat + int16(dlat), wrap(int(c.lon) + dlon)}] {
					p := &g.table.Places[i]
					if math.Abs(lat-p.Lat)*degreeKM > bestKM+1 { // farther by latitude alone
						continue
					}
					if km := DistanceKM(lat, lon, p.Lat, p.Lon); km < bestKM || km == bestKM && int(i) < best {
						best, bestKM = int(i), km
					}
				}
			}
		}
		seen = span
	}
	if best < 0 || bestKM > limitKM {
		return Place{}, false
	}
	return g.place(&g.table.Places[best]), true
}

// wrap brings a whole degree of longitude into -180…179.
func wrap(lon int) int16 { return int16(((lon+180)%360+360)%360 - 180) }

// world sums the population over cells.
func (g *gazetteer) world(size float64) []Population {
	type sum struct {
		lat, lon, people float64
		largest          int
		zone             string
	}
	sums := map[cell]*sum{}
	for i := range g.table.Places {
		p := &g.table.Places[i]
		if p.Population == 0 {
			continue
		}
		c := cellOf(p.Lat/size, p.Lon/size)
		s := sums[c]
		if s == nil {
			s = &sum{}
			sums[c] = s
		}
		w := float64(p.Population)
		s.lat, s.lon, s.people = s.lat+w*p.Lat, s.lon+w*p.Lon, s.people+w
		if p.Population > s.largest {
			s.largest, s.zone = p.Population, p.Zone
		}
	}
	out := make([]Population, 0, len(sums))
	for _, s := range sums {
		out = append(out, Population{s.lat / s.people, s.lon / s.people, int(s.people), s.zone})
	}
	slices.SortFunc(out, func(a, b Population) int { return cmp.Or(cmp.Compare(a.Lat, b.Lat), cmp.Compare(a.Lon, b.Lon)) })
	return out
}
