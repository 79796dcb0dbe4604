// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"encoding/binary"
	"errors"
	"math"
	"math/bits"

	"daylight/record"
)

// ErrStored is returned for bytes that no profile wrote.
var ErrStored = errors.New("not a stored profile")

// UnmarshalBinary reads what [Profile.AppendBinary] wrote, in place of what the
// profile held. It fails with [ErrStored]; whatever it is given, the profile keeps
// to its bounds.
func (p *Profile) UnmarshalBinary(data []byte) error {
	d := decoder{b: data}
	if d.byte() != canonicalVersion {
		return ErrStored
	}
	var q Profile
	q.span, q.managed, q.unmanaged = d.extent(), d.extent(), d.extent()
	decode(&d, &q.machines, machineBound, func(v *machines) { *v = machines(d.byte()) })
	decode(&d, &q.presence, presenceBound, func(v *quarterSet) { *v = d.quarters() })
	decode(&d, &q.usage, usageBound, func(v *quarterSet) { *v = d.quarters() })
	decode(&d, &q.networks, networkBound, d.network)
	decode(&d, &q.devices, deviceBound, func(v *device) { v.id, v.seen = d.text(), d.extent() })
	decode(&d, &q.visits, visitBound, d.visit)
	decode(&d, &q.latest, latestBound, func(v *sight) { *v = d.sight() })
	decode(&d, &q.exemplars, exemplarBound, func(v *sight) { *v = d.sight() })
	decode(&d, &q.deeds, deedBound, func(v *deed) { v.object, v.seen = d.text(), d.extent() })
	decode(&d, &q.offsets, offsetBound, func(v *offset) {
		v.minutes, v.seen = int16(d.uint16()), d.extent() //nolint:gosec // the bit pattern is meant
	})
	decode(&d, &q.offsetDays, offsetDayBound, func(*struct{}) {})
	if d.bad || len(d.b) > 0 {
		return ErrStored
	}
	*p = q
	return nil
}

// decoder reads from the front of b; once something is wrong, it reads zeros.
type decoder struct {
	b   []byte
	bad bool
}

// decode reads a table. Every row takes a byte at least, so that a count cannot
// ask for more room than there are bytes.
func decode[K key, V any](d *decoder, t *table[K, V], b bound, value func(*V)) {
	n := d.uvarint()
	t.cut = d.byte() != 0
	if n > uint64(len(d.b)) {
		d.bad = true
	}
	if d.bad || n == 0 {
		return
	}
	t.rows = make([]row[K, V], n)
	before := uint64(0)
	for i := range t.rows {
		step := d.uvarint()
		k := before + step
		if d.bad || i > 0 && k <= before || uint64(K(k)) != k {
			d.bad = true
			return
		}
		before = k
		t.rows[i].key = K(k)
		value(&t.rows[i].val)
	}
	t.limit(b)
}

func (d *decoder) take(n int) []byte {
	if n < 0 || n > len(d.b) {
		d.bad, d.b = true, nil
	}
	if d.bad {
		return make([]byte, min(max(n, 0), 16))
	}
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}

func (d *decoder) byte() byte     { return d.take(1)[0] }
func (d *decoder) uint16() uint16 { return binary.BigEndian.Uint16(d.take(2)) }
func (d *decoder) uint32() uint32 { return binary.BigEndian.Uint32(d.take(4)) }

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 || d.bad {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) text() string {
	n := d.uvarint()
	if n > longestText {
		d.bad, d.b = true, nil
		return ""
	}
	return string(d.take(int(n)))
}

// instant reads an instant that a profile may hold, in milliseconds.
func (d *decoder) instant() int64 {
	v := d.uvarint()
	if v >= endMillis {
		d.bad = true
		return 0
	}
	return int64(v)
}

func (d *decoder) extent() extent {
	x := extent{firstAt: d.instant()}
	if x.firstAt == 0 {
		return extent{}
	}
	x.lastAt = x.firstAt + d.instant()
	x.firstPos, x.firstFile = d.uvarint(), d.uint32()
	x.lastPos, x.lastFile = d.uvarint(), d.uint32()
	return x
}

func (d *decoder) sight() sight {
	s := sight{at: d.instant()}
	s.pos, s.file, s.act = d.uvarint(), d.uint32(), record.Act(d.byte())
	return s
}

func (d *decoder) quarters() quarterSet {
	var out quarterSet
	h := d.take(3)
	hours := uint32(h[0])<<16 | uint32(h[1])<<8 | uint32(h[2])
	var two byte
	for low := true; hours != 0; low = !low {
		at := bits.TrailingZeros32(hours)
		hours &= hours - 1
		if low {
			two = d.byte()
		}
		out[at/8] |= uint32(two&0xf) << (at % 8 * 4)
		two >>= 4
	}
	return out
}

func (d *decoder) network(v *network) {
	copy(v.addr[:], d.take(16))
	v.seen = d.extent()
	flags := d.byte()
	v.proxy = flags&2 != 0
	if flags&1 != 0 {
		v.place(math.Float32frombits(d.uint32()), math.Float32frombits(d.uint32()))
	}
}

func (d *decoder) visit(v *visit) {
	v.net, v.session, v.factors = d.uint32(), d.uint32(), factors(d.byte())
	x := d.extent()
	if x.lastAt > hourMillis {
		d.bad = true
		return
	}
	v.set(&x)
}
