// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"daylight/account"
	"daylight/detect/indicators"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/report"
	"daylight/store"
	"daylight/weigh"
)

// TestSearchByTheIDsOfAScan: whoever a report of the command line names, by whichever of
// its ids, is found under that in the console.
func TestSearchByTheIDsOfAScan(t *testing.T) {
	c := sampleConsole(t)
	res, err := scanSample(t.Context(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	rep := report.Build(res, weigh.DefaultPolicy(), indicators.Catalog(), "test")
	searched := 0
	for _, s := range rep.Subjects {
		handle := ""
		for _, id := range append([]string{s.ID}, s.Aliases...) {
			got := c.as(account.Security).post("/search", "/search", url.Values{"q": {id}}).want(t, http.StatusSeeOther).Header.Get("Location")
			if handle != "" && got != handle || !strings.HasPrefix(got, "/people/p-") {
				t.Errorf("%s leads to %s, and another id of the same person to %s", id, got, handle)
			}
			handle = got
			searched++
		}
	}
	if searched < 60 {
		t.Errorf("only %d ids were searched for", searched)
	}
}

// TestSearch: exact values lead to the one person, parts of them to nobody, and the
// answer about somebody else's people is that about nobody.
func TestSearch(t *testing.T) {
	c := sampleConsole(t)
	sec, rec := c.as(account.Security), c.as(account.Recruiter)
	ask := func(cl *client, q string) answered { return cl.post("/search", "/search", url.Values{"q": {q}}) }
	stages := map[string]string{}
	for _, row := range c.rows(t, store.Subjects, store.Query{Bare: true}) {
		stages[row.Key] = row.Text["stage"]
	}
	searched, alone := 0, 0
	nothing := ask(rec, "nobody.at.all@example.com").want(t, 200).page(t)
	none := htmlcheck.Text(nothing.Find("main")[0])
	for _, row := range c.rows(t, store.Faces, store.Query{}) {
		f, err := intake.DecodeFace(row.Body)
		if err != nil {
			t.Fatal(err)
		}
		values := append([]string{row.Key}, f.IDs[0])
		for _, v := range slices.Concat(f.Emails, f.Phones) {
			values = append(values, v.Reveal(), " "+strings.ToUpper(v.Reveal())+" ")
		}
		for _, v := range values {
			got := ask(sec, v)
			searched++
			if got.StatusCode == http.StatusSeeOther {
				alone++
				if to := got.Header.Get("Location"); to != "/people/"+row.Key {
					t.Errorf("a value of %s leads to %s", row.Key, to)
				}
			} else if !slices.Contains(found(t, got), row.Key) {
				t.Errorf("a value of %s does not find them", row.Key)
			}
			if stages[row.Key] == "worker" {
				got := ask(rec, v)
				if slices.Contains(found(t, got), row.Key) || got.StatusCode == http.StatusSeeOther && got.Header.Get("Location") == "/people/"+row.Key {
					t.Errorf("a recruiter finds %s, who works here", row.Key)
				}
			}
		}
		if stages[row.Key] == "worker" {
			if words := htmlcheck.Text(ask(rec, row.Key).want(t, 200).page(t).Find("main")[0]); words != none {
				t.Errorf("of a worker the answer is %q, of nobody %q", words, none)
			}
		}
		for _, part := range []string{f.Emails[0].Reveal()[1:], strings.Split(f.Emails[0].Reveal(), "@")[0] + "@", row.Key[:8], "%", "*"} {
			if got := found(t, ask(sec, part).want(t, 200)); len(got) > 0 {
				t.Errorf("the part of a value finds %q", got)
			}
		}
		if searched > 40 {
			break
		}
	}
	if alone < searched/2 {
		t.Errorf("only %d of %d values lead to one person", alone, searched)
	}
	// Searches are recorded, what for is not.
	acts := c.acts(t, "person.search")
	if len(acts) < searched {
		t.Errorf("%d searches are recorded of %d", len(acts), searched)
	}
	for _, e := range acts {
		if e.Object != "people" || len(e.Detail) != 1 || len(e.Detail["found"]) > 2 {
			t.Errorf("recorded: %+v", e)
		}
	}
}

// found are the people that a search lists.
func found(t *testing.T, a answered) []string {
	t.Helper()
	var out []string
	for _, n := range a.page(t).Find("li[data-row] a") {
		out = append(out, htmlcheck.Text(n))
	}
	return out
}
