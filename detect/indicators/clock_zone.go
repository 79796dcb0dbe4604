// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/detect"
	"daylight/record"
)

type clockZoneParams struct {
	Minutes int     `json:"minutes" doc:"minutes between the set clock and the claimed place's that count; a starting value" min:"15" max:"840"`
	Days    int     `json:"days" doc:"days that it must last; a starting value" min:"1" max:"3650"`
	Full    int     `json:"full" doc:"days at which it counts in full; a starting value" min:"1" max:"3650"`
	From    int     `json:"from" doc:"percent of the weight at the least; a starting value" min:"1" max:"100"`
	Share   float64 `json:"share" doc:"share of the days with a known clock, 0-1, that must differ; a starting value" min:"0" max:"1"`
}

var clockZone = detect.Define(detect.Meta{
	ID:        "dev.clock_zone",
	Title:     "The machine keeps another clock than the claimed place's",
	Rationale: "People set their machines to the time they live by, and a program writes it into each commit.",
	Innocent: []string{
		"travel, or a move that nobody entered",
		"a machine set to the time of a team or of home",
		"a laptop set up by IT in another zone and never corrected",
	},
	References: []string{"method §4"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Waivers:    []detect.Waiver{detect.AddressProtected},
	Needs:      []record.Kind{record.KindPerson},
	Either:     []record.Kind{record.KindDevice, record.KindActivity},
	Present:    50,
	Absent:     -5,
	Weighing:   "Travel and habit explain many, so three times likelier over weeks. A machine kept at the claimed place by somebody else shows that place's clock, so agreement says little. UTC is what engineers and servers use and is left out.",
}, clockZoneParams{Minutes: 120, Days: 7, Full: 28, From: 60, Share: 0.5}, func(p *detect.Pass, cfg clockZoneParams) {
	if _, ok := claimed(p); !ok {
		p.Unknown("the claimed place is not on record or its clock is not known")
		return
	}
	c := clocks{days: map[int32]clockDay{}, zones: zones{}}
	c.inventory(p)
	c.commits(p)
	var off []int32
	var cite []record.Citation
	farthest := clockDay{}
	for _, d := range slices.Sorted(maps.Keys(c.days)) {
		x := c.days[d]
		if x.apart() < cfg.Minutes {
			continue
		}
		off = append(off, d)
		if len(cite) < 2*mostCited {
			cite = append(cite, x.cite)
		}
		if x.apart() > farthest.apart() {
			farthest = x
		}
	}
	switch {
	case len(c.days) == 0:
		p.Unknown("no clock of a machine or of commits other than UTC is on record outside declared absences")
	case len(off) >= cfg.Days && float64(len(off)) >= cfg.Share*float64(len(c.days)):
		p.Report(grow(cfg.From, float64(len(off)), float64(cfg.Days), float64(cfg.Full)), cite,
			"The clock of %s stood at %s where the claimed place has %s, %s, of %s on which it is known.",
			farthest.of, offset(farthest.set), offset(farthest.want), spread(off), count(len(c.days), "day"))
	case len(off) >= cfg.Days:
		p.Unknown("the clock agrees with the claimed place on some days and not on %d of %d", len(off), len(c.days))
	default:
		days := slices.Sorted(maps.Keys(c.days))
		p.Clear([]record.Citation{c.days[days[0]].cite, c.days[days[len(days)-1]].cite}, "The clock agrees with the claimed place's to within %d hours on %d of %s on which it is known.",
			cfg.Minutes/60, len(c.days)-len(off), count(len(c.days), "day"))
	}
})

// clocks are the set and the claimed offsets by UTC day since 1970. Of several
// clocks on one day the one nearest to the claim counts.
type clocks struct {
	days  map[int32]clockDay
	zones zones
}

// zones are those of the tables built into the program that were asked for by name,
// nil for one that is not there: to read one takes much longer than to look it up, and
// every day of a clock asks.
type zones map[string]*time.Location

func (z zones) named(name string) (*time.Location, bool) {
	zone, known := z[name]
	if !known {
		if found, err := time.LoadLocation(name); err == nil {
			zone = found
		}
		z[name] = zone
	}
	return zone, zone != nil
}

type clockDay struct {
	set, want int // minutes east of UTC
	of        string
	cite      record.Citation
}

// apart is how far the two are apart, minutes; a clock has no nearer way round.
func (c clockDay) apart() int { return max(c.set-c.want, c.want-c.set) }

func (c clocks) put(p *detect.Pass, day int32, set func(time.Time) (int, bool), of string, cite record.Citation) {
	at := noon(day)
	place, _, ok := p.Claimed(at)
	if !ok || p.Away(at) {
		return
	}
	zone, found := c.zones.named(place.Zone)
	minutes, known := set(at)
	if !found || place.Zone == "" || !known {
		return
	}
	_, seconds := at.In(zone).Zone()
	x := clockDay{minutes, seconds / 60, of, cite}
	if old, ok := c.days[day]; !ok || cmp.Or(cmp.Compare(x.apart(), old.apart()), strings.Compare(x.of, old.of)) < 0 {
		c.days[day] = x
	}
}

// inventory reads the machines' clocks. A row counts from its own day until the
// machine's next, and for a month at most: an inventory that stopped says nothing
// of today.
func (c clocks) inventory(p *detect.Pass) {
	type row struct {
		at time.Time
		d  record.Device
		r  record.Record
	}
	hosts := map[string][]row{}
	for r, d := range detect.Each[record.Device](p.View) {
		if d.Fact == record.Clock && !d.Removed && !r.At.IsZero() {
			host := cmp.Or(d.Serial, d.Host)
			hosts[host] = append(hosts[host], row{r.At, d, r})
		}
	}
	const longest = 30
	for _, host := range slices.Sorted(maps.Keys(hosts)) {
		rows := hosts[host]
		for i, x := range rows {
			from, to := dayNumber(x.at), dayNumber(p.AsOf)
			if i+1 < len(rows) {
				to = dayNumber(rows[i+1].at) - 1
			}
			for day := from; day <= max(from, min(to, from+longest)); day++ {
				c.put(p, day, func(at time.Time) (int, bool) { return c.zones.minutes(x.d.Zone, at) }, "a machine", x.r.Cite())
			}
		}
	}
}

// commits reads the offsets that the person's own clients wrote.
func (c clocks) commits(p *detect.Pass) {
	if p.Profile == nil {
		return
	}
	for _, o := range p.Profile.Offsets() {
		if o.Minutes == 0 { // also what containers and web editors write
			continue
		}
		for _, day := range o.Days {
			c.put(p, day, func(time.Time) (int, bool) { return o.Minutes, true }, "commits", p.Cite(o.Last))
		}
	}
}

// minutes is the offset of a zone at an instant in minutes, where the zone is
// an IANA name or "UTC+08:00". UTC itself is not anybody's place.
func (z zones) minutes(zone string, at time.Time) (int, bool) {
	switch strings.ToUpper(zone) {
	case "", "UTC", "ETC/UTC", "GMT", "ETC/GMT", "Z", "UTC+00:00", "UNIVERSAL", "ZULU":
		return 0, false
	}
	if rest, ok := strings.CutPrefix(zone, "UTC"); ok && len(rest) > 1 {
		hours, minutes, _ := strings.Cut(rest[1:], ":")
		h, err := strconv.Atoi(hours)
		m, err2 := strconv.Atoi(cmp.Or(minutes, "0"))
		if err != nil || err2 != nil {
			return 0, false
		}
		if rest[0] == '-' {
			return -(h*60 + m), true
		}
		return h*60 + m, true
	}
	loc, found := z.named(zone)
	if !found {
		return 0, false
	}
	_, seconds := at.In(loc).Zone()
	return seconds / 60, true
}
