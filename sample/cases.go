// SPDX-License-Identifier: Apache-2.0

package sample

import (
	"net/netip"

	"daylight/enrich/mmdb"
)

// outcomes are decisions that people made in earlier cases.
func (c *company) outcomes() ([]byte, error) {
	return table([]string{"person", "outcome", "at", "by"}, [][]string{
		{"w-305", "cleared", stamp(day(2026, 1, 20)), "analyst-2"},
		{"w-302", "cleared", stamp(day(2026, 2, 3)), "analyst-1"},
	})
}

// identifiers are known from an earlier case and from a sharing circle: values,
// never names.
func (c *company) identifiers() ([]byte, error) {
	return table([]string{"type", "value", "source", "confidence", "seen"}, [][]string{
		{"phone", c.swap.Phone.of("+441134960071"), "sharing circle (invented)", "70", "2026-02-11"},
		{"email", "old.contact@mail9.example", "own case 14 (invented)", "90", "2025-11-30"},
	})
}

// stix is the same kind of list as a STIX 2.1 bundle.
func (c *company) stix() ([]byte, error) {
	return pretty(object{
		"type": "bundle", "id": "bundle--6f0e2a52-0000-4000-8000-000000000001",
		"objects": []object{{
			"type": "indicator", "spec_version": "2.1", "id": "indicator--6f0e2a52-0000-4000-8000-000000000002",
			"created": "2026-02-01T00:00:00Z", "modified": "2026-02-01T00:00:00Z", "valid_from": "2026-02-01T00:00:00Z", "valid_until": "2027-02-01T00:00:00Z",
			"name": "mail address of a closed case (invented)", "pattern_type": "stix", "confidence": 80,
			"pattern": "[email-addr:value = 'nobody.at.all@mail8.example']",
		}},
	})
}

// places writes a database that places the documentation ranges the sample uses.
func (c *company) places() ([]byte, error) {
	var entries []mmdb.Entry
	seen := map[string]bool{}
	put := func(ip, place string, change func(*mmdb.Entry)) {
		if seen[ip] {
			return
		}
		seen[ip] = true
		t := towns[place]
		e := mmdb.Entry{
			Prefix: netip.PrefixFrom(netip.MustParseAddr(ip), 32), Country: t.country, Region: t.region, City: t.city,
			HasPoint: true, Lat: t.lat, Lon: t.lon, RadiusKM: 20, TimeZone: t.zone,
			ASN: 64510, Org: "Home Lines Example", ConnectionType: "Cable/DSL", UserType: "residential",
		}
		if change != nil {
			change(&e)
		}
		entries = append(entries, e)
	}
	vpn := func(e *mmdb.Entry) { e.AnonymousVPN, e.ASN, e.Org = true, 64501, "Veil Example VPN" }
	put(farmHome, "columbus", nil)
	put(coworkSpace, "nairobi", nil)
	put(coupleHome, "boise", nil)
	put(studentHome, "krakow", nil)
	put(nomadStay, "porto", nil)
	put(farAway, "osaka", nil)
	put(vpnOne, "leeds", vpn)
	put(vpnTwo, "halifax", vpn)
	put(hostingOne, "austin", func(e *mmdb.Entry) { e.Hosting, e.ASN, e.Org = true, 64502, "Rack Example Hosting" })
	put(officeLine, "austin", func(e *mmdb.Entry) {
		e.ConnectionType, e.UserType, e.ASN, e.Org = "Corporate", "business", 64503, "Larkspur Instruments"
	})
	put(mobileLine, "austin", func(e *mmdb.Entry) {
		e.ConnectionType, e.UserType, e.ASN, e.Org = "Cellular", "cellular", 64504, "Mobile Example"
	})
	for _, p := range c.people {
		put(p.ip, p.town, nil)
	}
	return mmdb.Bytes("Sample places (invented)", entries)
}
