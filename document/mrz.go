// SPDX-License-Identifier: Apache-2.0

package document

import (
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"daylight/record"
)

// mrzCheck is one check digit of a machine-readable zone: the positions, over
// all lines end to end, that it is computed from, and its own.
type mrzCheck struct {
	name  string
	spans [][2]int
	digit int
	// optional digits may be a filler when all they cover is filler.
	optional bool
}

type mrzFormat struct {
	name   string
	lines  int
	width  int
	checks []mrzCheck
	// birth and expiry are where the dates begin.
	birth, expiry int
}

// mrzFormats are the three sizes of ICAO Doc 9303 (8th edition, 2021): part 5
// (TD1), part 6 (TD2), part 4 (TD3).
var mrzFormats = []mrzFormat{
	{"TD3", 2, 44, []mrzCheck{
		{"document number", [][2]int{{44, 53}}, 53, false},
		{"date of birth", [][2]int{{57, 63}}, 63, false},
		{"date of expiry", [][2]int{{65, 71}}, 71, false},
		{"personal number", [][2]int{{72, 86}}, 86, true},
		{"composite", [][2]int{{44, 54}, {57, 64}, {65, 87}}, 87, false},
	}, 57, 65},
	{"TD2", 2, 36, []mrzCheck{
		{"document number", [][2]int{{36, 45}}, 45, false},
		{"date of birth", [][2]int{{49, 55}}, 55, false},
		{"date of expiry", [][2]int{{57, 63}}, 63, false},
		{"composite", [][2]int{{36, 46}, {49, 56}, {57, 71}}, 71, false},
	}, 49, 57},
	{"TD1", 3, 30, []mrzCheck{
		{"document number", [][2]int{{5, 14}}, 14, false},
		{"date of birth", [][2]int{{30, 36}}, 36, false},
		{"date of expiry", [][2]int{{38, 44}}, 44, false},
		{"composite", [][2]int{{5, 30}, {30, 37}, {38, 45}, {48, 59}}, 59, false},
	}, 30, 38},
}

// findMRZ looks for a machine-readable zone among lines of text.
func findMRZ(lines []Line) (record.IdentityDocument, bool) {
	var zone []string
	for _, l := range lines {
		zone = append(zone, mrzLine(l.Text.Reveal()))
	}
	for i := range zone {
		for _, f := range mrzFormats {
			if i+f.lines <= len(zone) && f.fits(zone[i:i+f.lines]) {
				return f.check(strings.Join(zone[i:i+f.lines], "")), true
			}
		}
	}
	return record.IdentityDocument{}, false
}

// mrzLine returns a line without spaces if it has only characters of a zone;
// otherwise "".
func mrzLine(s string) string {
	if len(s) > 256 {
		return ""
	}
	s = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\u00a0':
			return -1
		case '«', '‹': // as some scanners' text layers have it
			return '<'
		}
		return r
	}, norm.NFKC.String(s))
	for i := range len(s) {
		if c := s[i]; c != '<' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return ""
		}
	}
	return s
}

// fits reports whether the lines have the size and the beginnings of the
// format: a letter for the kind of document, and a line of names with fillers.
func (f mrzFormat) fits(lines []string) bool {
	for _, l := range lines {
		if len(l) != f.width {
			return false
		}
	}
	kind := lines[0][0]
	if kind != 'P' && kind != 'I' && kind != 'A' && kind != 'C' && kind != 'V' {
		return false
	}
	if f.name == "TD3" && kind != 'P' || f.name != "TD3" && kind == 'P' {
		return false // visas (V) have the width of TD2 and TD3 but other checks
	}
	names := lines[0]
	if f.name == "TD1" {
		names = lines[2]
	}
	return kind != 'V' && strings.Contains(names, "<<") && strings.ContainsAny(strings.Join(lines, ""), "0123456789")
}

// check verifies every check digit.
func (f mrzFormat) check(zone string) record.IdentityDocument {
	d := record.IdentityDocument{Format: f.name}
	for _, c := range f.checks {
		var covered strings.Builder
		for _, s := range c.spans {
			covered.WriteString(zone[s[0]:s[1]])
		}
		got := zone[c.digit]
		filler := strings.Trim(covered.String(), "<") == ""
		switch {
		case c.optional && filler && got == '<':
			continue
		case c.name == "document number" && got == '<' && f.name != "TD3":
			// A number longer than nine characters goes on in the optional data, with
			// its digit there (part 5, 4.2.2.1; part 6, 4.2.2.2).
			long, digit, ok := f.longNumber(zone)
			if !ok {
				continue
			}
			covered.Reset()
			covered.WriteString(long)
			got = digit
		}
		d.Digits++
		if got != checkDigit(covered.String()) {
			d.Wrong = append(d.Wrong, c.name)
		}
	}
	if _, ok := mrzDate(zone[f.birth:]); !ok {
		d.Impossible = append(d.Impossible, "date of birth")
	}
	expires, ok := mrzDate(zone[f.expiry:])
	if !ok {
		d.Impossible = append(d.Impossible, "date of expiry")
	}
	d.Expires = expires
	return d
}

// mrzDate reads six digits as a date of this century, which no expiry lies beyond.
// A date whose parts are unknown has fillers for them, and is zero. It reports
// false for what stands in no calendar; the 29th of February is taken to stand in
// it in every fourth year, for the century of a birth is not written.
func mrzDate(s string) (record.Date, bool) {
	s = s[:6]
	if strings.Contains(s, "<") {
		return record.Date{}, true
	}
	t, err := time.Parse("20060102", "20"+s)
	if err != nil {
		return record.Date{}, false
	}
	return record.DateOf(t), true
}

// longNumber returns a document number of more than nine characters and its
// check digit.
func (f mrzFormat) longNumber(zone string) (number string, digit byte, ok bool) {
	start, rest := zone[5:14], zone[15:30]
	if f.name == "TD2" {
		start, rest = zone[36:45], zone[64:71]
	}
	rest, _, _ = strings.Cut(rest, "<")
	if len(rest) < 2 {
		return "", 0, false
	}
	return start + rest[:len(rest)-1], rest[len(rest)-1], true
}

// checkDigit computes a check digit: weights 7, 3, 1, modulo 10; letters from
// 10, fillers 0. Source: ICAO Doc 9303 part 3, 4.9.
func checkDigit(s string) byte {
	sum := 0
	for i := range len(s) {
		v := 0
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			v = int(c - '0')
		case c >= 'A' && c <= 'Z':
			v = int(c-'A') + 10
		}
		sum += v * [3]int{7, 3, 1}[i%3]
	}
	return byte('0' + sum%10)
}
