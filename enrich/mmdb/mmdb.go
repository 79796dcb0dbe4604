// SPDX-License-Identifier: Apache-2.0

// Package mmdb writes small databases in MaxMind's format (specification 2.0),
// for examples and tests. It is not meant for databases of millions of
// networks: everything is held in memory and written at once.
package mmdb

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"net/netip"
	"slices"
	"time"
)

// Entry is one network with what the database says of it. Empty fields are left
// out. The names of the database's keys are in the comments.
type Entry struct {
	Prefix netip.Prefix

	Country string // country.iso_code
	Region  string // subdivisions[0].names.en
	City    string // city.names.en

	// Lat and Lon in degrees and RadiusKM in kilometres, if HasPoint:
	// location.latitude, .longitude, .accuracy_radius.
	HasPoint bool
	Lat, Lon float64
	RadiusKM uint16
	TimeZone string // location.time_zone, an IANA name

	ASN uint32 // autonomous_system_number
	Org string // autonomous_system_organization

	AnonymousVPN bool // is_anonymous_vpn, with is_anonymous
	Hosting      bool // is_hosting_provider
	TorExit      bool // is_tor_exit_node, with is_anonymous
	// ResidentialProxy is is_residential_proxy, with is_anonymous.
	ResidentialProxy bool
	// ConnectionType is one of MaxMind's words: "Cable/DSL", "Cellular",
	// "Corporate", "Satellite".
	ConnectionType string
	UserType       string // traits.user_type, such as "residential" or "business"
}

// ErrPrefix is returned for a network that is invalid, and for one that lies
// inside another: the networks of a database are apart.
var ErrPrefix = errors.New("bad network")

// Bytes returns a database of the entries, which may stand in any order. The
// same entries give the same bytes. Description is its English description and
// its type. The build time is fixed: an example does not depend on the day it
// was made.
func Bytes(description string, entries []Entry) ([]byte, error) {
	var b bytes.Buffer
	err := Write(&b, description, entries)
	return b.Bytes(), err
}

// built is the build time that every database carries.
var built = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Write writes a database of the entries; see [Bytes].
func Write(w io.Writer, description string, entries []Entry) error {
	entries = slices.Clone(entries)
	for i := range entries {
		p := entries[i].Prefix
		if !p.IsValid() {
			return fmt.Errorf("entry %d: %w", i, ErrPrefix)
		}
		entries[i].Prefix = p.Masked()
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(a.Prefix.Addr().Compare(b.Prefix.Addr()), cmp.Compare(a.Prefix.Bits(), b.Prefix.Bits()))
	})
	t := tree{nodes: make([]node, 1)}
	var data encoder
	offsets := map[string]int{} // equal records are written once
	for i, e := range entries {
		if i > 0 && entries[i-1].Prefix.Overlaps(e.Prefix) {
			return fmt.Errorf("%s overlaps %s: %w", e.Prefix, entries[i-1].Prefix, ErrPrefix)
		}
		var one encoder
		one.value(e.record())
		at, ok := offsets[string(one.buf)]
		if !ok {
			at = len(data.buf)
			offsets[string(one.buf)] = at
			data.add(one.buf...)
		}
		t.insert(e.Prefix, at)
	}
	var out encoder
	t.write(&out)
	out.add(make([]byte, 16)...) // between the tree and the data
	out.add(data.buf...)
	out.add([]byte("\xab\xcd\xefMaxMind.com")...)
	out.value(object{
		{"binary_format_major_version", uint16(2)},
		{"binary_format_minor_version", uint16(0)},
		{"build_epoch", uint64(built.Unix())}, //nolint:gosec // after 1970
		{"database_type", description},
		{"description", object{{"en", description}}},
		{"ip_version", uint16(6)},
		{"languages", []any{"en"}},
		{"node_count", uint32(len(t.nodes))}, //nolint:gosec // far below 2^32
		{"record_size", uint16(32)},
	})
	_, err := w.Write(out.buf)
	return err
}

func (e Entry) record() object {
	var o, country, location, traits object
	add := func(to *object, key string, v any, present bool) {
		if present {
			*to = append(*to, field{key, v})
		}
	}
	add(&country, "iso_code", e.Country, e.Country != "")
	add(&location, "accuracy_radius", e.RadiusKM, e.HasPoint && e.RadiusKM > 0)
	add(&location, "latitude", e.Lat, e.HasPoint)
	add(&location, "longitude", e.Lon, e.HasPoint)
	add(&location, "time_zone", e.TimeZone, e.TimeZone != "")
	add(&traits, "autonomous_system_number", e.ASN, e.ASN != 0)
	add(&traits, "autonomous_system_organization", e.Org, e.Org != "")
	add(&traits, "is_anonymous", true, e.AnonymousVPN || e.TorExit || e.ResidentialProxy)
	add(&traits, "is_anonymous_vpn", true, e.AnonymousVPN)
	add(&traits, "is_hosting_provider", true, e.Hosting)
	add(&traits, "is_residential_proxy", true, e.ResidentialProxy)
	add(&traits, "is_tor_exit_node", true, e.TorExit)
	add(&traits, "connection_type", e.ConnectionType, e.ConnectionType != "")
	add(&traits, "user_type", e.UserType, e.UserType != "")

	add(&o, "city", object{{"names", object{{"en", e.City}}}}, e.City != "")
	add(&o, "country", country, country != nil)
	add(&o, "location", location, location != nil)
	add(&o, "subdivisions", []any{object{{"names", object{{"en", e.Region}}}}}, e.Region != "")
	add(&o, "traits", traits, traits != nil)
	return o
}

// tree is the binary search tree over the bits of an IPv6 address; IPv4 stands
// under ::/96.
type tree struct{ nodes []node }

// node holds, for bit 0 and bit 1, the index of the next node, -1-offset of a
// record, or 0 for nothing.
type node [2]int

func (t *tree) insert(p netip.Prefix, data int) {
	bits := p.Bits()
	var a [16]byte
	if p.Addr().Is4() {
		four := p.Addr().As4()
		copy(a[12:], four[:])
		bits += 96
	} else {
		a = p.Addr().As16()
	}
	at := 0
	for i := range bits {
		bit := a[i/8] >> (7 - i%8) & 1
		if i == bits-1 {
			t.nodes[at][bit] = -1 - data
			return
		}
		if t.nodes[at][bit] == 0 {
			t.nodes[at][bit] = len(t.nodes)
			t.nodes = append(t.nodes, node{})
		}
		at = t.nodes[at][bit]
	}
	t.nodes[0] = node{-1 - data, -1 - data} // ::/0
}

func (t *tree) write(out *encoder) {
	for _, n := range t.nodes {
		for _, next := range n {
			v := len(t.nodes) // nothing here
			switch {
			case next > 0:
				v = next
			case next < 0:
				v = len(t.nodes) + 16 + (-1 - next)
			}
			out.buf = binary.BigEndian.AppendUint32(out.buf, uint32(v)) //nolint:gosec // small databases
		}
	}
}

// object is a map with its keys in order.
type object []field

type field struct {
	key   string
	value any
}

// encoder writes values of the data section.
type encoder struct{ buf []byte }

func (e *encoder) add(b ...byte) { e.buf = append(e.buf, b...) }

// Types of the data section, as the specification numbers them.
const (
	typeString = 2
	typeDouble = 3
	typeUint16 = 5
	typeUint32 = 6
	typeMap    = 7
	typeUint64 = 9
	typeArray  = 11
	typeBool   = 14
)

// control writes the control byte of a type and a size.
func (e *encoder) control(kind, size int) {
	first := byte(0)
	if kind <= 7 {
		first = byte(kind << 5 & 0xff)
	}
	var more []byte
	switch {
	case size < 29:
		first |= byte(size & 0x1f)
	case size < 29+256:
		first |= 29
		more = []byte{byte(size - 29)}
	case size < 285+65536:
		first |= 30
		more = binary.BigEndian.AppendUint16(nil, uint16(size-285))
	default:
		first |= 31
		more = binary.BigEndian.AppendUint32(nil, uint32(size-65821))[1:] //nolint:gosec // text in a database is shorter than 16 MB
	}
	e.add(first)
	if kind > 7 {
		e.add(byte((kind - 7) & 0xff))
	}
	e.add(more...)
}

func (e *encoder) value(v any) {
	switch v := v.(type) {
	case string:
		e.control(typeString, len(v))
		e.add([]byte(v)...)
	case float64:
		e.control(typeDouble, 8)
		e.buf = binary.BigEndian.AppendUint64(e.buf, math.Float64bits(v))
	case uint16:
		e.integer(typeUint16, uint64(v))
	case uint32:
		e.integer(typeUint32, uint64(v))
	case uint64:
		e.integer(typeUint64, v)
	case bool:
		size := 0
		if v {
			size = 1
		}
		e.control(typeBool, size)
	case []any:
		e.control(typeArray, len(v))
		for _, x := range v {
			e.value(x)
		}
	case object:
		e.control(typeMap, len(v))
		for _, f := range v {
			e.value(f.key)
			e.value(f.value)
		}
	}
}

// integer writes a number without its leading zero bytes.
func (e *encoder) integer(kind int, v uint64) {
	b := bytes.TrimLeft(binary.BigEndian.AppendUint64(nil, v), "\x00")
	e.control(kind, len(b))
	e.add(b...)
}
