// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"cmp"
	"net/netip"

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
	longestText = 96
)

// The bounds of each table. Together with the size of a row they keep a profile
// under 64 KB; TestSizeIsBounded adds them up. A year of every day in four
// classes fits the presence table. Tables keyed by a hash of the day drop whole
// days, the same days for every subject, so that what happened together is kept
// or dropped together.
var (
	presenceBound = bound{limit: 1460}              // newest days first
	networkBound  = bound{limit: 64}                // smallest hash
	deviceBound   = bound{limit: 12, groupBits: 60} // smallest hash of each kind
	usageBound    = bound{limit: 512}               // smallest hash of day
	visitBound    = bound{limit: 160}               // smallest hash of day
	deedBound     = bound{limit: 24, groupBits: 56} // smallest hash of each act
	latestBound   = bound{limit: 4, groupBits: 24}  // newest days of each class
	exemplarBound = bound{limit: 24}                // every hour
	offsetBound   = bound{limit: 16}                // smallest hash
	offsetDays    = bound{limit: 256}               // smallest hash of day
)

// Profile is the fold of one subject's events. The zero value is empty and ready
// to use. It is at most 64 KB for a year of heavy activity. A Profile is not
// safe for concurrent use while it is added to; readers do not change it.
type Profile struct {
	presence   table[uint32, bits] // day and class → deliberate quarter-hours
	usage      table[uint64, bits] // day and network or device → deliberate quarter-hours
	networks   table[uint64, network]
	devices    table[uint64, device]
	visits     table[uint64, visit]
	latest     table[uint32, sight]
	exemplars  table[uint32, sight]
	deeds      table[uint64, deed]
	offsets    table[uint32, offset]
	offsetDays table[uint64, struct{}]
	span       extent
}

// bits is a set of the 96 quarter-hours of a day.
type bits [3]uint32

func (b *bits) set(quarter uint32)  { b[quarter>>5] |= 1 << (quarter & 31) }
func (b bits) has(quarter int) bool { return b[quarter>>5]>>(quarter&31)&1 != 0 }
func (b *bits) join(o *bits) {
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

func (x *extent) add(at int64, l record.Locus) {
	if x.firstAt == 0 || at < x.firstAt || at == x.firstAt && l.Less(record.Locus{File: x.firstFile, Pos: x.firstPos}) {
		x.firstAt, x.firstPos, x.firstFile = at, l.Pos, l.File
	}
	if at > x.lastAt || at == x.lastAt && l.Less(record.Locus{File: x.lastFile, Pos: x.lastPos}) {
		x.lastAt, x.lastPos, x.lastFile = at, l.Pos, l.File
	}
}

func (x *extent) join(o *extent) {
	if o.firstAt == 0 {
		return
	}
	x.add(o.firstAt, record.Locus{File: o.firstFile, Pos: o.firstPos})
	x.add(o.lastAt, record.Locus{File: o.lastFile, Pos: o.lastPos})
}

// sight is one instant, the newest of those it was joined from.
type sight struct {
	at   int64 // 0 means none
	pos  uint64
	file uint32
	act  record.Act
}

func (s *sight) join(o *sight) {
	c := cmp.Or(cmp.Compare(o.at, s.at), -compareLoci(o.locus(), s.locus()), -cmp.Compare(o.act, s.act))
	if s.at == 0 || o.at != 0 && c > 0 {
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

type visit struct {
	seen    extent
	session uint64
	addr    [16]byte
}

func (v *visit) join(o *visit) { v.seen.join(&o.seen) }

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
	if e.Failed || e.Act == record.SignInFailed || e.At <= 0 || e.At >= endMillis {
		return
	}
	class := min(e.Class, record.Classes)
	day := uint32(e.At / dayMillis)                     //nolint:gosec // At is within 1970-2200
	quarter := uint32(e.At % dayMillis / quarterMillis) //nolint:gosec // 0-95
	p.span.add(e.At, e.Pos)
	p.addLatest(e, class, day)
	if isDeed(e.Act) {
		p.addDeed(e)
	}
	if e.Automated {
		return
	}
	if v, _ := p.presence.slot(presenceKey(day, class), presenceBound); v != nil {
		v.set(quarter)
	}
	now := sight{at: e.At, pos: e.Pos.Pos, file: e.Pos.File, act: e.Act}
	if v, _ := p.exemplars.slot(quarter/4, exemplarBound); v != nil {
		v.join(&now)
	}
	if e.HasOffset {
		p.addOffset(e, day)
	}
	if e.Addr.IsValid() {
		p.addNetwork(e, day, quarter)
	}
	if len(e.Device) > 0 {
		kind := EndpointDevice
		if e.Act == record.FactorEnrolled || e.Act == record.FactorUsed {
			kind = FactorDevice
		}
		p.addDevice(e, kind, e.Device, day, quarter)
	}
	if len(e.Token) > 0 {
		p.addDevice(e, BrowserToken, e.Token, day, quarter)
	}
	if len(e.Agent) > 0 {
		p.addDevice(e, ClientAgent, e.Agent, day, quarter)
	}
}

// presenceKey sorts newest days first.
func presenceKey(day uint32, class record.Class) uint32 { return ^day<<3 | uint32(class) }

func presenceOf(k uint32) (day int32, class record.Class) {
	return int32(^(k >> 3) & (1<<29 - 1)), record.Class(k & 7)
}

func (p *Profile) addLatest(e *record.Event, class record.Class, day uint32) {
	group := uint32(class) << 1
	if e.Automated {
		group |= 1
	}
	if v, _ := p.latest.slot(group<<24|(1<<24-1-day), latestBound); v != nil {
		v.join(&sight{at: e.At, pos: e.Pos.Pos, file: e.Pos.File, act: e.Act})
	}
}

func isDeed(a record.Act) bool {
	switch a {
	case record.FactorEnrolled, record.Clone, record.Fork, record.RepositoryCreated, record.Downloaded,
		record.CopiedOut, record.KeyAdded, record.AccessGranted, record.AccountRemoved:
		return true
	case record.Other, record.SignIn, record.SignInFailed, record.SignOut, record.FactorUsed, record.Message,
		record.Commit, record.Push:
		return false
	default:
		return false
	}
}

func (p *Profile) addDeed(e *record.Event) {
	object := e.Object
	if len(object) == 0 {
		object = e.Device
	}
	h := xxh3.HashSeed(object, uint64(e.Act))
	v, fresh := p.deeds.slot(uint64(e.Act)<<56|h>>8, deedBound)
	if v == nil {
		return
	}
	if fresh {
		v.object = text(object, h)
	}
	v.seen.add(e.At, e.Pos)
}

func (p *Profile) addOffset(e *record.Event, day uint32) {
	v, _ := p.offsets.slot(scatter(uint32(uint16(e.OffsetMinutes))), offsetBound) //nolint:gosec // the bit pattern is meant
	if v != nil {
		v.minutes = e.OffsetMinutes
		v.seen.add(e.At, e.Pos)
	}
	p.offsetDays.slot(uint64(scatter(day))<<32|uint64(uint16(e.OffsetMinutes)), offsetDays) //nolint:gosec // the bit pattern is meant
}

func (p *Profile) addNetwork(e *record.Event, day, quarter uint32) {
	addr := fold(e.Addr)
	h := xxh3.Hash(addr[:])
	if v, fresh := p.networks.slot(h, networkBound); v != nil {
		if fresh {
			v.addr = addr
		}
		v.seen.add(e.At, e.Pos)
		v.proxy = v.proxy || e.Proxy
		if e.HasPlace {
			v.place(e.Lat, e.Lon)
		}
	}
	p.addUsage(day, quarter, h)
	var session uint64
	if len(e.Session) > 0 {
		session = xxh3.Hash(e.Session)
	}
	// 32 bits of hash below the day's: two visits of one day collide with
	// probability 2⁻³².
	mixed := mix(h ^ mix(session+uint64(quarter/4)))
	v, fresh := p.visits.slot(uint64(scatter(day))<<32|mixed>>32, visitBound)
	if v == nil {
		return
	}
	if fresh {
		v.addr, v.session = addr, session
	}
	v.seen.add(e.At, e.Pos)
}

func (p *Profile) addDevice(e *record.Event, kind DeviceKind, id []byte, day, quarter uint32) {
	h := xxh3.HashSeed(id, uint64(kind))
	k := uint64(kind)<<60 | h>>4
	if v, fresh := p.devices.slot(k, deviceBound); v != nil {
		if fresh {
			if kind == ClientAgent {
				v.id = hex16(h)
			} else {
				v.id = text(id, h)
			}
		}
		v.seen.add(e.At, e.Pos)
	}
	p.addUsage(day, quarter, k)
}

func (p *Profile) addUsage(day, quarter uint32, entity uint64) {
	if v, _ := p.usage.slot(usageKey(day, entity), usageBound); v != nil {
		v.set(quarter)
	}
}

func usageKey(day uint32, entity uint64) uint64 {
	return uint64(scatter(day))<<32 | mix(entity)>>32
}

// scatter is a fixed bijection of 32 bits (two rounds of xorshift and odd
// multiplication, with the constants of Wellons' hash-prospector): days in hash
// order, and back.
func scatter(x uint32) uint32 {
	x ^= x >> 16
	x *= 0x21f0aaad
	x ^= x >> 15
	x *= 0x735a2d97
	return x ^ x>>15
}

// gather undoes scatter.
func gather(x uint32) uint32 {
	x ^= x>>15 ^ x>>30
	x *= 0x97132227 // inverse of 0x735a2d97
	x ^= x>>15 ^ x>>30
	x *= 0x333c4925 // inverse of 0x21f0aaad
	return x ^ x>>16
}

// mix is the finaliser of SplitMix64.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// fold makes one address of the forms of a host: a v4-mapped IPv6 address is
// IPv4, any other IPv6 address is its /64, zones are dropped.
func fold(a netip.Addr) [16]byte {
	b := a.As16()
	if !a.Unmap().Is4() {
		clear(b[8:])
	}
	return b
}

// text copies an id, or stands in for one too long by its beginning and hash.
func text(b []byte, hash uint64) string {
	if len(b) <= longestText {
		return string(b)
	}
	return string(b[:longestText-17]) + "~" + hex16(hash)
}

func hex16(h uint64) string {
	const digits = "0123456789abcdef"
	var b [16]byte
	for i := range b {
		b[i] = digits[h>>(60-4*i)&15]
	}
	return string(b[:])
}

// Join folds o in. Join is idempotent, commutative and associative; o is not
// changed and shares nothing mutable with p afterwards.
func (p *Profile) Join(o *Profile) {
	p.presence.join(&o.presence, presenceBound, (*bits).join)
	p.usage.join(&o.usage, usageBound, (*bits).join)
	p.networks.join(&o.networks, networkBound, (*network).join)
	p.devices.join(&o.devices, deviceBound, (*device).join)
	p.visits.join(&o.visits, visitBound, (*visit).join)
	p.latest.join(&o.latest, latestBound, (*sight).join)
	p.exemplars.join(&o.exemplars, exemplarBound, (*sight).join)
	p.deeds.join(&o.deeds, deedBound, (*deed).join)
	p.offsets.join(&o.offsets, offsetBound, (*offset).join)
	p.offsetDays.join(&o.offsetDays, offsetDays, func(*struct{}, *struct{}) {})
	p.span.join(&o.span)
}
