// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"daylight/account"
)

// The cookies. Over TLS their names have the prefix __Host-.
const (
	sessionCookie = "daylight-session" // the secret of the session
	formCookie    = "daylight-form"    // of nobody's forms
	knownCookie   = "daylight-known"   // of a browser that signed in before
)

// knownLife is how long a browser is known after it signed in.
const knownLife = 180 * 24 * time.Hour

// identify finds out who sent a request.
func (s *Server) identify(x *exchange) error {
	if c, err := x.r.Cookie(s.cookieName(sessionCookie)); err == nil {
		who, err := s.accounts.Session(x.r.Context(), c.Value)
		if err == nil {
			x.who, x.secret = who, c.Value
			return nil
		}
		if !errors.Is(err, account.ErrSession) {
			return err
		}
	}
	if c, err := x.r.Cookie(s.cookieName(formCookie)); err == nil {
		x.secret = c.Value
	}
	return nil
}

// newForm gives a browser that has not signed in a secret for the tokens of forms.
func (s *Server) newForm(x *exchange) error {
	var b [32]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return fmt.Errorf("make a secret: %w", err)
	}
	x.secret = base64.RawURLEncoding.EncodeToString(b[:])
	s.setCookie(x, formCookie, x.secret, 0)
	return nil
}

// signedIn hands a new session to the browser. The forms that it has open are of
// nobody and not valid any more.
func (s *Server) signedIn(x *exchange, got account.Session) {
	x.who, x.secret = got.Identity, got.Secret
	s.setCookie(x, sessionCookie, got.Secret, 0)
	s.setCookie(x, knownCookie, got.Known, knownLife)
	s.setCookie(x, formCookie, "", -1)
}

// setCookie sets a cookie until the browser is closed, or for a time; a negative age
// removes it.
func (s *Server) setCookie(x *exchange, name, value string, age time.Duration) {
	seconds := int(age / time.Second)
	if age < 0 {
		seconds = -1
	}
	http.SetCookie(x.w, &http.Cookie{ //nolint:gosec // without TLS only the loopback is served, where Secure would lose the cookie
		Name: s.cookieName(name), Value: value, Path: "/", MaxAge: seconds,
		Secure: s.secure(), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// cookieName is the name of a cookie. Over TLS it has the prefix that keeps other
// hosts of the domain from setting it.
func (s *Server) cookieName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

// secure reports whether browsers reach the console over TLS.
func (s *Server) secure() bool { return s.address.Scheme == "https" }

// from is where a request comes from, as attempts to sign in are counted.
func (x *exchange) from() account.From {
	out := account.From{Address: x.address(), Agent: strings.ToValidUTF8(x.r.UserAgent(), "?")}
	if c, err := x.r.Cookie(x.s.cookieName(knownCookie)); err == nil {
		out.Known = c.Value
	}
	return out
}

// address is the address of the browser. A proxy that is trusted says it in
// X-Forwarded-For; what stands further left than the first address that is no such
// proxy was written by the browser and is not read.
func (x *exchange) address() netip.Addr {
	at, err := netip.ParseAddrPort(x.r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := at.Addr().Unmap()
	hops := strings.Split(strings.Join(x.r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !x.s.proxy(addr) {
			break
		}
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		addr = next.Unmap()
	}
	return addr
}

func (s *Server) proxy(a netip.Addr) bool {
	return slices.ContainsFunc(s.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}
