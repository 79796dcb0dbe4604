// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"daylight/texts"
)

// parsed reads an iCalendar file as RFC 5545 says: unfolded first, then by lines,
// with the text unescaped. It fails on whatever the grammar does not allow.
func parsed(data string) (map[string]string, error) {
	if !strings.HasSuffix(data, "\r\n") {
		return nil, fmt.Errorf("the last line does not end")
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(data, "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") || line == "" {
			return nil, fmt.Errorf("bad line of %d octets: %q", len(line), line)
		}
	}
	out := map[string]string{}
	var open []string
	for line := range strings.SplitSeq(strings.TrimSuffix(strings.ReplaceAll(data, "\r\n ", ""), "\r\n"), "\r\n") {
		name, value, ok := strings.Cut(line, ":")
		name, language, has := strings.Cut(name, ";")
		if has {
			if !strings.HasPrefix(language, "LANGUAGE=") || strings.ContainsAny(language, " ,;\"") {
				return nil, fmt.Errorf("bad parameter %q", language)
			}
			out[name+" in"] = strings.TrimPrefix(language, "LANGUAGE=")
		}
		if !ok || name == "" || strings.ContainsAny(name, " ;,\\") {
			return nil, fmt.Errorf("bad line %q", line)
		}
		switch name {
		case "BEGIN":
			open = append(open, value)
			continue
		case "END":
			if len(open) == 0 || open[len(open)-1] != value {
				return nil, fmt.Errorf("END:%s in %v", value, open)
			}
			open = open[:len(open)-1]
			continue
		}
		if _, twice := out[name]; twice {
			return nil, fmt.Errorf("two of %s", name)
		}
		text, err := unescaped(value)
		if err != nil {
			return nil, err
		}
		out[name] = text
	}
	if len(open) != 0 {
		return nil, fmt.Errorf("%v are not closed", open)
	}
	return out, nil
}

func unescaped(s string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ';' || c == ',' || c < ' ' && c != '\t' || c == 0x7f:
			return "", fmt.Errorf("%q is not escaped in %q", c, s)
		case c != '\\':
			b.WriteByte(c)
		case i+1 == len(s):
			return "", fmt.Errorf("%q ends in the middle", s)
		default:
			i++
			switch s[i] {
			case 'n', 'N':
				b.WriteByte('\n')
			case '\\', ';', ',':
				b.WriteByte(s[i])
			default:
				return "", fmt.Errorf("\\%c is no escape", s[i])
			}
		}
	}
	return b.String(), nil
}

func TestICS(t *testing.T) {
	chicago, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 3, 9, 9, 30, 0, 0, chicago) // the day after the clocks went forward
	e := Event{
		UID: "si-0a1b@daylight.example.com", Stamp: start, Sequence: 12, From: from, To: from.Add(45 * time.Minute),
		Summary: "Interview; second round, with two people", Notes: strings.Repeat("Bitte ein Fenster in der Nähe, wenn möglich. ", 5) + "\r\nC:\\temp\nEnd",
	}
	got, err := parsed(string(e.ICS()))
	if err != nil {
		t.Fatalf("%v in\n%s", err, e.ICS())
	}
	for name, want := range map[string]string{
		"VERSION": "2.0", "UID": e.UID, "DTSTAMP": "20260302T090000Z", "DTSTART": "20260309T143000Z", "DTEND": "20260309T151500Z",
		"SEQUENCE": "12", "SUMMARY": e.Summary, "DESCRIPTION": strings.ReplaceAll(e.Notes, "\r\n", "\n"), "STATUS": "CONFIRMED",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	e.Off = true
	if got, err := parsed(string(e.ICS())); err != nil || got["STATUS"] != "CANCELLED" || got["UID"] != "si-0a1b@daylight.example.com" {
		t.Errorf("called off: %v, %v", got, err)
	}
}

// TestICSInEachLanguage: a sitting's file says in which language it is, and says it in
// that one.
func TestICSInEachLanguage(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range texts.Languages() {
		words := texts.In(l.Code)
		e := Sitting{ID: "si-1", Number: 2, From: start, To: start.Add(time.Hour)}.Event(Plan{Requisition: "REQ-7"}, "daylight.example.com", start, words)
		got, err := parsed(string(e.ICS()))
		if err != nil {
			t.Fatal(err)
		}
		if got["SUMMARY in"] != l.Code || got["DESCRIPTION in"] != l.Code || !strings.Contains(got["SUMMARY"], "REQ-7") || !strings.Contains(got["DESCRIPTION"], words.T("calendar.same")) {
			t.Errorf("in %s: %v", l.Code, got)
		}
		seen[got["SUMMARY"]] = true
	}
	if len(seen) != len(texts.Languages()) {
		t.Errorf("all languages have the same words: %v", seen)
	}
}

// TestICSOfAnyText holds that whatever text goes in comes out, and no line more.
func TestICSOfAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		got, err := parsed(string(Event{UID: "x", Summary: text, Stamp: start, From: start, To: start.Add(time.Hour)}.ICS()))
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Map(func(r rune) rune {
			if r < ' ' && r != '\t' && r != '\n' || r == 0x7f {
				return -1
			}
			return r
		}, strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"))
		if got["SUMMARY"] != want {
			t.Fatalf("%q came out as %q", want, got["SUMMARY"])
		}
	})
}
