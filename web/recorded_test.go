// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/record"
	"daylight/store"
)

// watched is a store that complains of an entry of the audit log that is left by a route
// of which the table does not say so. Every console of a test stands on one.
type watched struct {
	store.Store
	tb testing.TB
}

// Update implements [store.Store].
func (s watched) Update(ctx context.Context, f func(store.Writer) error) error {
	x, ok := ctx.Value(exchangeKey{}).(*exchange)
	if !ok || x.route == nil || x.route.recorded {
		return s.Store.Update(ctx, f)
	}
	return s.Store.Update(ctx, func(w store.Writer) error { return f(watchedWriter{w, s.tb, x.pattern()}) })
}

type watchedWriter struct {
	store.Writer
	tb    testing.TB
	route string
}

// Append implements [store.Writer].
func (w watchedWriter) Append(l store.Log, at time.Time, body []byte) (int64, error) {
	if l == store.Audit {
		w.tb.Errorf("%s leaves an entry in the audit log, and the table of routes does not say so", w.route)
	}
	return w.Writer.Append(l, at, body)
}

// TestFormsOfAccountsAreRecorded does what can be done to accounts, tokens, settings, the
// audit log and one's own account: each leaves an entry, and the table says so.
func TestFormsOfAccountsAreRecorded(t *testing.T) {
	c := newConsole(t)
	boss, auditor, hr := c.as(account.Administrator), c.as(account.Auditor), c.as(account.HR)
	of := "/admin/accounts/" + hr.who.Account
	token, err := c.accounts.NewToken(t.Context(), boss.who.Account, "old", []account.Scope{account.ScopeRead}, c.now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	known, err := c.accounts.Program(t.Context(), token, account.ScopeRead)
	if err != nil {
		t.Fatal(err)
	}
	acc, err := c.accounts.Get(t.Context(), hr.who.Account)
	if err != nil {
		t.Fatal(err)
	}
	for _, do := range []struct {
		pattern  string
		by       *client
		from, to string
		form     url.Values
	}{
		{"POST /audit/verify", auditor, "/audit", "/audit/verify", nil},
		{"POST /audit/download", auditor, "/audit", "/audit/download", nil},
		{"POST /settings", boss, "/settings", "/settings", url.Values{"organisation": {"Example Ltd"}, "contact": {"privacy at example.com"}, "version": {"0"}}},
		{"POST /admin/accounts", boss, "/admin/accounts", "/admin/accounts", url.Values{"mail": {"new@example.com"}, "role": {"hr"}}},
		{"POST /admin/accounts/{id}", boss, of, of, url.Values{"version": {strconv.FormatInt(acc.Version, 10)}, "role": {"hr", "recruiter"}, "state": {"active"}}},
		{"POST /admin/accounts/{id}/reset", boss, of, of + "/reset", nil},
		{"POST /admin/tokens", boss, "/admin/tokens", "/admin/tokens", url.Values{"name": {"export"}, "scope": {"read"}, "until": {c.now.AddDate(0, 1, 0).Format(time.DateOnly)}}},
		{"POST /admin/tokens/revoke", boss, "/admin/tokens", "/admin/tokens/revoke", url.Values{"token": {known.ID}}},
		{"POST /account/name", boss, "/account", "/account/name", url.Values{"name": {"Nomvula Voorbeeld"}}},
		{"POST /account/sessions/end", boss, "/account", "/account/sessions/end", nil},
		{"POST /admin/accounts/{id}/end", boss, of, of + "/end", nil},
		{"POST /sign-in", c.as(""), "/sign-in", "/sign-in", url.Values{"login": {"legal"}, "password": {goodPassword}, "code": {"000000"}}},
		{"POST /sign-out", auditor, "/account", "/sign-out", nil},
	} {
		before := len(c.entriesFrom(t, 0))
		got := do.by.post(do.from, do.to, do.form)
		if got.StatusCode >= http.StatusInternalServerError || len(c.entriesFrom(t, 0)) == before {
			t.Errorf("%s leaves no entry: %d %s", do.pattern, got.StatusCode, strings.Join(strings.Fields(got.body), " "))
		}
		for _, r := range routes() {
			if r.pattern == do.pattern && !r.recorded {
				t.Errorf("%s is not marked as recorded", r.pattern)
			}
		}
	}
}

// TestRevealIsRecordedOnce: a name needs a reason, is shown to that session alone
// and for a quarter of an hour, and that is one entry in the log.
func TestRevealIsRecordedOnce(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	path := "/people/" + handle
	face := c.rows(t, store.Faces, store.Query{Where: []store.Cond{{Column: "key", Op: store.Equal, Text: handle}}})[0]
	f, err := intake.DecodeFace(face.Body)
	if err != nil {
		t.Fatal(err)
	}
	name := f.Names[0].Reveal()
	sec := c.as(account.Security)

	sec.post(path, path+"/reveal", url.Values{"reason": {"curiosity"}}).want(t, 400)
	sec.get(path).want(t, 200).page(t).In(t, "main h1", htmlcheck.Says(handle))
	if n := len(c.acts(t, "name.reveal")); n != 0 {
		t.Fatalf("%d reveals without a reason", n)
	}

	sec.post(path, path+"/reveal", url.Values{"reason": {"explanation"}}).want(t, 303)
	got := c.acts(t, "name.reveal")
	if len(got) != 1 || got[0].Actor != sec.who.Account || got[0].Object != handle || got[0].Detail["reason"] != "explanation" {
		t.Fatalf("recorded: %+v", got)
	}
	page := sec.get(path).want(t, 200).page(t)
	page.In(t, "main h1", htmlcheck.Says(name))
	page.In(t, ".face", htmlcheck.Says(f.Emails[0].Reveal()))
	views := c.acts(t, "person.view")
	if views[len(views)-1].Detail["names"] != "shown" {
		t.Error("the view with a name is recorded like one without")
	}
	if n := len(c.acts(t, "name.reveal")); n != 1 {
		t.Errorf("looking again recorded %d reveals", n)
	}

	// Others and later see no name.
	if strings.Contains(c.as(account.Legal).get(path).want(t, 200).body, html.EscapeString(name)) {
		t.Error("somebody else's session shows the name")
	}
	c.now = c.now.Add(revealFor)
	if strings.Contains(sec.get(path).want(t, 200).body, html.EscapeString(name)) {
		t.Error("the name is shown for longer than a quarter of an hour")
	}
}

// TestEveryViewOfAPersonIsRecorded, and no view of nobody.
func TestEveryViewOfAPersonIsRecorded(t *testing.T) {
	c := sampleConsole(t)
	handle, ring := c.heaviest(t)
	sec := c.as(account.Security)
	sec.get("/people/"+handle).want(t, 200)
	sec.get("/people/"+handle+"?about=net.impossible_travel").want(t, 200)
	sec.get("/people/p-0000000000").want(t, 404)
	sec.get("/rings/"+ring).want(t, 200)
	if got := c.acts(t, "person.view"); len(got) != 2 || got[0].Object != handle || got[0].Actor != sec.who.Account {
		t.Errorf("views: %+v", got)
	}
	if got := c.acts(t, "ring.view"); len(got) != 1 || got[0].Object != ring {
		t.Errorf("views of rings: %+v", got)
	}
}

// TestOpeningARecordIsRecorded: what a record says is shown only while the name is,
// and each opening is an entry of the log.
func TestOpeningARecordIsRecorded(t *testing.T) {
	c := sampleConsole(t)
	handle, _ := c.heaviest(t)
	path := "/people/" + handle
	sec := c.as(account.Security)
	kept := record.Record{
		ID: "0123456789abcdef0123456789abcdef", Origin: record.Origin{Feed: "test", Path: "hr/people.csv", Locator: "line 7"}, At: start,
		Body: record.Outcome{Outcome: "cleared", By: "analyst-9"},
	}
	body, err := json.Marshal(map[string]any{"record": kept})
	if err != nil {
		t.Fatal(err)
	}
	c.change(t, func(w store.Writer) error {
		return w.Put(store.Records, store.Row{Key: string(kept.ID), Holder: intake.Holder(handle), Body: body, Text: map[string]string{"kind": "outcome"}})
	})
	form := url.Values{"path": {"hr%2Fpeople.csv"}, "locator": {"line+7"}}
	sec.post(path, path+"/record", form).want(t, 403)
	sec.post(path, path+"/reveal", url.Values{"reason": {"case"}}).want(t, 303)
	sec.post(path, path+"/record", form).want(t, 200).page(t).In(t, "pre", htmlcheck.Says("analyst-9"))
	sec.post(path, path+"/record", url.Values{"path": {"hr/people.csv"}, "locator": {"line 8"}}).want(t, 200).page(t).In(t, "pre", htmlcheck.None())
	got := c.acts(t, "record.open")
	if len(got) != 2 || got[0].Object != handle || got[0].Detail["record"] != string(kept.ID) || got[1].Detail["record"] != "" {
		t.Errorf("recorded: %+v", got)
	}
}
