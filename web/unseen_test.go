// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"daylight/account"
	"daylight/detect/indicators"
	"daylight/internal/htmlcheck"
	"daylight/record"
	"daylight/store"
	"daylight/store/sqlite"
)

// turned turns what follows it around: no page writes these two itself.
const turned = "\u202e\u2067"

// persian and sinhala are names whose spelling needs a joiner.
const (
	persian = "علی\u200cرضا خان\u200cزاده"
	sinhala = "ශ්\u200dරී ජයවර්\u200dධන"
)

// turnedConsole is a console into which a company, and rows of an earlier version, came
// with characters that turn text around.
func turnedConsole(t *testing.T) *console {
	t.Helper()
	st, err := sqlite.Temporary(t.Context(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	turn := func(name string, data []byte) []byte {
		return eachText(name, data, func(field, value string) string {
			if isWorded(field, value) {
				return turned + value
			}
			return value
		})
	}
	if err := loadSample(context.WithoutCancel(t.Context()), st, turn); err != nil {
		t.Fatal(err)
	}
	c := newConsole(t, func(o *Options) { o.Store, o.Catalog = st, indicators.Catalog() })
	for _, role := range readers {
		c.as(role).post("/queue", "/queue/filters", url.Values{"name": {"mine"}, "query": {"state=escalate"}}).want(t, 303)
	}
	boss := c.as(account.Administrator)
	boss.post("/settings", "/settings", url.Values{"organisation": {"Example"}, "contact": {"hr@example.com"}, "version": {"0"}}).want(t, 303)
	boss.post("/admin/tokens", "/admin/tokens", url.Values{"name": {"siem"}, "scope": {"read"}, "until": {"2026-04-01"}}).want(t, 200)
	for _, in := range []store.Collection{store.Accounts, store.Tokens, store.Filters, store.Settings} {
		turnRows(t, st, in)
	}
	return c
}

// turnRows turns what people are shown of rows around, as an earlier version took it in.
func turnRows(t *testing.T, st store.Store, in store.Collection) {
	t.Helper()
	changed := 0
	err := st.Update(t.Context(), func(w store.Writer) error {
		for row, err := range w.Find(in, store.Query{}) {
			if err != nil {
				return err
			}
			var body map[string]any
			if err := json.Unmarshal(row.Body, &body); err != nil {
				return err
			}
			for _, field := range []string{"name", "organisation", "contact"} {
				if text, ok := body[field].(string); ok {
					body[field] = turned + text
					changed++
				}
			}
			if row.Body, err = json.Marshal(body); err != nil {
				return err
			}
			if err := w.Put(in, row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || changed == 0 {
		t.Fatalf("%d fields of %v are turned around, %v", changed, in, err)
	}
}

// TestNothingTurnsAPageAround opens every page of a company whose texts, accounts, tokens
// and settings hold characters that turn text around: what a page says is in its order,
// and the characters can be seen. What somebody may correct stands in its field as it is.
func TestNothingTurnsAPageAround(t *testing.T) {
	c := turnedConsole(t)
	shown := 0
	look := func(a answered) {
		t.Helper()
		p := a.page(t)
		whole := htmlcheck.Text(p.Find("body")[0])
		for _, field := range p.Find("textarea") {
			whole = strings.ReplaceAll(whole, htmlcheck.Text(field), "")
		}
		shown += strings.Count(whole, `\u202e`)
		for n := range p.All() {
			for _, k := range n.Attr {
				if k.Key != "value" {
					whole += "\n" + k.Key + "=" + k.Val
				}
			}
		}
		for line := range strings.Lines(whole) {
			if i := strings.Index(line, turned); i >= 0 {
				t.Errorf("%s: %+.80q", a.Request.URL, line[max(0, i-40):])
			}
		}
	}
	for _, e := range c.examples(t) {
		look(c.visitor(t, e).get(e.path))
	}
	sec := c.as(account.Security)
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
		t.Errorf("what cannot be seen is shown %d times: the test looks at pages without it", shown)
	}
}

// TestNamesAreSpelt: names that need a joiner are taken in and shown as they are spelt;
// a name that turns text around, or hides some, is not taken in.
func TestNamesAreSpelt(t *testing.T) {
	c := newConsole(t)
	boss, hr := c.as(account.Administrator), c.as(account.HR)
	day := c.now.AddDate(0, 1, 0).Format("2006-01-02")
	for _, name := range []string{persian, sinhala} {
		hr.post("/account", "/account/name", url.Values{"name": {name}}).want(t, 303)
		boss.post("/settings", "/settings", url.Values{"organisation": {name}, "version": {version(t, boss)}}).want(t, 303)
		boss.post("/admin/tokens", "/admin/tokens", url.Values{"name": {name}, "scope": {"read"}, "until": {day}}).want(t, 200)
		hr.post("/queue", "/queue/filters", url.Values{"name": {name}, "query": {"state=escalate"}}).want(t, 303)
		for at, cl := range map[string]*client{"/admin/accounts": boss, "/admin/tokens": boss, "/queue": hr} {
			if text := htmlcheck.Text(cl.get(at).want(t, 200).page(t).Find("main")[0]); !strings.Contains(text, name) {
				t.Errorf("%s does not show %+q", at, name)
			}
		}
	}
	for _, name := range []string{"Ana\u202eretsuM", "\u2066Ana", "Ana\u200fx", "pay\u200cpal", "Ana\u200b", "\ufeffAna", "A\u00adna", "\u3164"} {
		hr.post("/account", "/account/name", url.Values{"name": {name}}).want(t, 422)
		boss.post("/settings", "/settings", url.Values{"organisation": {name}, "version": {version(t, boss)}}).want(t, 422)
		boss.post("/admin/tokens", "/admin/tokens", url.Values{"name": {name}, "scope": {"read"}, "until": {day}}).want(t, 422)
		want := http.StatusSeeOther
		if record.Seen(name) == "" {
			want = http.StatusBadRequest
		}
		if got := hr.post("/queue", "/queue/filters", url.Values{"name": {name}, "query": {"state=clear"}}); got.StatusCode != want {
			t.Errorf("a selection named %+q: %d, want %d", name, got.StatusCode, want)
		}
	}
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		kept, err := filtersOf(r, hr.who.Account)
		names := map[string]bool{}
		for _, f := range kept {
			names[f.Name] = true
		}
		if want := []string{"Ana", "AnaretsuM", "Anax", "paypal", sinhala, persian}; !slices.Equal(slices.Sorted(maps.Keys(names)), slices.Sorted(slices.Values(want))) {
			t.Errorf("selections %+q", slices.Sorted(maps.Keys(names)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// version is that of the settings, as their form names it.
func version(t *testing.T, boss *client) string {
	t.Helper()
	return htmlcheck.Attr(boss.get("/settings").want(t, 200).page(t).Find("input[name=version]")[0], "value")
}
