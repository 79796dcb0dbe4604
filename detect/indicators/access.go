// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"maps"
	"slices"
	"time"

	"daylight/activity"
	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

// sourceErrorKM is the error radius, in kilometres, given to a place that the log
// itself states of an address: vendors use the same databases, to the town, and
// say no error. It is the 90th percentile of published town-level errors, rounded
// up.
const sourceErrorKM = 100

// line is a network as the person used it, with what is known of it.
type line struct {
	activity.NetworkUse
	network enrich.Network
	// ours is set for the company's own networks and the VPN it deploys.
	ours bool
}

// lines returns the networks of deliberate acts, by first use.
func lines(p *detect.Pass) []line {
	uses := p.Profile.Networks()
	out := make([]line, len(uses))
	for i, u := range uses {
		n, _ := p.Network(u.Addr)
		if !n.HasPoint && u.HasPlace {
			n.HasPoint, n.Lat, n.Lon, n.RadiusKM = true, u.Lat, u.Lon, sourceErrorKM
		}
		if u.Proxy && n.Class.Personal() {
			n.Class = enrich.VPN // the source knows better than the tables
		}
		out[i] = line{u, n, approvedNetwork(p.Company, n, u.Addr)}
	}
	return out
}

// vpn reports whether the line hides where its user is, by a service that people
// buy for that. Relays that systems switch on by themselves, rented servers and
// the company's own are not meant.
func (l line) vpn() bool {
	return !l.ours && (l.network.Class == enrich.VPN || l.network.Class == enrich.Tor)
}

// gatewayKM is how far, in kilometres beyond the errors, a carrier's gateway may
// stand from the people it serves: as far as from one side of a large country to
// its middle.
const gatewayKM = 2000

// from says how the line lies to a claimed place. An organisation's line can
// confirm a place and not deny one: its exit may be anywhere. A line of no known
// kind may be a carrier's gateway, so within one country, or where no table knows
// the country, it denies nothing nearer than [gatewayKM].
func (l line) from(at enrich.Place, beyondKM float64) gap {
	if l.ours {
		return gap{}
	}
	g := placed(l.network, at, beyondKM)
	if g.Elsewhere && organisation(l.network) {
		g.Known = false
	}
	abroad := !l.network.Country.IsZero() && !at.Country.IsZero() && l.network.Country != at.Country
	if g.Elsewhere && l.network.Class == enrich.Unclassified && !abroad && g.KM-g.ErrorKM < gatewayKM {
		g.Known = false
	}
	return g
}

// organisation reports whether a network is a firm's or a school's, whose exit may
// be anywhere.
func organisation(n enrich.Network) bool {
	return n.Class == enrich.Business || n.Class == enrich.Education
}

// home reports whether tables say that the line is a home's. One of no known kind
// could be a home, and could be a gateway or a VPN that nobody listed.
func (l line) home() bool { return l.network.Class == enrich.Residential }

// point reports whether the line can say where its user stands: it has a point,
// and is no gateway, relay or organisation's exit.
func (l line) point() bool {
	return !l.ours && l.network.HasPoint && l.network.Class.Personal()
}

// apart is the distance between two lines and the sum of their error radii, in
// kilometres.
func (l line) apart(o line) (km, errorKM float64) {
	return enrich.DistanceKM(l.network.Lat, l.network.Lon, o.network.Lat, o.network.Lon), l.network.RadiusKM + o.network.RadiusKM
}

// named words where a line is, to the town, and its error. It never says the
// country.
func (l line) named() string {
	if l.network.City == "" {
		return l.network.Class.Words()
	}
	return l.network.City + ", " + l.network.Class.Words()
}

// daysOf returns the UTC days on which the line was used; where the profile had
// to cut them, the first and the last.
func (l line) daysOf() []int32 {
	if len(l.Days) > 0 {
		return l.Days
	}
	return slices.Compact([]int32{dayNumber(l.First.At), dayNumber(l.Last.At)})
}

// dayNumber is the UTC day since 1970 of an instant.
func dayNumber(t time.Time) int32 { return int32(t.Unix() / 86400) } //nolint:gosec // before the year 5,000,000

// noon is the middle of a UTC day since 1970.
func noon(day int32) time.Time { return time.Unix(int64(day)*86400+43200, 0).UTC() }

// claim is a place the person claims, with its clock, and since when.
type claim struct {
	place  enrich.Place
	zone   *time.Location
	record record.Record
	since  time.Time // zero: from the beginning
}

// claimed returns the newest claimed place and since when its clock has been the
// person's. It reports false when no place or no clock is known.
func claimed(p *detect.Pass) (c claim, ok bool) {
	for r, b := range detect.Each[record.Person](p.View) {
		place, located := p.Place(b.Address)
		if !located || place.Zone == "" {
			continue
		}
		if ok && place.Zone != c.place.Zone {
			c.since = r.At
		}
		c.place, c.record, ok = place, r, true
	}
	if !ok {
		return c, false
	}
	zone, err := time.LoadLocation(c.place.Zone) // of the tables built into the program
	c.zone = zone
	return c, err == nil
}

// window is a stretch of time; a zero end does not limit.
type window struct{ from, to time.Time }

// stays returns the stretches from since on in which no absence is declared.
func stays(p *detect.Pass, since time.Time) []window {
	var away []window
	for _, b := range detect.Each[record.Person](p.View) {
		for _, a := range b.Absences {
			w := window{from: a.From.Time().AddDate(0, 0, -1)}
			if !a.To.IsZero() {
				w.to = a.To.Time().AddDate(0, 0, 2)
			}
			away = append(away, w)
		}
	}
	slices.SortFunc(away, func(a, b window) int { return a.from.Compare(b.from) })
	var out []window
	at := since
	for _, a := range away {
		if a.from.After(at) {
			out = append(out, window{at, a.from})
		}
		if a.to.IsZero() {
			return out
		}
		if a.to.After(at) {
			at = a.to
		}
	}
	return append(out, window{from: at})
}

// rhythm returns how the hours of activity fit the claim, or the working hours that
// the employer states there, in the stretch with the most active days, absences
// left out.
func rhythm(p *detect.Pass, c claim, stated []record.Hours) (best activity.RhythmFit, in window) {
	for _, w := range stays(p, c.since) {
		if f := activity.Rhythm(p.Profile, c.zone, stated, w.from, w.to); f.Days > best.Days {
			best, in = f, w
		}
	}
	return best, in
}

// exemplars cites one recent act of each hour of the day, at most n, spread over
// the day.
func exemplars(p *detect.Pass, n int) []record.Citation {
	var out []record.Citation
	all := p.Profile.Exemplars()
	for i := range min(n, len(all)) {
		out = append(out, p.Cite(all[i*len(all)/min(n, len(all))].Sighting))
	}
	return out
}

// spread words a run of UTC days: "on 12 days from 2026-03-02 to 2026-04-24".
func spread(days []int32) string {
	if len(days) == 1 {
		return "on " + day(noon(days[0]))
	}
	return "on " + count(len(days), "day") + " from " + day(noon(days[0])) + " to " + day(noon(days[len(days)-1]))
}

// detour is work through lines of one kind.
type detour struct {
	days   []int32 // UTC days since 1970 outside declared absences, sorted
	lines  []line
	active int  // all active days
	known  bool // whether anything is known of any of the person's networks
}

// through collects the work through the lines that a test picks.
func through(p *detect.Pass, pick func(line) bool) (d detour) {
	days := map[int32]bool{}
	for _, l := range lines(p) {
		_, placedBy := p.Network(l.Addr)
		d.known = d.known || placedBy || l.Proxy
		if !pick(l) {
			continue
		}
		d.lines = append(d.lines, l)
		for _, n := range l.daysOf() {
			if !p.Away(noon(n)) {
				days[n] = true
			}
		}
	}
	d.days, d.active = slices.Sorted(maps.Keys(days)), len(p.Profile.Days())
	return d
}

// habit reports whether the detour is a custom: over at least so many days from
// first to last, and at least such a share of all active days.
func (d detour) habit(over int, mostly float64) bool {
	return len(d.days) > 0 && int(d.days[len(d.days)-1]-d.days[0]) >= over && float64(len(d.days)) >= mostly*float64(d.active)
}
