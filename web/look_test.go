// SPDX-License-Identifier: Apache-2.0

package web

import (
	"strings"
	"testing"

	"daylight/account"
	"daylight/internal/htmlcheck"
	"daylight/store"
)

// standalone makes of an answer a file that a browser can open by itself: with the
// style sheet in it, without scripts, its links to other pages leading nowhere else.
func (c *console) standalone(t *testing.T, a answered) []byte {
	t.Helper()
	css := string(c.assets["console.css"].plain)
	page := a.body
	head, rest, ok := strings.Cut(page, `<link rel="stylesheet"`)
	if !ok {
		t.Fatal("the page has no style sheet")
	}
	_, rest, _ = strings.Cut(rest, "</head>")
	page = head + "<style>" + css + "</style></head>" + rest
	return []byte(strings.NewReplacer(`href="/`, `href="#main" data-to="/`, `href="?`, `href="#main" data-to="?`).Replace(page))
}

// heaviest is the handle of the person with the most evidence, and a ring's id.
func (c *console) heaviest(tb testing.TB) (handle, ring string) {
	tb.Helper()
	err := c.Store.View(tb.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Subjects, store.Query{Bare: true, By: "weight", Desc: true, Limit: 1}) {
			if err != nil {
				return err
			}
			handle = row.Key
		}
		for row, err := range r.Find(store.Rings, store.Query{Bare: true, By: "size", Desc: true, Limit: 1}) {
			if err != nil {
				return err
			}
			ring = row.Key
		}
		return nil
	})
	if err != nil || handle == "" || ring == "" {
		tb.Fatalf("the sample company lacks a person or a ring: %v", err)
	}
	return handle, ring
}

// TestPagesInBrowser looks at each page as it is drawn.
func TestPagesInBrowser(t *testing.T) {
	c := sampleConsole(t)
	handle, ring := c.heaviest(t)
	sec := c.as(account.Security)
	pages := map[string][]byte{}
	for name, path := range map[string]string{
		"queue": "/queue", "people": "/people", "person": "/people/" + handle, "rings": "/rings", "ring": "/rings/" + ring,
		"catalogue": "/catalogue", "indicator": "/catalogue/net.impossible_travel", "search": "/search", "requests": "/requests",
		"selected": "/people/" + handle + "?about=net.impossible_travel",
	} {
		pages[name] = c.standalone(t, sec.get(path).want(t, 200))
	}
	for name, path := range map[string]string{"catalogue-graded": "/catalogue", "indicator-graded": "/catalogue/net.impossible_travel"} {
		pages[name] = c.standalone(t, c.as(account.Recruiter).get(path).want(t, 200))
	}
	pages["mine"] = c.standalone(t, c.as("").get(c.madeLink(t, handle)).want(t, 200))
	var views []htmlcheck.View
	for _, name := range []string{"queue", "people", "person", "selected", "rings", "ring", "catalogue", "indicator", "catalogue-graded", "indicator-graded", "search", "requests", "mine"} {
		views = append(views, htmlcheck.View{Page: name, Width: 1280, Scheme: "light"}, htmlcheck.View{Page: name, Width: 390, Scheme: "dark"})
	}
	htmlcheck.Look(t, pages, ".hidden, .hidden *, thead, thead *, defs, defs *, .map, .map *, .rail *", views)
}
