// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/store"
)

// apart is how long the activity of an account in files that are named alike is kept
// apart from that in others, so that it can be left out if their name turns out to
// begin with a person's id (see [pipeline.AttachmentGroup]). Then it is joined into
// one row an account: an export that comes daily, under another name each time, would
// otherwise leave a row of everybody a day.
const apart = 7 * 24 * time.Hour

// joinGroups joins what was kept apart for long enough, but for files whose name begins
// with an id that is known. It returns how many rows were joined into others.
func joinGroups(ctx context.Context, st store.Store, now time.Time) (int, error) {
	b := newBundle(st, now, nil)
	var due []string
	err := st.View(ctx, func(r store.Reader) error {
		ids := map[string]bool{} // by group
		for row, err := range r.Find(store.Profiles, store.Query{}) {
			if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
				continue // it stays as it is
			}
			if err != nil {
				return err
			}
			head, _, err := profileHeadOf(row.Body)
			if err != nil || head.Group == "" || now.Sub(time.UnixMilli(head.Written)) < apart {
				continue
			}
			id, known := ids[head.Group]
			if !known {
				if id, err = beginsWithID(r, head.Group); err != nil {
					return err
				}
				ids[head.Group] = id
			}
			if !id {
				due = append(due, row.Key)
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return 0, fmt.Errorf("look for activity to join: %w", err)
	}
	for part := range slices.Chunk(due, rowsAtOnce) {
		err := st.Update(ctx, func(w store.Writer) error {
			for _, key := range part {
				if err := b.settleRow(w, key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, fmt.Errorf("join activity: %w", err)
		}
	}
	return len(due), nil
}

// beginsWithID reports whether a name of files begins with the id of somebody.
func beginsWithID(r store.Reader, group string) (bool, error) {
	for prefix := range strings.SplitSeq(group, "\x00") {
		n, err := r.Count(store.Identifiers, store.Query{Where: []store.Cond{{Column: "hash", Op: store.Equal, Text: contactHash(r, "id "+prefix)}}})
		if err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}

// settleRow joins one row into that of its account.
func (b *bundle) settleRow(w store.Writer, key string) error {
	row, err := w.Get(store.Profiles, key)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
		return nil
	}
	if err != nil {
		return err
	}
	a, err := decodeProfile(key, row.Body)
	if err != nil {
		return nil //nolint:nilerr // what does not decode stays where it is, as damage
	}
	a.Group = ""
	if err := b.putProfile(w, profileKey(w, a.Key, ""), &a); err != nil {
		return err
	}
	return w.Delete(store.Profiles, key)
}

// settledKey is where it is kept when activity was last joined.
const settledKey = "profiles settled"

// Settle joins activity that was kept apart for long enough and removes what was kept
// long enough of third parties, once a day. It is called now and then.
func Settle(ctx context.Context, st store.Store, now time.Time) error {
	var last struct {
		At time.Time `json:"at"`
	}
	err := st.View(ctx, func(r store.Reader) error { return readSetting(r, settledKey, &last) })
	if err != nil || now.Sub(last.At) < day && !last.At.After(now) {
		return err
	}
	if _, err := joinGroups(ctx, st, now); err != nil {
		return err
	}
	if _, err := forgetNeighbours(ctx, st, now); err != nil {
		return err
	}
	last.At = now.UTC()
	return st.Update(ctx, func(w store.Writer) error { return putSetting(w, settledKey, last) })
}
