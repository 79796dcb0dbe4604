// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	_ "embed" // our own tables
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed curated.csv
var curatedRows string

//go:embed brands.csv
var brandRows string

// operators writes the table of operator classes: the curated rows, then what
// the rules of brands.csv read in the names of the others.
func operators(root string) ([]byte, error) {
	a, err := open(root, "@ip-location-db/asn")
	if err != nil {
		return nil, err
	}
	names := map[uint32]map[string]int{}
	for _, file := range []string{"asn-ipv4.csv", "asn-ipv6.csv"} {
		if _, err := asSpans(a.path(file), names); err != nil {
			return nil, err
		}
	}
	type row struct{ class, reason string }
	table := map[uint32]row{}
	for _, cells := range cells(curatedRows) {
		for as := range strings.SplitSeq(cells[0], "|") {
			n, err := strconv.ParseUint(as, 10, 32)
			if err != nil {
				return nil, fmt.Errorf("curated.csv: %w", err)
			}
			if old, ok := table[uint32(n)]; ok && old.class != cells[1] {
				return nil, fmt.Errorf("curated.csv: AS%d is both %s and %s", n, old.class, cells[1])
			}
			table[uint32(n)] = row{cells[1], cells[2]}
		}
	}
	rules := cells(brandRows)
	for as, n := range names {
		if _, ok := table[as]; ok {
			continue
		}
		if r, word := ruleFor(rules, commonest(n)); r != nil {
			table[as] = row{r[1], r[2] + " (" + word + ")"}
		}
	}
	var b bytes.Buffer
	b.WriteString("# Made by enrich/internal/compile from its curated.csv and brands.csv and the names in asn-" + a.version + ". Do not edit.\n")
	b.WriteString("as,class,operator,reason\n")
	for _, as := range slices.Sorted(maps.Keys(table)) {
		if names[as] == nil {
			continue // nobody announces it, so its owner cannot be checked
		}
		name := strings.NewReplacer(",", "", "#", "", "\"", "").Replace(commonest(names[as]))
		fmt.Fprintf(&b, "%d,%s,%s,%s\n", as, table[as].class, strings.TrimSpace(name), table[as].reason)
	}
	return b.Bytes(), nil
}

func cells(text string) [][]string {
	var out [][]string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' {
			out = append(out, strings.SplitN(line, ",", 3))
		}
	}
	return out
}

// ruleFor returns the first rule one of whose words stands in a name.
func ruleFor(rules [][]string, name string) (rule []string, word string) {
	padded := " " + plain(name) + " "
	for _, r := range rules {
		for w := range strings.SplitSeq(r[0], "|") {
			if strings.Contains(padded, " "+plain(w)+" ") {
				return r, w
			}
		}
	}
	return nil, ""
}

// plain returns lower-case words without accents, one blank between them.
func plain(s string) string {
	s = strings.ToLower(norm.NFKD.String(s))
	return strings.Join(strings.FieldsFunc(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}
