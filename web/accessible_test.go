// SPDX-License-Identifier: Apache-2.0

package web

import (
	"cmp"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"daylight/account"
	"daylight/casework"
	"daylight/internal/htmlcheck"
	"daylight/store"
)

// asideSelector is what may be wider than the window: what scrolls by itself.
const asideSelector = ".rail *, .scroll *, .skip, .hidden, .hidden *, thead, thead *, defs, defs *, .map, .map *"

// axeCheck runs axe-core in a page with all its rules. Of what passes it names one each,
// for naming takes longer than looking.
const axeCheck = `(async () => {
  const found = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]});
  if (!found.passes.length) return ["axe looked at nothing"];
  return found.violations.flatMap(v => v.nodes.map(n => "axe: " + v.id + ": " + n.target.join(" ") + ": " + n.failureSummary));
})()`

// everyView are the looks at a page. Each measures what sticks out, the contrast of every
// text and the size of every target. axe-core, which takes longest, needs each layout and
// each scheme once, for the colours of a page are the same at every width: it runs on a
// light telephone and on a dark computer.
var everyView = []htmlcheck.View{
	{Width: 390, Scheme: "light"},
	{Width: 390, Scheme: "dark", Brief: true},
	{Width: 1280, Scheme: "light", Brief: true},
	{Width: 1280, Scheme: "dark"},
}

// TestPagesAccessible opens every page of the table of routes in a browser, at both
// widths and in both schemes, as [everyView] says: nothing may stick out, have poor
// contrast or be too small to touch, and axe-core may find nothing.
func TestPagesAccessible(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	c := sampleConsole(t)
	var pages []htmlcheck.Visited
	for _, p := range c.examples(t) {
		pages = append(pages, htmlcheck.Visited{Name: p.name, Path: p.path, Cookies: p.cookies, Status: p.status, Views: everyView})
	}
	if len(pages) < 8 {
		t.Fatalf("only %d pages are looked at", len(pages))
	}
	htmlcheck.Visit(t, c.http.URL, asideSelector, string(axe), axeCheck, pages)
}

// example is a page to look at.
type example struct {
	name, path string
	status     int // 0: 200
	cookies    [][2]string
	recorded   bool // the table of routes says that a look at it is an entry
}

// examples returns a page for each GET route that answers with one, opened by
// somebody who may.
func (c *console) examples(t *testing.T) []example {
	t.Helper()
	link, err := c.accounts.Invite(t.Context(), c.as(account.Administrator).who.Account, "new@example.com", []account.Role{account.HR})
	if err != nil {
		t.Fatal(err)
	}
	handle, ring := c.heaviest(t)
	asked := c.as(account.Security).post("/people/"+handle, "/people/"+handle+"/requests", url.Values{"check": {firstCheck(t, c, handle)}}).want(t, http.StatusSeeOther)
	plan, interviewed, sitting := c.interviewed(t)
	fill := strings.NewReplacer("{plan}", plan, "{interviewed}", interviewed, "{sitting}", sitting, "{comparison}", c.comparison(t, interviewed), "{link}", link, "{id}", c.as(account.HR).who.Account, "{handle}", handle, "{ring}", ring,
		"{indicator}", "net.impossible_travel", "{case}", c.aCase(t).ID, "{request}", strings.TrimPrefix(asked.Header.Get("Location"), "/requests/"),
		"{policy}", c.proposed(t).Key, "{checkin}", c.doneCheckin(t, handle))
	var out []example
	for _, r := range sortedRoutes() {
		method, path, _ := strings.Cut(r.pattern, " ")
		if method != http.MethodGet || r.foreign || r.scope != "" || r.example == "-" {
			continue
		}
		if r.example != "" {
			path = fill.Replace(r.example)
		}
		if strings.Contains(path, "{") {
			t.Errorf("%s has a wildcard and no example", r.pattern)
			continue
		}
		role := account.Role("")
		if len(r.roles) > 0 {
			role = r.roles[0]
			if slices.Contains(r.roles, account.Security) {
				role = account.Security // sees people of every stage
			}
		}
		e := example{name: strings.Trim(strings.NewReplacer("/", "-", "{", "", "}", "", "?", "-", "=", "-").Replace(path), "-"), path: path, recorded: r.recorded}
		if r.example != "" {
			_, plain, _ := strings.Cut(r.pattern, " ")
			e.name = strings.Trim(strings.NewReplacer("/", "-", "{", "", "}", "").Replace(plain), "-")
		}
		if role != "" {
			e.cookies = [][2]string{{c.cookieName(sessionCookie), c.as(role).cookie(c, sessionCookie)}}
		}
		out = append(out, e)
	}
	c.change(t, func(w store.Writer) error {
		ask := casework.Ask{ID: "q-heard", Kind: casework.Correction, Text: "My street has another number."}
		return casework.Hear(w, c.caseless(t), ask, c.now)
	})
	out = append(out, example{name: "request-heard", path: "/requests/q-heard", recorded: true, cookies: [][2]string{{c.cookieName(sessionCookie), c.as(account.HR).cookie(c, sessionCookie)}}})
	return append(out, example{name: "not-found", path: "/nowhere", status: http.StatusNotFound, cookies: [][2]string{{c.cookieName(sessionCookie), c.as(account.HR).cookie(c, sessionCookie)}}})
}

// visitor is the browser of somebody who may open an example.
func (c *console) visitor(t *testing.T, e example) *client {
	t.Helper()
	cl := c.client(t)
	for _, k := range e.cookies {
		cl.setCookie(c, sessionCookie, k[1])
	}
	return cl
}

// TestExamplesAnswer holds that every example is a page, so that what is looked at is
// what was meant.
func TestExamplesAnswer(t *testing.T) {
	c := sampleConsole(t)
	for _, e := range c.examples(t) {
		cl := c.visitor(t, e)
		got := cl.get(e.path)
		if want := cmp.Or(e.status, http.StatusOK); got.StatusCode != want {
			t.Errorf("%s answers %d, want %d", e.path, got.StatusCode, want)
		}
		p := got.page(t)
		p.In(t, "main h1", htmlcheck.Count(1))
		p.In(t, "title", htmlcheck.Count(1))
		for _, form := range p.Find("form[method=post]") {
			if htmlcheck.Attr(form, "action") == "" {
				t.Errorf("%s has a form that says not where it goes", e.path)
			}
		}
		if forms, tokens := len(p.Find("form[method=post]")), len(p.Find("form[method=post] input[name=csrf]")); forms != tokens {
			t.Errorf("%s has %d forms and %d tokens", e.path, forms, tokens)
		}
		p.In(t, "[style]", htmlcheck.None())
		p.In(t, "style", htmlcheck.None())
		for _, s := range p.Find("script") {
			if htmlcheck.Attr(s, "src") == "" {
				t.Errorf("%s holds an inline script", e.path)
			}
		}
	}
}
