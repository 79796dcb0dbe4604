// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"cmp"

	"daylight/record"

	"github.com/zeebo/xxh3"
)

const (
	quarterMillis = 15 * 60 * 1000
	hourMillis    = 4 * quarterMillis
	dayMillis     = 24 * hourMillis
	quartersADay  = 96
	// endMillis is 2200-01-01. Later instants, and those at or before 1970, are
	// broken clocks or missing times: such events are not counted.
	endMillis = 7_258_118_400_000

	// classCount has room for every class and one more for those this version
	// does not know.
	classCount = int(record.Classes) + 1
	// longestText is the longest device id or object kept as it is, bytes.
	longestText = 64
)

// The bounds of each table. TestSizeIsBounded holds them to 64 KB together. A year
// of working days in four classes fits the presence table. Tables keyed by a hash
// of the day drop whole days, the same days for every subject, so that what
// happened together is kept or dropped together; for the same reason the hash of
// an address or a device is the same for every subject.
var (
	presenceBound  = bound{limit: 1130, dayBits: 3, newest: true}
	networkBound   = bound{limit: 60}                // smallest hash
	deviceBound    = bound{limit: 10, groupBits: 60} // smallest hash of each kind
	usageBound     = bound{limit: 448, dayBits: 32}
	visitBound     = bound{limit: 168, dayBits: 47}
	deedBound      = bound{limit: 6, groupBits: 56, wide: uint64(record.Clone), wideLimit: 24} // smallest hash of each act
	latestBound    = bound{limit: 4, groupBits: 24}                                            // newest days of each class
	exemplarBound  = bound{limit: 24}                                                          // every hour
	offsetBound    = bound{limit: 12}                                                          // smallest hash
	offsetDayBound = bound{limit: 192, dayBits: 16}
	machineBound   = bound{limit: 128} // newest days
)

// Profile is the fold of one subject's events. The zero value is empty and ready
// to use. It is at most 64 KB for a year of heavy activity. A Profile is not
// safe for concurrent use while it is added to; readers do not change it.
type Profile struct {
	presence   table[uint32, quarterSet] // day and class → deliberate quarter-hours
	usage      table[uint64, quarterSet] // day and network or device → deliberate quarter-hours
	networks   table[uint64, network]
	devices    table[uint64, device]
	visits     table[uint64, visit]
	latest     table[uint32, sight]
	exemplars  table[uint32, sight]
	deeds      table[uint64, deed]
	offsets    table[uint32, offset]
	offsetDays table[uint64, struct{}]
	machines   table[uint32, machines] // fromEnd of the day → which machines were said to be in use
	managed    extent
	unmanaged  extent
	span       extent
}

// quarterSet is a set of the 96 quarter-hours of a day.
type quarterSet [3]uint32

func (b *quarterSet) set(quarter uint32)  { b[quarter>>5] |= 1 << (quarter & 31) }
func (b quarterSet) has(quarter int) bool { return b[quarter>>5]>>(quarter&31)&1 != 0 }
func (b *quarterSet) join(o *quarterSet) {
	b[0] |= o[0]
	b[1] |= o[1]
	b[2] |= o[2]
}

// extent is the first and the last of some sightings. Of two at one instant the
// smaller locus stands. Fields are ordered for size.
type extent struct {
	firstAt, lastAt     int64 // Unix milliseconds; firstAt 0 means none
	firstPos, lastPos   uint64
	firstFile, lastFile uint32
}

func (x *extent) add(at int64, pos uint64, file uint32) {
	if at <= x.firstAt || x.firstAt == 0 {
		if at != x.firstAt || file < x.firstFile || file == x.firstFile && pos < x.firstPos {
			x.firstAt, x.firstPos, x.firstFile = at, pos, file
		}
	}
	if at >= x.lastAt {
		if at != x.lastAt || file < x.lastFile || file == x.lastFile && pos < x.lastPos {
			x.lastAt, x.lastPos, x.lastFile = at, pos, file
		}
	}
}

func (x *extent) join(o *extent) {
	if o.firstAt == 0 {
		return
	}
	x.add(o.firstAt, o.firstPos, o.firstFile)
	x.add(o.lastAt, o.lastPos, o.lastFile)
}

// sight is one instant, the newest of those it was joined from.
type sight struct {
	at   int64 // 0 means none
	pos  uint64
	file uint32
	act  record.Act
}

func (s *sight) join(o *sight) {
	switch {
	case o.at == 0 || o.at < s.at:
	case o.at > s.at:
		*s = *o
	case cmp.Or(compareLoci(o.locus(), s.locus()), cmp.Compare(o.act, s.act)) < 0:
		*s = *o
	}
}

func (s *sight) locus() record.Locus { return record.Locus{File: s.file, Pos: s.pos} }

func compareLoci(a, b record.Locus) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Pos, b.Pos))
}

type network struct {
	addr     [16]byte
	seen     extent
	lat, lon float32
	placed   bool
	proxy    bool
}

func (n *network) join(o *network) {
	n.seen.join(&o.seen)
	n.proxy = n.proxy || o.proxy
	if o.placed {
		n.place(o.lat, o.lon)
	}
}

// place keeps one of the source's placings: the most southerly, then westerly.
// Any fixed choice is independent of order; sources seldom move an address.
func (n *network) place(lat, lon float32) {
	if !(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180) { // false for NaN
		return
	}
	lat, lon = lat+0, lon+0 // -0 becomes 0
	if !n.placed || lat < n.lat || lat == n.lat && lon < n.lon {
		n.placed, n.lat, n.lon = true, lat, lon
	}
}

type device struct {
	id   string
	seen extent
}

func (d *device) join(o *device) { d.seen.join(&o.seen) }

// visit is kept small, for there are many: its hour is in its key, and its address
// is found again by net, the high half of the network's key mixed.
type visit struct {
	firstPos, lastPos   uint64
	firstFile, lastFile uint32
	firstIn, lastIn     uint32 // milliseconds of the hour, from 1; 0 means none
	net, session        uint32
	factors             factors
}

// factors is a set of what was done with authenticators.
type factors uint8

const (
	factorUsed factors = 1 << iota
	factorEnrolled
)

func factorsOf(a record.Act) factors {
	switch a { //nolint:exhaustive // the others are done without one
	case record.FactorUsed:
		return factorUsed
	case record.FactorEnrolled:
		return factorEnrolled
	}
	return 0
}

// machines is a set of kinds of machine.
type machines uint8

const (
	managedMachine machines = 1 << iota
	unmanagedMachine
)

func (s *machines) join(o *machines) { *s |= *o }

func (v *visit) add(in uint32, pos uint64, file uint32) {
	x := v.extent(0)
	x.add(int64(in)+1, pos, file)
	v.set(&x)
}

func (v *visit) join(o *visit) {
	x, y := v.extent(0), o.extent(0)
	x.join(&y)
	v.set(&x)
	v.factors |= o.factors
}

// extent returns the sightings, given the instant before the hour begins.
func (v *visit) extent(before int64) extent {
	if v.firstIn == 0 {
		return extent{}
	}
	return extent{
		firstAt: before + int64(v.firstIn), firstPos: v.firstPos, firstFile: v.firstFile,
		lastAt: before + int64(v.lastIn), lastPos: v.lastPos, lastFile: v.lastFile,
	}
}

func (v *visit) set(x *extent) {
	v.firstIn, v.firstPos, v.firstFile = uint32(x.firstAt), x.firstPos, x.firstFile //nolint:gosec // within an hour
	v.lastIn, v.lastPos, v.lastFile = uint32(x.lastAt), x.lastPos, x.lastFile       //nolint:gosec // within an hour
}

type deed struct {
	object string
	seen   extent
}

func (d *deed) join(o *deed) { d.seen.join(&o.seen) }

type offset struct {
	seen    extent
	minutes int16
}

func (f *offset) join(o *offset) { f.seen.join(&o.seen) }

// Add folds one event in. Failed acts and acts without a sensible time are not
// counted at all. Automated acts count for [Profile.Span], [Profile.Last] and
// [Profile.Deeds] only: they say nothing of where and when a person is.
func (p *Profile) Add(e *record.Event) {
	var m mark
	if m.read(e) {
		p.apply(&m, e.Device, e.Token, object(e))
	}
}

// apply folds one mark in; the texts are its device, token and object, of which
// those that are new are copied.
func (p *Profile) apply(m *mark, id, token, object []byte) {
	day := uint32(m.at / dayMillis)                     //nolint:gosec // 1970-2200
	quarter := uint32(m.at % dayMillis / quarterMillis) //nolint:gosec // 0-95
	p.span.add(m.at, m.pos, m.file)
	now := sight{at: m.at, pos: m.pos, file: m.file, act: m.act}
	if v, _ := p.latest.slot(m.latestKey(day), latestBound); v != nil {
		v.join(&now)
	}
	if m.has&hasDeed != 0 {
		p.applyDeed(m, object)
	}
	if m.has&isAutomated != 0 {
		return
	}
	if v, _ := p.presence.slot(presenceKey(day, m.class), presenceBound); v != nil {
		v.set(quarter)
	}
	if v, _ := p.exemplars.slot(quarter/4, exemplarBound); v != nil {
		v.join(&now)
	}
	if m.has&hasOffset != 0 {
		p.applyOffset(m, day)
	}
	if m.has&(isManaged|notManaged) != 0 {
		p.applyMachine(m, day)
	}
	if m.has&hasAddr != 0 {
		p.applyNetwork(m, day, quarter)
	}
	if m.device != 0 {
		p.applyDevice(m, m.device, id, day, quarter)
	}
	if m.token != 0 {
		p.applyDevice(m, m.token, token, day, quarter)
	}
	if m.agent != 0 {
		p.applyDevice(m, m.agent, nil, day, quarter)
	}
}

func presenceKey(day uint32, class record.Class) uint32 { return day<<3 | uint32(class) }

func presenceOf(k uint32) (day int32, class record.Class) {
	return int32(k >> 3), record.Class(k & 7)
}

func (p *Profile) applyDeed(m *mark, object []byte) {
	v, fresh := p.deeds.slot(m.deed, deedBound)
	if v == nil {
		return
	}
	if fresh {
		v.object = text(object, m.deed)
	}
	v.seen.add(m.at, m.pos, m.file)
}

func (p *Profile) applyOffset(m *mark, day uint32) {
	minutes := uint32(uint16(m.offset)) //nolint:gosec // the bit pattern is meant
	if v, _ := p.offsets.slot(scatter(minutes), offsetBound); v != nil {
		v.minutes = m.offset
		v.seen.add(m.at, m.pos, m.file)
	}
	p.offsetDays.slot(uint64(day)<<16|uint64(minutes), offsetDayBound)
}

func (p *Profile) applyMachine(m *mark, day uint32) {
	seen, kind := &p.managed, managedMachine
	if m.has&notManaged != 0 {
		seen, kind = &p.unmanaged, unmanagedMachine
	}
	seen.add(m.at, m.pos, m.file)
	if v, _ := p.machines.slot(fromEnd(day), machineBound); v != nil {
		v.join(&kind)
	}
}

func (p *Profile) applyNetwork(m *mark, day, quarter uint32) {
	h := xxh3.Hash(m.addr[:])
	if v, fresh := p.networks.slot(h, networkBound); v != nil {
		if fresh {
			v.addr = m.addr
		}
		v.seen.add(m.at, m.pos, m.file)
		v.proxy = v.proxy || m.has&isProxy != 0
		if m.has&hasPlace != 0 {
			v.place(m.lat, m.lon)
		}
	}
	p.applyUsage(day, quarter, h)
	// 42 bits of hash below day and hour: two visits of one hour collide with
	// probability 2⁻⁴².
	v, fresh := p.visits.slot(uint64(day)<<47|uint64(quarter/4)<<42|mix(h^mix(m.session))>>22, visitBound)
	if v == nil {
		return
	}
	if fresh {
		v.net, v.session = entity(h), uint32(m.session) //nolint:gosec // half a hash is enough
	}
	v.add(uint32(m.at%hourMillis), m.pos, m.file) //nolint:gosec // within an hour
	v.factors |= factorsOf(m.act)
}

func (p *Profile) applyDevice(m *mark, k uint64, id []byte, day, quarter uint32) {
	if v, fresh := p.devices.slot(k, deviceBound); v != nil {
		if fresh {
			v.id = deviceText(k, id)
		}
		v.seen.add(m.at, m.pos, m.file)
	}
	p.applyUsage(day, quarter, k)
}

func (p *Profile) applyUsage(day, quarter uint32, k uint64) {
	if v, _ := p.usage.slot(usageKey(day, k), usageBound); v != nil {
		v.set(quarter)
	}
}

func usageKey(day uint32, k uint64) uint64 {
	return uint64(day)<<32 | uint64(entity(k))
}

// entity is a network or a device, by its key, where 32 bits have to do.
func entity(k uint64) uint32 { return uint32(mix(k) >> 32) }

// Join folds o in. Join is idempotent, commutative and associative; o is not
// changed and shares nothing mutable with p afterwards.
func (p *Profile) Join(o *Profile) {
	p.presence.join(&o.presence, presenceBound, (*quarterSet).join)
	p.usage.join(&o.usage, usageBound, (*quarterSet).join)
	p.networks.join(&o.networks, networkBound, (*network).join)
	p.devices.join(&o.devices, deviceBound, (*device).join)
	p.visits.join(&o.visits, visitBound, (*visit).join)
	p.latest.join(&o.latest, latestBound, (*sight).join)
	p.exemplars.join(&o.exemplars, exemplarBound, (*sight).join)
	p.deeds.join(&o.deeds, deedBound, (*deed).join)
	p.offsets.join(&o.offsets, offsetBound, (*offset).join)
	p.offsetDays.join(&o.offsetDays, offsetDayBound, func(*struct{}, *struct{}) {})
	p.machines.join(&o.machines, machineBound, (*machines).join)
	p.managed.join(&o.managed)
	p.unmanaged.join(&o.unmanaged)
	p.span.join(&o.span)
}
