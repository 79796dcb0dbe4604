// SPDX-License-Identifier: Apache-2.0

package vantage_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"daylight/checkin"
	"daylight/vantage"
)

var (
	start  = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	key    = vantage.Key{1, 2, 3}
	ticket = vantage.Ticket{Visit: "v", Point: "Exampleton", Until: start.Add(time.Hour).UnixMilli()}
)

func TestParseKey(t *testing.T) {
	text := strings.Repeat("0f", vantage.KeySize)
	if k, err := vantage.ParseKey(text + "\n"); err != nil || k[31] != 15 {
		t.Errorf("%v %v", k, err)
	}
	for _, wrong := range []string{"", text[2:], text + "00", strings.Repeat("zz", vantage.KeySize)} {
		if _, err := vantage.ParseKey(wrong); err == nil || wrong != "" && strings.Contains(err.Error(), wrong) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// TestSeals: only the key makes tickets and results, each for one check-in and point,
// and neither passes for the other.
func TestSeals(t *testing.T) {
	sealed, err := key.SealTicket(ticket)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := key.OpenTicket(sealed, "Exampleton", start); err != nil || got != ticket {
		t.Errorf("%+v, %v", got, err)
	}
	path := checkin.Path{Rounds: 30, Least: 5000}
	result, err := key.SealResult(vantage.Result{Visit: "v", Point: "Exampleton", Path: path, From: netip.MustParseAddr("192.0.2.7")})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := key.OpenResult(result, "v"); err != nil || got.Path != path || got.From.String() != "192.0.2.7" {
		t.Errorf("%+v, %v", got, err)
	}
	changed := []byte(result)
	changed[3] ^= 1
	other := vantage.Key{9}
	refused := map[string]error{}
	_, refused["a ticket of another point"] = key.OpenTicket(sealed, "Elsewhere", start)
	_, refused["a ticket whose time is over"] = key.OpenTicket(sealed, "Exampleton", start.Add(time.Hour))
	_, refused["a ticket of another key"] = other.OpenTicket(sealed, "Exampleton", start)
	_, refused["a result as a ticket"] = key.OpenTicket(result, "Exampleton", start)
	_, refused["a ticket as a result"] = key.OpenResult(sealed, "v")
	_, refused["a result of another check-in"] = key.OpenResult(result, "w")
	_, refused["a result that was changed"] = key.OpenResult(string(changed), "v")
	_, refused["a result of another key"] = other.OpenResult(result, "v")
	_, refused["nothing"] = key.OpenResult("", "v")
	_, refused["a long text"] = key.OpenResult(strings.Repeat("a", vantage.MaxSealed)+"."+result, "v")
	for name, err := range refused {
		if !errors.Is(err, vantage.ErrSeal) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

const console = "https://daylight.example.com"

func point(t *testing.T, change ...func(*vantage.Options)) *httptest.Server {
	t.Helper()
	o := vantage.Options{Name: "Exampleton", Console: console, Key: key, Now: time.Now, Random: rand.Reader}
	began := time.Now()
	o.Now = func() time.Time { return start.Add(time.Since(began)) }
	for _, f := range change {
		f(&o)
	}
	p, err := vantage.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(p.Handler())
	s.Config.ConnContext = vantage.WithConn
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// dial connects as a page of an origin does, with a ticket.
func dial(ctx context.Context, s *httptest.Server, origin, ticket string) (*websocket.Conn, int, error) {
	c, res, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(s.URL, "http")+vantage.Path+"?"+url.Values{"ticket": {ticket}}.Encode(), &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}})
	status := 0
	if res != nil {
		status = res.StatusCode
		if res.Body != nil {
			_ = res.Body.Close()
		}
	}
	return c, status, err
}

// answered answers as the page does, until it is handed the result.
func answered(t *testing.T, c *websocket.Conn) string {
	t.Helper()
	for {
		_, word, err := c.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if sealed, ok := strings.CutPrefix(string(word), vantage.Measured); ok {
			_, _, _ = c.Read(t.Context()) // how it was closed
			return sealed
		}
		if err := c.Write(t.Context(), websocket.MessageText, []byte(string(word)+" 1772442000000")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPoint(t *testing.T) {
	sealed, err := key.SealTicket(ticket)
	if err != nil {
		t.Fatal(err)
	}
	for name, proxied := range map[string]bool{"by itself": false, "behind a proxy": true} {
		s := point(t, func(o *vantage.Options) { o.Proxied = proxied })
		c, _, err := dial(t.Context(), s, console, sealed)
		if err != nil {
			t.Fatal(err)
		}
		r, err := key.OpenResult(answered(t, c), "v")
		if err != nil || r.Point != "Exampleton" || r.Path.Rounds != vantage.Rounds || r.Path.Least <= 0 || r.Path.Clock != 0 {
			t.Fatalf("%s: %+v, %v", name, r, err)
		}
		knows := !proxied && runtime.GOOS == "linux"
		if r.Path.Transport > 0 != knows || proxied && r.Path.Why != checkin.OwnProxy || r.From.IsValid() == proxied {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestPointRefuses: no ticket, a page of elsewhere, or a second measurement of one
// check-in at a time.
func TestPointRefuses(t *testing.T) {
	sealed, err := key.SealTicket(ticket)
	if err != nil {
		t.Fatal(err)
	}
	s := point(t)
	for name, c := range map[string]struct {
		origin, ticket string
		status         int
	}{
		"no ticket":           {console, "", http.StatusForbidden},
		"a made-up ticket":    {console, sealed[:len(sealed)-2] + "AA", http.StatusForbidden},
		"a page of elsewhere": {"https://elsewhere.example.net", sealed, http.StatusForbidden},
	} {
		if _, status, err := dial(t.Context(), s, c.origin, c.ticket); err == nil || status != c.status {
			t.Errorf("%s: %d, %v", name, status, err)
		}
	}
	first, _, err := dial(t.Context(), s, console, sealed)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.CloseNow() }()
	if _, status, err := dial(t.Context(), s, console, sealed); err == nil || status != http.StatusTooManyRequests {
		t.Errorf("a second one at a time: %d, %v", status, err)
	}
	again, err := http.Get(s.URL + vantage.Path + "?" + url.Values{"ticket": {sealed}}.Encode())
	if err != nil || again.StatusCode != http.StatusTooManyRequests || again.Header.Get("Retry-After") != "45" {
		t.Errorf("it says to come again after %q s, %v", again.Header.Get("Retry-After"), err)
	}
	_ = again.Body.Close()
	res, err := http.Get(s.URL + "/healthz")
	if err != nil || res.StatusCode != http.StatusNoContent {
		t.Errorf("it does not say that it runs: %v", err)
	}
	_ = res.Body.Close()
	if _, err := vantage.New(vantage.Options{Name: "x", Console: "nowhere", Now: time.Now, Random: rand.Reader}); err == nil {
		t.Error("no console")
	}
}

func FuzzOpenResult(f *testing.F) {
	sealed, err := key.SealResult(vantage.Result{Visit: "v", Point: "p"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add("." + sealed)
	f.Add("e30.AA")
	f.Fuzz(func(t *testing.T, text string) {
		if r, err := key.OpenResult(text, "v"); err == nil && (r.Visit != "v" || r.Point != "p") {
			t.Errorf("%q was taken: %+v", text, r)
		}
	})
}
