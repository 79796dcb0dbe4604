// SPDX-License-Identifier: Apache-2.0

package account

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"
)

func contextThatEnds(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), 5*time.Millisecond)
}

// TestGuessingIsSlow counts how many passwords somebody can try on one account in a
// day, from as many addresses as they like.
func TestGuessingIsSlow(t *testing.T) {
	b := newBench(t)
	who := b.admin()
	end := b.now.Add(24 * time.Hour)
	tried, from := 0, netip.MustParseAddr("203.0.113.0")
	for b.now.Before(end) {
		_, err := b.SignIn(t.Context(), Proof{Login: who.login, Password: "guess", From: From{Address: from}})
		var slow *SlowError
		switch {
		case errors.As(err, &slow):
			b.later(slow.Wait)
			if from = from.Next(); from.Compare(netip.MustParseAddr("203.0.113.255")) >= 0 {
				from = netip.MustParseAddr("203.0.113.0")
			}
		case errors.Is(err, ErrRefused):
			tried++
		default:
			t.Fatal(err)
		}
	}
	if tried < 50 || tried > 120 {
		t.Errorf("%d guesses in a day, want about four an hour", tried)
	}
	// The owner is not locked out: not from a browser that is known ...
	in := Proof{Login: who.login, Password: goodPassword, Code: b.code(who.otp), From: From{Address: from, Known: who.Known}}
	if _, err := b.SignIn(t.Context(), in); err != nil {
		t.Errorf("the owner, from a known browser: %v", err)
	}
	// ... and elsewhere for a quarter of an hour at most.
	b.later(longestWait)
	in = Proof{Login: who.login, Password: goodPassword, Code: b.code(who.otp), From: elsewhere}
	if _, err := b.SignIn(t.Context(), in); err != nil {
		t.Errorf("the owner, from elsewhere: %v", err)
	}
}

// TestKnownBrowserIsCountedToo holds that a stolen cookie of a known browser does not
// open the way to guess for ever.
func TestKnownBrowserIsCountedToo(t *testing.T) {
	b := newBench(t)
	who := b.admin()
	b.later(time.Hour)
	in := Proof{Login: who.login, Password: "guess", From: From{Known: who.Known}}
	for range free {
		if _, err := b.SignIn(t.Context(), in); !errors.Is(err, ErrRefused) {
			t.Fatal(err)
		}
	}
	if _, err := b.SignIn(t.Context(), in); !errors.Is(err, ErrSlow) {
		t.Errorf("attempt %d of a known browser: %v", free+1, err)
	}
}

// TestOneAddressIsSlowed holds that trying one password on many accounts is slow too.
func TestOneAddressIsSlowed(t *testing.T) {
	b := newBench(t)
	for i := range addressBurst {
		if _, err := b.SignIn(t.Context(), Proof{Login: fmt.Sprint("user", i), Password: "guess", From: elsewhere}); !errors.Is(err, ErrRefused) {
			t.Fatal(err)
		}
	}
	next := Proof{Login: "another", Password: "guess", From: elsewhere}
	if _, err := b.SignIn(t.Context(), next); !errors.Is(err, ErrSlow) {
		t.Errorf("attempt %d of an address: %v", addressBurst+1, err)
	}
	next.From.Address = netip.MustParseAddr("198.51.100.8")
	if _, err := b.SignIn(t.Context(), next); !errors.Is(err, ErrRefused) {
		t.Errorf("another address: %v", err)
	}
	b.later(addressEvery)
	next.From = elsewhere
	if _, err := b.SignIn(t.Context(), next); !errors.Is(err, ErrRefused) {
		t.Errorf("the address later: %v", err)
	}
}

func TestNetworkOfAddress(t *testing.T) {
	for addr, want := range map[string]string{
		"198.51.100.7":        "198.51.100.7/32",
		"::ffff:198.51.100.7": "198.51.100.7/32",
		"2001:db8:1:2:3::9":   "2001:db8:1:2::/64",
	} {
		if got := network(netip.MustParseAddr(addr)); got.String() != want {
			t.Errorf("%s is counted as %s, want %s", addr, got, want)
		}
	}
}

// TestLimitsStayBounded holds that made-up names and addresses fill no memory.
func TestLimitsStayBounded(t *testing.T) {
	l := newLimits()
	now := time.Date(2026, 3, 2, 9, 14, 0, 0, time.UTC)
	addr := netip.MustParseAddr("10.0.0.0")
	for i := range remembered + 500 {
		if err := l.attempt("x", addr, now); err != nil && i < remembered {
			t.Fatal(err)
		}
		l.failed(fmt.Sprint(i), now)
		addr = addr.Next()
	}
	if len(l.accounts) > remembered+1 || len(l.addresses) > remembered+1 {
		t.Errorf("%d accounts and %d addresses are remembered", len(l.accounts), len(l.addresses))
	}
	l.failed("later", now.Add(time.Hour))
	if len(l.accounts) > 2 {
		t.Errorf("%d accounts are remembered after an hour", len(l.accounts))
	}
}
