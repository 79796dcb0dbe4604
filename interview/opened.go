// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"daylight/audit"
	"daylight/store"
)

// Opened notes in the audit log, once each, the follow-ups whose window is open or of
// which the person is to be told ([FollowUp.Announced]), so that whoever runs them can be
// notified. It is called every minute. A window that passed meanwhile is not noted: there
// is nobody to ask any more. Each is a transaction of its own, one that does not open
// keeps none of the others, and the error says how many there are that were not noted.
func Opened(ctx context.Context, st store.Store, now time.Time) error {
	var keys []string
	err := st.View(ctx, func(r store.Reader) error {
		keys = nil
		for row, err := range r.Find(store.FollowUps, store.Query{By: "at", Where: []store.Cond{
			{Column: "state", Op: store.Equal, Text: string(Drawn)}, {Column: "at", Op: store.AtMost, Int: now.Add(dayBefore).UnixMilli()},
		}}) {
			f, _, err := decode[FollowUp](row, err)
			if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
				continue
			}
			if err != nil {
				return err
			}
			if f.unsaid(now) {
				keys = append(keys, f.ID)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look for follow-ups that are due: %w", err)
	}
	var first error
	failed := 0
	for _, key := range keys {
		err := st.Update(ctx, func(w store.Writer) error { return opened(w, key, now) })
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed++
			first = cmp.Or(first, fmt.Errorf("follow-up %s: %w", key, err))
		}
	}
	if first != nil {
		return fmt.Errorf("note follow-ups that are due: %d failed, the first: %w", failed, first)
	}
	return nil
}

// unsaid reports whether there is something to do now of which nobody was notified.
func (f FollowUp) unsaid(now time.Time) bool {
	return f.Announced(now) && f.Said.IsZero() || f.Due(now) && f.Said.Before(f.At)
}

func opened(w store.Writer, id string, now time.Time) error {
	f, version, err := decode[FollowUp](w.Get(store.FollowUps, id))
	if errors.Is(err, store.ErrNotFound) || err == nil && !f.unsaid(now) {
		return nil // it was settled since it was looked for
	}
	if err != nil {
		return err
	}
	f.Said = now.UTC()
	if err := f.save(w, version); err != nil {
		return err
	}
	// The object is none of anybody: it is what notifications name.
	return note(w, Actor{Account: audit.System}, "follow-up.due", "follow-ups", now, map[string]string{"follow_up": f.ID, "subject": f.Subject})
}
