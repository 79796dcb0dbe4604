// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	"regexp"
	"strings"
	"testing"
)

// TestMakerOf holds four registrations against the IEEE's public listing, and
// that the table has the form that it is read in.
func TestMakerOf(t *testing.T) {
	for half, want := range map[string]struct {
		maker string
		class MakerClass
	}{
		"b8:27:eb": {"Raspberry Pi", Board}, "DC:A6:32": {"Raspberry Pi", Board}, "00:14:22": {"Dell", Laptop}, "54:ee:75": {"", ""},
		"00:00:5e": {"", ""}, "": {"", ""}, "b8:27": {"", ""}, "prefix": {"", ""}, " b827e": {"", ""},
	} {
		maker, class := MakerOf(half)
		if maker != want.maker || class != want.class {
			t.Errorf("MakerOf(%q) = %q, %q, want %q, %q", half, maker, class, want.maker, want.class)
		}
	}
	rows := 0
	for line := range strings.Lines(makersCSV) {
		if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "class,") {
			continue
		}
		rows++
		if !regexp.MustCompile(`^(board|laptop),[A-Za-z ]+,[0-9a-f]{6}( [0-9a-f]{6})*\n$`).MatchString(line) {
			t.Errorf("not of the form class, maker, prefixes: %.60q", line)
		}
	}
	if rows < 4 {
		t.Errorf("%d rows", rows)
	}
}
