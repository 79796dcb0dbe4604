// SPDX-License-Identifier: Apache-2.0

package egress

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// zone answers with one list of addresses after the other; the last stays.
type zone struct {
	answers [][]string
	asked   atomic.Int64
}

func (z *zone) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	n := min(int(z.asked.Add(1)), len(z.answers)) - 1
	var out []netip.Addr
	for _, s := range z.answers[n] {
		out = append(out, netip.MustParseAddr(s))
	}
	return out, nil
}

func TestAddressesRefused(t *testing.T) {
	g, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{
		"127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
		"100.64.0.1", "100.127.255.255", "169.254.1.1", "169.254.169.254", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
		"198.18.0.1", "192.0.0.8", "192.0.2.1", "198.51.100.1", "203.0.113.1",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::7f00:1",
		"64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::c0a8:101", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:1::1",
		"fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1",
	} {
		if err := g.check(netip.MustParseAddr(s), false); !errors.Is(err, ErrRefused) {
			t.Errorf("%s is let through: %v", s, err)
		}
	}
	for _, s := range []string{
		"8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.255.255", "198.20.0.1", "223.255.255.254",
		"2606:4700::1", "2a00:1450::1", "64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8",
	} {
		if err := g.check(netip.MustParseAddr(s), false); err != nil {
			t.Errorf("%s is refused: %v", s, err)
		}
	}
}

// TestMetadataIsNeverAllowed: no allow-list reaches a cloud's credentials.
func TestMetadataIsNeverAllowed(t *testing.T) {
	g, err := New(Options{Allow: []string{"169.254.0.0/16", "fd00::/8", "100.64.0.0/10", "http://169.254.169.254", "metadata.example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fd00:ec2::254", "100.100.100.200"} {
		if err := g.check(netip.MustParseAddr(s), true); !errors.Is(err, ErrRefused) {
			t.Errorf("%s is let through: %v", s, err)
		}
	}
	if err := g.check(netip.MustParseAddr("100.64.0.9"), false); err != nil {
		t.Errorf("an allowed network is refused: %v", err)
	}
}

func TestURLsRefused(t *testing.T) {
	g, err := New(Options{Allow: []string{"http://ghe.example.com:8080", "10.1.0.0/16"}})
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]bool{
		"https://api.example.com/x":      true,
		"http://ghe.example.com:8080/x":  true,
		"http://GHE.example.com.:8080/x": true,
		"https://10.1.2.3/":              true,
		"http://api.example.com/":        false,
		"http://ghe.example.com:9090/":   false,
		"https://10.2.0.1/":              false,
		"https://127.0.0.1/":             false,
		"https://[::1]/":                 false,
		"https://user@api.example.com/":  false,
		"ftp://api.example.com/":         false,
		"file:///etc/passwd":             false,
		"gopher://api.example.com/":      false,
		"https:///x":                     false,
	} {
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.CheckURL(u); (err == nil) != want {
			t.Errorf("%s: %v, want allowed %v", s, err, want)
		}
	}
}

// TestNumbersAreNoHosts: a number that a resolver reads as an address is refused as it
// stands, whatever the allow-list says, before anybody looks it up.
func TestNumbersAreNoHosts(t *testing.T) {
	asked := &zone{answers: [][]string{{"127.0.0.1"}}}
	g, err := New(Options{Allow: []string{"127.0.0.0/8", "192.0.2.0/24", "localhost:8443", "http://localhost:4318"}, Resolver: asked})
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]bool{
		"0x7f.1": false, "2130706433": false, "017700000001": false, "0x7f000001": false, "0X7F.1": false, "127.1": false, "127.0.1": false, "127.0.0.1.": false,
		"0177.0.0.1": false, "127.0.0.01": false, "0x": false, "1.2.3.4.5": false, "example.0x10": false, "256.1.1.1": false, "%31%32%37.1": false,
		"１２７.1": false, "①②⑦.⓪.⓪.①": false, "127。1": false, "exa mple.com": false,
		"192.0.2.9": true, "[::ffff:127.0.0.1]": true, "127.0.0.1": true, "7.example.com": true, "0x7f.example.com": true, "bücher.example": true, "1e100.net": true,
		"localhost": true, "LOCALHOST.": true, "daylight.localhost": true, // by the network that is allowed
	} {
		u, err := url.Parse("https://" + host + "/")
		if err != nil {
			if want {
				t.Errorf("%s: %v", host, err)
			}
			continue
		}
		if err := g.CheckURL(u); (err == nil) != want || err != nil && !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v, want allowed %v", host, err, want)
		}
		if _, err := g.resolve(t.Context(), u.Hostname(), "443"); err == nil && !want {
			t.Errorf("%s is looked up", host)
		}
	}
	if g, err = New(Options{}); err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"localhost", "localhost.", "LocalHost", "daylight.localhost"} {
		if err := g.CheckHost(host, "443"); !errors.Is(err, ErrRefused) {
			t.Errorf("%s is let through: %v", host, err)
		}
	}
}

func TestBadAllowEntries(t *testing.T) {
	_, err := New(Options{Allow: []string{"", "*.example.com", "ftp://x", "https://u@x", "a b", "ok.example.com", "https://x/path", "0x7f.1", "2130706433:443", "http://127.1"}})
	if err == nil || strings.Count(err.Error(), "\n") != 8 {
		t.Errorf("nine bad entries: %v", err)
	}
}

// server is a TLS server, with the guard's options to reach it by name.
func server(t *testing.T, h http.Handler) (*httptest.Server, Options) {
	t.Helper()
	s := httptest.NewTLSServer(h)
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return s, Options{
		TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, Resolver: &zone{answers: [][]string{{"127.0.0.1"}}}, Timeout: 2 * time.Second,
	}
}

func get(t *testing.T, o Options, address string) ([]byte, error) {
	t.Helper()
	g, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	client := g.Client()
	t.Cleanup(client.CloseIdleConnections)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // read only
	return io.ReadAll(resp.Body)
}

// byName is the server's address under the name of its certificate.
func byName(s *httptest.Server) string { return strings.Replace(s.URL, "127.0.0.1", "example.com", 1) }

func TestHostOfTheConfigurationIsReached(t *testing.T) {
	s, o := server(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "yes") }))
	if _, err := get(t, o, byName(s)); !errors.Is(err, ErrRefused) {
		t.Errorf("a name that points inward is reached: %v", err)
	}
	o.Allow = []string{"example.com"}
	if body, err := get(t, o, byName(s)); err != nil || string(body) != "yes" {
		t.Errorf("an allowed host is not reached: %q, %v", body, err)
	}
}

// TestRebindingIsImpossible: the name is asked once a connection, and a second
// answer that points inward is checked like the first.
func TestRebindingIsImpossible(t *testing.T) {
	s, o := server(t, http.NotFoundHandler())
	z := &zone{answers: [][]string{{"2606:4700::1"}, {"127.0.0.1"}}}
	o.Resolver, o.Timeout = z, 300*time.Millisecond
	g, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if addrs, err := g.resolve(t.Context(), "example.com", "443"); err != nil || len(addrs) != 1 || addrs[0] != netip.MustParseAddr("2606:4700::1") {
		t.Fatalf("the first answer: %v, %v", addrs, err)
	}
	if z.asked.Load() != 1 {
		t.Errorf("asked %d times for one connection", z.asked.Load())
	}
	if _, err := get(t, o, byName(s)); !errors.Is(err, ErrRefused) {
		t.Errorf("the second answer is not refused: %v", err)
	}
	mixed := &zone{answers: [][]string{{"2606:4700::1", "10.0.0.1"}}}
	o.Resolver = mixed
	if _, err := get(t, o, byName(s)); !errors.Is(err, ErrRefused) {
		t.Errorf("a name with an inner address beside a public one is reached: %v", err)
	}
}

func TestRedirectsAreChecked(t *testing.T) {
	var to string
	s, o := server(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }))
	o.Allow = []string{"example.com"}
	for _, target := range []string{"https://127.0.0.1:1/", "https://169.254.169.254/latest/meta-data/", "http://example.com/", "https://[::ffff:10.0.0.1]/", "file:///etc/passwd", "https://inner.example.net/"} {
		to = target
		if _, err := get(t, o, byName(s)); !errors.Is(err, ErrRefused) {
			t.Errorf("followed to %s: %v", target, err)
		}
	}
	to = byName(s) + "/again"
	if _, err := get(t, o, byName(s)); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "more than 3 redirects") {
		t.Errorf("a loop of redirects: %v", err)
	}
}

func TestBodiesAreBounded(t *testing.T) {
	s, o := server(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stream" {
			w.(http.Flusher).Flush()
		}
		_, _ = io.WriteString(w, strings.Repeat("x", len(r.URL.Query().Get("n"))))
	}))
	o.Allow, o.MaxBody = []string{"example.com"}, 100
	for _, c := range []struct {
		path string
		size int
		ok   bool
	}{{"/", 100, true}, {"/", 101, false}, {"/stream", 100, true}, {"/stream", 101, false}, {"/stream", 4000, false}} {
		body, err := get(t, o, byName(s)+c.path+"?n="+strings.Repeat("n", c.size))
		if c.ok != (err == nil) || !c.ok && !errors.Is(err, ErrTooLarge) || len(body) > 100 {
			t.Errorf("%s with %d bytes: %d bytes, %v", c.path, c.size, len(body), err)
		}
	}
}

func TestSlowBodyTimesOut(t *testing.T) {
	done := make(chan struct{})
	s, o := server(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.(http.Flusher).Flush()
		<-done
	}))
	defer close(done)
	o.Allow, o.Timeout = []string{"example.com"}, 100*time.Millisecond
	if _, err := get(t, o, byName(s)); err == nil {
		t.Error("a body that never ends is waited for")
	}
}

func FuzzCheckURL(f *testing.F) {
	for _, s := range []string{"https://127.0.0.1", "https://[::1%25eth0]/", "https://0x7f.1/", "http://a@b", "https://[64:ff9b::7f00:1]/"} {
		f.Add(s)
	}
	g, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := url.Parse(s)
		if err != nil || g.CheckURL(u) != nil {
			return
		}
		if u.Scheme != "https" {
			t.Errorf("%q is let through", s)
		}
		if a, err := netip.ParseAddr(u.Hostname()); err == nil && (a.IsPrivate() || a.IsLoopback() || a.Unmap().IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified()) {
			t.Errorf("%q is let through", s)
		}
	})
}
