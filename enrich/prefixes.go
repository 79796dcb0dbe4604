// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"cmp"
	"net/netip"
	"slices"
)

// prefixes maps networks to values; the longest prefix that holds an address
// wins, and of equal prefixes the one added last.
type prefixes[T any] struct {
	rows    []prefixRow[T]
	lengths []prefixLength // in use, longest first
}

type prefixRow[T any] struct {
	prefix netip.Prefix
	value  T
}

// prefixLength is a family and a length of which there are rows.
type prefixLength struct{ family, bits int }

func (p *prefixes[T]) add(prefix netip.Prefix, value T) {
	if a := prefix.Addr(); a.Is4In6() && prefix.Bits() >= 96 {
		prefix = netip.PrefixFrom(a.Unmap(), prefix.Bits()-96)
	}
	p.rows = append(p.rows, prefixRow[T]{prefix.Masked(), value})
}

// sort must be called between the last add and the first find.
func (p *prefixes[T]) sort() {
	slices.Reverse(p.rows)
	slices.SortStableFunc(p.rows, func(a, b prefixRow[T]) int { return comparePrefix(a.prefix, b.prefix) })
	p.rows = slices.CompactFunc(p.rows, func(a, b prefixRow[T]) bool { return a.prefix == b.prefix })
	p.lengths = nil
	for _, r := range p.rows {
		if l := lengthOf(r.prefix); !slices.Contains(p.lengths, l) {
			p.lengths = append(p.lengths, l)
		}
	}
	slices.SortFunc(p.lengths, func(a, b prefixLength) int { return cmp.Compare(b.bits, a.bits) })
}

func lengthOf(p netip.Prefix) prefixLength { return prefixLength{p.Addr().BitLen(), p.Bits()} }

func comparePrefix(a, b netip.Prefix) int {
	return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
}

// find tries each length in use: a list has few, and each try is one search.
func (p *prefixes[T]) find(a netip.Addr) (value T, ok bool) {
	for _, l := range p.lengths {
		if l.family != a.BitLen() {
			continue
		}
		want, err := a.Prefix(l.bits)
		if err != nil {
			continue
		}
		if i, found := slices.BinarySearchFunc(p.rows, want, func(r prefixRow[T], q netip.Prefix) int { return comparePrefix(r.prefix, q) }); found {
			return p.rows[i].value, true
		}
	}
	return value, false
}
