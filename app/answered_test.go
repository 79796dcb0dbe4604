// SPDX-License-Identifier: Apache-2.0

package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/record"
)

// TestInputsDocumented holds that every input has its own words, and that the
// table of inputs in docs/formats.md has those and no others.
func TestInputsDocumented(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "docs", "formats.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(data), "| input | brought by |\n|---|---|\n")
	if !ok {
		t.Fatal("docs/formats.md has no table of inputs")
	}
	var documented []string
	for line := range strings.Lines(table) {
		cells := strings.Split(line, " | ")
		if len(cells) != 2 {
			break
		}
		documented = append(documented, strings.TrimPrefix(cells[0], "| "))
	}
	var named []string
	for _, k := range kinds {
		named = append(named, inputFor(k))
	}
	if !slices.Equal(documented, named) {
		t.Errorf("docs/formats.md names\n%q\nand the program\n%q", documented, named)
	}
	for _, ind := range indicators.Catalog() {
		for _, k := range ind.Needs {
			if !slices.Contains(kinds, k) {
				t.Errorf("%s needs %s, which has no words", ind.ID, k)
			}
		}
	}
}

// TestWhy holds in which order the reasons come: what nobody has, then the
// commonest answer of those who have all that is needed, then that there are none.
func TestWhy(t *testing.T) {
	ind := &detect.Indicator{Meta: detect.Meta{
		Needs: []record.Kind{record.KindShipment, record.KindDevice, record.KindCheck}, Asks: []string{"returned_oddly"},
	}}
	said := open{people: 5, words: map[string]int{"b": 2, "a": 2, "c": 1}}
	for _, tt := range []struct {
		open    open
		missing []string
		unasked bool
		want    string
	}{
		{said, []string{"shipping"}, true, "no shipping, no row of checks.csv with check returned_oddly"},
		{said, []string{"shipping", "device inventories"}, false, "no shipping, no device inventories"},
		{said, nil, false, "a"},
		{open{people: 5}, nil, false, "nobody has all of shipping, device inventories, checks.csv: check returned_oddly"},
	} {
		if got := tt.open.why(ind, tt.missing, tt.unasked); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// kinds are those of record, in the order of its constants.
var kinds = []record.Kind{
	record.KindPerson, record.KindResume, record.KindPhoto, record.KindIdentity, record.KindInterview, record.KindCheck, record.KindPayout,
	record.KindShipment, record.KindDevice, record.KindCode, record.KindOutcome, record.KindCall, record.KindActivity,
}
