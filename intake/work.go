// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// tick is how long a worker sleeps when nobody wakes it: for leases that run out.
const tick = 5 * time.Second

// Workers has the box wake what reads and that wake what assesses, and returns what
// runs both until the context ends: it returns when the transaction that was running
// has ended. What fails is logged and tried again. It belongs before anything is
// received.
func Workers(box *Box, r *Reader, a *Assessor) (run func(context.Context)) {
	read, assess := make(chan struct{}, 1), make(chan struct{}, 1)
	box.Wake = func() { signal(read) }
	r.Wake = func() { signal(assess) }
	return func(ctx context.Context) {
		var all sync.WaitGroup
		all.Go(func() {
			repeat(ctx, r.Log, "reading input failed", read, func() (bool, error) {
				n, err := r.Some(ctx)
				return n > 0, err
			})
		})
		all.Go(func() {
			repeat(ctx, a.Log, "assessing people failed", assess, func() (bool, error) {
				if err := a.Settle(ctx); err != nil {
					return false, err
				}
				return a.Some(ctx)
			})
		})
		all.Wait()
	}
}

// signal wakes a worker, once however often it is called.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// repeat calls f until it has nothing to do, and again when it is woken. After an
// error it waits, longer each time up to a minute.
func repeat(ctx context.Context, log *slog.Logger, failed string, wake <-chan struct{}, f func() (more bool, err error)) {
	wait := time.Second
	for ctx.Err() == nil {
		more, err := f()
		pause := tick
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.ErrorContext(ctx, failed, slog.Any("error", err)) //nolint:sloglint // the caller's constant
			pause = wait
			wait = min(2*wait, time.Minute)
		case more:
			wait = time.Second
			continue
		default:
			wait = time.Second
		}
		select {
		case <-ctx.Done():
		case <-wake:
		case <-time.After(pause):
		}
	}
}
