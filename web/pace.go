// SPDX-License-Identifier: Apache-2.0

package web

import (
	"fmt"
	"math"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How many requests one token may send: so many a second, and so many at once. What
// is sent in one request may be large, so this slows no log shipper down; it keeps
// one program that went wrong from taking the store away from everybody.
const (
	tokenRate  = 100
	tokenBurst = 400
)

// mostPaces is how many tokens are counted at a time; when there are more, those that
// have been quiet are forgotten.
const mostPaces = 4096

// pace limits requests for each token. It is safe for several goroutines.
type pace struct {
	mu  sync.Mutex
	all map[string]*rate.Limiter
}

// wait is how long a token has to wait before its next request, 0 if it may send now.
func (p *pace) wait(token string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.all[token]
	if l == nil {
		if p.all == nil || len(p.all) >= mostPaces {
			p.forget(now)
		}
		l = rate.NewLimiter(tokenRate, tokenBurst)
		p.all[token] = l
	}
	r := l.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// forget drops the tokens that may send a whole burst: a new count is the same.
func (p *pace) forget(now time.Time) {
	kept := map[string]*rate.Limiter{}
	for token, l := range p.all {
		if l.TokensAt(now) < tokenBurst {
			kept[token] = l
		}
	}
	p.all = kept
}

// keepPace refuses a request of a token that sent too many.
func (s *Server) keepPace(x *exchange) error {
	wait := s.pace.wait(x.program.ID, s.Now())
	if wait == 0 {
		return nil
	}
	x.w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return fmt.Errorf("take a request of a program: %w", errTooMany)
}
