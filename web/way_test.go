// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"daylight/checkin"
	"daylight/store"
	"daylight/vantage"
)

// running lets the clock of a console run, so that something can be measured.
func running(o *Options) {
	began := time.Now()
	o.Now = func() time.Time { return start.Add(time.Since(began)) }
}

// wayConsole is a console with a check-in that waits for its way to be measured, and
// the browser that it is of.
func wayConsole(t *testing.T, change ...func(*Options)) (c *console, person *client, path string) {
	t.Helper()
	st := sampleStore(t)
	c = newConsole(t, append([]func(*Options){func(o *Options) { o.Store = st }, running, withNetwork}, change...)...)
	handle := c.applicant(t)
	path = c.madeCheckin(t, handle)
	person = c.client(t)
	person.post(path, path, act("agree")).want(t, http.StatusSeeOther)
	person.step(path, nil, nil)
	person.step(path, map[string]any{"step": 0, "outcome": "missing"}, nil)
	return c, person, path
}

// dial opens the connection that the way is measured over, through a host and port.
func (c *client) dial(ctx context.Context, through, path, origin string) (*websocket.Conn, error) {
	base, err := url.Parse(c.base)
	if err != nil {
		return nil, err
	}
	header := http.Header{"Origin": {origin}}
	for _, k := range c.http.Jar.Cookies(base) {
		header.Add("Cookie", k.Name+"="+k.Value)
	}
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, through)
	}}
	s, res, err := websocket.Dial(ctx, "ws://"+base.Host+path+"/way", &websocket.DialOptions{HTTPClient: &http.Client{Transport: transport}, HTTPHeader: header})
	if res != nil && res.Body != nil {
		_ = res.Body.Close()
	}
	return s, err
}

// echo answers as the page does, until the service ends it.
func echo(ctx context.Context, s *websocket.Conn, answer func(string) string) error {
	for {
		_, word, err := s.Read(ctx)
		if err != nil {
			if websocket.CloseStatus(err) == websocket.StatusNormalClosure {
				return nil
			}
			return err
		}
		if err := s.Write(ctx, websocket.MessageText, []byte(answer(string(word)))); err != nil {
			return err
		}
	}
}

func page(word string) string { return fmt.Sprintf("%s %d", word, start.UnixMilli()) }

// measured is what the store has of the way.
func (c *console) measured(t *testing.T) *checkin.Path {
	t.Helper()
	var out *checkin.Path
	err := c.Store.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.CheckIns, store.Query{Bare: true}) {
			if err != nil {
				return err
			}
			got, err := checkin.Get(r, row.Key, c.Now())
			if err != nil {
				return err
			}
			out = got.Path
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// relay passes bytes on between whoever connects and an address, each after a delay,
// as a proxy does that ends the connection and opens another.
func relay(t *testing.T, at, to string, delay time.Duration) string {
	t.Helper()
	var listen net.ListenConfig
	l, err := listen.Listen(t.Context(), "tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	pass := func(from, to net.Conn) {
		type piece struct {
			at   time.Time
			data []byte
		}
		pieces := make(chan piece, 1024)
		go func() {
			defer close(pieces)
			for {
				buf := make([]byte, 4096)
				n, err := from.Read(buf)
				if n > 0 {
					pieces <- piece{time.Now().Add(delay), buf[:n]}
				}
				if err != nil {
					return
				}
			}
		}()
		for p := range pieces {
			time.Sleep(time.Until(p.at))
			if _, err := to.Write(p.data); err != nil {
				break
			}
		}
		_ = to.Close()
	}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			var d net.Dialer
			out, err := d.DialContext(context.Background(), "tcp", to)
			if err != nil {
				_ = in.Close()
				continue
			}
			go pass(in, out)
			go pass(out, in)
		}
	}()
	return l.Addr().String()
}

// TestWayTellsRelayed measures the way to a browser on this machine, directly and
// through a relay that adds 40 ms each way: the one has nothing between, the other
// has, and light bounds how far each can be.
func TestWayTellsRelayed(t *testing.T) {
	for name, delay := range map[string]time.Duration{"direct": 0, "relayed": 40 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			c, person, path := wayConsole(t)
			through := c.http.Listener.Addr().String()
			if delay > 0 {
				through = relay(t, "127.0.0.1:0", through, delay)
			}
			s, err := person.dial(t.Context(), through, path, c.http.URL)
			if err != nil {
				t.Fatal(err)
			}
			if err := echo(t.Context(), s, page); err != nil {
				t.Fatal(err)
			}
			p := c.measured(t)
			if p == nil || p.Rounds != vantage.Rounds {
				t.Fatalf("measured %+v", p)
			}
			t.Logf("transport %d µs, rounds %d to %d µs, clock %d ms", p.Transport, p.Least, p.Upper, p.Clock)
			if least := 2 * delay.Microseconds(); p.Least < least || p.Least > least+40_000 {
				t.Errorf("the least round is %d µs, with %d added", p.Least, least)
			}
			if runtime.GOOS != "linux" {
				if p.Transport != 0 || p.Why != checkin.NoKernel {
					t.Errorf("a system that does not say: %+v", p)
				}
				t.Skip("SKIPPED: only Linux says how long the transport takes")
			}
			if p.Transport == 0 || p.Transport > 20_000 {
				t.Errorf("the transport takes %d µs on one machine", p.Transport)
			}
			if apart, known := p.Apart(); !known || apart != (delay > 0) {
				t.Errorf("apart %v, known %v: %+v", apart, known, p)
			}
		})
	}
}

// TestWayBehindProxy: a proxy of the service's own ends the connection, so the
// transport says nothing.
func TestWayBehindProxy(t *testing.T) {
	c, person, path := wayConsole(t, func(o *Options) { o.Proxies = prefixes(t, "127.0.0.0/8") })
	s, err := person.dial(t.Context(), c.http.Listener.Addr().String(), path, c.http.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := echo(t.Context(), s, page); err != nil {
		t.Fatal(err)
	}
	if p := c.measured(t); p == nil || p.Transport != 0 || p.Why != checkin.OwnProxy || p.Rounds != vantage.Rounds {
		t.Errorf("measured %+v", p)
	}
}

// TestWayCannotBeGuessed: an answer that is not what was sent ends the measurement, so
// no browser can answer before it was asked.
func TestWayCannotBeGuessed(t *testing.T) {
	for name, answer := range map[string]func(string) string{
		"another word": func(string) string { return page("0123456789abcdef") },
		"no clock":     func(word string) string { return word },
		"a clock out of bounds": func(word string) string {
			return word + " 999999999999999999"
		},
		"a long answer": func(word string) string { return page(word) + strings.Repeat(" ", 100) },
	} {
		c, person, path := wayConsole(t)
		s, err := person.dial(t.Context(), c.http.Listener.Addr().String(), path, c.http.URL)
		if err != nil {
			t.Fatal(err)
		}
		_ = echo(t.Context(), s, answer)
		if p := c.measured(t); p != nil && p.Rounds != 0 {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// TestWayIsBounded: no other site can start a measurement, nobody without the cookie
// of the check-in, and nobody too often.
func TestWayIsBounded(t *testing.T) {
	c, person, path := wayConsole(t)
	at := c.http.Listener.Addr().String()
	if s, err := person.dial(t.Context(), at, path, "https://elsewhere.example.net"); err == nil {
		_ = s.CloseNow()
		t.Error("another site was let in")
	}
	if s, err := c.client(t).dial(t.Context(), at, path, c.http.URL); err == nil {
		_ = s.CloseNow()
		t.Error("another browser was let in")
	}
	tries := 0
	for range 8 {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		s, err := person.dial(ctx, at, path, c.http.URL)
		if err == nil {
			tries++
			_ = s.CloseNow()
		}
		cancel()
	}
	if tries == 0 || tries > 5 {
		t.Errorf("the way was measured %d times", tries)
	}
	for range maxWays {
		c.ways <- struct{}{}
	}
	if _, err := person.dial(t.Context(), at, path, c.http.URL); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("one more than may be measured at a time: %v", err)
	}
}
