// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"cmp"
	"iter"
	"math"
	"net/netip"
	"slices"
	"time"

	"daylight/record"
)

// Truncated names what was cut to keep the profile bounded, sorted: "days",
// "deeds", "devices", "machines", "networks", "offsets", "usage" (the days and quarters of
// networks and devices) and "visits". What was cut must not be taken for absent.
func (p *Profile) Truncated() []string {
	var cut []string
	for _, t := range []struct {
		name string
		cut  bool
	}{
		{"days", p.presence.cut},
		{"deeds", p.deeds.cut},
		{"devices", p.devices.cut},
		{"machines", p.machines.cut},
		{"networks", p.networks.cut},
		{"offsets", p.offsets.cut || p.offsetDays.cut},
		{"usage", p.usage.cut},
		{"visits", p.visits.cut},
	} {
		if t.cut {
			cut = append(cut, t.name)
		}
	}
	return cut
}

// Span returns the first and the last successful act of any kind, automated ones
// included; ok is false when there is none.
func (p *Profile) Span() (first, last time.Time, ok bool) {
	if p.span.firstAt == 0 {
		return time.Time{}, time.Time{}, false
	}
	return instant(p.span.firstAt), instant(p.span.lastAt), true
}

// Days returns the UTC days since 1970 with a deliberate act in any of the
// classes, or in any at all when none is given, sorted.
func (p *Profile) Days(classes ...record.Class) []int32 {
	var days []int32
	for day := range p.byDay(classes) {
		days = append(days, day)
	}
	return days
}

// Quarters yields the quarter-hours since 1970, UTC, with a deliberate act in
// any of the classes, or in any at all when none is given, in order, each once.
func (p *Profile) Quarters(classes ...record.Class) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		for day, b := range p.byDay(classes) {
			for q := range quartersADay {
				if b.has(q) && !yield(day*quartersADay+int32(q)) {
					return
				}
			}
		}
	}
}

// byDay yields each day's presence over the classes, oldest first.
func (p *Profile) byDay(classes []record.Class) iter.Seq2[int32, quarterSet] {
	var want [classCount]bool
	for _, c := range classes {
		want[min(c, record.Classes)] = true
	}
	return func(yield func(int32, quarterSet) bool) {
		var sum quarterSet
		last := int32(-1)
		for _, r := range p.presence.rows {
			day, class := presenceOf(r.key)
			if len(classes) > 0 && !want[class] {
				continue
			}
			if day != last && last >= 0 {
				if !yield(last, sum) {
					return
				}
				sum = quarterSet{}
			}
			last = day
			sum.join(&r.val)
		}
		if last >= 0 {
			yield(last, sum)
		}
	}
}

// Networks returns the addresses of deliberate acts, by first use.
func (p *Profile) Networks() []NetworkUse {
	at := make(map[uint32]int, len(p.networks.rows))
	uses := make([]NetworkUse, len(p.networks.rows))
	for i := range p.networks.rows {
		r := &p.networks.rows[i]
		at[entity(r.key)] = i
		first, last := r.val.seen.sightings()
		uses[i] = NetworkUse{
			Addr: address(r.val.addr), First: first, Last: last, Proxy: r.val.proxy,
			HasPlace: r.val.placed, Lat: float64(r.val.lat), Lon: float64(r.val.lon),
		}
	}
	for i, u := range p.usageOf(at, len(uses)) {
		uses[i].Days, uses[i].Quarters = u.days, u.quarters
	}
	slices.SortFunc(uses, func(a, b NetworkUse) int {
		return cmp.Or(a.First.At.Compare(b.First.At), a.Addr.Compare(b.Addr))
	})
	return uses
}

// Devices returns the devices of one kind as deliberate acts used them, by first
// use.
func (p *Profile) Devices(kind DeviceKind) []DeviceUse {
	at := make(map[uint32]int)
	var uses []DeviceUse
	for i := range p.devices.rows {
		r := &p.devices.rows[i]
		if DeviceKind(r.key>>60) != kind {
			continue
		}
		at[entity(r.key)] = len(uses)
		first, last := r.val.seen.sightings()
		uses = append(uses, DeviceUse{Kind: kind, ID: r.val.id, First: first, Last: last})
	}
	for i, u := range p.usageOf(at, len(uses)) {
		uses[i].Days, uses[i].Quarters = u.days, u.quarters
	}
	slices.SortFunc(uses, func(a, b DeviceUse) int {
		return cmp.Or(a.First.At.Compare(b.First.At), cmp.Compare(a.ID, b.ID))
	})
	return uses
}

type use struct{ days, quarters []int32 }

// usageOf collects the days and quarter-hours of the n entities in at, which
// maps the hash in a usage key to a place in the answer.
func (p *Profile) usageOf(at map[uint32]int, n int) []use {
	uses := make([]use, n)
	for i := range p.usage.rows {
		r := &p.usage.rows[i]
		k, ok := at[uint32(r.key)] //nolint:gosec // the low half is meant
		if !ok {
			continue
		}
		day := int32(r.key >> 32) //nolint:gosec // a day before 2200
		uses[k].days = append(uses[k].days, day)
		for q := range quartersADay {
			if r.val.has(q) {
				uses[k].quarters = append(uses[k].quarters, day*quartersADay+int32(q))
			}
		}
	}
	for _, u := range uses {
		slices.Sort(u.days)
		slices.Sort(u.quarters)
	}
	return uses
}

// Machines returns the use of machines by deliberate acts that the source says
// are managed, or not managed; ok is false when it says so of none. Authenticators
// do not count, nor do acts of which it says nothing.
func (p *Profile) Machines(managed bool) (use MachineUse, ok bool) {
	seen, kind := &p.unmanaged, unmanagedMachine
	if managed {
		seen, kind = &p.managed, managedMachine
	}
	if seen.firstAt == 0 {
		return MachineUse{}, false
	}
	use.First, use.Last = seen.sightings()
	for i := range p.machines.rows {
		if r := &p.machines.rows[i]; r.val&kind != 0 {
			use.Days = append(use.Days, int32(fromEnd(r.key))) //nolint:gosec // a day before 2200
		}
	}
	slices.Reverse(use.Days)
	return use, true
}

// Visits returns presence at addresses, by time. A subject with very many keeps
// those of some whole days only, the same days as every other subject.
func (p *Profile) Visits() []Visit {
	addrs := make(map[uint32]netip.Addr, len(p.networks.rows))
	for i := range p.networks.rows {
		addrs[entity(p.networks.rows[i].key)] = address(p.networks.rows[i].val.addr)
	}
	visits := make([]Visit, 0, len(p.visits.rows))
	for i := range p.visits.rows {
		r := &p.visits.rows[i]
		addr, ok := addrs[r.val.net]
		if !ok {
			continue // its network was cut
		}
		hour := int64(r.key>>47)*24 + int64(r.key>>42&31)
		x := r.val.extent(hour*hourMillis - 1)
		first, last := x.sightings()
		visits = append(visits, Visit{
			Addr: addr, First: first, Last: last, Session: uint64(r.val.session),
			FactorUsed: r.val.factors&factorUsed != 0, FactorEnrolled: r.val.factors&factorEnrolled != 0,
		})
	}
	slices.SortFunc(visits, func(a, b Visit) int {
		return cmp.Or(a.First.At.Compare(b.First.At), a.Addr.Compare(b.Addr), cmp.Compare(a.Session, b.Session))
	})
	return visits
}

// Deeds returns the deeds of the acts, or all when none is given: for each act
// and object the first and, if on another UTC day, the last, by time.
func (p *Profile) Deeds(acts ...record.Act) []Deed {
	var deeds []Deed
	for i := range p.deeds.rows {
		r := &p.deeds.rows[i]
		act := record.Act(r.key >> 56)
		if len(acts) > 0 && !slices.Contains(acts, act) {
			continue
		}
		first, last := r.val.seen.sightings()
		deeds = append(deeds, Deed{Act: act, Object: r.val.object, Sighting: first})
		if r.val.seen.firstAt/dayMillis != r.val.seen.lastAt/dayMillis {
			deeds = append(deeds, Deed{Act: act, Object: r.val.object, Sighting: last})
		}
	}
	slices.SortFunc(deeds, func(a, b Deed) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Act, b.Act), cmp.Compare(a.Object, b.Object))
	})
	return deeds
}

// Last returns up to n of the newest successful acts, newest first: the last act
// of each of the newest four days with any, by class, deliberate and automated
// apart.
func (p *Profile) Last(n int) []Latest {
	all := make([]Latest, len(p.latest.rows))
	for i := range p.latest.rows {
		r := &p.latest.rows[i]
		group := r.key >> 24
		all[i] = Latest{
			Class: record.Class(group >> 1), Act: r.val.act, Automated: group&1 == 1,
			Sighting: r.val.sighting(),
		}
	}
	slices.SortStableFunc(all, func(a, b Latest) int { return b.At.Compare(a.At) })
	return all[:max(0, min(n, len(all)))]
}

// Exemplars returns the newest deliberate act of each UTC hour of the day that
// has one, by hour.
func (p *Profile) Exemplars() []Exemplar {
	all := make([]Exemplar, len(p.exemplars.rows))
	for i := range p.exemplars.rows {
		r := &p.exemplars.rows[i]
		all[i] = Exemplar{Hour: int(r.key), Sighting: r.val.sighting()}
	}
	return all
}

// Offsets returns the UTC offsets written by the subject's own clients, from
// west to east.
func (p *Profile) Offsets() []OffsetUse {
	uses := make([]OffsetUse, len(p.offsets.rows))
	for i := range p.offsets.rows {
		v := &p.offsets.rows[i].val
		first, last := v.seen.sightings()
		uses[i] = OffsetUse{Minutes: int(v.minutes), First: first, Last: last}
		for _, r := range p.offsetDays.rows {
			if uint16(r.key) == uint16(v.minutes) { //nolint:gosec // the bit pattern is meant
				uses[i].Days = append(uses[i].Days, int32(r.key>>16)) //nolint:gosec // a day before 2200
			}
		}
		slices.Sort(uses[i].Days)
	}
	slices.SortFunc(uses, func(a, b OffsetUse) int { return cmp.Compare(a.Minutes, b.Minutes) })
	return uses
}

// Grid counts, for each local weekday (Monday 0) and hour, the days with a
// deliberate act in it, and says how many local days have any.
func (p *Profile) Grid(loc *time.Location, classes ...record.Class) (count [7][24]int, days int) {
	lastHour, lastDay := int64(math.MinInt64), int64(math.MinInt64)
	clock := newClock(loc)
	for q := range p.Quarters(classes...) {
		local := clock.local(q)
		hour, day := floor(local, 4), floor(local, quartersADay)
		if hour == lastHour {
			continue
		}
		lastHour = hour
		count[weekday(day)][hour-day*24]++
		if day != lastDay {
			lastDay = day
			days++
		}
	}
	return count, days
}

func (x *extent) sightings() (first, last Sighting) {
	return Sighting{instant(x.firstAt), record.Locus{File: x.firstFile, Pos: x.firstPos}},
		Sighting{instant(x.lastAt), record.Locus{File: x.lastFile, Pos: x.lastPos}}
}

func (s *sight) sighting() Sighting { return Sighting{instant(s.at), s.locus()} }

func instant(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

func address(b [16]byte) netip.Addr { return netip.AddrFrom16(b).Unmap() }
