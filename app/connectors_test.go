// SPDX-License-Identifier: Apache-2.0

package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"daylight/egress"
	"daylight/intake"
	"daylight/internal/htmlcheck"
	"daylight/store"
)

// oktaLog is an Okta System Log by polling, which serves two rows a page, and from its
// second page on does to the connector what broken does.
type oktaLog struct {
	*httptest.Server

	mu     sync.Mutex
	rows   int
	served int // pages
	asked  int // for a page that it does not serve
	broken func(w http.ResponseWriter, r *http.Request)
	good   tls.Certificate
	bad    *tls.Certificate // shown while it is broken
}

func (l *oktaLog) serve(w http.ResponseWriter, r *http.Request) {
	from, _ := strconv.Atoi(r.URL.Query().Get("after"))
	l.mu.Lock()
	broken, rows := l.broken, l.rows
	if broken != nil && from > 0 {
		l.asked++
	} else {
		l.served++
	}
	l.mu.Unlock()
	if broken != nil && from > 0 {
		broken(w, r)
		return
	}
	to := min(from+2, rows)
	w.Header().Set("Link", fmt.Sprintf(`<%s/api/v1/logs?after=%d>; rel="next"`, l.URL, to))
	var page []string
	for i := from; i < to; i++ {
		page = append(page, fmt.Sprintf(`{"uuid":"%s-%d","published":%q,"eventType":"user.session.start","severity":"INFO","actor":{"id":"00u1","type":"User","alternateId":"amara.okafor@example.com"},"client":{"ipAddress":"192.0.2.1"},"outcome":{"result":"SUCCESS"}}`,
			l.URL, i, time.Now().Add(time.Duration(i-20)*time.Minute).UTC().Format("2006-01-02T15:04:05.000Z")))
	}
	_, _ = io.WriteString(w, "["+strings.Join(page, ",")+"]")
}

// certificate is what the log shows of itself.
func (l *oktaLog) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil && l.bad != nil && l.served > 0 {
		return l.bad, nil
	}
	return &l.good, nil
}

func (l *oktaLog) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = nil
}

// tried is how often a page was asked for that it did not serve.
func (l *oktaLog) tried() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked
}

// ownCertificate is one that nobody else signed.
func ownCertificate(t *testing.T) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// answer is a fault: a status, and a header.
func answer(code int, header, value string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(header, value)
		http.Error(w, "no", code)
	}
}

// TestServeBesideBrokenVendors starts the service with vendors each of which is broken in
// its own way after a page of two rows: the sources say which, since when and why, and
// everything else goes on; each is read on when it is mended, and nothing is read twice.
func TestServeBesideBrokenVendors(t *testing.T) {
	if testing.Short() {
		t.Skip("it waits as connectors wait")
	}
	t.Parallel()
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("what is inside was asked") }))
	defer inner.Close()
	ended := make(chan struct{})
	cases := map[string]struct {
		broken func(http.ResponseWriter, *http.Request)
		want   string // among the sources
	}{
		"well":  {nil, "ok"},
		"fault": {answer(http.StatusInternalServerError, "X", ""), "failing: the vendor has a fault (HTTP 500)"},
		"garbage": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "<html>We are busy<script>alert(1)</script>")
		}, "failing: the answer was not understood or was cut off"},
		"hangs": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `[{"uuid":"`)
			_ = http.NewResponseController(w).Flush()
			select {
			case <-ended:
			case <-r.Context().Done():
			}
		}, "failing: the vendor did not answer in time"},
		"inward":  {answer(http.StatusFound, "Location", inner.URL+"/api/v1/logs"), "refused: the vendor redirects to another host"},
		"badcert": {func(http.ResponseWriter, *http.Request) {}, "failing: the vendor's certificate is not to be trusted"},
		"key":     {answer(http.StatusUnauthorized, "X", ""), "refused: the vendor refused the credentials (HTTP 401)"},
		"busy":    {answer(http.StatusTooManyRequests, "Retry-After", "1"), "failing: the vendor asks to wait (HTTP 429)"},
	}
	dir := t.TempDir()
	key := filepath.Join(dir, "okta")
	if err := os.WriteFile(key, []byte("okta-key"), 0o600); err != nil {
		t.Fatal(err)
	}
	const rows = 6
	logs := map[string]*oktaLog{}
	var allow, pull []string
	roots := x509.NewCertPool()
	for name, c := range cases {
		l := &oktaLog{rows: rows, broken: c.broken}
		l.Server = httptest.NewUnstartedServer(http.HandlerFunc(l.serve))
		if name == "badcert" {
			l.bad = ownCertificate(t)
			// A connection that is there is not checked anew.
			l.Config.SetKeepAlivesEnabled(false)
			l.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo) // of handshakes that fail
			l.StartTLS()
			roots.AddCert(l.Certificate())
			l.good = l.TLS.Certificates[0]
			l.TLS.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
				return &tls.Config{GetCertificate: l.certificate, MinVersion: tls.VersionTLS12}, nil
			}
		} else {
			l.Start()
		}
		defer l.Close()
		logs[name] = l
		allow = append(allow, strconv.Quote(l.URL))
		pull = append(pull, fmt.Sprintf("{name: %s, kind: okta, url: %q, secret: {file: %q}, every: 10s}", name, l.URL, key))
	}
	defer close(ended)
	config := filepath.Join(dir, "daylight.yaml")
	text := fmt.Sprintf("connect:\n  notices: {everybody: {policy: Monitoring at work, version: \"1\", date: \"2020-01-01\"}}\n  allow: [%s]\n  pull:\n  - %s\n", strings.Join(allow, ", "), strings.Join(pull, "\n  - "))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	h := startHereOut(t, Serve{Data: filepath.Join(dir, "data")}, config, 0, egress.Options{Timeout: 1500 * time.Millisecond, TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}})
	boss := newVisitor(t)
	h.staff(t, boss, newVisitor(t))
	boss.page(t, "/admin/tokens")
	program := newVisitor(t)
	program.base = h.address
	program.token = shownOnce(boss.filled(t, "/admin/tokens", url.Values{"name": {"numbers"}, "scope": {"metrics"}, "until": {time.Now().AddDate(0, 3, 0).Format(time.DateOnly)}}))

	// sources waits until every connector is said to be as it is wanted.
	sources := func(want map[string]string, within time.Duration) {
		t.Helper()
		var got map[string]string
		for until := time.Now().Add(within); time.Now().Before(until); time.Sleep(250 * time.Millisecond) {
			got = connectorsOf(boss.page(t, "/sources"))
			right := 0
			for name, words := range want {
				if strings.HasPrefix(got[name], words) && strings.Contains(got[name], "since ") == (words != "ok") {
					right++
				}
			}
			if right == len(want) {
				return
			}
		}
		t.Fatalf("the sources say %q, want %q", got, want)
	}
	anybody := newVisitor(t)
	anybody.base = h.address
	ready := func(v *visitor) string {
		t.Helper()
		got, err := v.do(t.Context(), http.MethodGet, "/readyz", "", nil)
		if err != nil || got.status != http.StatusOK {
			t.Fatalf("%d %v", got.status, err)
		}
		return string(got.body)
	}
	for logs["busy"].tried() < 2 {
		time.Sleep(50 * time.Millisecond)
	}
	h.jump(3 * time.Minute) // no limit takes so long
	want := map[string]string{}
	for name, c := range cases {
		want[name] = c.want
	}
	sources(want, 30*time.Second) // sooner than a connector gives a page up
	said := ready(program)
	for name := range cases {
		if strings.Contains(said, "\n"+name+" system_log is ") != (name != "well") {
			t.Errorf("%s: ready says\n%s", name, said)
		}
	}
	if got, err := program.do(t.Context(), http.MethodGet, "/metrics", "", nil); err != nil || !strings.Contains(string(got.body), "daylight_queue_jobs{queue=\"outbox\"} 0\n") {
		t.Errorf("the metrics lack the notifications that are due: %d %.300s (%v)", got.status, got.body, err)
	}
	if said := ready(anybody); !strings.HasPrefix(said, "degraded\n") || strings.Count(said, "a way in is ") != len(cases)-1 || strings.Contains(said, "busy") {
		t.Errorf("ready tells everybody\n%s", said)
	}

	// Those that are well go on.
	l := logs["well"]
	l.mu.Lock()
	l.rows++
	l.mu.Unlock()
	h.wake <- "well"
	for until := time.Now().Add(30 * time.Second); h.readOf(t, "well") < rows+1 && time.Now().Before(until); {
		time.Sleep(100 * time.Millisecond)
	}
	read := func(name string, want int) {
		t.Helper()
		if got := h.readOf(t, name); got != want {
			t.Errorf("%s: %d rows are kept, want %d", name, got, want)
		}
	}
	for name := range cases {
		if name == "well" {
			read(name, rows+1)
		} else {
			read(name, 2)
		}
	}
	for name, l := range logs {
		l.mend()
		want[name] = "ok"
		h.wake <- name
	}
	sources(want, 2*time.Minute)
	idle(t, h.data)
	for name, l := range logs {
		read(name, l.rows)
	}
	if said := ready(program); said != "ok\n" {
		t.Errorf("ready says %s", said)
	}
}

// connectorsOf is what the page of sources says of each connector.
func connectorsOf(p *htmlcheck.Page) map[string]string {
	out := map[string]string{}
	states := p.Find("section[aria-labelledby=connectors] td[data-label=State]")
	for i, name := range p.Find("section[aria-labelledby=connectors] tbody th") {
		out[strings.TrimSuffix(htmlcheck.Text(name), "okta system_log")] = htmlcheck.Text(states[i])
	}
	return out
}

// readOf is how many rows of a connector were read in, over all its files.
func (h *here) readOf(t *testing.T, source string) (rows int) {
	t.Helper()
	err := h.store.View(t.Context(), func(r store.Reader) error {
		var failed []error
		for row, err := range r.Find(store.Files, store.Query{Where: []store.Cond{{Column: "source", Op: store.Equal, Text: source}}}) {
			if err == nil {
				var s intake.Status
				s, err = intake.FileStatus(row)
				rows += s.Records
			}
			failed = append(failed, err)
		}
		return errors.Join(failed...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
