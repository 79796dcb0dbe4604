// SPDX-License-Identifier: Apache-2.0

package mmdb_test

import (
	"bytes"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"daylight/enrich/mmdb"

	"github.com/google/go-cmp/cmp"
	"github.com/oschwald/maxminddb-golang/v2"
)

// TestReadBack reads with an independent reader what Write wrote, and has that
// reader verify the file's structure.
func TestReadBack(t *testing.T) {
	long := strings.Repeat("Long Name ", 40) // needs a two-byte size
	entries := []mmdb.Entry{
		{Prefix: netip.MustParsePrefix("203.0.113.0/24"), Country: "KE", Region: "Nairobi County", City: "Nairobi", HasPoint: true, Lat: -1.25, Lon: 36.75, RadiusKM: 20, TimeZone: "Africa/Nairobi"},
		{Prefix: netip.MustParsePrefix("192.0.2.1/32"), ASN: 64496, Org: long, AnonymousVPN: true},
		{Prefix: netip.MustParsePrefix("192.0.2.2/31"), ConnectionType: "Cellular", UserType: "cellular"},
		{Prefix: netip.MustParsePrefix("2001:db8:1::/48"), Hosting: true},
		{Prefix: netip.MustParsePrefix("2001:db8:2::/48"), Hosting: true},
	}
	data, err := mmdb.Bytes("test", entries)
	if err != nil {
		t.Fatal(err)
	}
	db, err := maxminddb.OpenBytes(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Verify(); err != nil {
		t.Fatalf("the reader's own check: %v", err)
	}
	want := map[string]any{
		"203.0.113.7": map[string]any{
			"city":         map[string]any{"names": map[string]any{"en": "Nairobi"}},
			"country":      map[string]any{"iso_code": "KE"},
			"location":     map[string]any{"accuracy_radius": uint64(20), "latitude": -1.25, "longitude": 36.75, "time_zone": "Africa/Nairobi"},
			"subdivisions": []any{map[string]any{"names": map[string]any{"en": "Nairobi County"}}},
		},
		"192.0.2.1": map[string]any{"traits": map[string]any{
			"autonomous_system_number": uint64(64496), "autonomous_system_organization": long, "is_anonymous": true, "is_anonymous_vpn": true,
		}},
		"192.0.2.3":       map[string]any{"traits": map[string]any{"connection_type": "Cellular", "user_type": "cellular"}},
		"2001:db8:1::5":   map[string]any{"traits": map[string]any{"is_hosting_provider": true}},
		"192.0.2.4":       nil,
		"2001:db8:3::":    nil,
		"255.255.255.255": nil,
	}
	for addr, w := range want {
		var got any
		r := db.Lookup(netip.MustParseAddr(addr))
		if err := r.Decode(&got); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
		if r.Found() != (w != nil) {
			t.Errorf("%s: found %v", addr, r.Found())
		}
		if d := cmp.Diff(w, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", addr, d)
		}
	}
	if a, b := db.Lookup(netip.MustParseAddr("2001:db8:1::")), db.Lookup(netip.MustParseAddr("2001:db8:2::")); a.Offset() != b.Offset() {
		t.Error("equal records are written twice")
	}
	entries[0], entries[4] = entries[4], entries[0]
	again, err := mmdb.Bytes("test", entries)
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("another order gives other bytes (%v)", err)
	}
}

func TestRefused(t *testing.T) {
	for name, entries := range map[string][]mmdb.Entry{
		"invalid": {{}},
		"overlap": {{Prefix: netip.MustParsePrefix("192.0.2.0/24")}, {Prefix: netip.MustParsePrefix("192.0.2.128/25")}},
		"twice":   {{Prefix: netip.MustParsePrefix("192.0.2.0/24")}, {Prefix: netip.MustParsePrefix("192.0.2.0/24")}},
	} {
		if _, err := mmdb.Bytes("test", entries); !errors.Is(err, mmdb.ErrPrefix) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
