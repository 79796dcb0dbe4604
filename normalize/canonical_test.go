// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"strings"
	"testing"
	"time"

	"daylight/record"

	"github.com/google/go-cmp/cmp"
)

func TestEmail(t *testing.T) {
	for in, want := range map[string]string{
		"a@example.com":                     "a@example.com",
		" Chidi <C.Eze@Example.COM> ":       "c.eze@example.com",
		"mailto:x@example.com":              "x@example.com",
		"j.doe+jobs@example.com":            "j.doe@example.com",
		"J.Doe+jobs@GoogleMail.com":         "jdoe@gmail.com",
		"+tag@example.com":                  "+tag@example.com",
		"ｆｕｌｌ＠example.com":                  "full@example.com",
		"zoë@bücher.example":                "zoë@xn--bcher-kva.example",
		"a@example.com.":                    "a@example.com",
		"a@b@example.com":                   "a@b@example.com",
		"a\u200b.b\u2060@exam\u00adple.com": "a.b@example.com",
		"\u200da@example.com\ufe0f":         "a@example.com",
		"user@alias.fastmail.com":           "user@alias.fastmail.com", // may be anybody's domain
		"a@localhost":                       "",
		"a b@example.com":                   "",
		"a\x00@example.com":                 "",
		"@example.com":                      "",
		"":                                  "",
		strings.Repeat("a", 400) + "@":      "",
	} {
		if got := Email(in).Reveal(); got != want {
			t.Errorf("%.40q: %q, not %q", in, got, want)
		}
	}
}

func TestPhone(t *testing.T) {
	for _, c := range []struct{ in, region, want string }{
		{"+1 (212) 555-0142", "", "+12125550142"},
		{"212-555-0142", "US", "+12125550142"},
		{"tel:+1-212-555-0142;ext=5", "", "+12125550142"},
		{"0044 20 7946 0958", "GB", "+442079460958"}, // Ofcom's numbers for drama
		{"020 7946 0958", "GB", "+442079460958"},
		{"020 7946 0958", "", ""},
		{"٠٢٠٧٩٤٦٠٩٥٨", "GB", "+442079460958"},
		{"+1 212\u200b 555\u2060-01\u00ad42", "", "+12125550142"},
		{"12", "US", ""},
		{"call me", "US", ""},
		{strings.Repeat("1", 100), "US", ""},
	} {
		if got := Phone(c.in, record.NewCountry(c.region)).Reveal(); got != c.want {
			t.Errorf("%q: %q, not %q", c.in, got, c.want)
		}
	}
}

func TestProfileURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://www.LinkedIn.com/in/Kofi-Mensah/?trk=x#y":    "linkedin.com/in/kofi-mensah",
		"uk.linkedin.com/in/kofi-mensah":                      "linkedin.com/in/kofi-mensah",
		"http://github.com/KofiM/":                            "github.com/kofim",
		"https://linkedin.com/in/kofi-mensah/details/skills/": "linkedin.com/in/kofi-mensah",
		"https://linkedin.com/in/kofi-mensah/en":              "linkedin.com/in/kofi-mensah",
		"https://linkedin.com//in//kofi-mensah":               "linkedin.com/in/kofi-mensah",
		"https://linkedin.com:443/in/./kofi-mensah":           "linkedin.com/in/kofi-mensah",
		"http://linkedin.com:80/in/kofi-mensah/index.html":    "linkedin.com/in/kofi-mensah",
		"linkedin.com/in/kofi\u200b-men\u00adsah":             "linkedin.com/in/kofi-mensah",
		"linkedin.com/in/kofi-men%E2%80%8Bsah":                "linkedin.com/in/kofi-mensah",
		"linkedin.com/in/jose%CC%81":                          "linkedin.com/in/josé",
		"linkedin.com/in/other/kofi-mensah":                   "linkedin.com/in/other",
		"linkedin.com/pub/kofi/1/2":                           "linkedin.com/pub/kofi/1/2",
		"github.com/kofim/repo":                               "github.com/kofim/repo",
		"example.com/a/Index.html":                            "example.com/a",
		"example.com/index.html":                              "example.com",
		"example.com/a/../b":                                  "example.com/b",
		"example.com/reindex.html":                            "example.com/reindex.html",
		"https://github.com//index.html":                      "",
		"//example.com/A/B/":                                  "example.com/A/B",
		"https://linkedin.com/in/jos%C3%A9":                   "linkedin.com/in/josé",
		"HTTPS://user:secret@Example.com:8443/x":              "example.com/x",
		"www.www.example.com/a%2520b":                         "example.com/a%2520b",
		"..":                                                  "",
		"\xf1example.com":                                     "",
		"bücher.example/":                                     "xn--bcher-kva.example",
		"https://www.linkedin.com/":                           "", // nobody's page
		"https://github.com":                                  "",
		"ftp://example.com/x":                                 "",
		"javascript:alert(1)":                                 "",
		"word":                                                "",
		"a b.example":                                         "",
		"":                                                    "",
	} {
		if got := ProfileURL(in).Reveal(); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
	for cell, want := range map[string]string{
		"@Kofi": "github.com/kofi", "kofi": "github.com/kofi", "github.com/Kofi": "github.com/kofi", "https://gitlab.com/kofi": "gitlab.com/kofi", " ": "",
	} {
		if got := profileOn("github.com", cell).Reveal(); got != want {
			t.Errorf("%q: %q, not %q", cell, got, want)
		}
	}
}

func TestOtherIdentifiers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{BankAccount(" de02 1203 0000\u00a00000 2020 51 ").Reveal(), "DE02120300000000202051"},
		{Wallet(" bc1qAbC ").Reveal(), "bc1qAbC"},
		{Wallet("0xAbC").Reveal(), "0xabc"},
		{Handle("GitHub", "@Kofi").Reveal(), "github:kofi"},
		{Handle("", "Kofi").Reveal(), "kofi"},
		{Handle("github", "a b").Reveal(), ""},
		{Handle("github", "@@").Reveal(), ""},
		{BankAccount("DE02\u200b1203").Reveal(), "DE021203"},
		{Wallet("0xA\u2060b").Reveal(), "0xab"},
		{Handle("git\u200bhub", "ko\u200dfi").Reveal(), "github:kofi"},
		{Handle("", "\u200b").Reveal(), ""},
		{ClientAddr("\u200b203.0.113.9").String(), "203.0.113.9"},
		{id(" c-\u200b01\x0007\ufeff "), "c-0107"},
		{id("c-0107"), "c-0107"},
		{id("مهندس ۱"), "مهندس ۱"},
		{ClientAddr("203.0.113.9:80").String(), "203.0.113.9"},
		{ClientAddr("[2001:db8::1]:80").String(), "2001:db8::1"},
		{ClientAddr("::ffff:192.0.2.1").String(), "192.0.2.1"},
		{ClientAddr("fe80::1%eth0").String(), "fe80::1"},
		{ClientAddr("192.0.2").String(), "invalid IP"},
		{clean(" a\u202eb\x1b[31mc\td\x00 "), "ab[31mc\td"},
		{clean("می\u200cخواهم"), "می\u200cخواهم"}, // the joiner is part of the word
	} {
		if c.got != c.want {
			t.Errorf("%q, not %q", c.got, c.want)
		}
	}
}

func TestWhen(t *testing.T) {
	delhi, ok := zone("Asia/Kolkata")
	if !ok {
		t.Fatal("no zone")
	}
	for in, want := range map[string]string{
		"2026-03-01T10:00:00Z":          "2026-03-01T10:00:00Z",
		"2026-03-01T10:00:00.25+02:00":  "2026-03-01T08:00:00.25Z",
		"2026-03-01 10:00:00":           "2026-03-01T04:30:00Z",
		"2026-03-01T10:00":              "2026-03-01T04:30:00Z",
		"2026-03-01 10:00:00 -0700":     "2026-03-01T17:00:00Z",
		"2026-03-01 10:00:00 UTC":       "2026-03-01T10:00:00Z",
		"2026-03-01":                    "2026-02-28T18:30:00Z",
		"":                              "0001-01-01T00:00:00Z",
		"2026-03-01 10:00:00 XYZ":       "no",
		"01/02/2026":                    "no",
		"2026-02-30":                    "no",
		"0026-02-03":                    "no",
		"1767225600":                    "no",
		"2026-03-01T10:00:00Z and more": "no",
	} {
		got, ok := when(in, delhi)
		text := got.Format(time.RFC3339Nano)
		if !ok {
			text = "no"
		}
		if text != want {
			t.Errorf("%q: %s, not %s", in, text, want)
		}
	}
	for in, seconds := range map[string]int{"": 0, "UTC": 0, "UTC+05:30": 19800, "-03:00": -10800, "Asia/Kolkata": 19800} {
		loc, ok := zone(in)
		if _, got := time.Unix(0, 0).In(loc).Zone(); !ok || got != seconds {
			t.Errorf("%q: %d, %v", in, got, ok)
		}
	}
	for _, in := range []string{"Local", "../../etc/passwd", "Mars/Base", "+5"} {
		if _, ok := zone(in); ok {
			t.Errorf("%q is a zone", in)
		}
	}
	for in, want := range map[string]string{"2026": "2026", "2026-05": "2026-05", "2026-05-06": "2026-05-06", "2026-05-06T23:00:00-05:00": "2026-05-07"} {
		if got, ok := date(in); !ok || got.String() != want {
			t.Errorf("%q: %s", in, got)
		}
	}
}

func TestCountry(t *testing.T) {
	lands := newCountries()
	for in, want := range map[string]string{
		"us": "US", "USA": "US", "United States": "US", "united_states": "US", "UK": "GB", "GBR": "GB", "Germany": "DE", "Viet Nam": "VN",
		"Czech Republic": "CZ", "South Korea": "KR", "Côte d’Ivoire": "CI", "": "", "Atlantis": "", "QQ": "", "999": "", "EU": "",
	} {
		if got := lands.read(in).Reveal(); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
	if len(lands.names) < 240 {
		t.Errorf("only %d names", len(lands.names))
	}
}

func TestAddress(t *testing.T) {
	lands := newCountries()
	for in, want := range map[string]record.Address{
		"":                               {},
		"New York, New York, USA":        {City: "New York", Region: "New York", Country: record.NewCountry("US")},
		"Lagos, Nigeria":                 {City: "Lagos", Country: record.NewCountry("NG")},
		"San Jose, CA":                   {City: "San Jose", Region: "CA"}, // Canada, or California
		"Toronto, ON M5V 2T6":            {City: "Toronto", Region: "ON", PostalCode: "M5V 2T6", Country: record.NewCountry("CA")},
		"Berlin":                         {City: "Berlin"},
		"1 Example St\nAustin, tx 78701": {Line: "1 Example St", City: "Austin", Region: "TX", PostalCode: "78701", Country: record.NewCountry("US")},
	} {
		if diff := cmp.Diff(want, lands.address(in)); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}

func TestPattern(t *testing.T) {
	email := func(v string) record.Identifier {
		return record.Identifier{Type: record.Email, Value: record.Redacted(v)}
	}
	for in, want := range map[string]struct {
		ids []record.Identifier
		err string
	}{
		"[email-addr:value = 'a@example.com']":                                          {ids: []record.Identifier{email("a@example.com")}},
		"[ email-addr:value IN ('a@example.com','b@example.com') ]":                     {ids: []record.Identifier{email("a@example.com"), email("b@example.com")}},
		"([email-addr:value='a@example.com'] OR [email-addr:value='a@example.com'])":    {ids: []record.Identifier{email("a@example.com")}},
		"[(email-addr:value = 'a@example.com' AND url:value = 'ftp://x') OR x:y = 'z']": {ids: []record.Identifier{email("a@example.com")}, err: "pattern compares what is not read (3 characters)"},
		"[user-account:user_id = 'O\\'Neil' AND user-account:account_type = 'github']":  {ids: []record.Identifier{{Type: record.Handle, Value: "github:o'neil"}}},
		"[email-addr:value != 'a@example.com']":                                         {err: "pattern uses an operator that is not read (2 characters)"},
		"[NOT email-addr:value = 'a@example.com']":                                      {err: "pattern is not understood"},
		"[email-addr:value = 'a@example.com' AND email-addr:value MATCHES '.*']":        {err: "pattern uses an operator that is not read (7 characters, all letters)"},
		"[ipv4-addr:value ISSUBSET '192.0.2.0/24']":                                     {err: "pattern uses an operator that is not read (8 characters, all letters)"},
		"[email-addr:value = 'a@example.com":                                            {err: "pattern is not understood"},
		"":                                                                              {err: "pattern names no identifier"},
		"email-addr:value = 'a@example.com'":                                            {err: "pattern names no identifier"},
		"[":                                                                             {err: "pattern is not understood"},
		strings.Repeat("(", maxPattern+1):                                               {err: "pattern is too long"},
		"[email-addr:value = 'a@example.com'] START t'2026-01-01T00:00:00Z' STOP t'2026'": {ids: []record.Identifier{email("a@example.com")}},
	} {
		ids, err := patternIdentifiers(in)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if !cmp.Equal(ids, want.ids) || text != want.err {
			t.Errorf("%.80q: %d identifiers, %q; want %d, %q", in, len(ids), text, len(want.ids), want.err)
		}
	}
}

// FuzzCanonical checks that a canonical value is canonical: written again it is
// the same.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"A.B+c@Gmail.com", "https://www.linkedin.com/in/X/?y", "+1 212 555 0142", "0xAb", "ß@ß.example", "a@b.example.", "linkedin.com//in/x/\u200b../y/index.html", "\u1112\u3164\u1161@example.com", "0\xe2 \x80\x8b", "+910000000000"} {
		f.Add(s)
	}
	lands := newCountries()
	f.Fuzz(func(t *testing.T, s string) {
		for name, canon := range map[string]func(string) record.Redacted{
			"e-mail": Email, "web address": ProfileURL, "account": BankAccount, "wallet": Wallet,
			"phone":  func(s string) record.Redacted { return Phone(s, record.NewCountry("US")) },
			"handle": func(s string) record.Redacted { return Handle("", s) },
		} {
			once := canon(s)
			if once == "" {
				continue
			}
			if again := canon(once.Reveal()); again != once {
				t.Errorf("%s %q: first %q, then %q", name, s, once.Reveal(), again.Reveal())
			}
		}
		lands.address(s)
	})
}

// FuzzPattern checks that any pattern is read to its end, with an identifier or
// a reason.
func FuzzPattern(f *testing.F) {
	for _, s := range []string{"[email-addr:value = 'a@example.com']", "[a:b IN ('x',", "[user-account:account_login='x' AND (", "'''[[]]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ids, err := patternIdentifiers(s)
		if len(ids) == 0 && err == nil {
			t.Fatal("neither an identifier nor a reason")
		}
		for _, id := range ids {
			if id.Value == "" {
				t.Fatal("empty identifier")
			}
		}
	})
}

func TestSealCleansIDs(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	sealed := func(ref record.Ref) record.Record {
		r, err := Seal(record.Origin{}, ref, at, record.Outcome{Outcome: "cleared"})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	given := []string{"al\u00adias", "\u200b"}
	odd := sealed(record.Ref{ID: "c-01\u200b07", Username: "ko\x00fi\u2060", Aliases: given})
	want := record.Ref{ID: "c-0107", Username: "kofi", Aliases: []string{"alias"}}
	if diff := cmp.Diff(want, odd.Ref); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if odd.ID != sealed(want).ID {
		t.Error("the same record has two ids")
	}
	if given[0] != "al\u00adias" {
		t.Error("the caller's aliases were changed")
	}
	if sealed(record.Ref{ID: "c-0108"}).ID == odd.ID {
		t.Error("two people's records have one id")
	}
}
