// SPDX-License-Identifier: Apache-2.0

package record_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"daylight/record"
)

// TestPersonalDataNeverShows writes personal data by every way that a log line
// or a careless message could.
func TestPersonalDataNeverShows(t *testing.T) {
	r := record.Record{
		ID:   "r1",
		Ref:  record.Ref{Email: "SECRET"},
		Body: record.Payout{Account: "SECRET", Holder: record.NewName("SECRET")},
	}
	p := record.Person{Name: record.NewName("SECRET"), Address: record.Address{Line: "SECRET", Country: record.NewCountry("SECRET")}}
	var buf bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&buf, nil), slog.NewJSONHandler(&buf, nil)} {
		slog.New(h).Info("x", slog.Any("record", r), slog.Any("body", r.Body), slog.Any("person", p), slog.Any("name", p.Name), slog.Any("line", p.Address.Line), slog.Any("country", p.Address.Country))
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&buf, verb, p.Name)
		fmt.Fprintf(&buf, verb, p.Address.Line)
		fmt.Fprintf(&buf, verb, p.Address.Country)
		fmt.Fprintf(&buf, verb, p.Address)
		fmt.Fprintf(&buf, verb, r.Ref)
	}
	got := strings.ToLower(buf.String())
	if !strings.Contains(got, "redacted") {
		t.Error("nothing was written: the test looks at nothing")
	}
	if strings.Contains(got, "secret") || strings.Contains(got, "534543524554") {
		t.Errorf("personal data was shown: %s", buf.String())
	}
}

// TestNameCompare holds what can be learned from two names, the same for every
// script and number of words.
func TestNameCompare(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want record.NameMatch
	}{
		{"Zsófia Példa", "PELDA, Zsofia", record.NameSame},
		{"Zsófia Példa", "Zsófia Mária Példa", record.NameSame},
		{"Rosa Ejemplo", "Rosa Chen", record.NameClose},
		{"R. Ejemplo", "Rosa E.", record.NameClose},
		{"Minh", "Minh Vidu", record.NameClose},
		{"Minh", "minh", record.NameSame},
		{"أحمد مثال", "مثال أحمد", record.NameSame},
		{"見本 海斗", "海斗 見本", record.NameSame},
		{"Anwar Mithal", "Siobhán Sampla", record.NameDifferent},
		{"", "Siobhán Sampla", record.NameUnknown},
		{"---", "Siobhán Sampla", record.NameUnknown},
	} {
		for _, pair := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			if got := record.NewName(pair[0]).Compare(record.NewName(pair[1])); got != c.want {
				t.Errorf("%q and %q: %v, want %v", pair[0], pair[1], got, c.want)
			}
		}
	}
}

// TestAbsenceCovers holds that both days count, and a day around them.
func TestAbsenceCovers(t *testing.T) {
	a := record.Absence{From: record.Date{Year: 2026, Month: 3, Day: 10}, To: record.Date{Year: 2026, Month: 3, Day: 12}}
	for _, c := range []struct {
		day  int
		want bool
	}{{8, false}, {9, true}, {10, true}, {12, true}, {13, true}, {14, false}} {
		if got := a.Covers(time.Date(2026, 3, c.day, 12, 0, 0, 0, time.UTC)); got != c.want {
			t.Errorf("2026-03-%02d: %v, want %v", c.day, got, c.want)
		}
	}
	if open := (record.Absence{From: a.From}); !open.Covers(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Error("an absence without an end has none")
	}
}

// TestDateReads holds that a day, a month and a year are read as text and as
// numbers, and that nothing else is.
func TestDateReads(t *testing.T) {
	for in, want := range map[string]record.Date{
		`"2026-02-01"`:           {Year: 2026, Month: 2, Day: 1},
		`"2026-02"`:              {Year: 2026, Month: 2},
		`"2026"`:                 {Year: 2026},
		`""`:                     {},
		`null`:                   {},
		`{"y":2026,"m":2,"d":1}`: {Year: 2026, Month: 2, Day: 1},
		`{"y":2026}`:             {Year: 2026},
	} {
		var got record.Date
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", in, got, err, want)
		}
		kept, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got = record.Date{}
		if err := json.Unmarshal(kept, &got); err != nil || got != want {
			t.Errorf("%s is read back as %+v, %v; want %+v", kept, got, err, want)
		}
	}
	for _, in := range []string{`"2026-02-30"`, `"2026-2-1"`, `"1 Feb"`, `"20260201"`, `{"year":2026}`, `7`} {
		var got record.Date
		if err := json.Unmarshal([]byte(in), &got); err == nil {
			t.Errorf("%s was read as %+v", in, got)
		}
	}
}

// TestAddressKey holds that two people in one town share nothing, and that
// punctuation does not tell two addresses apart.
func TestAddressKey(t *testing.T) {
	a := record.Address{Line: "5, Shared Porch Road", City: "Boise", Country: record.NewCountry("US")}
	b := record.Address{Line: "5 shared porch road.", City: "BOISE", Country: record.NewCountry("us")}
	if a.Key() != b.Key() || a.Key() == "" {
		t.Error("the same door has two keys")
	}
	if k := (record.Address{City: "Boise", Country: record.NewCountry("US")}).Key(); k != "" {
		t.Error("a town is no address")
	}
}

// TestStockSerials holds that owners of one make of device share nothing.
func TestStockSerials(t *testing.T) {
	d := record.Device{Fact: record.USB, VendorID: "1d6b", ModelID: "0104", Unit: "CAFEBABE"}
	if ids := d.Identifiers(); len(ids) != 0 {
		t.Errorf("%d identifiers of a serial number that every unit has", len(ids))
	}
	d.Unit = "8F21K0"
	if ids := d.Identifiers(); len(ids) != 1 || ids[0].Type != record.HardwareID {
		t.Errorf("%d identifiers, want one hardware id", len(ids))
	}
}

// TestCallHardware holds that only what one machine has connects two calls.
func TestCallHardware(t *testing.T) {
	for _, tt := range []struct {
		mac, disk string
		want      []record.Redacted
	}{
		{"f8:5e:a0:12:f5:b5", "s3z9nb0k", []record.Redacted{"mac:f8:5e:a0:12:f5:b5", "disk:s3z9nb0k"}},
		{"", "", nil},
		{"da:5e:a0:12:f5:b5", "", nil}, // locally administered: random
		{"01:00:5e:12:f5:b5", "", nil}, // of a group
		{"00:00:00:00:00:00", "", nil}, // none
		{"00:05:9a:3c:7a:00", "", nil}, // a VPN client's, on every machine
		{"00:50:56:c0:00:08", "", nil}, // a hypervisor's, on every host
		{"00:50:56:91:00:08", "", []record.Redacted{"mac:00:50:56:91:00:08"}}, // of one guest
		{"f8:5e:a0", "qm00001", nil},
		{"", "0000_0000_0000_0001.", nil},
		{"", "to be filled by o.e.m.", nil},
	} {
		var got []record.Redacted
		for _, id := range (record.Call{MAC: tt.mac, DiskID: tt.disk}).Identifiers() {
			if id.Type != record.HardwareID {
				t.Errorf("%q %q: type %s", tt.mac, tt.disk, id.Type)
			}
			got = append(got, id.Value)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q %q: %d identifiers, want %d", tt.mac, tt.disk, len(got), len(tt.want))
		}
	}
}

// TestSameScript holds that a name written in another script is not taken for
// another name.
func TestSameScript(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Kateryna Bondar", "Zsófia Kovács", true},
		{"Kateryna Bondar", "Катерина Бондар", false},
		{"Mei Tanaka", "田中 芽衣", false},
		{"田中 芽衣", "たなか 芽衣", false}, // the same person, and no word shared
		{"田中 芽衣", "山本 葵", true},
		{"Катерина (Kateryna)", "Bondar", false},
		{"田中 芽衣 (iPhone)", "Mei Tanaka", false},
		{"タロー", "Oʻtkir", false}, // ー and ʻ are letters of no script
		{"Катерина (Kateryna)", "Bondar (Бондар)", true},
		{"123", "Bondar", false},
		{"", "", false},
	} {
		a, b := record.NewName(tt.a), record.NewName(tt.b)
		if a.SameScript(b) != tt.want || b.SameScript(a) != tt.want {
			t.Errorf("%q and %q: want %v", tt.a, tt.b, tt.want)
		}
	}
}

func FuzzRecordJSON(f *testing.F) {
	f.Add([]byte(`{"id":"r1","subject":"s1","at":"2026-01-05T09:00:00Z","kind":"check","body":{"check":"employment","result":"passed"}}`))
	f.Add([]byte(`{"id":"r2","kind":"person","body":{"stage":"worker","name":"Rosa Ejemplo","client_address":"192.0.2.1"}}`))
	f.Add([]byte(`{"id":"r3","kind":"nonsense","body":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var a, b record.Record
		if json.Unmarshal(data, &a) != nil {
			return
		}
		out, err := json.Marshal(a)
		if err != nil {
			return // an instant outside what RFC 3339 can write
		}
		if err := json.Unmarshal(out, &b); err != nil {
			t.Fatalf("wrote what it cannot read: %v\n%s", err, out)
		}
		if again, _ := json.Marshal(b); !bytes.Equal(again, out) {
			t.Fatalf("not stable:\n%s\n%s", out, again)
		}
	})
}

// TestLongName holds that a page of text in the place of a name costs no more
// than a name.
func TestLongName(t *testing.T) {
	long := record.NewName(strings.Repeat("né ", 1_000_000))
	if n := len(long.Reveal()); n > 512 || !utf8.ValidString(long.Reveal()) {
		t.Errorf("%d bytes are kept, valid %v", n, utf8.ValidString(long.Reveal()))
	}
	if m := long.Compare(record.NewName("Né")); m == record.NameDifferent {
		t.Errorf("the beginning is not compared: %v", m)
	}
}

// TestCountry holds what can be done with a country: equality whatever the
// case, and storage as the plain code.
func TestCountry(t *testing.T) {
	ke, same := record.NewCountry("KE"), record.NewCountry(" ke ")
	if ke != same || ke == record.NewCountry("JP") || ke.IsZero() || !(record.Country{}).IsZero() {
		t.Error("countries do not compare as their codes do")
	}
	data, err := json.Marshal(record.Address{City: "Nairobi", Country: ke})
	if want := `{"city":"Nairobi","country":"KE"}`; err != nil || string(data) != want {
		t.Errorf("stored as %s (%v), want %s", data, err, want)
	}
	var back record.Address
	if err := json.Unmarshal([]byte(`{"city":"Nairobi","country":"ke"}`), &back); err != nil || back.Country != ke {
		t.Errorf("read back as %q (%v)", back.Country.Reveal(), err)
	}
	if data, err = json.Marshal(record.Address{City: "Nairobi"}); err != nil || string(data) != `{"city":"Nairobi"}` {
		t.Errorf("no country is stored as %s (%v)", data, err)
	}
	if err := json.Unmarshal([]byte(`{"country":7}`), &back); err == nil {
		t.Error("a number was read as a country")
	}
}

func TestSite(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.7":                     "192.0.2.7",
		"::ffff:192.0.2.7":              "192.0.2.7",
		"2001:db8:1:2:aaaa:bbbb:cccc:1": "2001:db8:1:2::",
		"2001:db8:1:2::9":               "2001:db8:1:2::",
		"2001:db8:1:3::9":               "2001:db8:1:3::",
		"fe80::1%eth0":                  "fe80::",
	} {
		if got := record.Site(netip.MustParseAddr(in)).String(); got != want {
			t.Errorf("%s: %s, not %s", in, got, want)
		}
		ids := record.Person{ClientAddr: netip.MustParseAddr(in)}.Identifiers()
		if len(ids) != 1 || ids[0].Type != record.ClientAddr || ids[0].Value.Reveal() != want {
			t.Errorf("%s: %d identifiers", in, len(ids))
		}
	}
	if record.Site(netip.Addr{}).IsValid() {
		t.Error("no address became one")
	}
}
