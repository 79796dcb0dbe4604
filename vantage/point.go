// SPDX-License-Identifier: Apache-2.0

package vantage

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/coder/websocket"

	"daylight/checkin"
)

// Path is where a vantage point measures.
const Path = "/way"

// Measured is what the message begins with that carries the result.
const Measured = "measured "

// maxAtOnce is how many ways are measured at a time.
const maxAtOnce = 32

// Limits of the server: the only requests that take longer are measurements.
const (
	headerTime  = 10 * time.Second
	idleTime    = 30 * time.Second
	stopTime    = 5 * time.Second
	headerBytes = 16 << 10
)

// Options are what a vantage point needs.
type Options struct {
	// Name is the one that the console's configuration has for it.
	Name string
	// Console is the address of the console: pages of no other may measure.
	Console string
	Key     Key
	Now     func() time.Time
	Random  io.Reader
	// Proxied is set where a proxy passes connections on: then the transport says
	// nothing about the browser, nor does the address that a connection comes from.
	Proxied bool
}

// Point is one vantage point. It keeps nothing, and knows nobody: what it measured
// goes to the browser, sealed.
type Point struct {
	Options
	host string // of the console
	// under is which check-ins are measured now: each once at a time.
	mu    sync.Mutex
	under map[string]bool
}

// New checks the options.
func New(o Options) (*Point, error) {
	if o.Name == "" || o.Now == nil || o.Random == nil {
		return nil, errors.New("a vantage point needs a name, a clock and a source of random numbers")
	}
	console, err := url.Parse(o.Console)
	if err != nil || console.Host == "" || console.Scheme != "https" && console.Scheme != "http" {
		return nil, fmt.Errorf("the address of the console is %q; it has to be like https://daylight.example.com", o.Console)
	}
	return &Point{Options: o, host: console.Host, under: map[string]bool{}}, nil
}

// Handler answers browsers that have a ticket, and whoever asks whether it runs.
func (p *Point) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET "+Path, p.way)
	return mux
}

// way measures one way and hands the result to the browser.
func (p *Point) way(w http.ResponseWriter, r *http.Request) {
	t, err := p.Key.OpenTicket(r.URL.Query().Get("ticket"), p.Name, p.Now())
	if err != nil {
		http.Error(w, "no ticket", http.StatusForbidden)
		return
	}
	if !p.begin(t.Visit) {
		w.Header().Set("Retry-After", strconv.Itoa(int(MaxTime.Seconds()))) // by then those that are measured are over
		http.Error(w, "too many at a time", http.StatusTooManyRequests)
		return
	}
	defer p.end(t.Visit)
	socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled, OriginPatterns: []string{p.host}})
	if err != nil {
		return // Accept has answered
	}
	defer func() { _ = socket.CloseNow() }()
	ctx, cancel := context.WithTimeout(r.Context(), MaxTime)
	defer cancel()
	rounds := Meter{p.Now, p.Random}.Rounds(ctx, socket)
	sealed, err := p.Key.SealResult(p.result(r, t, rounds))
	if err == nil {
		err = socket.Write(ctx, websocket.MessageText, []byte(Measured+sealed))
	}
	if err != nil {
		_ = socket.Close(websocket.StatusInternalError, "")
		return
	}
	_ = socket.Close(websocket.StatusNormalClosure, "") // the browser has left: nothing can be done
}

// result sums up what was measured. The clocks of vantage points are not compared with
// the browser's: the console does that by its own.
func (p *Point) result(r *http.Request, t Ticket, rounds []checkin.Round) Result {
	out := Result{Visit: t.Visit, Point: p.Name}
	if p.Proxied {
		out.Path = checkin.Measure(rounds, 0, checkin.OwnProxy)
	} else {
		least, _ := Least(r.Context())
		out.Path = checkin.Measure(rounds, least, checkin.NoKernel)
		if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
			out.From = peer.Addr().Unmap().WithZone("")
		}
	}
	out.Path.Clock = 0
	return out
}

func (p *Point) begin(visit string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.under[visit] || len(p.under) >= maxAtOnce {
		return false
	}
	p.under[visit] = true
	return true
}

func (p *Point) end(visit string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.under, visit)
}

// Serve answers until the context ends. cert and key are PEM files; without them
// something before it has to end TLS.
func (p *Point) Serve(ctx context.Context, l net.Listener, cert, key string) error {
	server := &http.Server{
		Handler: p.Handler(), ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
		ErrorLog:  slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // what clients sent is in its messages
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12}, ConnContext: WithConn,
	}
	done := make(chan error, 1)
	go func() {
		if cert != "" {
			done <- server.ServeTLS(l, cert, key)
		} else {
			done <- server.Serve(l)
		}
	}()
	select {
	case err := <-done:
		return fmt.Errorf("serve a vantage point: %w", err)
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	if server.Shutdown(stopping) != nil {
		_ = server.Close()
	}
	return nil
}
