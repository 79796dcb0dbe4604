// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// progress shows one line on a terminal for anything that takes over a second.
// Elsewhere it is silent.
type progress struct {
	mu    sync.Mutex
	w     io.Writer // nil: silent
	now   func() time.Time
	start time.Time
	last  time.Time
	shown bool
}

func (a *app) progress() *progress {
	p := &progress{now: a.Now, start: a.Now()}
	if a.terminal(a.Stderr) {
		p.w = a.Stderr
	}
	return p
}

// tell says what is being done and how far it is. It may be called from several
// goroutines.
func (p *progress) tell(stage string, done, total int) {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if now.Sub(p.start) < time.Second || now.Sub(p.last) < 200*time.Millisecond {
		return
	}
	p.last, p.shown = now, true
	_, _ = fmt.Fprintf(p.w, "\r\x1b[K%s: %d of %d", stage, done, total)
}

// end clears the line.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		_, _ = fmt.Fprint(p.w, "\r\x1b[K")
	}
}
