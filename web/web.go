// SPDX-License-Identifier: Apache-2.0

// Package web is the console: server-rendered pages that work without a script,
// and what stands in front of them.
//
// A page is a Go file named after it (queue.go), a folder with its template
// (queue/queue.tmpl, and a style sheet if it needs one) and a line in [Server]'s
// table of routes. The table says who may open a route; no handler decides that.
package web

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"daylight/account"
	"daylight/detect"
	"daylight/store"
)

// Options is what a console needs.
type Options struct {
	Store   store.Store
	Catalog []*detect.Indicator
	Now     func() time.Time
	Random  io.Reader // of secrets: crypto/rand.Reader
	Log     *slog.Logger
	// Address is where browsers reach the console, "https://daylight.example.com".
	// Requests for another host are refused.
	Address string
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
	// identify returns who sent a request and the secret of the session or, of
	// nobody, of the form; "" if there is none.
	identify func(*http.Request) (account.Identity, string)
}

// New checks the options and reads the templates.
func New(o Options) (*Server, error) {
	if o.Now == nil || o.Random == nil || o.Log == nil {
		return nil, errors.New("a console needs a clock, a source of secrets and a log")
	}
	address, err := url.Parse(o.Address)
	if err != nil {
		return nil, fmt.Errorf("read the address of the console: %w", err)
	}
	if address.Host == "" || (address.Scheme != "https" && address.Scheme != "http") || (address.Path != "" && address.Path != "/") {
		return nil, fmt.Errorf("the address of the console is %q; it has to be like https://daylight.example.com", o.Address)
	}
	if address.Scheme == "http" && !loopback(address.Hostname()) {
		return nil, fmt.Errorf("the address of the console is %q; without TLS it serves this machine alone", o.Address)
	}
	s := &Server{Options: o, address: address, table: routes(), mux: http.NewServeMux(), foreign: http.NewCrossOriginProtection(), identify: nobody}
	for i := range s.table {
		s.mux.HandleFunc(s.table[i].pattern, s.guarded(&s.table[i]))
	}
	if s.assets, err = readAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = readPages(s.assets); err != nil {
		return nil, err
	}
	return s, nil
}

// loopback reports whether a host is this machine alone.
func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// nobody is the identity of every request of a console without accounts.
func nobody(r *http.Request) (account.Identity, string) {
	if c, err := r.Cookie(formCookie); err == nil {
		return account.Identity{}, c.Value
	}
	return account.Identity{}, ""
}
