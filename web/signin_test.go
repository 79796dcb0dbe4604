// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"daylight/account"
	"daylight/egress"
	"daylight/internal/htmlcheck"
)

// TestFirstAdministratorSignsIn goes the way of a new installation: the link that is
// printed, the form, the recovery codes, signing out and in.
func TestFirstAdministratorSignsIn(t *testing.T) {
	c := newConsole(t)
	boss := c.as(account.Administrator)
	invited := boss.post("/admin/accounts", "/admin/accounts", url.Values{"role": {"security", "hr"}, "mail": {"tama@example.com"}}).want(t, 200)
	link := htmlcheck.Text(invited.page(t).Find(".done code")[0])
	path, ok := strings.CutPrefix(link, c.http.URL)
	if !ok {
		t.Fatalf("the link is %q", link)
	}
	cl := c.client(t)
	page := cl.get(path).want(t, 200).page(t)
	page.In(t, "main p", htmlcheck.Says("You were invited as hr, security"))
	page.In(t, "svg.qr path", htmlcheck.Has("d"))
	key := htmlcheck.Attr(page.Find("input[name=otp]")[0], "value")
	form := url.Values{"login": {"tama"}, "name": {"Tama Ngata"}, "password": {"short"}, "again": {"short"}, "otp": {key}, "code": {c.code(t, key)}}
	again := cl.post(path, path, form).want(t, 422).page(t)
	again.In(t, ".wrong", htmlcheck.Says("A password needs at least 12 characters. Nothing was changed."))
	if got := htmlcheck.Attr(again.Find("input[name=otp]")[0], "value"); got != key {
		t.Error("the secret of the app changed while the form was corrected")
	}
	form["password"], form["again"] = []string{goodPassword}, []string{goodPassword + "x"}
	cl.post(path, path, form).want(t, 422).page(t).In(t, ".wrong", htmlcheck.Says("The two passwords are not the same."))
	form["again"] = form["password"]
	done := cl.post(path, path, form).want(t, 200).page(t)
	done.In(t, ".codes code", htmlcheck.Count(10))
	cl.get("/account").want(t, 200).page(t).In(t, ".facts dd", htmlcheck.Says("Tama Ngata"))
	cl.get(path).want(t, 410)

	old := cl.cookie(c, sessionCookie)
	cl.post("/account", "/sign-out", nil).want(t, 303)
	if got := cl.cookie(c, sessionCookie); got != "" {
		t.Error("the browser kept the session's cookie")
	}
	cl.setCookie(c, sessionCookie, old)
	if got := cl.get("/account").want(t, 303); !strings.HasPrefix(got.Header.Get("Location"), "/sign-in?to=%2Faccount") {
		t.Errorf("an ended session leads to %s", got.Header.Get("Location"))
	}
	c.now = c.now.Add(time.Minute)
	form = url.Values{"login": {"Tama"}, "password": {goodPassword}, "code": {c.code(t, key)}, "to": {"/account"}}
	if got := cl.post("/sign-in?to=/account", "/sign-in", form).want(t, 303); got.Header.Get("Location") != "/account" {
		t.Errorf("signing in leads to %s", got.Header.Get("Location"))
	}
	if cl.cookie(c, sessionCookie) == old {
		t.Error("signing in did not make a new session")
	}
	cl.get("/account").want(t, 200)
}

// cookie returns what the browser holds.
func (c *client) cookie(con *console, name string) string {
	c.t.Helper()
	u, err := url.Parse(c.base)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, k := range c.http.Jar.Cookies(u) {
		if k.Name == con.cookieName(name) {
			return k.Value
		}
	}
	return ""
}

func (c *client) setCookie(con *console, name, value string) {
	c.t.Helper()
	u, err := url.Parse(c.base)
	if err != nil {
		c.t.Fatal(err)
	}
	c.http.Jar.SetCookies(u, []*http.Cookie{{Name: con.cookieName(name), Value: value, Path: "/"}})
}

// TestRefusalSaysNothing holds that the page of a refused sign-in is the same for a
// name that has an account and for one that has none.
func TestRefusalSaysNothing(t *testing.T) {
	c := newConsole(t)
	said := map[string]string{}
	for name, login := range map[string]string{"nobody": "nobody", "somebody": "security"} {
		cl := c.client(t)
		got := cl.post("/sign-in", "/sign-in", url.Values{"login": {login}, "password": {"a wrong password"}, "code": {"123456"}}).want(t, 422)
		body := strings.ReplaceAll(got.body, cl.anyToken(), "TOKEN")
		said[name] = strings.ReplaceAll(body, `value="`+login+`"`, "LOGIN")
	}
	if said["nobody"] != said["somebody"] {
		t.Errorf("a name without an account is answered otherwise:\n%s\n%s", said["nobody"], said["somebody"])
	}
}

func TestSignInIsSlowedDown(t *testing.T) {
	c := newConsole(t)
	cl := c.client(t)
	form := url.Values{"login": {"security"}, "password": {"a wrong password"}, "code": {"123456"}}
	for range 5 {
		cl.post("/sign-in", "/sign-in", form).want(t, 422)
	}
	slowed := func(wait string) {
		t.Helper()
		got := cl.post("/sign-in", "/sign-in", form).want(t, 429)
		got.page(t).In(t, ".wrong", htmlcheck.Says("Too many attempts failed"))
		if again := got.Header.Get("Retry-After"); again != wait {
			t.Errorf("again after %q s, want %s", again, wait)
		}
	}
	slowed("1")
	c.now = c.now.Add(time.Second)
	cl.post("/sign-in", "/sign-in", form).want(t, 422) // the sixth failure: two seconds
	slowed("2")
	c.now = c.now.Add(600 * time.Millisecond)
	slowed("2") // a second and a bit are two
	c.now = c.now.Add(500 * time.Millisecond)
	slowed("1")
}

// TestProviderIsSlowedDown: so it is by the identity provider, where no form is shown again.
func TestProviderIsSlowedDown(t *testing.T) {
	c := newConsole(t, func(o *Options) {
		o.Provider = &account.Provider{Name: "Example Ltd", Issuer: "https://login.example.com", ClientID: "daylight", Client: http.DefaultClient, Groups: map[string][]account.Role{"g": {account.HR}}}
	})
	cl := c.client(t)
	for range 20 {
		cl.get(account.BackPath+"?state=x").want(t, 403)
	}
	if again := cl.get(account.BackPath+"?state=x").want(t, 429).Header.Get("Retry-After"); again != "10" {
		t.Errorf("again after %q s, want 10", again)
	}
}

// TestLaterSaysWhen: whatever answers that somebody has to come again says when, also
// where it knows no better than a minute.
func TestLaterSaysWhen(t *testing.T) {
	for _, c := range []struct {
		status    int
		own, want string
	}{{429, "", "60"}, {503, "", "60"}, {429, "7", "7"}, {503, "30", "30"}, {200, "", ""}, {404, "", ""}, {500, "", ""}} {
		got := httptest.NewRecorder()
		w := &recorder{ResponseWriter: got}
		if c.own != "" {
			w.Header().Set("Retry-After", c.own)
		}
		http.Error(w, "words", c.status)
		if again := got.Header().Get("Retry-After"); again != c.want {
			t.Errorf("%d, which asks for %q itself: again after %q, want %q", c.status, c.own, again, c.want)
		}
	}
}

// TestProviderThatCannotBeAsked: whoever runs the service is told why nobody comes in,
// and the person who tried is told nothing of the network.
func TestProviderThatCannotBeAsked(t *testing.T) {
	guard, err := egress.New(egress.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := newConsole(t, func(o *Options) {
		o.Provider = &account.Provider{Name: "Example Ltd", Issuer: "https://10.20.0.1", ClientID: "daylight", Client: guard.Client(), Groups: map[string][]account.Role{"g": {account.HR}}}
	})
	body := c.client(t).get("/sign-in/provider").want(t, 403).body
	if !strings.Contains(body, "The sign-in could not be completed") || strings.Contains(body, "10.20") {
		t.Errorf("the page says\n%s", body)
	}
	if said := c.log.String(); !strings.Contains(said, "the identity provider cannot be asked") || !strings.Contains(said, "address refused: it is not a public address") {
		t.Errorf("the log says\n%s", said)
	}
}

// TestSignInGoesNowhereElse holds that the page to go to is one of the console.
func TestSignInGoesNowhereElse(t *testing.T) {
	c := newConsole(t)
	for _, to := range []string{"https://elsewhere.example.net/", "//elsewhere.example.net/", `/\elsewhere.example.net`, "/\t/elsewhere.example.net", "javascript:alert(1)", "elsewhere"} {
		got := c.as(account.Security).get("/sign-in?to="+url.QueryEscape(to)).want(t, 303)
		if got.Header.Get("Location") != "/" {
			t.Errorf("%q leads to %q", to, got.Header.Get("Location"))
		}
	}
}

func TestCookies(t *testing.T) {
	for _, tt := range []struct {
		address, name string
		secure        bool
	}{
		{"http://127.0.0.1:8080", "daylight-form", false},
		{"https://daylight.example.com", "__Host-daylight-form", true},
	} {
		c := newConsole(t, func(o *Options) { o.Address = tt.address })
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.http.URL+"/sign-in", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = strings.TrimPrefix(strings.TrimPrefix(tt.address, "http://"), "https://")
		got := c.client(t).do(req).want(t, 200)
		cookies := got.Cookies()
		if len(cookies) != 1 || cookies[0].Name != tt.name || cookies[0].Secure != tt.secure || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode || cookies[0].Path != "/" || cookies[0].Domain != "" {
			t.Errorf("at %s the cookie is %v", tt.address, cookies)
		}
		if has := got.Header.Get("Strict-Transport-Security") != ""; has != tt.secure {
			t.Errorf("at %s, HSTS is sent: %v", tt.address, has)
		}
	}
	o := newConsole(t).Options
	for address, want := range map[string]bool{
		"http://daylight.example.com": false, "daylight.example.com": false, "https://daylight.example.com/console": false, "ftp://127.0.0.1": false,
		"https://daylight.example.com/": true, "http://localhost:8080": true, "http://[::1]:8080": true,
	} {
		o.Address = address
		if _, err := New(o); (err == nil) != want {
			t.Errorf("%s as an address: %v", address, err)
		}
	}
}

// TestClientAddress holds that only a trusted proxy says whom it speaks for.
func TestClientAddress(t *testing.T) {
	c := newConsole(t, func(o *Options) { o.Proxies = prefixes(t, "10.0.0.0/8", "127.0.0.1/32") })
	for _, tt := range []struct{ remote, forwarded, want string }{
		{"198.51.100.7:1234", "", "198.51.100.7"},
		{"198.51.100.7:1234", "203.0.113.9", "198.51.100.7"},
		{"127.0.0.1:1234", "203.0.113.9", "203.0.113.9"},
		{"127.0.0.1:1234", "192.0.2.1, 203.0.113.9", "203.0.113.9"},
		{"127.0.0.1:1234", "192.0.2.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"},
		{"127.0.0.1:1234", "203.0.113.9, nonsense", "127.0.0.1"},
		{"127.0.0.1:1234", "", "127.0.0.1"},
		{"[2001:db8::7]:1234", "203.0.113.9", "2001:db8::7"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.RemoteAddr = tt.remote
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		x := &exchange{s: c.Server, r: r}
		if got := x.address().String(); got != tt.want {
			t.Errorf("%s for %q is %s, want %s", tt.remote, tt.forwarded, got, tt.want)
		}
	}
}
