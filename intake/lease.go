// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"errors"
	"sync"
	"time"

	"daylight/store"
)

// lease is how long a worker that died keeps its work from the next one.
const lease = 15 * time.Second

// leases are those of one queue, on which one worker of one process works.
type leases struct {
	last time.Time
	beat <-chan time.Time // when to renew them; nil: at a third of their length
}

// follow ends the leases that stand in the way: at first all of them, since who has one
// is gone, and again when the clock has jumped back, since they end by a time that it
// does not show for long.
func (l *leases) follow(ctx context.Context, st store.Store, q store.Queue, now time.Time) error {
	if l.last.IsZero() || now.Before(l.last) {
		if err := st.Update(ctx, func(w store.Writer) error { return w.Release(q) }); err != nil {
			return err
		}
	}
	l.last = now
	return nil
}

// inHand are jobs that are worked on and whose leases are renewed meanwhile.
type inHand struct {
	st      store.Store
	now     func() time.Time
	working context.Context //nolint:containedctx // of the work: it ends when a lease is lost
	stop    context.CancelCauseFunc
	ended   chan struct{}

	mu   sync.Mutex // held while they are renewed and while some are finished
	jobs map[string]store.Job
}

// hold renews the leases of what is worked on until it is finished or end is called. If
// one has passed to another worker, the context of the work ends, and end returns why:
// two never do one thing at once.
func (l *leases) hold(ctx context.Context, st store.Store, now func() time.Time, jobs []store.Job) (context.Context, *inHand) {
	h := &inHand{st: st, now: now, ended: make(chan struct{}), jobs: map[string]store.Job{}}
	for _, job := range jobs {
		h.jobs[job.Key] = job
	}
	h.working, h.stop = context.WithCancelCause(ctx)
	go h.beats(l.beat)
	return h.working, h
}

func (h *inHand) beats(beat <-chan time.Time) {
	defer close(h.ended)
	if beat == nil {
		ticker := time.NewTicker(lease / 3)
		defer ticker.Stop()
		beat = ticker.C
	}
	for {
		select {
		case <-h.working.Done():
			return
		case <-beat:
		}
		// What else fails is tried again at the next beat: the work fails by itself if
		// nothing can be written.
		if err := h.renew(); errors.Is(err, store.ErrConflict) {
			h.stop(err)
			return
		}
	}
}

func (h *inHand) renew() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	until := h.now().Add(lease)
	return h.st.Update(h.working, func(w store.Writer) error {
		for _, job := range h.jobs {
			if err := w.Renew(job, until); err != nil {
				return err
			}
		}
		return nil
	})
}

// finish runs the transaction that finishes some of the jobs: none is renewed meanwhile,
// nor any of them afterwards.
func (h *inHand) finish(ctx context.Context, jobs []store.Job, f func(store.Writer) error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.st.Update(ctx, f); err != nil {
		return err
	}
	for _, job := range jobs {
		delete(h.jobs, job.Key)
	}
	return nil
}

// end stops renewing, and returns why the work was ended if it was.
func (h *inHand) end() error {
	h.stop(nil)
	<-h.ended
	if cause := context.Cause(h.working); errors.Is(cause, store.ErrConflict) {
		return cause
	}
	return nil
}
