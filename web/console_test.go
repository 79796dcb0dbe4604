// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"crypto/rand"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"daylight/account"
	"daylight/internal/htmlcheck"
	"daylight/notify"
	"daylight/store/sqlite"
	"daylight/vantage"
)

// console is a running console with somebody of each role signed in.
type console struct {
	*Server
	http *httptest.Server
	log  *bytes.Buffer // what the console logged; read it when no request runs
	now  time.Time     // what its clock shows
	// clients are signed in with one role each; that of "" is nobody.
	clients map[account.Role]*client
}

// client is a browser without scripts.
type client struct {
	t    testing.TB
	base string
	http *http.Client
	who  account.Identity
	otp  string // secret of the authenticator app
}

// answered is an answer that was read.
type answered struct {
	*http.Response
	body string
}

// start is the instant at which the clock of a console in a test begins.
var start = time.Date(2026, 3, 2, 9, 14, 0, 0, time.UTC)

// goodPassword is that of every account in tests.
const goodPassword = "seven lamps on the quay"

// newConsole starts a console on a store of its own and signs somebody of each role
// in. Options are changed before it starts.
func newConsole(tb testing.TB, change ...func(*Options)) *console {
	tb.Helper()
	st, err := sqlite.Temporary(tb.Context(), sqlite.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := st.Close(); err != nil {
			tb.Error(err)
		}
	})
	c := &console{http: httptest.NewUnstartedServer(nil), log: &bytes.Buffer{}, now: start, clients: map[account.Role]*client{}}
	tb.Cleanup(c.http.Close)
	o := Options{
		Store: st, Now: func() time.Time { return c.now }, Random: rand.Reader, Log: slog.New(slog.NewTextHandler(c.log, nil)),
		Address: "http://" + c.http.Listener.Addr().String(), Version: "test", Cost: account.Cost{Memory: 64, Passes: 1, Threads: 1},
		Outbox: notify.Due,
	}
	for _, f := range change {
		f(&o)
	}
	o.Store = watched{o.Store, tb}
	if c.Server, err = New(o); err != nil {
		tb.Fatal(err)
	}
	c.http.Config.Handler, c.http.Config.ConnContext = c.Handler(), vantage.WithConn
	c.http.Start()
	first, err := c.accounts.FirstAdmin(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	boss := c.welcomed(tb, first, "administrator")
	for _, role := range account.Roles() {
		if role == account.Administrator {
			c.clients[role] = boss
			continue
		}
		secret, err := c.accounts.Invite(tb.Context(), boss.who.Account, string(role)+"@example.com", []account.Role{role})
		if err != nil {
			tb.Fatal(err)
		}
		c.clients[role] = c.welcomed(tb, secret, string(role))
	}
	c.clients[""] = c.client(tb)
	return c
}

// welcomed makes an account by a one-time link and signs it in.
func (c *console) welcomed(tb testing.TB, link, login string) *client {
	tb.Helper()
	key, err := c.accounts.NewOTP()
	if err != nil {
		tb.Fatal(err)
	}
	in := account.Welcome{Login: login, Name: "Test " + login, Password: goodPassword, OTP: key, Code: c.code(tb, key)}
	got, _, err := c.accounts.UseLink(tb.Context(), link, in)
	if err != nil {
		tb.Fatal(err)
	}
	cl := c.client(tb)
	cl.who, cl.otp = got.Identity, key
	u, err := url.Parse(cl.base)
	if err != nil {
		tb.Fatal(err)
	}
	cl.http.Jar.SetCookies(u, []*http.Cookie{{Name: c.cookieName(sessionCookie), Value: got.Secret, Path: "/"}})
	return cl
}

// code is what an authenticator app shows now.
func (c *console) code(tb testing.TB, key string) string {
	tb.Helper()
	code, err := totp.GenerateCode(key, c.now)
	if err != nil {
		tb.Fatal(err)
	}
	return code
}

// as returns the client of a role.
func (c *console) as(role account.Role) *client { return c.clients[role] }

// other returns a client of somebody else.
func (c *console) other(role account.Role) *client {
	if role == account.Legal {
		return c.as(account.HR)
	}
	return c.as(account.Legal)
}

// client returns a browser that has not signed in.
func (c *console) client(tb testing.TB) *client {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	return &client{t: tb, base: c.http.URL, http: &http.Client{
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
	return c.request(http.MethodPost, path, form, nil)
}

// request sends a form as a page of the console would, but for the headers given.
func (c *client) request(method, path string, form url.Values, header http.Header) answered {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", c.base)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	maps.Copy(req.Header, header)
	return c.do(req)
}

// anyToken is a token of the client's session; every form of it has the same.
func (c *client) anyToken() string {
	c.t.Helper()
	if c.who.Account == "" {
		return c.token("/sign-in")
	}
	return c.token("/account")
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
func (a answered) page(tb testing.TB) *htmlcheck.Page {
	tb.Helper()
	p, err := htmlcheck.Parse(strings.NewReader(a.body))
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// want fails the test unless the answer has the status.
func (a answered) want(tb testing.TB, status int) answered {
	tb.Helper()
	if a.StatusCode != status {
		tb.Fatalf("%s %s: status %d, want %d\n%s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, a.body)
	}
	return a
}

func prefixes(t *testing.T, words ...string) []netip.Prefix {
	t.Helper()
	var out []netip.Prefix
	for _, w := range words {
		p, err := netip.ParsePrefix(w)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}
