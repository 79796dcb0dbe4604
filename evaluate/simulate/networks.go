// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/netip"

	"daylight/enrich/mmdb"
)

// The simulated net. Everything lies in 198.18.0.0/15, which RFC 2544 keeps for
// benchmarks, and in 2001:db8::/32, which RFC 3849 keeps for documentation:
//
//	198.18.0.0/16    home lines: 1024 a town, the last 256 of them placed wrongly
//	198.19.0.0/18    256 a town: a mobile gateway, a co-working space, a campus, guest lines
//	198.19.64.0/20   exits of eight consumer VPNs, eight a town
//	198.19.80.0/20   rented servers, 16 a town
//	198.19.96.0/24   the company's own egress
//	2001:db8::/32    home lines, a /48 a town and a /64 a line
const (
	homeBase    = 198<<24 | 18<<16
	sharedBase  = 198<<24 | 19<<16
	vpnBase     = sharedBase + 64<<8
	hostingBase = sharedBase + 80<<8
	egressBase  = sharedBase + 96<<8

	homesPlaced = 768 // of a town's 1024
	vpnFirms    = 8
)

// Parts of a town's 256 shared addresses.
const (
	mobilePart  = 0
	coworkPart  = 32
	campusPart  = 64
	guestPart   = 96
	partSize    = 32
	mobileUsed  = 6 // few, so that many strangers stand behind each
	egressLines = 4
)

func ip4(n uint32) string {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], n)
	return netip.AddrFrom4(b).String()
}

func townNumber(t int) uint32 { return uint32(t) } //nolint:gosec // at most 64

// lines hands out home lines. Which one somebody gets is drawn, and only if it
// is taken the next one, so that more people hardly change the others' lines.
type lines struct {
	four [64][1024]bool // per town
	six  map[[2]uint32]bool
}

// home returns a new home line in a town, in the part that the place database
// has wrong or in the other. A quarter, and what finds no room, is IPv6: a /64,
// written without its last four groups; see [address].
func (l *lines) home(c chance, t int, misplaced bool) string {
	from, size := 0, homesPlaced
	if misplaced {
		from, size = homesPlaced, 1024-homesPlaced
	}
	start, net := c.IntN(size), c.Uint32()&0xffff
	if misplaced || !c.is(0.25) {
		for i := range size {
			if n := from + (start+i)%size; !l.four[t][n] {
				l.four[t][n] = true
				return ip4(homeBase + townNumber(t)*1024 + uint32(n)) //nolint:gosec // below 1024
			}
		}
	}
	for l.six[[2]uint32{townNumber(t), net}] {
		net = (net + 1) & 0xffff
	}
	l.six[[2]uint32{townNumber(t), net}] = true
	return fmt.Sprintf("2001:db8:%x:%x:", t+1, net)
}

// address is an address of a line on one day: of an IPv6 line, the device's
// temporary address of that day (RFC 8981).
func address(line string, who uint64, day int) string {
	if line == "" || line[len(line)-1] != ':' {
		return line
	}
	h := scramble(uint32(who)*31 + uint32(day)) //nolint:gosec // any number does
	return fmt.Sprintf("%s%x:%x:%x:%x", line, h>>16, h&0xffff, h>>8&0xffff|1, h>>4&0xffff)
}

func mobileLine(c chance, t int) string {
	return ip4(sharedBase + townNumber(t)*256 + mobilePart + uint32(c.IntN(mobileUsed))) //nolint:gosec // small
}

func coworkLine(t, n int) string { return sharedLine(t, coworkPart, n) }
func campusLine(t, n int) string { return sharedLine(t, campusPart, n) }
func guestLine(t, n int) string  { return sharedLine(t, guestPart, n) }

func sharedLine(t int, part uint32, n int) string {
	return ip4(sharedBase + townNumber(t)*256 + part + uint32(n%partSize)) //nolint:gosec // small
}

// vpnExit is one of a firm's exits in a town.
func vpnExit(firm, t int, c chance) string {
	return ip4(vpnBase + townNumber(t)*64 + townNumber(firm)*8 + uint32(c.IntN(8))) //nolint:gosec // small
}

func serverLine(c chance, t int) string {
	return ip4(hostingBase + townNumber(t)*16 + uint32(c.IntN(16))) //nolint:gosec // small
}

func egressLine(n int) string { return ip4(egressBase + townNumber(n%egressLines)) }

// networks writes the database that places all of them.
func (s *company) networks(w io.Writer) error {
	var all []mmdb.Entry
	put := func(base uint32, bits, t int, change func(*mmdb.Entry)) {
		at := towns[t]
		e := mmdb.Entry{
			Prefix: netip.PrefixFrom(netip.MustParseAddr(ip4(base)), bits), Country: at.country, Region: at.region, City: at.city,
			HasPoint: true, Lat: at.lat, Lon: at.lon, RadiusKM: 20, TimeZone: at.zone,
			ASN: 64600 + townNumber(t)%8, Org: fmt.Sprintf("Home Lines Example %d", t%8), ConnectionType: "Cable/DSL", UserType: "residential",
		}
		change(&e)
		all = append(all, e)
	}
	as := func(asn uint32, org, connection, user string) func(*mmdb.Entry) {
		return func(e *mmdb.Entry) { e.ASN, e.Org, e.ConnectionType, e.UserType = asn, org, connection, user }
	}
	for t := range towns {
		n := townNumber(t)
		home, shared := homeBase+n*1024, sharedBase+n*256
		put(home, 23, t, func(*mmdb.Entry) {})
		put(home+512, 24, t, func(e *mmdb.Entry) { e.ASN, e.Org = 64620+n%4, fmt.Sprintf("Fibre Example %d", t%4) })
		put(home+homesPlaced, 24, t, func(e *mmdb.Entry) { // about 300 km to the north or south
			e.City, e.Region, e.RadiusKM = "", "", 50
			if e.Lat += 2.7; t%2 == 0 {
				e.Lat -= 5.4
			}
		})
		put(shared+mobilePart, 27, t, func(e *mmdb.Entry) {
			e.RadiusKM, e.ASN, e.Org, e.ConnectionType, e.UserType = 200, 64640+n%4, "Mobile Example", "Cellular", "cellular"
		})
		put(shared+coworkPart, 27, t, as(64650, "Fixture Works Lines", "Corporate", "business"))
		put(shared+campusPart, 27, t, as(64651, "Example Campus Network", "Corporate", "college"))
		put(shared+guestPart, 27, t, as(64652, "Guest Lines Example", "Cable/DSL", "traveler"))
		for firm := range vpnFirms {
			put(vpnBase+n*64+townNumber(firm)*8, 29, t, func(e *mmdb.Entry) {
				e.AnonymousVPN, e.ASN, e.Org, e.ConnectionType, e.UserType = true, 64660+townNumber(firm), fmt.Sprintf("Veil Example VPN %d", firm), "", "hosting"
			})
		}
		put(hostingBase+n*16, 28, t, func(e *mmdb.Entry) {
			e.Hosting, e.ASN, e.Org, e.ConnectionType, e.UserType = true, 64670, "Rack Example Hosting", "", "hosting"
		})
		all = append(all, mmdb.Entry{
			Prefix:  netip.MustParsePrefix(fmt.Sprintf("2001:db8:%x::/48", t+1)),
			Country: towns[t].country, Region: towns[t].region, City: towns[t].city, HasPoint: true, Lat: towns[t].lat, Lon: towns[t].lon, RadiusKM: 20,
			TimeZone: towns[t].zone, ASN: 64600 + n%8, Org: fmt.Sprintf("Home Lines Example %d", t%8), ConnectionType: "Cable/DSL", UserType: "residential",
		})
	}
	put(egressBase, 24, 0, as(64690, "Simulated Company", "Corporate", "business"))
	return mmdb.Write(w, "Simulated networks (invented)", all)
}
