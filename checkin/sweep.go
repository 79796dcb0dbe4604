// SPDX-License-Identifier: Apache-2.0

package checkin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"daylight/audit"
	"daylight/interview"
	"daylight/store"
)

// Sweep deletes on time: stills whose days are over, what was collected and not handed
// in, and measurements after [KeptDays], the records of the address and of
// typing with them. It is called every minute. The stills are a transaction of their
// own, and so is each check-in: one that cannot be ended keeps nobody else's, and the
// error says how many there are.
func Sweep(ctx context.Context, st store.Store, now time.Time) error {
	by := store.Query{Bare: true, Where: []store.Cond{{Column: "until", Op: store.AtMost, Int: now.UnixMilli()}}}
	var stills int
	var keys []string
	err := st.View(ctx, func(r store.Reader) (err error) {
		keys = nil
		for row, err := range r.Find(store.CheckIns, by) {
			if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
				return err
			}
			keys = append(keys, row.Key)
		}
		stills, err = r.Count(store.Stills, by)
		return err
	})
	if err != nil {
		return fmt.Errorf("look for what is over of check-ins: %w", err)
	}
	var failed error
	if stills > 0 {
		if err := st.Update(ctx, func(w store.Writer) error { return sweepStills(w, now) }); err != nil {
			failed = fmt.Errorf("delete pictures whose days are over: %w", err)
		}
	}
	return errors.Join(failed, sweepAll(ctx, st, keys, now))
}

func sweepStills(w store.Writer, now time.Time) error {
	n, err := interview.SweepStills(w, now)
	if err != nil || n == 0 {
		return err
	}
	return audit.Append(w, audit.Entry{At: now, Actor: audit.System, Act: "still.delete", Detail: map[string]string{"stills": strconv.Itoa(n)}})
}

// sweepAll goes through check-ins, and on after one that fails.
func sweepAll(ctx context.Context, st store.Store, keys []string, now time.Time) error {
	var first error
	failed := 0
	for _, key := range keys {
		err := st.Update(ctx, func(w store.Writer) error { return sweep(w, key, now) })
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed++
			first = cmp.Or(first, fmt.Errorf("check-in %s: %w", key, err))
		}
	}
	if first != nil {
		return fmt.Errorf("delete what is over of check-ins: %d failed, the first: %w", failed, first)
	}
	return nil
}

// forget removes a check-in, and the records of the address that it was done from and of
// how digits were typed: the person was told that they go together.
func forget(w store.Writer, row store.Row, now time.Time) error {
	if row.Text["state"] == string(Finished) {
		for _, part := range []string{line, typing} {
			if err := interview.Unobserve(w, row.Text["subject"], row.Key, part, now); err != nil {
				return err
			}
		}
	}
	return w.Delete(store.CheckIns, row.Key)
}

// sweep ends a check-in whose time is over, and removes one that was kept long enough
// or that nobody can read.
func sweep(w store.Writer, key string, now time.Time) error {
	row, err := w.Get(store.CheckIns, key)
	if errors.Is(err, store.ErrNotFound) || err == nil && row.Ints["until"] > now.UnixMilli() {
		return nil // it went, or was given more time, since it was looked for
	}
	var c *CheckIn
	if err == nil {
		c, err = decode(row)
	}
	switch {
	case errors.Is(err, store.ErrErased): // and the records with the same key
		return w.Delete(store.CheckIns, key)
	case errors.Is(err, store.ErrCorrupt), err == nil && !c.Ended.IsZero():
		return forget(w, row, now)
	case err != nil:
		return err
	}
	c.age(now)
	if err := deleteDrafts(w, c.ID); err != nil {
		return err
	}
	if err := c.put(w); err != nil {
		return err
	}
	if err := audit.Append(w, audit.Entry{At: now, Actor: audit.System, Act: "checkin.close", Object: c.Handle, Detail: map[string]string{"check_in": c.ID}}); err != nil {
		return err
	}
	return c.ended(w, now)
}
