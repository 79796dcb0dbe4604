// SPDX-License-Identifier: Apache-2.0

package account

import (
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Attempts are slowed down, never shut out for good. For each account the first
// free failures cost nothing, and from then on each doubles the wait up to longestWait.
// A browser that signed in before is counted for itself, so whoever hammers at an
// account from elsewhere cannot keep its owner out. An address, or the network of an
// IPv6 address, may try addressBurst times at once and then once every addressEvery,
// whichever accounts it tries.
const (
	free         = 5
	longestWait  = 15 * time.Minute
	addressBurst = 20
	addressEvery = 10 * time.Second
	// remembered is how many accounts and how many addresses are kept count of.
	// Beyond it, what waits no longer is forgotten.
	remembered = 20_000
)

type limits struct {
	mu        sync.Mutex
	accounts  map[string]*failures
	addresses map[netip.Prefix]*rate.Limiter
}

type failures struct {
	n    int
	next time.Time // no attempt before it
}

func newLimits() *limits {
	return &limits{accounts: map[string]*failures{}, addresses: map[netip.Prefix]*rate.Limiter{}}
}

// key is what attempts on an account are counted under. Attempts on a name without
// an account are counted too, so that the answer is the same.
func (*limits) key(acc record, id string, p Proof) string {
	if id != "" && p.From.Known != "" && slices.Contains(acc.Known, sum(p.From.Known)) {
		return "known " + sum(p.From.Known)
	}
	return "login " + sum(fold(p.Login))
}

// attempt fails with [ErrSlow] if an attempt comes too soon.
func (l *limits) attempt(who string, from netip.Addr, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f := l.accounts[who]; f != nil && now.Before(f.next) {
		return &SlowError{min(f.next.Sub(now), longestWait)}
	}
	if strings.HasPrefix(who, "known ") {
		return nil
	}
	return l.address(from, now)
}

// address counts an attempt of an address.
func (l *limits) address(from netip.Addr, now time.Time) error {
	net := network(from)
	a := l.addresses[net]
	if a == nil {
		if len(l.addresses) >= remembered {
			for k, v := range l.addresses {
				if v.TokensAt(now) >= addressBurst {
					delete(l.addresses, k)
				}
			}
		}
		if len(l.addresses) >= remembered {
			net = netip.Prefix{} // the rest share one count
		}
		if a = l.addresses[net]; a == nil {
			a = rate.NewLimiter(rate.Every(addressEvery), addressBurst)
			l.addresses[net] = a
		}
	}
	if !a.AllowN(now, 1) {
		return &SlowError{addressEvery}
	}
	return nil
}

// network is what an address is counted by: IPv6 gives everybody a whole one.
func network(a netip.Addr) netip.Prefix {
	a = a.Unmap()
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// failed counts a failed attempt.
func (l *limits) failed(who string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.accounts[who]
	if f == nil {
		if len(l.accounts) >= remembered {
			for k, v := range l.accounts {
				if now.Sub(v.next) > longestWait {
					delete(l.accounts, k)
				}
			}
		}
		if len(l.accounts) >= remembered {
			who = "" // the rest share one count
		}
		if f = l.accounts[who]; f == nil {
			f = &failures{}
			l.accounts[who] = f
		}
	}
	f.n++
	f.next = now
	if over := f.n - free; over >= 0 {
		f.next = now.Add(min(time.Second<<min(over, 20), longestWait))
	}
}

// succeeded forgets the failures of an account.
func (l *limits) succeeded(who string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.accounts, who)
}
