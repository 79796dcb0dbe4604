// SPDX-License-Identifier: Apache-2.0

package web

import (
	"crypto/rand"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/internal/htmlcheck"
)

// console is a running console with somebody of each role signed in.
type console struct {
	*Server
	http *httptest.Server
	// clients are signed in with one role each; that of "" is nobody.
	clients map[account.Role]*client
}

// client is a browser without scripts.
type client struct {
	t    *testing.T
	base string
	http *http.Client
	who  account.Identity
}

// answered is an answer that was read.
type answered struct {
	*http.Response
	body string
}

// start is the instant at which the clock of a console in a test stands.
var start = time.Date(2026, 3, 2, 9, 14, 0, 0, time.UTC)

// newConsole starts a console and signs somebody of each role in.
func newConsole(t *testing.T) *console {
	t.Helper()
	ts := httptest.NewUnstartedServer(nil)
	t.Cleanup(ts.Close)
	s, err := New(Options{
		Now: func() time.Time { return start }, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
		Address: "http://" + ts.Listener.Addr().String(), Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	c := &console{Server: s, http: ts, clients: map[account.Role]*client{}}
	signed := map[string]account.Identity{}
	s.identify = func(r *http.Request) (account.Identity, string) {
		if got, err := r.Cookie("session"); err == nil {
			return signed[got.Value], got.Value
		}
		return nobody(r)
	}
	ts.Config.Handler = s.Handler()
	ts.Start()
	for _, role := range append([]account.Role{""}, account.Roles()...) {
		cl := c.client(t)
		if role != "" {
			cl.who = account.Identity{Account: "a-" + string(role), Name: "Test " + string(role), Roles: []account.Role{role}}
			signed[string(role)] = cl.who
			u, err := url.Parse(ts.URL)
			if err != nil {
				t.Fatal(err)
			}
			cl.http.Jar.SetCookies(u, []*http.Cookie{{Name: "session", Value: string(role)}})
		}
		c.clients[role] = cl
	}
	return c
}

// as returns the client of a role.
func (c *console) as(role account.Role) *client { return c.clients[role] }

// client returns a browser that has not signed in.
func (c *console) client(t *testing.T) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, base: c.http.URL, http: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// get asks for a page; a redirection is not followed.
func (c *client) get(path string) answered {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.base+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.do(req)
}

// post sends a form with the token of a page, as a browser on that page would.
func (c *client) post(from, path string, fields url.Values) answered {
	c.t.Helper()
	form := url.Values{"csrf": {c.token(from)}}
	maps.Copy(form, fields)
	return c.send(path, form)
}

// send sends a form as it is.
func (c *client) send(path string, form url.Values) answered {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", c.base)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.do(req)
}

// token returns the token in the forms of a page.
func (c *client) token(from string) string {
	c.t.Helper()
	fields := c.get(from).page(c.t).Find("input[name=csrf]")
	if len(fields) == 0 {
		c.t.Fatalf("%s has no form", from)
	}
	return htmlcheck.Attr(fields[0], "value")
}

func (c *client) do(req *http.Request) answered {
	c.t.Helper()
	res, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answered{res, string(body)}
}

// page reads an answer as a page.
func (a answered) page(t *testing.T) *htmlcheck.Page {
	t.Helper()
	p, err := htmlcheck.Parse(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// want fails the test unless the answer has the status.
func (a answered) want(t *testing.T, status int) answered {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s %s: status %d, want %d\n%s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, a.body)
	}
	return a
}
