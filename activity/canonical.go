// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"encoding/binary"
	"math"
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

func (p *Profile) canonical(b []byte) []byte {
	b = p.unmanaged.canonical(p.managed.canonical(p.span.canonical(b)))
	b = encode(b, &p.machines, func(b []byte, v *machines) []byte { return append(b, byte(*v)) })
	b = encode(b, &p.presence, func(b []byte, v *quarterSet) []byte { return v.canonical(b) })
	b = encode(b, &p.usage, func(b []byte, v *quarterSet) []byte { return v.canonical(b) })
	b = encode(b, &p.networks, func(b []byte, v *network) []byte {
		b = v.seen.canonical(append(b, v.addr[:]...))
		b = binary.BigEndian.AppendUint32(b, math.Float32bits(v.lat))
		b = binary.BigEndian.AppendUint32(b, math.Float32bits(v.lon))
		return append(b, flag(v.placed), flag(v.proxy))
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

func encode[K key, V any](b []byte, t *table[K, V], value func([]byte, *V) []byte) []byte {
	b = append(binary.AppendUvarint(b, uint64(len(t.rows))), flag(t.cut))
	for i := range t.rows {
		b = binary.BigEndian.AppendUint64(b, uint64(t.rows[i].key))
		b = value(b, &t.rows[i].val)
	}
	return b
}

func (b *quarterSet) canonical(out []byte) []byte {
	for _, w := range b {
		out = binary.BigEndian.AppendUint32(out, w)
	}
	return out
}

func (x *extent) canonical(b []byte) []byte {
	for _, v := range []uint64{
		uint64(x.firstAt), x.firstPos, uint64(x.firstFile), //nolint:gosec // never negative
		uint64(x.lastAt), x.lastPos, uint64(x.lastFile), //nolint:gosec // never negative
	} {
		b = binary.BigEndian.AppendUint64(b, v)
	}
	return b
}

func (s *sight) canonical(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(s.at)) //nolint:gosec // never negative
	b = binary.BigEndian.AppendUint64(b, s.pos)
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
