// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"daylight/enrich/internal/table"
	"daylight/record"
)

// addresses is the embedded answer for an IP address: country and operator by
// range, and the class of the operator from our own table.
type addresses struct {
	table   *table.Networks
	classes []NetworkClass // by rank of the operator
	reasons map[uint32]string
	blocks  prefixes[NetworkClass] // finer than an operator
	version string                 // for Network.Table
}

func newAddresses(networks []byte, operators, blocks string) (*addresses, error) {
	n, err := table.DecodeNetworks(networks)
	if err != nil {
		return nil, err
	}
	a := &addresses{table: n, classes: make([]NetworkClass, n.Operators()), reasons: map[uint32]string{}, version: "addresses@" + n.Version}
	rs, err := rows("operators", operators, 4)
	if err != nil {
		return nil, err
	}
	for _, r := range rs {
		as, err := strconv.ParseUint(r[0], 10, 32)
		class, ok := classOf(r[1])
		if err != nil || !ok {
			return nil, fmt.Errorf("table operators: bad row for %q", r[0])
		}
		a.reasons[uint32(as)] = r[3]
		if i, ok := n.Rank(uint32(as)); ok {
			a.classes[i] = class
		}
	}
	rs, err = rows("blocks", blocks, 3)
	if err != nil {
		return nil, err
	}
	for _, r := range rs {
		p, err := netip.ParsePrefix(r[0])
		class, ok := classOf(r[1])
		if err != nil || !ok {
			return nil, fmt.Errorf("table blocks: bad row for %q", r[0])
		}
		a.blocks.add(p, class)
	}
	a.blocks.sort()
	return a, nil
}

// classOf reads the word of a class; unknown words are refused.
func classOf(s string) (NetworkClass, bool) {
	switch c := NetworkClass(strings.ToLower(strings.TrimSpace(s))); c {
	case Residential, Mobile, Business, Education, Hosting, VPN, Tor, Relay, Corporate, Satellite, Private, ResidentialProxy:
		return c, true
	case Unclassified:
	}
	return Unclassified, false
}

func (a *addresses) lookup(addr netip.Addr) (Network, bool) {
	if reserved(addr) {
		return Network{Class: Private, Table: a.version}, true
	}
	h, ok := a.table.Lookup(addr)
	n := Network{Country: record.NewCountry(h.Country), AS: h.AS, Operator: h.Operator, Table: a.version}
	if ok && h.Rank >= 0 {
		n.Class = a.classes[h.Rank]
	}
	if class, found := a.blocks.find(addr); found {
		n.Class, ok = class, true
	}
	if !ok {
		return Network{}, false
	}
	return n, true
}

// reserved reports whether an address is set aside and so stands in no place:
// the IANA special-purpose registries (RFC 6890, RFC 5737, RFC 3849, RFC 9637).
func reserved(a netip.Addr) bool {
	if a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() {
		return true
	}
	if a.Is4() {
		b := a.As4()
		switch {
		case b[0] == 0 || b[0] >= 240: // "this network", class E
		case b[0] == 100 && b[1]&0xc0 == 64: // RFC 6598 carrier-grade NAT
		case b[0] == 192 && b[1] == 0 && (b[2] == 0 || b[2] == 2): // protocol assignments, TEST-NET-1
		case b[0] == 198 && (b[1] == 18 || b[1] == 19): // benchmarks
		case b[0] == 198 && b[1] == 51 && b[2] == 100: // TEST-NET-2
		case b[0] == 203 && b[1] == 0 && b[2] == 113: // TEST-NET-3
		default:
			return false
		}
		return true
	}
	b := a.As16()
	switch {
	case b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && b[3] == 0xb8: // documentation
	case b[0] == 0x3f && b[1] == 0xff && b[2]&0xf0 == 0: // documentation (RFC 9637)
	case b[0] == 0x01 && b[1] == 0: // discard
	default:
		return false
	}
	return true
}

// Reason returns why the table of operators gives an AS its class, or "".
func (t *Tables) Reason(as uint32) string {
	a, err := builtinAddresses()
	if err != nil {
		return ""
	}
	return a.reasons[as]
}

// Network returns what is known of an address: the embedded tables first, each
// of the user's databases over them in the order they were added, then the
// user's lists. The second result is false when nothing is known. Repeated
// look-ups allocate nothing.
func (t *Tables) Network(addr netip.Addr) (Network, bool) {
	addr = addr.Unmap().WithZone("")
	if !addr.IsValid() {
		return Network{}, false
	}
	var n Network
	var known bool
	if a, err := builtinAddresses(); err == nil {
		n, known = a.lookup(addr)
	}
	for _, d := range t.databases {
		if f := d.lookup(addr); f != nil {
			f.refine(&n)
			known = true
		}
	}
	for _, l := range t.lists {
		if class, ok := l.find(addr, n.AS); ok {
			n.Class, n.Table, known = class, l.version, true
		}
	}
	return n, known
}
