// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"strings"
	"unicode"
)

// Column folds a CSV header: without case, spaces, underscores, hyphens or dots.
func Column(header string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '_' || r == '-' || r == '.' || unicode.IsControl(r):
			return -1
		default:
			return unicode.ToLower(r)
		}
	}, header)
}

// KnownColumn reports whether a name is a column of one of the tables that are
// read, or a synonym of one.
func KnownColumn(name string) bool {
	for _, c := range []columnsOf{
		peopleColumns(), bambooColumns(), workdayColumns(), payColumns(), shippingColumns(), interviewColumns(), checkColumns(), outcomeColumns(), listedColumns(),
		zoomColumns(),
	} {
		if c.canonical(Column(name)) != "" {
			return true
		}
	}
	return false
}

// column folds a header after the configuration's mapping, which is looked up
// as written and folded.
func column(header string, mapping map[string]string) string {
	if to, ok := mapping[header]; ok {
		return Column(to)
	}
	folded := Column(header)
	for from, to := range mapping {
		if Column(from) == folded {
			return Column(to)
		}
	}
	return folded
}
