// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"bytes"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/enrich/mmdb"
	"daylight/record"
)

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

// TestBuiltinNetworks checks addresses whose owners are common knowledge.
func TestBuiltinNetworks(t *testing.T) {
	tables := builtin(t)
	for _, c := range []struct {
		addr, country string
		as            uint32
		class         NetworkClass
	}{
		{"8.8.8.8", "US", 15169, Hosting},
		{"1.1.1.1", "US", 13335, Relay},
		{"2001:4860:4860::8888", "US", 15169, Hosting},
		{"24.5.6.7", "US", 7922, Residential},
		{"::ffff:24.5.6.7", "US", 7922, Residential},
		{"104.28.1.1", "US", 13335, Relay},
		{"193.0.6.139", "NL", 3333, Unclassified},
		{"133.11.0.1", "JP", 2501, Education},
		{"197.210.1.1", "NG", 29465, Mobile},
		{"10.1.2.3", "", 0, Private},
		{"100.64.0.1", "", 0, Private},
		{"192.0.2.9", "", 0, Private},
		{"198.51.100.9", "", 0, Private},
		{"203.0.113.9", "", 0, Private},
		{"2001:db8::9", "", 0, Private},
		{"fe80::1%eth0", "", 0, Private},
		{"240.0.0.1", "", 0, Private},
	} {
		n, ok := tables.Network(addr(c.addr))
		if !ok || n.Country.Reveal() != c.country || n.AS != c.as || n.Class != c.class || n.Table == "" {
			t.Errorf("%s: %v, country %q, AS %d, class %q, table %q", c.addr, ok, n.Country.Reveal(), n.AS, n.Class, n.Table)
		}
		if n.HasPoint {
			t.Errorf("%s: the built-in table knows a point", c.addr)
		}
	}
	if _, ok := tables.Network(netip.Addr{}); ok {
		t.Error("the zero address is known")
	}
	if r := tables.Reason(14593); !strings.Contains(r, "Starlink") {
		t.Errorf("reason of AS14593: %q", r)
	}
}

func written(tb testing.TB, entries ...mmdb.Entry) []byte {
	tb.Helper()
	data, err := mmdb.Bytes("test", entries)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// TestDatabasePlacesDocumentation is what examples rely on.
func TestDatabasePlacesDocumentation(t *testing.T) {
	tables := builtin(t)
	err := tables.AddDatabase("places.mmdb", written(t,
		mmdb.Entry{Prefix: prefix("198.51.100.0/25"), Country: "KE", Region: "Nairobi County", City: "Nairobi", HasPoint: true, Lat: -1.29, Lon: 36.82, RadiusKM: 20, TimeZone: "Africa/Nairobi", ASN: 64496, Org: "Example Home", UserType: "residential"},
		mmdb.Entry{Prefix: prefix("2001:db8:7::/48"), Country: "JP", Hosting: true},
	))
	if err != nil {
		t.Fatal(err)
	}
	n, ok := tables.Network(addr("198.51.100.20"))
	want := Network{
		Country: record.NewCountry("KE"), Region: "Nairobi County", City: "Nairobi", AS: 64496, Operator: "Example Home", Class: Residential,
		HasPoint: true, Lat: -1.29, Lon: 36.82, RadiusKM: 20, Zone: "Africa/Nairobi", Table: "places.mmdb@2026-01-01",
	}
	if d := cmp.Diff(want, n); !ok || d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if n, _ := tables.Network(addr("2001:db8:7::1")); n.Class != Hosting || n.Country != record.NewCountry("JP") {
		t.Errorf("IPv6: %+v", n)
	}
	// Outside the entries the documentation range is still nobody's.
	if n, _ := tables.Network(addr("198.51.100.200")); n.Class != Private || !n.Country.IsZero() {
		t.Errorf("outside: %+v", n)
	}
}

func TestLaterDatabaseRefines(t *testing.T) {
	tables := &Tables{}
	add := func(name string, e ...mmdb.Entry) {
		if err := tables.AddDatabase(name, written(t, e...)); err != nil {
			t.Fatal(err)
		}
	}
	home := prefix("192.0.2.0/24")
	add("city", mmdb.Entry{Prefix: home, Country: "PT", City: "Porto", HasPoint: true, Lat: 41.1, Lon: -8.6, RadiusKM: 20, TimeZone: "Europe/Lisbon"})
	add("asn", mmdb.Entry{Prefix: home, ASN: 64500, Org: "Operator"})
	add("anonymous", mmdb.Entry{Prefix: prefix("192.0.2.128/25"), AnonymousVPN: true})
	n, _ := tables.Network(addr("192.0.2.200"))
	if n.City != "Porto" || n.AS != 64500 || n.Class != VPN || n.Table != "city@2026-01-01" {
		t.Errorf("refined: %+v", n)
	}
	// What a database calls a residential proxy is one, though it looks like a home.
	add("proxies", mmdb.Entry{Prefix: prefix("192.0.2.64/26"), ResidentialProxy: true, UserType: "residential"})
	if n, _ = tables.Network(addr("192.0.2.70")); n.City != "Porto" || n.Class != ResidentialProxy {
		t.Errorf("a residential proxy: %+v", n)
	}
	// A database that puts the address in another country takes the old city away.
	add("country", mmdb.Entry{Prefix: home, Country: "ES"})
	n, _ = tables.Network(addr("192.0.2.1"))
	if n.Country != record.NewCountry("ES") || n.City != "" || n.HasPoint || n.Zone != "" || n.AS != 64500 {
		t.Errorf("another country: %+v", n)
	}
}

func TestAddDatabaseNamesTheFile(t *testing.T) {
	good := written(t, mmdb.Entry{Prefix: prefix("192.0.2.0/24"), Country: "PT"})
	for name, data := range map[string][]byte{"empty.mmdb": nil, "text.mmdb": []byte("not a database"), "cut.mmdb": good[:len(good)/2]} {
		if err := (&Tables{}).AddDatabase(name, data); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAddList(t *testing.T) {
	tables := builtin(t)
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	n, err := tables.AddList(List{Name: "egress", Class: Corporate, Source: "IT, May 2026", Expires: now.AddDate(0, 0, 1)}, now,
		strings.NewReader("# ours\n198.51.100.0/24 office\n203.0.113.7\nAS7922 # a carrier\n\n2001:db8:5::/48,branch\n"))
	if err != nil || n != 4 {
		t.Fatalf("%d entries, %v", n, err)
	}
	for a, want := range map[string]NetworkClass{
		"198.51.100.77": Corporate, "203.0.113.7": Corporate, "203.0.113.8": Private, "24.5.6.7": Corporate, "2001:db8:5::1": Corporate,
	} {
		if got, _ := tables.Network(addr(a)); got.Class != want {
			t.Errorf("%s: %q, want %q", a, got.Class, want)
		}
	}
	if got, _ := tables.Network(addr("203.0.113.7")); got.Table != "egress@IT, May 2026" {
		t.Errorf("table %q", got.Table)
	}
	if _, err := tables.AddList(List{Name: "exits", Class: ResidentialProxy, Source: "a provider, May 2026"}, now, strings.NewReader("24.5.6.7\n")); err != nil {
		t.Fatal(err)
	}
	// A home's line that others rent says nothing of where its user is.
	if got, _ := tables.Network(addr("24.5.6.7")); got.Class != ResidentialProxy || !got.Class.Anonymous() || got.Class.Personal() {
		t.Errorf("a listed exit: %+v", got)
	}
	if _, err := tables.AddList(List{Name: "old", Class: VPN, Expires: now}, now, strings.NewReader("")); !errors.Is(err, ErrExpired) {
		t.Errorf("expired: %v", err)
	}
	for _, bad := range []string{"198.51.100.0/24\nnonsense", "AS-1", "300.1.1.1"} {
		if _, err := tables.AddList(List{Name: "bad", Class: VPN}, now, strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), "line") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := tables.AddList(List{Name: "bad", Class: "nation"}, now, strings.NewReader("")); err == nil {
		t.Error("an unknown class is taken")
	}
}

func FuzzAddDatabase(f *testing.F) {
	good := written(f, mmdb.Entry{Prefix: prefix("192.0.2.0/24"), Country: "PT", City: "Porto", HasPoint: true, Lat: 41, Lon: -8})
	f.Add(good)
	f.Add(good[:100])
	f.Add(bytes.Replace(good, []byte("node_count"), []byte("node_count"[:9]+"x"), 1))
	f.Fuzz(func(t *testing.T, data []byte) {
		tables := &Tables{}
		if tables.AddDatabase("fuzz", data) != nil {
			return
		}
		for _, a := range []netip.Addr{addr("192.0.2.1"), addr("8.8.8.8"), addr("2001:db8::1")} {
			first, ok1 := tables.Network(a)
			again, ok2 := tables.Network(a)
			if ok1 != ok2 || !cmp.Equal(first, again) {
				t.Errorf("%s: %+v, then %+v", a, first, again)
			}
			if first.HasPoint && !(first.Lat >= -90 && first.Lat <= 90 && first.Lon >= -180 && first.Lon <= 180 && first.RadiusKM > 0) {
				t.Errorf("impossible point %+v", first)
			}
			if len(first.Country.Reveal()) != 0 && len(first.Country.Reveal()) != 2 {
				t.Errorf("country of %d letters", len(first.Country.Reveal()))
			}
		}
	})
}

func BenchmarkNetwork(b *testing.B) {
	b.Run("builtin", func(b *testing.B) {
		tables := builtin(b)
		a := [...]netip.Addr{addr("24.5.6.7"), addr("133.11.0.1"), addr("197.210.1.1"), addr("81.2.69.160"), addr("203.2.3.4"), addr("103.20.1.1"), addr("5.9.1.2"), addr("190.1.2.3")}
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			tables.Network(a[i%len(a)])
		}
	})
	b.Run("builtin_v6", func(b *testing.B) {
		tables := builtin(b)
		a := [...]netip.Addr{addr("2001:4860:4860::8888"), addr("2600:1700::1"), addr("2a02:26f7::1"), addr("2400:cb00::1")}
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			tables.Network(a[i%len(a)])
		}
	})
	b.Run("with_database", func(b *testing.B) {
		tables := builtin(b)
		if err := tables.AddDatabase("x", written(b, mmdb.Entry{Prefix: prefix("192.0.2.0/24"), Country: "PT", City: "Porto"})); err != nil {
			b.Fatal(err)
		}
		a := addr("192.0.2.77")
		b.ReportAllocs()
		for b.Loop() {
			tables.Network(a)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	b.Run("addresses", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := newAddresses(networksData, operatorsData, blocksData); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("gazetteer", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := newGazetteer(gazetteerData); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("mail", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := newMail(domainsData, mailData); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("tools", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := newTools(toolsData); err != nil {
				b.Fatal(err)
			}
		}
	})
}
