// SPDX-License-Identifier: Apache-2.0

package enrich

import (
	_ "embed"
	"strings"
)

// MakerClass is what kind of machine the maker of a network card is known for.
type MakerClass string

// The classes. Most makers are in none.
const (
	Board  MakerClass = "board"  // single-board computers
	Laptop MakerClass = "laptop" // business laptops, and what else their makers make
)

//go:embed data/makers.csv
var makersCSV string

// MakerOf returns the maker that the first half of a hardware address, such as
// "b8:27:eb", was registered to, and its class; "" for any that is not in the
// table.
func MakerOf(half string) (maker string, class MakerClass) {
	prefix := strings.ReplaceAll(strings.ToLower(half), ":", "")
	if len(prefix) != 6 || strings.Trim(prefix, "0123456789abcdef") != "" {
		return "", ""
	}
	for line := range strings.Lines(makersCSV) {
		cells := strings.SplitN(strings.TrimSpace(line), ",", 3)
		if len(cells) == 3 && cells[0][0] != '#' && strings.Contains(cells[2], prefix) {
			return cells[1], MakerClass(cells[0])
		}
	}
	return "", ""
}
