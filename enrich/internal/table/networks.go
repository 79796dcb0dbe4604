// SPDX-License-Identifier: Apache-2.0

package table

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"sort"
)

// Owner is who announces a range of addresses and in which country it is
// registered to be used.
type Owner struct {
	AS      uint32 // 0: not announced
	Country string // two letters, or "" if not known
}

// Range is an inclusive range of addresses of one family with its owner.
type Range struct {
	From, To netip.Addr
	Owner    Owner
}

// Operator is an autonomous system with its name.
type Operator struct {
	AS   uint32
	Name string
}

// Networks maps addresses to owners: a sorted list of first addresses for each
// family. IPv6 is kept to /64, the smallest network a site is given.
type Networks struct {
	Version string

	from4  []uint32
	owner4 []uint32 // index into owners; 0 is nobody
	index4 []uint32 // for each leading 16 bits, the last range at or before it
	from6  []uint64
	owner6 []uint32

	owners    []owner
	countries string // two letters each
	as        []uint32
	names     string
	nameAt    []uint32
}

// owner is an Owner by index, eight bytes so that many fit a cache line.
type owner struct {
	operator uint32 // 1-based index into as; 0 is none
	country  uint32 // 1-based index into countries; 0 is none
}

// Hit is the answer for one address. Its strings are parts of the table.
type Hit struct {
	AS       uint32
	Rank     int // of the operator among [Networks.Operators]; -1 for none
	Operator string
	Country  string
}

// Operators returns the number of operators.
func (n *Networks) Operators() int { return len(n.as) }

// Rank returns the rank of an AS number.
func (n *Networks) Rank(as uint32) (int, bool) { return slices.BinarySearch(n.as, as) }

// Name returns the name of an operator by rank.
func (n *Networks) Name(rank int) string { return n.names[n.nameAt[rank]:n.nameAt[rank+1]] }

// Lookup returns who an address belongs to. It allocates nothing.
func (n *Networks) Lookup(a netip.Addr) (Hit, bool) {
	a = a.Unmap()
	var at uint32
	switch {
	case a.Is4():
		b := a.As4()
		at = n.find4(binary.BigEndian.Uint32(b[:]))
	case a.Is6():
		b := a.As16()
		at = n.find6(binary.BigEndian.Uint64(b[:8]))
	}
	if at == 0 {
		return Hit{}, false
	}
	o := n.owners[at]
	h := Hit{Rank: -1}
	if o.operator > 0 {
		h.Rank = int(o.operator) - 1
		h.AS = n.as[h.Rank]
		h.Operator = n.Name(h.Rank)
	}
	if o.country > 0 {
		h.Country = n.countries[2*o.country-2 : 2*o.country]
	}
	return h, true
}

func (n *Networks) find4(x uint32) uint32 {
	if len(n.from4) == 0 {
		return 0
	}
	top := x >> 16
	lo, hi := int(n.index4[top]), int(n.index4[top+1])+1
	for lo+1 < hi { // the last range that starts at or before x is in [lo, hi)
		mid := int(uint(lo+hi) >> 1)
		if n.from4[mid] <= x {
			lo = mid
		} else {
			hi = mid
		}
	}
	return n.owner4[lo]
}

func (n *Networks) find6(x uint64) uint32 {
	i := sort.Search(len(n.from6), func(i int) bool { return n.from6[i] > x })
	if i == 0 {
		return 0
	}
	return n.owner6[i-1]
}

// EncodeNetworks writes ranges that are sorted and do not overlap, IPv4 first.
// A /64 that is shared goes to the first.
func EncodeNetworks(version string, ranges []Range, operators []Operator) ([]byte, error) {
	var w writer
	w.string(version)
	operators = slices.Clone(operators)
	slices.SortFunc(operators, func(a, b Operator) int { return int(a.AS) - int(b.AS) })
	rank := map[uint32]uint32{}
	w.count(len(operators))
	prev := uint32(0)
	for i, o := range operators {
		rank[o.AS] = uint32(i) + 1
		w.uint(uint64(o.AS - prev))
		prev = o.AS
	}
	for _, o := range operators {
		w.string(o.Name)
	}
	owners, countries, index := []owner{{}}, []string{}, map[Owner]uint32{{}: 0}
	for _, r := range ranges {
		if _, ok := index[r.Owner]; ok {
			continue
		}
		o := owner{operator: rank[r.Owner.AS]}
		if r.Owner.Country != "" {
			i := slices.Index(countries, r.Owner.Country)
			if i < 0 {
				i = len(countries)
				countries = append(countries, r.Owner.Country)
			}
			o.country = uint32(i) + 1 //nolint:gosec // a few hundred
		}
		index[r.Owner] = uint32(len(owners)) //nolint:gosec // fewer than ranges
		owners = append(owners, o)
	}
	w.count(len(countries))
	for _, c := range countries {
		if len(c) != 2 {
			return nil, fmt.Errorf("country code %q is not two letters", c)
		}
		w.buf = append(w.buf, c...)
	}
	w.count(len(owners) - 1)
	for _, o := range owners[1:] {
		w.uint(uint64(o.operator))
		w.uint(uint64(o.country))
	}
	for _, v6 := range []bool{false, true} {
		if err := w.family(ranges, index, v6); err != nil {
			return nil, err
		}
	}
	return w.compress()
}

// family writes the starts (as differences), then the owners, of one family,
// with explicit gaps.
func (w *writer) family(ranges []Range, index map[Owner]uint32, v6 bool) error {
	var from []uint64
	var own []uint32
	add := func(f uint64, o uint32) {
		if k := len(from); k > 0 && from[k-1] == f {
			own[k-1] = o
		} else if k == 0 || own[k-1] != o {
			from, own = append(from, f), append(own, o)
		}
	}
	next := uint64(0) // first address after the range before
	for _, r := range ranges {
		if r.From.Is6() != v6 {
			continue
		}
		f, t := position(r.From), position(r.To)
		if v6 && lowBits(r.From) != 0 { // starts inside a /64: the first owner has it
			if f++; f > t {
				continue
			}
		}
		if f > t || f < next {
			return fmt.Errorf("ranges overlap or are out of order at %s", r.From)
		}
		if f > next {
			add(next, 0)
		}
		add(f, index[r.Owner])
		next = t + 1
	}
	if next != 0 && (v6 || next <= 1<<32-1) {
		add(next, 0)
	}
	w.count(len(from))
	prev := uint64(0)
	for _, f := range from {
		w.uint(f - prev)
		prev = f
	}
	for _, o := range own {
		w.uint(uint64(o))
	}
	return nil
}

func position(a netip.Addr) uint64 {
	if a.Is4() {
		b := a.As4()
		return uint64(binary.BigEndian.Uint32(b[:]))
	}
	b := a.As16()
	return binary.BigEndian.Uint64(b[:8])
}

func lowBits(a netip.Addr) uint64 {
	b := a.As16()
	return binary.BigEndian.Uint64(b[8:])
}

// DecodeNetworks reads what EncodeNetworks wrote.
func DecodeNetworks(data []byte) (*Networks, error) {
	r, err := decompress(data)
	if err != nil {
		return nil, err
	}
	return parseNetworks(r)
}

func parseNetworks(r *reader) (*Networks, error) {
	n := &Networks{Version: r.string()}
	n.operators(r)
	n.countries = string(r.bytes(2 * r.count()))
	n.owners = make([]owner, 1, r.count()+1)
	for range cap(n.owners) - 1 {
		o := owner{uint32(r.uint()), uint32(r.uint())} //nolint:gosec // checked below
		if int(o.operator) > len(n.as) || int(o.country) > len(n.countries)/2 {
			r.fail()
			break
		}
		n.owners = append(n.owners, o)
	}
	n.from4, n.owner4 = starts[uint32](r, len(n.owners))
	n.from6, n.owner6 = starts[uint64](r, len(n.owners))
	if err := r.done(); err != nil {
		return nil, fmt.Errorf("reading networks: %w", err)
	}
	n.index()
	return n, nil
}

func (n *Networks) operators(r *reader) {
	count := r.count()
	n.as = make([]uint32, count)
	prev := uint32(0)
	for i := range n.as {
		prev += uint32(r.uint()) //nolint:gosec // AS numbers have 32 bits
		n.as[i] = prev
	}
	names := make([]byte, 0, 24*count)
	n.nameAt = make([]uint32, 1, count+1)
	for range count {
		names = append(names, r.bytes(r.count())...)
		n.nameAt = append(n.nameAt, uint32(len(names))) //nolint:gosec // bounded by maxDecoded
	}
	n.names = string(names)
}

func starts[T uint32 | uint64](r *reader, owners int) ([]T, []uint32) {
	from := make([]T, r.count())
	own := make([]uint32, len(from))
	prev := uint64(0)
	for i := range from {
		d := r.uint()
		prev += d
		if (i > 0 && d == 0) || prev != uint64(T(prev)) {
			r.fail()
		}
		from[i] = T(prev)
	}
	for i := range own {
		o := r.uint()
		if o >= uint64(owners) { //nolint:gosec // a length
			r.fail()
			o = 0
		}
		own[i] = uint32(o)
	}
	if len(from) > 0 && from[0] != 0 { // so that every address has a range at or before it
		r.fail()
	}
	return from, own
}

// index notes, for each leading 16 bits, the last range that starts at or
// before their first address, so a search looks at a few ranges only.
func (n *Networks) index() {
	if len(n.from4) == 0 {
		return
	}
	n.index4 = make([]uint32, 1<<16+1)
	i := 0
	for top := range n.index4 {
		for i+1 < len(n.from4) && uint64(n.from4[i+1]) <= uint64(top)<<16 {
			i++
		}
		n.index4[top] = uint32(i)
	}
}
