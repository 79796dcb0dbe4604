// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"daylight/account"
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
