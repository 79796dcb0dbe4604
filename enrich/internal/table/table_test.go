// SPDX-License-Identifier: Apache-2.0

package table

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

func encoded(tb testing.TB, data []byte, err error) []byte {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func sampleNetworks(tb testing.TB) []byte {
	tb.Helper()
	data, err := EncodeNetworks("v1", []Range{
		{addr("0.0.0.0"), addr("0.255.255.255"), Owner{AS: 64500, Country: "PT"}},
		{addr("192.0.2.0"), addr("192.0.2.127"), Owner{AS: 64496, Country: "KE"}},
		{addr("192.0.2.128"), addr("192.0.2.128"), Owner{Country: "JP"}},
		{addr("255.255.255.0"), addr("255.255.255.255"), Owner{AS: 64496}},
		{addr("2001:db8::"), addr("2001:db8:0:1:ffff:ffff:ffff:ffff"), Owner{AS: 64500, Country: "PT"}},
		{addr("2001:db8:0:2::"), addr("2001:db8:0:2::ff"), Owner{AS: 64496}},
		{addr("2001:db8:0:2::100"), addr("2001:db8:0:4:ffff:ffff:ffff:ffff"), Owner{AS: 64500}},
	}, []Operator{{64500, "Second"}, {64496, "First"}})
	return encoded(tb, data, err)
}

func TestNetworks(t *testing.T) {
	n, err := DecodeNetworks(sampleNetworks(t))
	if err != nil {
		t.Fatal(err)
	}
	if n.Version != "v1" || n.Operators() != 2 || n.Name(0) != "First" {
		t.Errorf("version %q, %d operators, %q", n.Version, n.Operators(), n.Name(0))
	}
	for a, want := range map[string]*Hit{
		"0.0.0.0": {64500, 1, "Second", "PT"}, "0.255.255.255": {64500, 1, "Second", "PT"}, "1.0.0.0": nil,
		"192.0.1.255": nil, "192.0.2.0": {64496, 0, "First", "KE"}, "192.0.2.127": {64496, 0, "First", "KE"},
		"192.0.2.128": {0, -1, "", "JP"}, "192.0.2.129": nil, "255.255.255.255": {64496, 0, "First", ""},
		"::ffff:192.0.2.1": {64496, 0, "First", "KE"},
		"2001:db7:ffff::":  nil, "2001:db8::1": {64500, 1, "Second", "PT"}, "2001:db8:0:1::": {64500, 1, "Second", "PT"},
		"2001:db8:0:2::1": {64496, 0, "First", ""}, "2001:db8:0:3::": {64500, 1, "Second", ""}, "2001:db8:0:5::": nil,
		"ffff::": nil,
	} {
		got, ok := n.Lookup(addr(a))
		if ok != (want != nil) || ok && got != *want {
			t.Errorf("%s: %+v, %v", a, got, ok)
		}
	}
	if _, ok := n.Lookup(netip.Addr{}); ok {
		t.Error("the zero address is known")
	}
	if a := testing.AllocsPerRun(100, func() { n.Lookup(addr("192.0.2.1")) }); a != 0 {
		t.Errorf("a look-up allocates %g times", a)
	}
}

func TestNetworksRefused(t *testing.T) {
	for name, ranges := range map[string][]Range{
		"overlap":  {{addr("192.0.2.0"), addr("192.0.2.9"), Owner{AS: 1}}, {addr("192.0.2.9"), addr("192.0.2.10"), Owner{AS: 2}}},
		"disorder": {{addr("192.0.2.9"), addr("192.0.2.10"), Owner{AS: 1}}, {addr("192.0.2.0"), addr("192.0.2.1"), Owner{AS: 2}}},
		"country":  {{addr("192.0.2.0"), addr("192.0.2.9"), Owner{Country: "PRT"}}},
	} {
		if _, err := EncodeNetworks("", ranges, nil); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestNetworksLikeAScan compares the indexed search with looking at each range.
func TestNetworksLikeAScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cuts := rapid.SliceOfNDistinct(rapid.Uint32(), 2, 40, rapid.ID).Draw(t, "cuts")
		slices.Sort(cuts)
		four := func(x uint32) netip.Addr {
			return netip.AddrFrom4([4]byte{byte(x >> 24), byte(x >> 16), byte(x >> 8), byte(x)})
		}
		var ranges []Range
		for i := 0; i+1 < len(cuts); i++ {
			if rapid.Bool().Draw(t, "used") {
				ranges = append(ranges, Range{four(cuts[i]), four(cuts[i+1] - 1), Owner{AS: uint32(i%3 + 1)}})
			}
		}
		data, err := EncodeNetworks("", ranges, []Operator{{1, "a"}, {2, "b"}, {3, "c"}})
		if err != nil {
			t.Fatal(err)
		}
		n, err := DecodeNetworks(data)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range append(rapid.SliceOfN(rapid.Uint32(), 1, 20).Draw(t, "addresses"), cuts...) {
			want := uint32(0)
			for _, r := range ranges {
				if a := four(x); a.Compare(r.From) >= 0 && a.Compare(r.To) <= 0 {
					want = r.Owner.AS
				}
			}
			if got, ok := n.Lookup(four(x)); got.AS != want || ok != (want != 0) {
				t.Fatalf("%s: AS%d, want AS%d", four(x), got.AS, want)
			}
		}
	})
}

func sampleGazetteer(tb testing.TB) []byte {
	tb.Helper()
	data, err := EncodeGazetteer("v2", []Place{
		{"Springfield", "US", "IL", 39.8, -89.64, 100, "America/Chicago"},
		{"Springfield", "US", "MO", 37.2, -93.3, 200, "America/Chicago"},
		{"Nairobi", "KE", "05", -1.2833, 36.8167, 300, "Africa/Nairobi"},
	}, [][]string{nil, {"Spfld"}, {"Nairobí", "Найроби"}}, []Region{{"US", "IL", "Illinois"}}, map[string]string{"KE": "Kenya"})
	return encoded(tb, data, err)
}

func TestGazetteer(t *testing.T) {
	g, err := DecodeGazetteer(sampleGazetteer(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []Place{
		{"Nairobi", "KE", "05", -1.2833, 36.8167, 300, "Africa/Nairobi"},
		{"Springfield", "US", "MO", 37.2, -93.3, 200, "America/Chicago"},
		{"Springfield", "US", "IL", 39.8, -89.64, 100, "America/Chicago"},
	}
	if d := cmp.Diff(want, g.Places); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for name, want := range map[string][]uint32{"springfield": {1, 2}, "spfld": {1}, "nairobi": {0}, "наироби": {0}, "spring": nil} {
		if got := g.Named(name); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	if g.Version != "v2" || g.Countries["KE"] != "kenya" || g.Regions[0].Name != "Illinois" || g.Names() != 4 {
		t.Errorf("%+v", g)
	}
}

func TestDomains(t *testing.T) {
	data, err := EncodeDomains("v3", []string{"b.example", "a.example", "a.example"}, nil, []string{"c.example"})
	version, sets, err := DecodeDomains(encoded(t, data, err))
	if err != nil || version != "v3" || len(sets) != 3 || sets[0].Len() != 2 || sets[1].Len() != 0 {
		t.Fatalf("%q, %d sets, %v", version, len(sets), err)
	}
	for i, want := range []string{"a.example", "b.example"} {
		if got, ok := sets[0].Find(want); !ok || got != i || sets[0].At(i) != want {
			t.Errorf("%s: %d, %v", want, got, ok)
		}
	}
	if _, ok := sets[0].Find("c.example"); ok {
		t.Error("a string of another set is found")
	}
}

func TestStringsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfDistinct(rapid.String(), rapid.ID).Draw(t, "list")
		slices.Sort(list)
		var w writer
		w.strings(list)
		s := (&reader{buf: w.buf}).strings()
		if s.Len() != len(list) {
			t.Fatalf("%d strings, want %d", s.Len(), len(list))
		}
		for i, x := range list {
			if at, ok := s.Find(x); !ok || at != i {
				t.Fatalf("%q: %d, %v", x, at, ok)
			}
		}
	})
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Saint-Étienne": "st etienne", "ST. LOUIS": "st louis", "Łódź": "lodz", "Nuku‘alofa": "nukualofa", "Coeur d'Alene": "coeur dalene",
		"  Mount   Vernon ": "mt vernon", "Straße": "strasse", "東京": "東京", "İstanbul": "istanbul", "": "",
	} {
		if got := Fold(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		if once := Fold(s); Fold(once) != once || strings.Contains(once, "  ") {
			t.Fatalf("%q folds to %q and then to %q", s, once, Fold(once))
		}
	})
}

// FuzzDecode feeds every decoder damaged tables: an error or a table that can be
// asked, never a panic.
func FuzzDecode(f *testing.F) {
	domains, err := EncodeDomains("v", []string{"a.example", "b.example"})
	for _, data := range [][]byte{sampleNetworks(f), sampleGazetteer(f), encoded(f, domains, err)} {
		r, err := decompress(data)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(r.buf)
		f.Add(r.buf[:len(r.buf)/2])
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if n, err := parseNetworks(&reader{buf: raw}); err == nil {
			for _, a := range []string{"0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "2001:db8::1", "ffff:ffff:ffff:ffff::"} {
				n.Lookup(addr(a))
			}
		} else if !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
		if g, err := parseGazetteer(&reader{buf: raw}); err == nil {
			for i := range g.names.Len() {
				for _, p := range g.Named(g.names.At(i)) {
					_ = g.Places[p]
				}
			}
		} else if !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
		if _, sets, err := parseDomains(&reader{buf: raw}); err == nil {
			for i := range sets {
				sets[i].Find("a.example")
			}
		} else if !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
	})
}
