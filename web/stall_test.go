// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"daylight/account"
	"daylight/store"
	"daylight/vantage"
)

// counting is a store that knows how many read it now.
type counting struct {
	store.Store
	views *atomic.Int64
}

// View implements [store.Store].
func (c counting) View(ctx context.Context, f func(store.Reader) error) error {
	c.views.Add(1)
	defer c.views.Add(-1)
	return c.Store.View(ctx, f)
}

// narrowly accepts connections that hold little of what is on its way.
type narrowly struct{ net.Listener }

// Accept implements [net.Listener].
func (n narrowly) Accept() (net.Conn, error) {
	c, err := n.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(4 << 10)
	}
	return c, err
}

// TestStalledDownload: whoever downloads the audit log and takes nothing, or hardly
// anything, is dropped, so that the store does not keep for them what was destroyed; one
// who takes it slowly gets it whole.
func TestStalledDownload(t *testing.T) {
	var views atomic.Int64
	c := newConsole(t, func(o *Options) { o.Store = counting{o.Store, &views} })
	c.entries(t, 16000) // more than the buffers of a connection hold, zipped
	auditor := c.as(account.Auditor)
	csrf := auditor.token("/audit")
	server := httptest.NewUnstartedServer(c.Handler())
	server.Listener, server.Config.ConnContext = narrowly{server.Listener}, vantage.WithConn
	server.Start()
	defer server.Close()
	for _, tt := range []struct {
		name    string
		stall   time.Duration
		take    int           // bytes at a time
		pause   time.Duration // between them
		dropped bool
	}{
		{"takes nothing", 300 * time.Millisecond, 0, 0, true},
		{"takes hardly anything", 300 * time.Millisecond, 16, 20 * time.Millisecond, true},
		{"takes it with pauses", 5 * time.Second, 16 << 10, 10 * time.Millisecond, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c.times.stall = tt.stall
			body := c.download(t, auditor, server, csrf)
			defer body.Close() //nolint:errcheck // a test's own
			if tt.take == 0 {
				for end := time.Now().Add(10 * time.Second); views.Load() > 0; time.Sleep(5 * time.Millisecond) {
					if time.Now().After(end) {
						t.Fatal("the store is still being read for somebody who takes nothing")
					}
				}
			}
			began, took := time.Now(), 0
			var err error
			for buffer := make([]byte, max(tt.take, 1<<10)); err == nil && time.Since(began) < 20*time.Second; time.Sleep(tt.pause) {
				var n int
				n, err = body.Read(buffer)
				took += n
			}
			if whole := errors.Is(err, io.EOF); err == nil || whole == tt.dropped {
				t.Errorf("the download ended with %v after %d bytes", err, took)
			}
			if n := views.Load(); n != 0 {
				t.Errorf("%d still read the store", n)
			}
		})
	}
}

// bounds is an answer that notes until when each part may take.
type bounds struct {
	http.ResponseWriter
	until []time.Time
}

// SetWriteDeadline is called through [http.ResponseController].
func (b *bounds) SetWriteDeadline(at time.Time) error {
	b.until = append(b.until, at)
	return nil
}

// TestDownloadKeepsPace: each part may take thirty seconds, and everything together thirty
// and a second for each 32 KiB.
func TestDownloadKeepsPace(t *testing.T) {
	w := &bounds{ResponseWriter: httptest.NewRecorder()}
	x := &exchange{w: w, r: httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/audit/download", nil), s: &Server{times: times{stall: stallTime}}}
	now := time.Now()
	d := &download{x: x}
	if _, err := d.Write(make([]byte, 64<<10)); err != nil {
		t.Fatal(err)
	}
	d.began = d.began.Add(-time.Minute) // the next part is sent a minute later
	if _, err := d.Write(nil); err != nil {
		t.Fatal(err)
	}
	for i, want := range []time.Duration{30 * time.Second, -28 * time.Second} {
		if off := w.until[i].Sub(now) - want; off < 0 || off > 5*time.Second {
			t.Errorf("part %d may take %v, want %v", i+1, w.until[i].Sub(now), want)
		}
	}
}

// download begins to download the audit log over a connection that holds little.
func (c *console) download(t *testing.T, as *client, from *httptest.Server, csrf string) io.ReadCloser {
	t.Helper()
	browser := &http.Client{Jar: as.http.Jar, Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if tcp, ok := conn.(*net.TCPConn); ok {
			err = tcp.SetReadBuffer(4 << 10)
		}
		return conn, err
	}}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, from.URL+"/audit/download", strings.NewReader(url.Values{"csrf": {csrf}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = strings.TrimPrefix(c.http.URL, "http://")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", c.http.URL)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := browser.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("the download is answered with %d", res.StatusCode)
	}
	return res.Body
}
