// SPDX-License-Identifier: Apache-2.0

package sanctions_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"daylight/record"
	"daylight/sanctions"
)

// canon stands for the pipeline's canonical forms: what a value must be like and
// no more.
func canon() sanctions.Canon {
	lower := func(must string) func(string) record.Redacted {
		return func(s string) record.Redacted {
			if !strings.Contains(s, must) || strings.ContainsAny(s, " \t") {
				return ""
			}
			return record.Redacted(strings.ToLower(s))
		}
	}
	return sanctions.Canon{
		Email: lower("@"), Website: lower("."), Wallet: func(s string) record.Redacted { return record.Redacted(s) },
		Phone: func(s string) record.Redacted {
			if !strings.HasPrefix(s, "+") {
				return ""
			}
			return record.Redacted(strings.NewReplacer(" ", "", "-", "").Replace(s))
		},
	}
}

func read(t *testing.T, path string) (sanctions.Kind, sanctions.List) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + path)
	if err != nil {
		t.Fatal(err)
	}
	kind := sanctions.Recognise(data)
	return kind, sanctions.Read(kind, path, data, canon())
}

// brief is an entry as the tables of this file write it.
func brief(l sanctions.List) (out []string) {
	for _, e := range l.Entries {
		out = append(out, strings.Join([]string{e.UID, string(e.Type), e.Value.Reveal(), e.What, e.Cite.Locator}, "|"))
	}
	return out
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		path     string
		kind     sanctions.Kind
		read     int
		want     []string
		rejected []sanctions.Rejected
	}{
		{"sdn.xml", sanctions.XML, 4, []string{
			"90001|wallet|bc1qsanctionedexample|Digital Currency Address - XBT|entry 90001, line 6",
			"90001|wallet|0xABCDEF0000000000000000000000000000000009|Digital Currency Address - ETH|entry 90001, line 6",
			"90001|email|listed@example.com|Email Address|entry 90001, line 6",
			"90001|profile_url|www.listed.example.net|Website|entry 90001, line 6",
			"90002|phone|+12125550199|Phone Number|entry 90002, line 21",
			"90002|phone|+12125550198|Phone Number|entry 90002, line 21",
		}, []sanctions.Rejected{{21, "phone number: value not understood"}, {21, "email address: value not understood"}, {35, "entry without its number"}}},
		{"sdn.csv", sanctions.CSV, 4, []string{
			"90001|email|listed@example.com|Email Address|line 2",
			"90001|email|other@example.com|Email Address|line 2",
			"90001|wallet|bc1qsanctionedexample|Digital Currency Address - XBT|line 2",
			"90001|wallet|0xABCDEF0000000000000000000000000000000009|Digital Currency Address - ETH|line 2",
			"90002|phone|+12125550199|Phone Number|line 3",
			"90002|profile_url|www.listed.example.net|Website|line 3",
		}, []sanctions.Rejected{{3, "phone number: value not understood"}, {5, "row is not a number and 11 more cells"}}},
		{"sdn_comments.csv", sanctions.Comments, 2, []string{"90003|wallet|XmrSanctionedExample|Digital Currency Address - XMR|line 1"}, nil},
		{"alt.csv", sanctions.Unused, 0, nil, nil},
		{"add.csv", sanctions.Unused, 0, nil, nil},
	} {
		t.Run(c.path, func(t *testing.T) {
			kind, l := read(t, c.path)
			if kind != c.kind || l.Read != c.read {
				t.Errorf("kind %q, %d entries", kind, l.Read)
			}
			if diff := cmp.Diff(c.want, brief(l)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.rejected, l.Rejected); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestOnlyIdentifiers holds that nothing of a list's people is kept: neither
// names nor addresses, papers, births or descent.
func TestOnlyIdentifiers(t *testing.T) {
	for _, path := range []string{"sdn.xml", "sdn.csv"} {
		_, l := read(t, path)
		for _, e := range brief(l) {
			for _, word := range []string{"INVENTED", "Jane", "Passport", "P1234567", "DOB", "1980", "POB", "nationality", "Gender", "Street"} {
				if strings.Contains(e, word) {
					t.Errorf("%s keeps %q: %s", path, word, e)
				}
			}
		}
	}
}

func TestRecogniseOthers(t *testing.T) {
	for name, head := range map[string]string{
		"other xml":    `<?xml version="1.0"?><feed><entry/></feed>`,
		"broken xml":   `<sdn`,
		"table":        "id,name\n1,x\n",
		"numbers":      "1,2\n3,4\n",
		"prose":        "Jane Doe, Engineer\n\nI wrote 12 programs, and more.\n",
		"empty":        "",
		"two columns":  "1,hello\n2,there\n",
		"wide numbers": "1,a,b,c,d,e,f,g,h,i,j,k\n",
		"quotes":       "1,\"x\n",
	} {
		if k := sanctions.Recognise([]byte(head)); k != sanctions.None {
			t.Errorf("%s is %q", name, k)
		}
	}
}

func TestMatches(t *testing.T) {
	wallet := record.Identifier{Type: record.Wallet, Value: "bc1qx"}
	x := sanctions.NewIndex([]sanctions.Entry{
		{Identifier: wallet, UID: "7", What: "W", Cite: record.Citation{Path: "b.xml"}},
		{Identifier: wallet, UID: "7", What: "W", Cite: record.Citation{Path: "a.csv"}},
		{Identifier: wallet, UID: "8", What: "W"},
		{Identifier: record.Identifier{Type: record.Email, Value: "x@example.com"}, UID: "9"},
	})
	held := func(body record.Body, path string) record.Record {
		return record.Record{Body: body, Origin: record.Origin{Path: path}, At: time.Unix(0, 0)}
	}
	records := []record.Record{
		held(record.Person{Name: record.NewName("Jane Invented"), Emails: []record.Redacted{"y@example.com"}}, "p1"),
		held(record.Payout{Method: "crypto", Account: "bc1qx"}, "p2"),
		held(record.Payout{Method: "crypto", Account: "bc1qx"}, "p3"), // the same again
		held(record.Payout{Method: "iban", Account: "bc1qx"}, "p4"),   // another type of value
	}
	var got []string
	for _, m := range x.Matches(records) {
		got = append(got, m.UID+" "+m.Cite.Path+" "+m.Held.Path)
	}
	if diff := cmp.Diff([]string{"7 a.csv p2", "8  p2"}, got); diff != "" {
		t.Error(diff)
	}
	if m := (sanctions.Index{}).Matches(records); m != nil {
		t.Error(len(m))
	}
}

func TestTerritory(t *testing.T) {
	for _, bad := range []string{"", "X", "XYZ", "X1", "XX/", "/Region"} {
		if _, err := sanctions.ParseTerritory(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	for _, c := range []struct {
		territory, country, region string
		holds                      bool
	}{
		{"xx", "XX", "Anywhere", true},
		{"xx", "YY", "", false},
		{"xx", "", "", false},
		{"XX/North Part", "XX", "north part", true},
		{"XX/North Part", "XX", "", false},
		{"XX/North Part", "YY", "North Part", false},
	} {
		got, err := sanctions.ParseTerritory(c.territory)
		if err != nil || got.Holds(record.NewCountry(c.country), c.region) != c.holds {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// FuzzRead reads anything as each kind: without panic, twice the same, every
// entry complete, its reasons short.
func FuzzRead(f *testing.F) {
	for _, path := range []string{"sdn.xml", "sdn.csv", "sdn_comments.csv", "alt.csv", "add.csv"} {
		data, err := os.ReadFile("testdata/" + path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		sanctions.Recognise(data)
		for _, kind := range []sanctions.Kind{sanctions.XML, sanctions.CSV, sanctions.Comments} {
			one, two := sanctions.Read(kind, "x", data, canon()), sanctions.Read(kind, "x", data, canon())
			if diff := cmp.Diff(brief(one), brief(two)); diff != "" {
				t.Fatal(diff)
			}
			for _, e := range one.Entries {
				if e.Type == "" || e.Value == "" || e.UID == "" || e.Cite.Locator == "" || len(e.What) > 64 {
					t.Fatalf("%+v", e)
				}
			}
			for _, r := range one.Rejected {
				if len(r.Reason) > 120 {
					t.Fatalf("%+v", r)
				}
			}
		}
	})
}

// TestIndexOfOneIdentifier holds that a file which repeats one identifier under
// many numbers is indexed in time: each number once, also where it comes twice.
func TestIndexOfOneIdentifier(t *testing.T) {
	const entries = 200_000
	id := record.Identifier{Type: record.Wallet, Value: "0xabc"}
	var all []sanctions.Entry
	for i := range entries {
		all = append(all, sanctions.Entry{Identifier: id, UID: strconv.Itoa(i / 2)})
	}
	if got := len(sanctions.NewIndex(all)[id]); got != entries/2 {
		t.Errorf("%d entries, want %d", got, entries/2)
	}
}

// What is open is memory: a list nested deeper than any is not read on.
func TestDeepList(t *testing.T) {
	list := sanctions.Read(sanctions.XML, "sdn.xml", []byte("<sdnList>"+strings.Repeat("<a>", 200_000)), canon())
	if len(list.Entries) != 0 || len(list.Rejected) != 1 || list.Rejected[0].Reason != "nested too deep" {
		t.Errorf("%d entries, rejected %v", len(list.Entries), list.Rejected)
	}
}
