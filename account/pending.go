// SPDX-License-Identifier: Apache-2.0

package account

import (
	"sync"
	"time"
)

// pending keeps what a sign-in that goes through a browser has to come back to, each
// once and not for long. It is bounded: when it is full, the oldest is forgotten, and
// whoever it belonged to begins again.
type pending[T any] struct {
	mu   sync.Mutex
	rows map[string]waiting[T]
}

type waiting[T any] struct {
	value T
	until time.Time
}

const (
	pendingLife = 5 * time.Minute
	pendingMost = 10_000
)

func newPending[T any]() *pending[T] { return &pending[T]{rows: map[string]waiting[T]{}} }

// put keeps a value, in place of an earlier one of the same key.
func (p *pending[T]) put(key string, value T, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.rows[key]; !ok && len(p.rows) >= pendingMost {
		oldest := key
		for k, v := range p.rows {
			if !now.Before(v.until) {
				delete(p.rows, k)
			} else if oldest == key || v.until.Before(p.rows[oldest].until) {
				oldest = k
			}
		}
		if len(p.rows) >= pendingMost {
			delete(p.rows, oldest)
		}
	}
	p.rows[key] = waiting[T]{value, now.Add(pendingLife)}
}

// take returns a value and forgets it.
func (p *pending[T]) take(key string, now time.Time) (T, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w, ok := p.rows[key]
	delete(p.rows, key)
	return w.value, ok && now.Before(w.until)
}
