// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestManySlowConnections: two hundred who send their headers byte by byte, or a body that
// stops, keep nobody waiting and are let go: of headers after 10 seconds, of a body that
// was refused 5 seconds later. A form may take 60 seconds, for which this does not wait.
func TestManySlowConnections(t *testing.T) {
	if testing.Short() {
		t.Skip("connections are waited for as long as the service does")
	}
	t.Parallel() // it waits more than it works
	s := startLife(t, true, "--data", filepath.Join(t.TempDir(), "data"))
	s.ready(t)
	boss := newVisitor(t)
	s.staff(t, boss, newVisitor(t))
	ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
	defer cancel()

	const atOnce = 3 * time.Second // more than it needs, as tests of other packages run beside it
	kinds := []struct {
		what, head string
		drip       bool
		let        time.Duration // after which it is let go; 0: not within the test
	}{
		{"headers byte by byte", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", true, 10 * time.Second},
		{"a body without a token", "POST /v1/ingest?path=a.csv HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\nid,", false, 5 * time.Second},
		{"a form", "POST /sign-in HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 2000\r\n\r\nlogin=", false, 0},
	}
	var slow sync.WaitGroup
	defer slow.Wait()
	defer cancel()
	for i := range 200 {
		kind := kinds[i%len(kinds)]
		host := strings.TrimPrefix(s.address, "http://")
		slow.Go(func() {
			took, err := endures(ctx, host, strings.ReplaceAll(kind.head, "HOST", host), kind.drip)
			switch {
			case kind.let == 0 && !errors.Is(err, context.Canceled):
				t.Errorf("%s: it ended after %v: %v", kind.what, took, err)
			case kind.let > 0 && (err != nil || took < kind.let-time.Second || took > kind.let+atOnce):
				t.Errorf("%s: it was let go after %v, want %v (%v)", kind.what, took.Round(time.Millisecond), kind.let, err)
			}
		})
	}
	asked, worst := 0, time.Duration(0)
	for until := time.Now().Add(13 * time.Second); time.Now().Before(until); time.Sleep(200 * time.Millisecond) {
		for _, path := range []string{"/healthz", "/sources"} {
			began := time.Now()
			got, err := boss.do(ctx, http.MethodGet, path, "", nil)
			if err != nil || got.status != http.StatusOK {
				t.Fatalf("%s beside slow connections: %d %v", path, got.status, err)
			}
			asked, worst = asked+1, max(worst, time.Since(began))
		}
	}
	t.Logf("%d answers beside 200 slow connections, the slowest after %v", asked, worst.Round(time.Millisecond))
	if worst > atOnce || asked < 20 {
		t.Errorf("%d answers beside slow connections, the slowest after %v", asked, worst)
	}
}

// endures sends what begins a request, and then a byte now and then or nothing, until the
// service ends the connection. It returns after how long.
func endures(ctx context.Context, host, head string, drip bool) (took time.Duration, err error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", host)
	if err != nil {
		return 0, fmt.Errorf("dial: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	defer conn.Close() //nolint:errcheck // it ended, or was ended
	began := time.Now()
	if _, err := io.WriteString(conn, head); err != nil {
		return 0, fmt.Errorf("send: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, conn) // an answer, if there is one, and the end
	}()
	for every := time.NewTicker(250 * time.Millisecond); ; {
		select {
		case <-ended:
			return time.Since(began), ctx.Err()
		case <-every.C:
			if drip {
				_, _ = io.WriteString(conn, "a") // what ended is noticed by the reader
			}
		}
	}
}
