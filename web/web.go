// SPDX-License-Identifier: Apache-2.0

// Package web is the console: server-rendered pages that work without a script,
// and what stands in front of them.
//
// A page is a Go file named after it (queue.go), a folder with its template
// (queue/queue.tmpl, and a style sheet if it needs one) and a line in [Server]'s
// table of routes. The table says who may open a route; no handler decides that.
package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"daylight/account"
	"daylight/audit"
	"daylight/checkin"
	"daylight/connect"
	"daylight/detect"
	"daylight/enrich"
	"daylight/intake"
	"daylight/store"
	"daylight/vantage"
	"daylight/weigh"
)

// Options is what a console needs.
type Options struct {
	Store   store.Store
	Catalog []*detect.Indicator
	// Policy is the one of the configuration, which is in force until one is adopted in
	// the console; the zero value is the one that ships.
	Policy weigh.Policy
	Now    func() time.Time
	Random io.Reader // of secrets: crypto/rand.Reader
	Log    *slog.Logger
	// Address is where browsers reach the console, "https://daylight.example.com".
	// Requests for another host are refused.
	Address string
	// Proxies are the networks of reverse proxies that say in X-Forwarded-For whom they
	// speak for. From anybody else the header is not read.
	Proxies []netip.Prefix
	// Provider is the organisation's identity provider; nil if there is none.
	Provider *account.Provider
	// Cost is what hashing a password takes; the zero value is account.DefaultCost.
	Cost account.Cost
	// Tracer, if set, gets a span of every request (OpenTelemetry).
	Tracer trace.Tracer
	// Hooks takes in webhooks, SCIM what an identity provider pushes; see package
	// connect. Either may be nil: then nothing is there.
	Hooks, SCIM http.Handler
	// Ways, if set, hears of identity providers that are not let in.
	Ways *connect.Ways
	// Intake is where programs put input; nil takes nothing in.
	Intake *intake.Box
	// Screeners are the outside firms that check people for the company, as tables of
	// checks name them in "by".
	Screeners []string
	// Inside are those of the company itself who look at documents, named likewise.
	Inside []string
	// Network looks up the place and kind of the line that a check-in came over; nil
	// knows nothing. Vantage is where the service stands; nil is not said.
	Network func(netip.Addr) (enrich.Network, bool)
	Vantage *checkin.Vantage
	// Vantages are further points that measure the way to the browser of a check-in, and
	// VantageKey is what they share with the console.
	Vantages   []checkin.Vantage
	VantageKey vantage.Key
	// Progress, if set, says how far the assessment is that runs.
	Progress func() intake.Progress
	// Doubt, if set, says since when the clock is not believed for what is deleted by its
	// time, and how far it jumped; false if it is believed.
	Doubt func() (since time.Time, ahead time.Duration, doubted bool)
	// Outbox, if set, returns how many notifications are due, and since when the first is.
	Outbox func(r store.Reader, now time.Time) (due int, since time.Time, err error)
	// Check, if set, returns what the last look at every kept row found.
	Check func() Checked
	// Version is shown at the foot of pages.
	Version string
}

// Server is a console.
type Server struct {
	Options
	address *url.URL
	table   []route
	mux     *http.ServeMux
	foreign *http.CrossOriginProtection
	pages   pages
	assets  assets
	metrics *metrics
	times   times
	writing writing
	pace    pace
	links   pace // of check-ins
	guesses pace // at such links
	// accounts is who may sign in and how.
	accounts   *account.Service
	unadmitted atomic.Int64 // see TellWays
	// ways are the ways to browsers that are being measured.
	ways chan struct{}
	// reading holds the one document that is being read.
	reading chan struct{}
}

// New checks the options and reads the templates.
func New(o Options) (*Server, error) {
	if o.Store == nil || o.Now == nil || o.Random == nil || o.Log == nil {
		return nil, errors.New("a console needs a store, a clock, a source of secrets and a log")
	}
	address, err := ParseAddress(o.Address)
	if err != nil {
		return nil, err
	}
	if err := checkVantages(o.Vantages, address); err != nil {
		return nil, err
	}
	s := &Server{Options: o, address: address, table: routes(), mux: http.NewServeMux(), foreign: http.NewCrossOriginProtection(), ways: make(chan struct{}, maxWays), reading: make(chan struct{}, 1)}
	s.times = times{readTime, writeTime, leftTime, stallTime}
	s.pace.rate, s.pace.burst = tokenRate, tokenBurst
	s.links.rate, s.links.burst = linkRate, linkBurst
	s.guesses.rate, s.guesses.burst = guessRate, guessBurst
	s.metrics = newMetrics(o)
	if s.Tracer == nil {
		s.Tracer = noop.NewTracerProvider().Tracer("")
	}
	for i := range s.table {
		s.mux.HandleFunc(s.table[i].pattern, s.guarded(&s.table[i]))
	}
	s.accounts, err = account.New(account.Options{Store: o.Store, Now: o.Now, Random: o.Random, Address: origin(address), Cost: o.Cost, Provider: o.Provider})
	if err != nil {
		return nil, err
	}
	if s.assets, err = readAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = readPages(s.assets, s.title); err != nil {
		return nil, err
	}
	return s, nil
}

// ParseAddress reads the address of a console, and refuses one that no console can
// have: anything but a scheme and a host, and plain HTTP beyond this machine.
func ParseAddress(text string) (*url.URL, error) {
	address, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("read the address of the console: %w", err)
	}
	if address.Host == "" || (address.Scheme != "https" && address.Scheme != "http") || (address.Path != "" && address.Path != "/") {
		return nil, fmt.Errorf("the address of the console is %q; it has to be like https://daylight.example.com", text)
	}
	if address.Scheme == "http" && !account.ThisMachine(address.Hostname()) {
		return nil, fmt.Errorf("the address of the console is %q; without TLS it serves this machine alone", text)
	}
	return address, nil
}

// CheckVantages reports what is wrong with further vantage points of a console at an
// address: each has a name of its own, a place, and an address that a page of the
// console may connect to.
func CheckVantages(all []checkin.Vantage, console string) error {
	address, err := ParseAddress(console)
	if err != nil {
		return err
	}
	return checkVantages(all, address)
}

func checkVantages(all []checkin.Vantage, console *url.URL) error {
	if len(all) > checkin.MaxVantages {
		return fmt.Errorf("more than %d vantage points", checkin.MaxVantages)
	}
	seen := map[string]bool{}
	for _, v := range all {
		u, err := url.Parse(v.URL)
		switch {
		case !v.Valid() || seen[v.Name]:
			return fmt.Errorf("vantage point %q: a name of its own, a latitude and a longitude in degrees are needed", v.Name)
		case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" || u.Scheme != "wss" && u.Scheme != "ws",
			strings.ContainsAny(u.Host, " ;,'\""): // it becomes a word of the page's policy
			return fmt.Errorf("vantage point %q: its url has to be like wss://vantage.example.com", v.Name)
		case u.Scheme == "ws" && (console.Scheme == "https" || !account.ThisMachine(u.Hostname())):
			return fmt.Errorf("vantage point %q: browsers connect in the clear to this machine alone (wss://)", v.Name)
		}
		seen[v.Name] = true
	}
	return nil
}

// origin is the address without a path.
func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// FirstAdmin returns the address of a one-time link that makes the first
// administrator, and "" once there is an account.
func (s *Server) FirstAdmin(ctx context.Context, also ...account.Role) (string, error) {
	secret, err := s.accounts.FirstAdmin(ctx, also...)
	if err != nil || secret == "" {
		return "", err
	}
	return s.link("/welcome/" + secret), nil
}

// Invite returns the address of a one-time link by which somebody makes an account that
// nobody invited: in a sample alone, where nobody is to be protected from another.
func (s *Server) Invite(ctx context.Context, mail string, roles ...account.Role) (string, error) {
	secret, err := s.accounts.Invite(ctx, audit.System, mail, roles)
	if err != nil {
		return "", err
	}
	return s.link("/welcome/" + secret), nil
}

// Sweep removes what is over of sessions. It is called now and then.
func (s *Server) Sweep(ctx context.Context) error { return s.accounts.Sweep(ctx) }

// link is the whole address of a path, for somebody who is not on a page.
func (s *Server) link(path string) string { return origin(s.address) + path }
