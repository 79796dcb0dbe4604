// SPDX-License-Identifier: Apache-2.0

package web

import (
	"slices"
	"testing"

	"daylight/account"
	"daylight/internal/htmlcheck"
	"daylight/report"
	"daylight/store"
)

// TestBetween finds the shortest chain, and of chains as short the one whose weakest
// link is the heaviest.
func TestBetween(t *testing.T) {
	link := func(a, b string, db float64) report.Link { return report.Link{A: a, B: b, WeightDB: db, Kind: a + b} }
	links := []report.Link{
		link("a", "b", 12), link("b", "d", 2), link("a", "c", 5), link("c", "d", 4), link("d", "e", 9), link("c", "d", 8), link("x", "y", 3),
	}
	for _, tc := range []struct {
		from, to string
		want     []string
	}{
		{"a", "d", []string{"ac", "cd"}}, // 5 and 8, not 12 and 2
		{"d", "a", []string{"cd", "ac"}},
		{"a", "e", []string{"ac", "cd", "de"}},
		{"a", "x", nil},
		{"a", "a", nil},
	} {
		var got []string
		for _, l := range between(links, tc.from, tc.to) {
			got = append(got, l.Kind)
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("from %s to %s: %q, want %q", tc.from, tc.to, got, tc.want)
		}
	}
	if l := between(links, "a", "d")[1]; l.WeightDB != 8 {
		t.Errorf("of two links between the same people the lighter is taken: %v", l.WeightDB)
	}
}

// TestRingPage: every member and every link is on the page, and the links between
// two people who are asked for.
func TestRingPage(t *testing.T) {
	c := sampleConsole(t)
	_, id := c.heaviest(t)
	row := c.rows(t, store.Rings, store.Query{Where: []store.Cond{{Column: "key", Op: store.Equal, Text: id}}})[0]
	ring, err := report.DecodeRing(row.Body)
	if err != nil {
		t.Fatal(err)
	}
	sec := c.as(account.Security)
	page := sec.get("/rings/"+id).want(t, 200).page(t)
	page.In(t, "tbody tr", htmlcheck.Count(len(ring.Subjects)))
	page.In(t, ".figures li", htmlcheck.Count(len(ring.Links)))
	page.In(t, "svg circle", htmlcheck.Count(len(ring.Subjects)))
	a, b := ring.Links[0].A, ring.Links[0].B
	page = sec.get("/rings/"+id+"?from="+a+"&to="+b).want(t, 200).page(t)
	page.In(t, ".steps li", htmlcheck.Count(1))
	page.In(t, ".steps li", htmlcheck.Says(a))
	sec.get("/rings/"+id+"?from="+a+"&to="+a).page(t).In(t, "[role=status]", htmlcheck.Says("the same person"))
	sec.get("/rings/"+id+"?from="+a+"&to=%22%3E%3Cscript%3E").want(t, 200).page(t).In(t, ".steps", htmlcheck.None())
}
