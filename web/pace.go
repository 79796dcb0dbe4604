// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"math"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"daylight/checkin"
	"daylight/record"
	"daylight/store"
)

// How many requests one token may send: so many a second, and so many at once. What
// is sent in one request may be large, so this slows no log shipper down; it keeps
// one program that went wrong from taking the store away from everybody.
const (
	tokenRate  = 100
	tokenBurst = 400
)

// How many requests may come by one link of a check-in, from wherever, and how many
// from one address by links that there are none of. An office behind one address is
// never shut out: what its people do counts for their own links, and what one of them
// guesses for nobody who has a link.
const (
	linkRate   = 5
	linkBurst  = 120
	guessRate  = 1
	guessBurst = 120
)

// mostPaces is how many keys are counted at a time; when there are more, those that
// have been quiet are forgotten.
const mostPaces = 4096

// pace limits requests for each key: so many a second, and so many at once. It is safe
// for several goroutines.
type pace struct {
	rate  rate.Limit
	burst int

	mu  sync.Mutex
	all map[string]*rate.Limiter
}

// wait is how long a key has to wait before its next request, 0 if it may send now.
func (p *pace) wait(key string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.all[key]
	if l == nil {
		if p.all == nil || len(p.all) >= mostPaces {
			p.forget(now)
		}
		l = rate.NewLimiter(p.rate, p.burst)
		p.all[key] = l
	}
	r := l.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// forget drops the keys that may send a whole burst: a new count is the same.
func (p *pace) forget(now time.Time) {
	kept := map[string]*rate.Limiter{}
	for key, l := range p.all {
		if l.TokensAt(now) < float64(p.burst) {
			kept[key] = l
		}
	}
	p.all = kept
}

// keepPace refuses a request of a token that sent too many.
func (s *Server) keepPace(x *exchange) error {
	return x.slowed(s.pace.wait(x.program.ID, s.Now()))
}

// checkinPace refuses a request by a link that too many came by, and one by no link of
// ours from an address that too many of those came from.
func (s *Server) checkinPace(x *exchange) error {
	link, known := x.r.PathValue("link"), false
	err := s.Store.View(x.r.Context(), func(r store.Reader) (err error) {
		known, err = checkin.Known(r, link)
		return err
	})
	if err != nil {
		return fmt.Errorf("look for a link: %w", err)
	}
	if known {
		return x.slowed(s.links.wait(link, s.Now()))
	}
	return x.slowed(s.guesses.wait(record.Site(x.address()).String(), s.Now()))
}

// slowed is the refusal of a request that has to wait, nil if it has not.
func (x *exchange) slowed(wait time.Duration) error {
	if wait == 0 {
		return nil
	}
	x.comeAgain(wait)
	return fmt.Errorf("take a request: %w", errTooMany)
}

// comeAgain says how long to wait before another attempt, in whole seconds (RFC 9110,
// section 10.2.3).
func (x *exchange) comeAgain(wait time.Duration) {
	x.w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(wait.Seconds())))))
}
