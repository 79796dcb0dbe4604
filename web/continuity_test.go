// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"strings"
	"testing"

	"daylight/account"
	"daylight/internal/htmlcheck"
	"daylight/store"
	"daylight/weigh"
)

// TestContinuityOfEverybody holds that the line from application to work is there for
// people whom nothing calls a check for, as for everybody, to those who may see them.
func TestContinuityOfEverybody(t *testing.T) {
	c := sampleConsole(t)
	worker, compared := "", ""
	people, lines := 0, 0
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Subjects, store.Query{Where: []store.Cond{{Column: "state", Op: store.Equal, Text: string(weigh.Clear)}}}) {
			if err != nil {
				return err
			}
			sub, err := dossier(row, false)
			if err != nil {
				return err
			}
			people++
			if len(sub.Journey) > 0 {
				lines++
				if row.Text["stage"] == "worker" {
					worker = row.Key
				}
			}
			if len(sub.Arrival) > 0 {
				compared = row.Key
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if people == 0 || lines != people {
		t.Fatalf("%d lines of %d people who are clear", lines, people)
	}
	path := "/people/" + worker + "/continuity"
	got := c.as(account.HR).get(path).want(t, 200)
	if n := len(got.page(t).Find("main svg")); n == 0 {
		t.Error("nothing is drawn")
	}
	c.as(account.Recruiter).get(path).want(t, http.StatusNotFound)
	for name := range c.allFaces(t) {
		if strings.Contains(got.body, name) {
			t.Error("the page names somebody")
		}
	}
	if compared == "" {
		t.Fatal("nobody's first days can be held against a place")
	}
	page := c.as(account.Security).get("/people/"+compared+"/continuity").want(t, 200).page(t)
	if n := len(page.Find("section[aria-labelledby=arrival-h] tbody tr")); n == 0 {
		t.Error("the comparison is not shown")
	}
	page.In(t, "section[aria-labelledby=arrival-h]", htmlcheck.Says("weighs nothing by itself"))
	// What was looked for and not found is no accusation, and comes after the statement.
	page.In(t, "section[aria-labelledby=arrival-h] dd a", htmlcheck.Says("Checked, nothing found: "))
	page.In(t, "section[aria-labelledby=arrival-h] dt a", htmlcheck.None())
}
