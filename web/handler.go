// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"daylight/account"
	"daylight/store"
)

// Handler returns the console behind everything that guards it.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, span := s.span(r)
		x := &exchange{w: w, r: r, s: s, id: s.newID()}
		began := s.Now()
		rec := &recorder{ResponseWriter: w}
		x.w = rec
		defer func() { //nolint:contextcheck // the exchange carries the request
			// The value of a panic may hold anything, so it is not logged.
			if recover() != nil {
				s.Log.LogAttrs(r.Context(), slog.LevelError, "handler panicked", slog.String("request", x.id), slog.String("route", x.pattern()), slog.String("stack", frames(debug.Stack())))
				if rec.status == 0 {
					x.fail(errPanic)
				}
			}
			s.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("request", x.id), slog.String("route", x.pattern()),
				slog.String("account", x.who.Account+x.program.ID), slog.Int("status", rec.status), slog.Duration("took", s.Now().Sub(began)))
			s.metrics.saw(x.pattern(), rec.status, s.Now().Sub(began))
			x.ended(span, rec.status)
		}()
		s.headers(w.Header())
		w.Header().Set("X-Request-Id", x.id)
		if err := s.serve(x); err != nil { //nolint:contextcheck // the exchange carries the request
			x.fail(err) //nolint:contextcheck // the same
		}
		if rec.leaves {
			x.letGo()
		}
	})
}

var errPanic = errors.New("a handler panicked")

// newID returns the number of a request, by which the log and an error page are
// brought together.
func (s *Server) newID() string {
	var b [8]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "none"
	}
	return hex.EncodeToString(b[:])
}

// frames keeps where a panic was, without the values of arguments.
func frames(stack []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(stack)) {
		if file, at, ok := strings.Cut(strings.TrimSpace(line), ".go:"); ok {
			number, _, _ := strings.Cut(at, " ")
			fmt.Fprintf(&b, "%s.go:%s\n", file[strings.LastIndexByte(file, '/')+1:], number)
		}
	}
	return b.String()
}

// serve finds the route of a request and lets the table's guards and its handler
// answer.
func (s *Server) serve(x *exchange) error {
	h, pattern := s.mux.Handler(x.r)
	if pattern == "" {
		if !s.here(x.r) {
			return errElsewhere
		}
		if err := s.identify(x); err != nil {
			return err
		}
		// The mux knows whether the path exists for another method.
		var w statusOnly
		h.ServeHTTP(&w, x.r)
		if w.status == http.StatusMethodNotAllowed {
			x.w.Header().Set("Allow", w.Header().Get("Allow"))
			return errNoMethod
		}
		return store.ErrNotFound
	}
	s.mux.ServeHTTP(x.w, x.r.WithContext(context.WithValue(x.r.Context(), exchangeKey{}, x)))
	return x.err
}

type exchangeKey struct{}

// guarded returns the handler of one route behind what guards it.
func (s *Server) guarded(route *route) http.HandlerFunc {
	return func(_ http.ResponseWriter, r *http.Request) {
		x, ok := r.Context().Value(exchangeKey{}).(*exchange)
		if !ok {
			return
		}
		x.r, x.route = r, route
		if x.err = s.guard(x); x.err == nil { //nolint:contextcheck // the exchange carries the request
			x.err = route.handle(s, x)
		}
	}
}

// guard refuses a request that the route does not take from who sent it.
func (s *Server) guard(x *exchange) error {
	limit := x.route.limit
	if limit == 0 {
		limit = formLimit
	}
	x.r.Body = http.MaxBytesReader(x.w, x.r.Body, limit)
	if x.route.scope != "" || x.route.foreign || x.route.streams {
		x.watchBody()
	}
	if x.route.scope != "" {
		if err := s.admit(x); err != nil {
			return err
		}
		x.takeTime()
		return nil
	}
	if x.route.foreign {
		return nil
	}
	if !s.here(x.r) {
		return errElsewhere
	}
	if x.route.pace != nil {
		if err := x.route.pace(s, x); err != nil {
			return err
		}
	}
	if err := s.identify(x); err != nil {
		return err
	}
	changes := x.r.Method != http.MethodGet && x.r.Method != http.MethodHead
	if changes {
		if err := s.foreign.Check(x.r); err != nil {
			return fmt.Errorf("%w: %w", errForeign, err)
		}
	}
	if x.route.roles != nil {
		if x.who.Account == "" {
			return errSignIn
		}
		if !x.who.Has(x.route.roles...) {
			return errForbidden
		}
	}
	if changes {
		if err := x.checkForm(); err != nil {
			return err
		}
		if x.parts != nil {
			x.takeTime()
		}
		return nil
	}
	if x.secret == "" {
		return s.newForm(x)
	}
	return nil
}

// takeTime lets a request take as long as it does: whoever is known, and may send files
// of gigabytes, is waited for.
func (x *exchange) takeTime() {
	rc := http.NewResponseController(x.w)
	_, _ = rc.SetReadDeadline(time.Time{}), rc.SetWriteDeadline(time.Time{}) // a connection without deadlines has none to move
}

// here reports whether a request names this console's host: one that does not was
// sent by a page that let its own name point here.
func (s *Server) here(r *http.Request) bool {
	return strings.EqualFold(r.Host, s.address.Host)
}

// admit lets a program in that shows a token for the route's scope. A token is no
// cookie: no page can make a browser send it, so it works at any name of the host.
func (s *Server) admit(x *exchange) error {
	secret, ok := strings.CutPrefix(x.r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		s.notAdmitted(x.route.scope)
		return account.ErrToken
	}
	var err error
	if x.program, err = s.accounts.Program(x.r.Context(), secret, x.route.scope); err != nil {
		if errors.Is(err, account.ErrToken) {
			s.notAdmitted(x.route.scope)
		}
		if errors.Is(err, account.ErrTokenDamaged) { // a program that worked stopped by itself
			s.Log.LogAttrs(x.r.Context(), slog.LevelWarn, "a token was refused", slog.String("request", x.id), slog.String("route", x.pattern()), slog.String("error", err.Error()))
		}
		return err
	}
	return s.keepPace(x)
}

// watchBody lets the answer know whether the body was read: a program, or a file of a
// form, that is refused before is not listened to any longer.
func (x *exchange) watchBody() {
	if rec, ok := x.w.(*recorder); ok && x.r.Body != nil && x.r.ContentLength != 0 {
		rec.body = &body{ReadCloser: x.r.Body}
		x.r.Body = rec.body
	}
}

// letGo bounds how long what is left of a body that nobody reads is waited for: it is
// read, within net/http's bound on bytes, so that the answer arrives.
func (x *exchange) letGo() {
	_ = http.NewResponseController(x.w).SetReadDeadline(x.in(x.s.times.left))
}

// body notes whether it was read to its end.
type body struct {
	io.ReadCloser
	ended bool
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.ended = b.ended || errors.Is(err, io.EOF)
	return n, err
}

// recorder notes the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	body   *body // what a program sends, or a form with files; nil for nothing and for others
	leaves bool  // the answer refuses a body that was not read
}

// usualWait is what an answer that asks to come again later asks for unless it knows
// better, in seconds.
const usualWait = "60"

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
		if later := status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable; later && r.Header().Get("Retry-After") == "" {
			r.Header().Set("Retry-After", usualWait)
		}
		if r.leaves = status >= http.StatusBadRequest && r.body != nil && !r.body.ended; r.leaves {
			r.Header().Set("Connection", "close")
		}
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// statusOnly takes an answer for its status and headers.
type statusOnly struct {
	status int
	header http.Header
}

func (s *statusOnly) Header() http.Header {
	if s.header == nil {
		s.header = http.Header{}
	}
	return s.header
}
func (s *statusOnly) Write(p []byte) (int, error) { return len(p), nil }
func (s *statusOnly) WriteHeader(status int)      { s.status = status }
