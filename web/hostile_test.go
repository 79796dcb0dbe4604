// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"daylight/account"
	"daylight/detect/indicators"
	"daylight/internal/htmlcheck"
	"daylight/store"
	"daylight/store/sqlite"
)

// payload is markup, script and template text in one: out of an attribute of either
// quote, out of what hides text, and as a template.
const payload = `"'></textarea></title><script>xss=1</script><img src=x onerror=xss=1><xss-mark>{{.CSRF}}`

// forPeople are values that may hold a payload: text for people. Instants, numbers,
// identifiers and addresses with one in them would not be read at all.
var forPeople = regexp.MustCompile(`^\p{L}[\p{L}'’.-]*( .*)?$`)

// poisoned gives every text for people in a file a payload.
func poisoned(name string, data []byte) []byte { return eachText(name, data, poison) }

// eachText changes every value of a file.
func eachText(name string, data []byte, poison func(field, value string) string) []byte {
	switch path.Ext(name) {
	case ".csv":
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			return data
		}
		for _, row := range rows[min(1, len(rows)):] {
			for i, cell := range row {
				row[i] = poison(rows[0][i], cell)
			}
		}
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		if err := w.WriteAll(rows); err != nil {
			return data
		}
		return out.Bytes()
	case ".json", ".jsonl", ".ndjson":
		var out bytes.Buffer
		dec := json.NewDecoder(bytes.NewReader(data))
		enc := json.NewEncoder(&out)
		for dec.More() {
			var v any
			if err := dec.Decode(&v); err != nil {
				return data
			}
			if err := enc.Encode(poisonAll("", v, poison)); err != nil {
				return data
			}
		}
		return out.Bytes()
	}
	return data
}

// worded are names of fields that hold text for people.
var worded = []string{"name", "title", "city", "notes", "note", "message", "subject", "carrier", "model", "provider", "summary", "employer", "department", "make", "reason", "comment", "detail", "agent", "browser", "displayname", "hostname"}

func poison(field, value string) string {
	if isWorded(field, value) {
		return value + payload
	}
	return value
}

// isWorded reports whether a field holds text for people.
func isWorded(field, value string) bool {
	field = strings.ToLower(field)
	return forPeople.MatchString(value) && slices.ContainsFunc(worded, func(t string) bool { return strings.Contains(field, t) })
}

func poisonAll(field string, v any, poison func(field, value string) string) any {
	switch v := v.(type) {
	case string:
		return poison(field, v)
	case []any:
		for i := range v {
			v[i] = poisonAll(field, v[i], poison)
		}
	case map[string]any:
		for k := range v {
			v[k] = poisonAll(k, v[k], poison)
		}
	}
	return v
}

// hostileConsole is a console whose company, accounts and settings hold payloads.
func hostileConsole(t *testing.T) *console {
	t.Helper()
	st, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	if err := loadSample(context.WithoutCancel(t.Context()), st, poisoned); err != nil {
		t.Fatal(err)
	}
	c := newConsole(t, func(o *Options) { o.Store, o.Catalog = st, indicators.Catalog() })
	boss := c.as(account.Administrator)
	for _, role := range account.Roles() {
		c.as(role).post("/account", "/account/name", url.Values{"name": {payload}}).want(t, 303)
	}
	boss.post("/settings", "/settings", url.Values{"organisation": {payload}, "contact": {payload}, "version": {"0"}}).want(t, 303)
	boss.post("/admin/tokens", "/admin/tokens", url.Values{"name": {payload}, "scope": {"read"}, "until": {"2026-04-01"}}).want(t, 200)
	return c
}

// TestNoPayloadBecomesMarkup opens every page of a company whose texts are payloads,
// and every person and ring of it, and holds that each is shown as the text it is.
func TestNoPayloadBecomesMarkup(t *testing.T) {
	c := hostileConsole(t)
	shown := 0
	look := func(a answered) {
		t.Helper()
		if a.StatusCode >= http.StatusInternalServerError {
			t.Errorf("%s: status %d", a.Request.URL.Path, a.StatusCode)
		}
		p := a.page(t)
		for _, bad := range []string{"xss-mark", "[onerror]"} {
			if n := len(p.Find(bad)); n > 0 {
				t.Errorf("%s: %d elements are %s", a.Request.URL, n, bad)
			}
		}
		for _, img := range p.Find("img") {
			if !strings.HasPrefix(htmlcheck.Attr(img, "src"), "/stills/") { // the only pictures there are
				t.Errorf("%s: a picture of %q", a.Request.URL, htmlcheck.Attr(img, "src"))
			}
		}
		for _, s := range p.Find("script") {
			if htmlcheck.Attr(s, "src") == "" {
				t.Errorf("%s holds an inline script", a.Request.URL)
			}
		}
		for n := range p.All() {
			for _, k := range n.Attr {
				if strings.HasPrefix(k.Key, "on") || strings.HasPrefix(strings.ToLower(strings.TrimSpace(k.Val)), "javascript:") {
					t.Errorf("%s: %s=%q", a.Request.URL, k.Key, k.Val)
				}
			}
		}
		shown += strings.Count(htmlcheck.Text(p.Find("body")[0]), "<xss-mark>{{.CSRF}}")
	}
	for _, e := range c.examples(t) {
		cl := c.visitor(t, e)
		look(cl.get(e.path))
	}
	sec, boss := c.as(account.Security), c.as(account.Administrator)
	q := url.QueryEscape(payload)
	for _, at := range []string{"/search?q=" + q, "/queue?state=" + q, "/people?family=" + q + "&sort=" + q, "/nowhere/" + url.PathEscape(payload), "/people/" + url.PathEscape(payload)} {
		look(sec.get(at))
	}
	for _, at := range []string{"/audit?actor=" + q + "&act=" + q + "&object=" + q, "/audit?from=" + q, "/admin/accounts/" + url.PathEscape(payload)} {
		look(boss.get(at))
	}
	look(c.as("").get("/sign-in?to=" + q))
	look(c.as("").post("/sign-in", "/sign-in", url.Values{"login": {payload}, "password": {payload}, "code": {payload}, "to": {payload}}))
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Subjects, store.Query{Bare: true}) {
			if err != nil {
				return err
			}
			look(sec.get("/people/" + row.Key))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if shown < 50 {
		t.Errorf("payloads are shown %d times: the test looks at pages without them", shown)
	}
}

// TestNoPayloadRuns opens the pages in a browser, which says of itself if something ran
// or was kept from running by the policy.
func TestNoPayloadRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: -short, so no browser was started")
	}
	c := hostileConsole(t)
	var pages []htmlcheck.Visited
	for _, e := range c.examples(t) {
		pages = append(pages, htmlcheck.Visited{Name: e.name, Path: e.path, Cookies: e.cookies, Status: e.status, Views: []htmlcheck.View{{Width: 1280, Scheme: "light"}}})
	}
	htmlcheck.Visit(t, c.http.URL, "*", "0", `typeof xss === "undefined" ? [] : ["a payload ran"]`, pages)
}
