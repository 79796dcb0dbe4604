// SPDX-License-Identifier: Apache-2.0

// Package egress is the one way out: an HTTP transport that reaches the public
// internet and what the configuration allows, and nothing else on the network
// that the service happens to stand in.
//
// A name is resolved once, every address it has is checked, and a checked address
// is dialled, so that a name cannot mean one thing when it is checked and another
// when it is used. Redirects pass through the same door. Proxies of the
// environment are not used: they would resolve names themselves.
package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Conditions that callers tell apart.
var (
	// ErrRefused: the address may not be reached from here.
	ErrRefused = errors.New("address refused")
	// ErrTooLarge: the response is larger than allowed.
	ErrTooLarge = errors.New("response too large")
)

// Options say what may be reached and how much is taken from it. The zero value
// allows https to public addresses.
type Options struct {
	// Allow lists what may be reached beside public addresses: a network
	// ("10.20.0.0/16"), or a host, with or without port, for systems of one's own
	// ("ghe.example.com:8443"); a host written "http://..." may also be reached
	// without TLS. Addresses at which clouds hand out credentials stay refused.
	Allow []string
	// Timeout bounds one request with its redirects and body; 0 is a minute.
	Timeout time.Duration
	// MaxBody bounds a response's body, in bytes after decompression; 0 is 32 MiB.
	MaxBody int64
	// MaxRedirects bounds redirects of one request; 0 is 3, below 0 is none.
	MaxRedirects int
	// TLS is the configuration of TLS; nil is the default with version 1.2 and up.
	TLS *tls.Config
	// Resolver looks names up; nil is the system's.
	Resolver Resolver
}

// Resolver looks up the addresses of a name.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Guard decides what may be reached. It is safe for several goroutines.
type Guard struct {
	options  Options
	networks []netip.Prefix
	hosts    map[string]bool // host, or host:port: private addresses are allowed
	plain    map[string]bool // the same, without TLS
	dialer   net.Dialer
}

// The defaults of [Options].
const (
	defaultTimeout   = time.Minute
	defaultBody      = 32 << 20
	defaultRedirects = 3
	maxHeader        = 1 << 20
)

// New returns a guard. It fails with every entry of Allow that cannot be read; the
// guard that it returns then allows the others.
func New(o Options) (*Guard, error) {
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.MaxBody == 0 {
		o.MaxBody = defaultBody
	}
	if o.MaxRedirects == 0 {
		o.MaxRedirects = defaultRedirects
	}
	if o.Resolver == nil {
		o.Resolver = net.DefaultResolver
	}
	g := &Guard{
		options: o, hosts: map[string]bool{}, plain: map[string]bool{},
		dialer: net.Dialer{Timeout: 10 * time.Second},
	}
	var problems []error
	for _, entry := range o.Allow {
		if err := g.allow(entry); err != nil {
			problems = append(problems, err)
		}
	}
	return g, errors.Join(problems...)
}

// allow reads one entry of Options.Allow.
func (g *Guard) allow(entry string) error {
	if strings.Contains(entry, "://") {
		u, err := url.Parse(entry)
		if err != nil || u.Host == "" || unreadable(u.Hostname()) || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" || u.User != nil {
			return fmt.Errorf("%q is neither a network nor a host", entry)
		}
		g.hosts[fold(u.Host)] = true
		if u.Scheme == "http" {
			g.plain[fold(u.Host)] = true
		}
		return nil
	}
	if p, err := netip.ParsePrefix(entry); err == nil {
		g.networks = append(g.networks, p.Masked())
		return nil
	}
	if a, err := netip.ParseAddr(entry); err == nil {
		g.networks = append(g.networks, netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()))
		return nil
	}
	if entry == "" || strings.ContainsAny(entry, "/*@ ?#") || unreadable(entry) {
		return fmt.Errorf("%q is neither a network nor a host", entry)
	}
	g.hosts[fold(entry)] = true
	return nil
}

// fold is a host as it is compared: lower case, without the root's dot.
func fold(host string) string { return strings.TrimSuffix(strings.ToLower(host), ".") }

// listed reports whether a host, or the host with its port, is in a set.
func listed(set map[string]bool, host, port string) bool {
	host = fold(host)
	return set[host] || port != "" && set[net.JoinHostPort(host, port)]
}

// CheckURL says why an address may not be requested, as far as the address itself
// shows; what its host resolves to is checked when it is dialled.
func (g *Guard) CheckURL(u *url.URL) error {
	host := u.Hostname()
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("%w: only https is allowed", ErrRefused)
	case host == "":
		return fmt.Errorf("%w: no host", ErrRefused)
	case u.User != nil:
		return fmt.Errorf("%w: it holds a user name", ErrRefused)
	}
	if err := g.CheckHost(host, u.Port()); err != nil {
		return err
	}
	if u.Scheme == "http" && !listed(g.plain, host, u.Port()) {
		return fmt.Errorf("%w: only https is allowed", ErrRefused)
	}
	return nil
}

// CheckHost says why a host may not be reached at a port ("" for the usual one), as
// far as the host itself shows; what it resolves to is checked when it is dialled.
func (g *Guard) CheckHost(host, port string) error {
	own := listed(g.hosts, host, port)
	if a, err := netip.ParseAddr(host); err == nil {
		return g.check(a, own)
	}
	name, err := plainName(host)
	switch {
	case err != nil:
		return fmt.Errorf("%w: its host is no name: %w", ErrRefused, err)
	case numeric(name):
		return fmt.Errorf("%w: its host is a number in another form than 192.0.2.1", ErrRefused)
	case name == "localhost" || strings.HasSuffix(name, ".localhost"):
		return g.check(netip.AddrFrom4([4]byte{127, 0, 0, 1}), own) // RFC 6761, section 6.3
	}
	return nil
}

// Client returns a client behind the guard. It keeps no cookies.
func (g *Guard) Client() *http.Client {
	transport := &http.Transport{
		DialContext:            g.Dial,
		TLSClientConfig:        g.tls(),
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           32,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  g.options.Timeout,
		MaxResponseHeaderBytes: maxHeader,
	}
	return &http.Client{
		Transport:     &door{guard: g, next: transport},
		Timeout:       g.options.Timeout,
		CheckRedirect: g.redirect,
	}
}

func (g *Guard) tls() *tls.Config {
	if g.options.TLS != nil {
		c := g.options.TLS.Clone()
		c.MinVersion = max(c.MinVersion, tls.VersionTLS12)
		return c
	}
	return &tls.Config{MinVersion: tls.VersionTLS12}
}

// redirect follows a few redirects, never from https to http.
func (g *Guard) redirect(req *http.Request, via []*http.Request) error {
	if len(via) > g.options.MaxRedirects {
		return fmt.Errorf("%w: more than %d redirects", ErrRefused, max(g.options.MaxRedirects, 0))
	}
	if via[len(via)-1].URL.Scheme == "https" && req.URL.Scheme != "https" {
		return fmt.Errorf("%w: a redirect away from https", ErrRefused)
	}
	return g.CheckURL(req.URL)
}

// Dial resolves the host once, checks every address and dials those it checked.
func (g *Guard) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("split the address: %w", err)
	}
	addrs, err := g.resolve(ctx, host, port)
	if err != nil {
		return nil, err
	}
	var failed []error
	for _, a := range addrs {
		conn, err := g.dialer.DialContext(ctx, network, net.JoinHostPort(a.String(), port))
		if err == nil {
			return conn, nil
		}
		failed = append(failed, err)
	}
	return nil, errors.Join(failed...)
}

// resolve returns the addresses of a host. One that is refused refuses the host:
// a public name that also points inward is not to be trusted.
func (g *Guard) resolve(ctx context.Context, host, port string) ([]netip.Addr, error) {
	if err := g.CheckHost(host, port); err != nil {
		return nil, err
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a.Unmap()}, nil
	}
	own := listed(g.hosts, host, port)
	addrs, err := g.options.Resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("look the host up: %w", err)
	}
	if len(addrs) == 0 {
		return nil, fmt.Errorf("%w: the host has no address", ErrRefused)
	}
	for i, a := range addrs {
		if err := g.check(a, own); err != nil {
			return nil, err
		}
		addrs[i] = a.Unmap()
	}
	return addrs, nil
}

// check says why an address may not be reached. own is set for hosts of the
// configuration.
func (g *Guard) check(a netip.Addr, own bool) error {
	switch inner := reached(a); {
	case slices.ContainsFunc(inner, metadata):
		return fmt.Errorf("%w: it hands out credentials of the machine", ErrRefused)
	case own || slices.ContainsFunc(g.networks, func(p netip.Prefix) bool { return a.Zone() == "" && p.Contains(a.Unmap()) }):
		return nil
	case slices.ContainsFunc(inner, reserved):
		return fmt.Errorf("%w: it is not a public address", ErrRefused)
	}
	return nil
}
