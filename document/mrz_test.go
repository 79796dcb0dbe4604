// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"daylight/record"
)

func TestCheckDigit(t *testing.T) {
	// ICAO Doc 9303 part 3, appendix A: worked examples.
	for s, want := range map[string]byte{"520727": '3', "AB2134<<<": '5', "": '0'} {
		if got := checkDigit(s); got != want {
			t.Errorf("%q: %c, want %c", s, got, want)
		}
	}
}

func TestMRZSpecimens(t *testing.T) {
	data, err := os.ReadFile(corpus(t, "mrz", "specimens.csv"))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		id, ok := findMRZ(textOf(row[1], row[2]).lines)
		if !ok || id.Format != row[0] || (len(id.Wrong) == 0) != (row[3] == "yes") {
			t.Errorf("%s: %+v, %v, want valid %s", row[0], id, ok, row[3])
		}
	}
}

func TestMRZ(t *testing.T) {
	// The specimens of ICAO Doc 9303 parts 4, 5 and 6 (the State of Utopia), and
	// the same with one character changed. Every digit was checked by hand.
	td1 := []string{"I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"}
	td2 := []string{"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"}
	td3 := []string{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"}
	change := func(lines []string, line, at int, c string) []string {
		out := append([]string(nil), lines...)
		out[line] = out[line][:at] + c + out[line][at+1:]
		return out
	}
	for _, c := range []struct {
		name   string
		lines  []string
		format string
		digits int
		wrong  []string
	}{
		{"TD1", td1, "TD1", 4, nil},
		{"TD2", td2, "TD2", 4, nil},
		{"TD3", td3, "TD3", 5, nil},
		{"with other text and spaces", []string{"Passport", "P < UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", td3[1], "end"}, "TD3", 5, nil},
		{"TD1 number", change(td1, 0, 6, "9"), "TD1", 4, []string{"document number", "composite"}},
		{"TD2 birth", change(td2, 1, 14, "5"), "TD2", 4, []string{"date of birth", "composite"}},
		{"TD3 expiry", change(td3, 1, 22, "3"), "TD3", 5, []string{"date of expiry", "composite"}},
		{"TD3 composite", change(td3, 1, 43, "1"), "TD3", 5, []string{"composite"}},
		{"TD3 personal number", change(td3, 1, 29, "F"), "TD3", 5, []string{"personal number", "composite"}},
		{"TD1 long number", []string{"I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"}, "TD1", 4, nil},
	} {
		id, ok := findMRZ(textOf(c.lines...).lines)
		if !ok || id.Format != c.format || id.Digits != c.digits || cmp.Diff(c.wrong, id.Wrong) != "" {
			t.Errorf("%s: %+v, %v", c.name, id, ok)
		}
	}
	for _, lines := range [][]string{{"P<UTOERIKSSON"}, {strings.Repeat("<", 44), strings.Repeat("<", 44)}, {"some", "text"}, td3[:1]} {
		if id, ok := findMRZ(textOf(lines...).lines); ok {
			t.Errorf("%q: %+v", lines, id)
		}
	}
}

// TestMRZFindsEveryChange changes one character that a digit covers into one of
// another value modulo 10; weights 7, 3 and 1 are all prime to 10.
func TestMRZFindsEveryChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
		at := rapid.SampledFrom([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 13, 14, 15, 16, 17, 18, 21, 22, 23, 24, 25, 26, 28, 29, 30, 36}).Draw(t, "at")
		c := rapid.StringMatching(`[0-9A-Z]`).Draw(t, "c")
		same := checkDigit(line[at:at+1]) == checkDigit(c)
		changed := line[:at] + c + line[at+1:]
		id, ok := findMRZ(textOf("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", changed).lines)
		if !ok || (len(id.Wrong) == 0) != same {
			t.Fatalf("%q: %+v", changed, id)
		}
	})
}

func TestMRZDates(t *testing.T) {
	zone := func(birth, expiry string) record.IdentityDocument {
		line := "L898902C36UTO" + birth + string(checkDigit(birth)) + "F" + expiry + string(checkDigit(expiry)) + "ZE184226B<<<<<1"
		line += string(checkDigit(line[:10] + line[13:20] + line[21:43]))
		id, ok := findMRZ(textOf("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", line).lines)
		if !ok || len(id.Wrong) > 0 {
			t.Fatalf("%s, %s: %+v, %v", birth, expiry, id, ok)
		}
		return id
	}
	for _, c := range []struct {
		birth, expiry string
		impossible    []string
		expires       string
	}{
		{"740812", "120415", nil, "2012-04-15"},
		{"7408<<", "300101", nil, "2030-01-01"}, // an unknown day of birth
		{"740230", "120415", []string{"date of birth"}, "2012-04-15"},
		{"760229", "280229", nil, "2028-02-29"},
		{"741301", "270229", []string{"date of birth", "date of expiry"}, ""},
	} {
		id := zone(c.birth, c.expiry)
		expires := ""
		if !id.Expires.IsZero() {
			expires = id.Expires.String()
		}
		if diff := cmp.Diff(c.impossible, id.Impossible); diff != "" || expires != c.expires {
			t.Errorf("%s, %s: expires %q, want %q; impossible %s", c.birth, c.expiry, expires, c.expires, diff)
		}
	}
}
