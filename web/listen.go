// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"daylight/vantage"
)

// Limits of connections. A page is answered in milliseconds; what takes longer, an
// upload or a download, moves its own deadline.
const (
	headerTime  = 10 * time.Second
	readTime    = 60 * time.Second
	writeTime   = 60 * time.Second
	idleTime    = 2 * time.Minute
	headerBytes = 32 << 10
	stopTime    = 10 * time.Second
	leftTime    = 5 * time.Second
	stallTime   = 30 * time.Second
)

// times bound a connection: how long a request and an answer may take, how long the
// rest of a body is waited for that was refused, and how long somebody who downloads may
// take nothing.
type times struct{ read, write, left, stall time.Duration }

// leastPace is how many bytes a second whoever downloads takes at least.
const leastPace = 32 << 10

// download is an answer that is read from the store while it is sent. Until it is, the
// store keeps what was destroyed meanwhile in its journal: so whoever takes nothing, or
// hardly anything, is not waited for.
type download struct {
	x     *exchange
	began time.Time // with stall added, by the machine's clock
	sent  int64
}

// Write implements [io.Writer].
func (d *download) Write(p []byte) (int, error) {
	until := d.x.in(d.x.s.times.stall)
	if d.began.IsZero() {
		d.began = until
	}
	if slowest := d.began.Add(time.Duration(d.sent) * time.Second / leastPace); slowest.Before(until) {
		until = slowest
	}
	if err := http.NewResponseController(d.x.w).SetWriteDeadline(until); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, fmt.Errorf("bound a download: %w", err)
	}
	n, err := d.x.w.Write(p)
	d.sent += int64(n)
	return n, err
}

// in is an instant from now by the machine's clock, as connections go.
func (x *exchange) in(d time.Duration) time.Time {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.r.Context()), d)
	defer cancel()
	at, _ := ctx.Deadline()
	return at
}

// Certificate names the files of a certificate and its key, PEM; both are "" where a
// proxy in front of the service ends TLS.
type Certificate struct{ Cert, Key string }

// Check reports whether the files open, belong together, and hold at an instant.
func (c Certificate) Check(now time.Time) error {
	pair, err := tls.LoadX509KeyPair(c.Cert, c.Key)
	if err != nil {
		return fmt.Errorf("open the certificate: %w", err)
	}
	switch leaf := pair.Leaf; {
	case leaf == nil:
	case now.After(leaf.NotAfter):
		return fmt.Errorf("the certificate in %s ended on %s", c.Cert, leaf.NotAfter.UTC().Format(time.DateOnly))
	case now.Before(leaf.NotBefore):
		return fmt.Errorf("the certificate in %s begins on %s", c.Cert, leaf.NotBefore.UTC().Format(time.DateOnly))
	}
	return nil
}

// Serve answers on a listener until the context is done, and then lets requests that
// run come to their end, for a while.
func (s *Server) Serve(ctx context.Context, l net.Listener, c Certificate) error {
	server := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: headerTime, ReadTimeout: s.times.read, WriteTimeout: s.times.write, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
		ErrorLog: slog.NewLogLogger(quiet{s.Log.Handler()}, slog.LevelWarn), BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12}, ConnContext: vantage.WithConn,
	}
	if c.Cert == "" && !s.reachable(l) {
		return fmt.Errorf("serve %s: without a certificate, listen on this machine alone or name the proxy in front as trusted", l.Addr())
	}
	done := make(chan error, 1)
	go func() {
		if c.Cert != "" {
			done <- server.ServeTLS(l, c.Cert, c.Key)
		} else {
			done <- server.Serve(l)
		}
	}()
	select {
	case err := <-done:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	if server.Shutdown(stopping) != nil {
		_ = server.Close() // requests that still run are cut off; what they did not commit was not acknowledged
	}
	return nil
}

// reachable reports whether a listener without TLS is one that only this machine or
// a proxy reaches.
func (s *Server) reachable(l net.Listener) bool {
	a, ok := l.Addr().(*net.TCPAddr)
	return len(s.Proxies) > 0 || !ok || a.IP.IsLoopback()
}

// quiet passes on that net/http had something to say and not what: its messages hold
// addresses and what clients sent.
type quiet struct{ slog.Handler }

// Handle keeps the first words of a message.
func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	what := "connection refused or broken"
	if strings.Contains(r.Message, "TLS handshake") {
		what = "TLS handshake failed"
	}
	return q.Handler.Handle(ctx, slog.NewRecord(r.Time, r.Level, what, 0))
}
