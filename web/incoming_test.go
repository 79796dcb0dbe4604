// SPDX-License-Identifier: Apache-2.0

package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/connect"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/store"
)

// TestWhatOtherSystemsPush: webhooks by their signature and users by a token with the
// scope scim reach the inbox, in the middle of a console with its own guards.
func TestWhatOtherSystemsPush(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hook")
	if err := os.WriteFile(file, []byte("hook-secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := newConsole(t, func(o *Options) {
		sink := connect.Into(&intake.Box{Store: o.Store, Now: o.Now})
		o.Hooks = connect.Webhook(connect.HookOptions{
			Hooks: map[string]connect.Hook{"ashby": {Secrets: []connect.Secret{{File: file}}}}, Store: o.Store, Sink: sink, Now: o.Now, Log: slog.New(slog.DiscardHandler),
		})
		o.SCIM = connect.SCIM(connect.SCIMOptions{Store: o.Store, Sink: sink, Now: o.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	})
	boss := c.as(account.Administrator).who.Account
	token := func(scope account.Scope) string {
		secret, err := c.accounts.NewToken(t.Context(), boss, "provider "+string(scope), []account.Scope{scope}, c.now.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return "Bearer " + secret
	}
	body := `{"action":"applicationSubmit","data":{"application":{"id":"a1","createdAt":"2026-11-20T10:20:30.000Z","candidate":{"id":"c1","name":"Omar Haddad"},"job":{"id":"j1"}}}}`
	mac := hmac.New(sha256.New, []byte("hook-secret"))
	mac.Write([]byte(body))
	signature := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	waits := func() (n int) {
		if err := c.Store.View(t.Context(), func(r store.Reader) (err error) {
			n, _, err = r.Depth(store.Inbox)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, step := range []struct {
		method, path, body, header, value string
		status, waits                     int
	}{
		{"POST", "/v1/hooks/ashby", body, "Ashby-Signature", signature, 200, 1},
		{"POST", "/v1/hooks/ashby", body, "Ashby-Signature", signature, 200, 1}, // the same again
		{"POST", "/v1/hooks/ashby", body + " ", "Ashby-Signature", signature, 401, 1},
		{"POST", "/v1/hooks/lever", body, "Ashby-Signature", signature, 404, 1},
		{"POST", "/scim/v2/Users", `{"userName":"omar@example.com"}`, "Authorization", token(account.ScopeSCIM), 201, 2},
		{"POST", "/scim/v2/Users", `{"userName":"omar@example.com"}`, "Authorization", token(account.ScopeSCIM), 409, 2},
		{"GET", "/scim/v2/Users", "", "Authorization", token(account.ScopeSCIM), 200, 2},
		{"GET", "/scim/v2/Users", "", "Authorization", token(account.ScopeIngest), 401, 2},
		{"POST", "/scim/v2/Users", `{"userName":"lars@example.com"}`, "Authorization", "Bearer x", 401, 2},
	} {
		req, err := http.NewRequestWithContext(t.Context(), step.method, c.http.URL+step.path, strings.NewReader(step.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(step.header, step.value)
		resp, err := c.http.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
		if resp.StatusCode != step.status || waits() != step.waits {
			t.Errorf("%s %s: status %d with %d inputs waiting, want %d and %d", step.method, step.path, resp.StatusCode, waits(), step.status, step.waits)
		}
	}
}

// TestRefusedProviderIsSeen: a provider that shows a wrong token leaves a row among the
// sources, where one is expected; where none is, whoever tries leaves nothing, and no
// request makes a write.
func TestRefusedProviderIsSeen(t *testing.T) {
	ways := &connect.Ways{}
	c := newConsole(t, func(o *Options) {
		o.Ways = ways
		ways.Store, ways.Now = o.Store, o.Now
	})
	tried := func() {
		t.Helper()
		for _, token := range []string{"Bearer wrong", ""} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.http.URL+"/scim/v2/Users", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", token)
			c.client(t).do(req).want(t, http.StatusUnauthorized)
		}
	}
	page := func() *htmlcheck.Page {
		t.Helper()
		if err := errors.Join(c.TellWays(t.Context()), ways.Flush(t.Context())); err != nil {
			t.Fatal(err)
		}
		return c.as(account.Security).get("/sources").want(t, http.StatusOK).page(t)
	}
	tried()
	page().In(t, "section[aria-labelledby=connectors]", htmlcheck.None())
	if _, err := c.accounts.NewToken(t.Context(), c.as(account.Administrator).who.Account, "provider", []account.Scope{account.ScopeSCIM}, c.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	tried()
	if n := len(c.rows(t, store.Cursors, store.Query{})); n != 0 {
		t.Errorf("%d rows before it was told", n)
	}
	page().In(t, "section[aria-labelledby=connectors] td", htmlcheck.Says("refused: a request showed no token that may push (2 times in a row)"))
}
