// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/internal/htmlcheck"
)

// withRoutes adds routes to a console.
func (c *console) withRoutes(more ...route) {
	c.table = append(c.table, more...)
	for i := range c.table[len(c.table)-len(more):] {
		r := &c.table[len(c.table)-len(more)+i]
		c.mux.HandleFunc(r.pattern, c.guarded(r))
	}
}

// TestPanicIsAnAnswer holds that a panic is a page, and that nothing of its value or of
// the request gets into the log.
func TestPanicIsAnAnswer(t *testing.T) {
	c := newConsole(t)
	c.withRoutes(route{pattern: "GET /panic/{name}", roles: anyone, acts: "panic", handle: func(_ *Server, x *exchange) error {
		panic("secret " + x.r.PathValue("name"))
	}})
	got := c.as(account.HR).get("/panic/Ingrid?q=Mbeki").want(t, 500)
	p := got.page(t)
	p.In(t, "h1", htmlcheck.Says("Something went wrong here"))
	p.In(t, "main code", htmlcheck.Says(got.Header.Get("X-Request-Id")))
	c.http.Close()
	said := c.log.String()
	for _, word := range []string{"Ingrid", "Mbeki", "secret"} {
		if strings.Contains(said, word) || strings.Contains(got.body, word) {
			t.Errorf("%q got out:\n%s", word, said)
		}
	}
	for _, word := range []string{"handler panicked", "guard_test.go:", got.Header.Get("X-Request-Id"), "/panic/{name}"} {
		if !strings.Contains(said, word) {
			t.Errorf("the log does not say %q:\n%s", word, said)
		}
	}
}

// TestLogHoldsNoRequest holds that paths, queries, cookies and what is typed stay out
// of the log.
func TestLogHoldsNoRequest(t *testing.T) {
	c := newConsole(t)
	cl := c.client(t)
	cl.post("/sign-in?to=/queue%3Fq%3DThandiwe", "/sign-in", url.Values{"login": {"Thandiwe"}, "password": {"Thandiwe's password"}, "code": {"123456"}})
	cl.get("/welcome/Thandiwe-link")
	cl.get("/nowhere/Thandiwe%0A%20level=ERROR%20forged")
	secret := cl.cookie(c, formCookie)
	c.http.Close()
	said := c.log.String()
	if strings.Contains(said, "Thandiwe") || strings.Contains(said, "forged") || strings.Contains(said, secret) || !strings.Contains(said, "POST /sign-in") {
		t.Errorf("the log says:\n%s", said)
	}
}

// TestTokensOpenTheirRoutes holds that a route with a scope takes a good token for it
// and nothing else, and that a token opens no page.
func TestTokensOpenTheirRoutes(t *testing.T) {
	c := newConsole(t)
	c.withRoutes(route{pattern: "POST /v1/try", scope: account.ScopeIngest, acts: "try", handle: func(_ *Server, x *exchange) error {
		return json.NewEncoder(x.w).Encode(x.program.Name)
	}})
	boss := c.as(account.Administrator)
	page := boss.post("/admin/tokens", "/admin/tokens", url.Values{"name": {"ATS export"}, "scope": {"ingest"}, "until": {"2026-04-01"}}).want(t, 200).page(t)
	secret := htmlcheck.Text(page.Find(".done code")[0])
	page = boss.post("/admin/tokens", "/admin/tokens", url.Values{"name": {"Figures"}, "scope": {"metrics"}, "until": {"2026-04-01"}}).want(t, 200).page(t)
	metrics := htmlcheck.Text(page.Find(".done code")[0])
	boss.post("/admin/tokens", "/admin/tokens", url.Values{"name": {"x"}, "until": {"2026-04-01"}}).want(t, 422)
	for _, tt := range []struct {
		name, header string
		want         int
	}{
		{"the token", "Bearer " + secret, 200},
		{"a token of another scope", "Bearer " + metrics, 401},
		{"a made-up token", "Bearer " + secret + "x", 401},
		{"no token", "", 401},
		{"a password", "Basic " + secret, 401},
	} {
		got := c.client(t).request(http.MethodPost, "/v1/try", nil, http.Header{"Authorization": {tt.header}})
		if got.StatusCode != tt.want {
			t.Errorf("%s: status %d, want %d", tt.name, got.StatusCode, tt.want)
		}
	}
	// A session is no token, whatever its roles.
	boss.send("/v1/try", url.Values{"csrf": {boss.anyToken()}}).want(t, 401)
	// And a token is no session.
	c.client(t).request(http.MethodPost, "/settings", nil, http.Header{"Authorization": {"Bearer " + secret}}).want(t, 401)
}

// TestMethods holds that a page says which methods it takes.
func TestMethods(t *testing.T) {
	c := newConsole(t)
	got := c.as(account.Administrator).request(http.MethodPut, "/settings", nil, nil).want(t, 405)
	if allow := got.Header.Get("Allow"); !strings.Contains(allow, "GET") || !strings.Contains(allow, "POST") {
		t.Errorf("Allow is %q", allow)
	}
	c.as(account.Administrator).request(http.MethodDelete, "/nowhere", nil, nil).want(t, 404)
}

// TestServe starts and stops a console as the program does.
func TestServe(t *testing.T) {
	c := newConsole(t)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Serve(ctx, l, Certificate{}) }()
	cl := c.client(t)
	cl.base = "http://" + l.Addr().String()
	cl.get("/healthz").want(t, 200)
	stop()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it did not stop")
	}
}

// TestServeRefusesOpenListener holds that nothing is served in the clear to others by
// mistake.
func TestServeRefusesOpenListener(t *testing.T) {
	c := newConsole(t)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if err := c.Serve(t.Context(), l, Certificate{}); err == nil || !strings.Contains(err.Error(), "without a certificate") {
		t.Errorf("serving every address in the clear: %v", err)
	}
}
