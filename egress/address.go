// SPDX-License-Identifier: Apache-2.0

package egress

import (
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// metadataAddrs are where clouds hand out credentials of a machine: the address
// most share, ECS task credentials, EC2 over IPv6, Alibaba, Azure's wire server and
// Oracle's older one.
var metadataAddrs = []netip.Addr{
	netip.MustParseAddr("169.254.169.254"),
	netip.MustParseAddr("169.254.170.2"),
	netip.MustParseAddr("169.254.170.23"),
	netip.MustParseAddr("fd00:ec2::254"),
	netip.MustParseAddr("fd00:ec2::23"),
	netip.MustParseAddr("fd20:ce::254"),
	netip.MustParseAddr("100.100.100.200"),
	netip.MustParseAddr("168.63.129.16"),
	netip.MustParseAddr("192.0.0.192"),
}

// reservedNets are what no public server has. Source: the IANA special-purpose
// address registries for IPv4 and IPv6 (RFC 6890 and its updates).
var reservedNets = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // shared by carriers
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"), // relays to 6to4
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("224.0.0.0/4"), // multicast
	netip.MustParsePrefix("240.0.0.0/4"), // reserved, broadcast

	netip.MustParsePrefix("::/96"), // unspecified, loopback, IPv4-compatible
	netip.MustParsePrefix("::ffff:0:0:0/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), // NAT64 of one network
	netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), // Teredo, ORCHID, benchmarks
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("3fff::/20"),
	netip.MustParsePrefix("5f00::/16"),
	netip.MustParsePrefix("fc00::/7"),
	netip.MustParsePrefix("fe80::/10"),
	netip.MustParsePrefix("fec0::/10"),
	netip.MustParsePrefix("ff00::/8"),
}

// The forms of an IPv6 address that lead to an IPv4 address.
var (
	nat64 = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052
	sixto = netip.MustParsePrefix("2002::/16")    // RFC 3056
)

// reached returns an address without the dress of IPv6, and the IPv4 address that
// it leads to, if another.
func reached(a netip.Addr) []netip.Addr {
	a = a.Unmap()
	bytes := a.As16()
	switch bare := a.WithZone(""); {
	case nat64.Contains(bare):
		return []netip.Addr{a, netip.AddrFrom4([4]byte(bytes[12:16]))}
	case sixto.Contains(bare):
		return []netip.Addr{a, netip.AddrFrom4([4]byte(bytes[2:6]))}
	}
	return []netip.Addr{a}
}

func metadata(a netip.Addr) bool {
	for _, m := range metadataAddrs {
		if a.WithZone("") == m {
			return true
		}
	}
	return false
}

// reserved reports whether an address is not one of a public server. An address
// with a zone is of this machine's own links.
func reserved(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" {
		return true
	}
	for _, p := range reservedNets {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// plainName is a host as it is looked up: digits and full stops of other scripts are
// what they stand for, as net/http reads them.
func plainName(host string) (string, error) {
	if strings.IndexFunc(host, func(r rune) bool { return r > 0x7f }) < 0 {
		return fold(host), nil
	}
	name, err := idna.Lookup.ToASCII(host)
	return fold(name), err
}

// numeric reports whether a name is an IPv4 address in a form that some resolvers read
// and others do not: with a part in octal or hexadecimal, or with fewer parts than four.
// Its last part is a number, which no top-level domain is (WHATWG URL, "ends in a number
// checker"). It is asked of what is no address as netip reads one.
func numeric(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	digits := "0123456789"
	if hex, ok := strings.CutPrefix(last, "0x"); ok {
		last, digits = "0"+hex, digits+"abcdef"
	}
	return last != "" && strings.Trim(last, digits) == ""
}

// unreadable reports whether an entry of a list, a host with or without port, is no
// host that can ever be reached.
func unreadable(entry string) bool {
	host := entry
	if h, _, err := net.SplitHostPort(entry); err == nil {
		host = h
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return false
	}
	name, err := plainName(host)
	return err != nil || numeric(name)
}
