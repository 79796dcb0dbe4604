// SPDX-License-Identifier: Apache-2.0

package checkin

import (
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
// in, and measurements after [KeptDays]. It is called every minute.
func Sweep(ctx context.Context, st store.Store, now time.Time) error {
	due := false
	by := store.Cond{Column: "until", Op: store.AtMost, Int: now.UnixMilli()}
	err := st.View(ctx, func(r store.Reader) error {
		for _, c := range []store.Collection{store.Stills, store.CheckIns} {
			n, err := r.Count(c, store.Query{Where: []store.Cond{by}})
			if err != nil {
				return err
			}
			due = due || n > 0
		}
		return nil
	})
	if err != nil || !due {
		return err
	}
	err = st.Update(ctx, func(w store.Writer) error {
		n, err := interview.SweepStills(w, now)
		if err != nil {
			return err
		}
		if n > 0 {
			if err := audit.Append(w, audit.Entry{At: now, Actor: audit.System, Act: "still.delete", Detail: map[string]string{"stills": strconv.Itoa(n)}}); err != nil {
				return err
			}
		}
		for row, err := range w.Find(store.CheckIns, store.Query{Where: []store.Cond{by}}) {
			if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
				return err
			}
			if err := sweep(w, row, err == nil, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("delete what is over of check-ins: %w", err)
	}
	return nil
}

// sweep ends a check-in whose time is over, and removes one that was kept long enough
// or that nobody can read.
func sweep(w store.Writer, row store.Row, readable bool, now time.Time) error {
	if !readable {
		return w.Delete(store.CheckIns, row.Key)
	}
	c, err := decode(row)
	if err != nil {
		return err
	}
	if !c.Ended.IsZero() {
		return w.Delete(store.CheckIns, row.Key)
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
