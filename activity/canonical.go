// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"encoding/binary"
	"math"
	"math/bits"
	"unsafe"
)

// Size returns the memory the profile holds, in bytes.
func (p *Profile) Size() int {
	n := int(unsafe.Sizeof(*p)) + size(&p.presence) + size(&p.usage) + size(&p.networks) + size(&p.devices) +
		size(&p.visits) + size(&p.latest) + size(&p.exemplars) + size(&p.deeds) + size(&p.offsets) + size(&p.offsetDays) +
		size(&p.machines)
	for i := range p.devices.rows {
		n += len(p.devices.rows[i].val.id)
	}
	for i := range p.deeds.rows {
		n += len(p.deeds.rows[i].val.object)
	}
	return n
}

func size[K key, V any](t *table[K, V]) int {
	return cap(t.rows) * int(unsafe.Sizeof(row[K, V]{}))
}

// canonicalVersion begins the stored form; it is raised when that changes.
const canonicalVersion = 1

// AppendBinary appends a canonical form: two profiles that hold the same append
// the same bytes. [Profile.UnmarshalBinary] reads it.
func (p *Profile) AppendBinary(b []byte) ([]byte, error) {
	return p.canonical(append(b, canonicalVersion)), nil
}

func (p *Profile) canonical(b []byte) []byte {
	b = p.unmanaged.canonical(p.managed.canonical(p.span.canonical(b)))
	b = encode(b, &p.machines, func(b []byte, v *machines) []byte { return append(b, byte(*v)) })
	b = encode(b, &p.presence, func(b []byte, v *quarterSet) []byte { return v.canonical(b) })
	b = encode(b, &p.usage, func(b []byte, v *quarterSet) []byte { return v.canonical(b) })
	b = encode(b, &p.networks, func(b []byte, v *network) []byte {
		b = v.seen.canonical(append(b, v.addr[:]...))
		b = append(b, flag(v.placed)|flag(v.proxy)<<1)
		if v.placed {
			b = binary.BigEndian.AppendUint32(b, math.Float32bits(v.lat))
			b = binary.BigEndian.AppendUint32(b, math.Float32bits(v.lon))
		}
		return b
	})
	b = encode(b, &p.devices, func(b []byte, v *device) []byte { return v.seen.canonical(appendText(b, v.id)) })
	b = encode(b, &p.visits, func(b []byte, v *visit) []byte {
		x := v.extent(0)
		b = append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, v.net), v.session), byte(v.factors))
		return x.canonical(b)
	})
	b = encode(b, &p.latest, func(b []byte, v *sight) []byte { return v.canonical(b) })
	b = encode(b, &p.exemplars, func(b []byte, v *sight) []byte { return v.canonical(b) })
	b = encode(b, &p.deeds, func(b []byte, v *deed) []byte { return v.seen.canonical(appendText(b, v.object)) })
	b = encode(b, &p.offsets, func(b []byte, v *offset) []byte {
		return v.seen.canonical(binary.BigEndian.AppendUint16(b, uint16(v.minutes))) //nolint:gosec // the bit pattern is meant
	})
	return encode(b, &p.offsetDays, func(b []byte, _ *struct{}) []byte { return b })
}

// encode writes a table's keys as the steps between them, for they are sorted.
func encode[K key, V any](b []byte, t *table[K, V], value func([]byte, *V) []byte) []byte {
	b = append(binary.AppendUvarint(b, uint64(len(t.rows))), flag(t.cut))
	before := uint64(0)
	for i := range t.rows {
		k := uint64(t.rows[i].key)
		b = binary.AppendUvarint(b, k-before)
		before = k
		b = value(b, &t.rows[i].val)
	}
	return b
}

// canonical writes which hours have an act, and the quarters of those that do.
func (b *quarterSet) canonical(out []byte) []byte {
	hours := uint32(0)
	for h := range 24 {
		if b.hour(h) != 0 {
			hours |= 1 << h
		}
	}
	out = append(out, byte(hours>>16), byte(hours>>8), byte(hours))
	for low := true; hours != 0; low = !low {
		h := bits.TrailingZeros32(hours)
		hours &= hours - 1
		if low {
			out = append(out, b.hour(h))
		} else {
			out[len(out)-1] |= b.hour(h) << 4
		}
	}
	return out
}

// hour is the four quarters of an hour.
func (b *quarterSet) hour(h int) byte { return byte(b[h/8] >> (h % 8 * 4) & 0xf) }

// canonical writes an extent as how far the last sighting lies after the first.
func (x *extent) canonical(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(x.firstAt)) //nolint:gosec // never negative
	if x.firstAt == 0 {
		return b
	}
	b = binary.AppendUvarint(b, uint64(x.lastAt-x.firstAt)) //nolint:gosec // never negative
	b = binary.AppendUvarint(b, x.firstPos)
	b = binary.BigEndian.AppendUint32(b, x.firstFile)
	b = binary.AppendUvarint(b, x.lastPos)
	return binary.BigEndian.AppendUint32(b, x.lastFile)
}

func (s *sight) canonical(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(s.at)) //nolint:gosec // never negative
	b = binary.AppendUvarint(b, s.pos)
	b = binary.BigEndian.AppendUint32(b, s.file)
	return append(b, byte(s.act))
}

func flag(v bool) byte {
	if v {
		return 1
	}
	return 0
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
