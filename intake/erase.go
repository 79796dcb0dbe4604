// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"daylight/audit"
	"daylight/casework"
	"daylight/notice"
	"daylight/store"
)

// What [Erase] refuses.
var (
	ErrOpenCase = errors.New("a case about the person is open; it has to be closed first")
	ErrHeld     = errors.New("a case about the person is under legal hold; it has to be lifted first")
	// ErrSecond: people confirmed a mismatch. The erasure is noted, and another person
	// has to order it as well.
	ErrSecond = errors.New("another person has to order the erasure too")
)

// Erase makes all that is kept about a person unreadable, for good: it destroys the
// keys of the assessment, the face, the cases, what the audit log has sealed, and every
// record, document and profile that the assessment rests on, and those of every handle
// that was joined with this one, and removes the notices that were given to them and
// the input that was held back for want of one. A backup made before forgets them when it is
// restored. What comes about the person later, under an account, an address or a number
// that was known, is not kept again. by is who orders it, and why a slug for the audit
// log. Where a case was confirmed, two people have to order it: the first order is kept
// and [ErrSecond] returned. It fails with [store.ErrNotFound], [store.ErrErased],
// [ErrOpenCase] or [ErrHeld].
func Erase(ctx context.Context, st store.Store, handle string, by casework.Actor, why string, now time.Time) error {
	return erase(ctx, st, handle, now, order{by: by, why: why, remember: true})
}

// order is how a person is erased.
type order struct {
	by  casework.Actor
	why string // a slug for the audit log
	// remember keeps what was known of the person, as names of keys, so that nothing
	// that comes about them later is kept.
	remember bool
	// still, if set, reports whether the person is yet to be erased.
	still func(store.Reader, store.Row) (bool, error)
}

// errNotDue is returned where an order no longer holds.
var errNotDue = errors.New("the person is not to be erased any longer")

func erase(ctx context.Context, st store.Store, handle string, now time.Time, o order) error {
	wanted := false
	err := st.Update(ctx, func(w store.Writer) error {
		wanted = false
		row, err := w.Get(store.Subjects, handle)
		if err != nil && !errors.Is(err, store.ErrCorrupt) {
			return err
		}
		if to := row.Text["merged"]; to != "" {
			return fmt.Errorf("the person is part of %s now: %w", to, store.ErrNotFound)
		}
		if o.still != nil {
			if still, err := o.still(w, row); err != nil || !still {
				return cmp.Or(err, errNotDue)
			}
		}
		handles, err := joined(w, handle)
		if err != nil {
			return err
		}
		if wanted, err = mayErase(w, handle, handles, o, now); err != nil || wanted {
			return err
		}
		keys := 0
		for _, h := range handles {
			n, err := eraseHandle(w, h, o.remember)
			if err != nil {
				return err
			}
			keys += n
		}
		detail := map[string]string{"keys": strconv.Itoa(keys), "reason": o.why}
		if err := audit.Append(w, audit.Entry{At: now, Actor: o.by.Account, Act: "person.erase", Object: handle, Detail: detail}); err != nil {
			return err
		}
		return w.Enqueue(store.Dirty, store.Everybody, now)
	})
	if err == nil && wanted {
		err = ErrSecond
	}
	if err != nil {
		return fmt.Errorf("erase a person: %w", err)
	}
	return nil
}

// joined returns a handle and those of everybody who turned out to be the same person.
func joined(r store.Reader, handle string) ([]string, error) {
	all := []string{handle}
	for i := 0; i < len(all); i++ {
		q := store.Query{Bare: true, Where: []store.Cond{{Column: "merged", Op: store.Equal, Text: all[i]}}}
		for row, err := range r.Find(store.Subjects, q) {
			if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
				return nil, fmt.Errorf("look for who was joined: %w", err)
			}
			if !slices.Contains(all, row.Key) {
				all = append(all, row.Key)
			}
		}
	}
	return all, nil
}

// eraseHandle destroys the keys of one handle and leaves a row that says so. It returns
// how many keys there were.
func eraseHandle(w store.Writer, handle string, remember bool) (int, error) {
	row, err := w.Get(store.Subjects, handle)
	if err != nil && !errors.Is(err, store.ErrCorrupt) && !errors.Is(err, store.ErrErased) {
		return 0, err
	}
	holders, err := Holders(w, handle)
	if err != nil {
		return 0, err
	}
	records, accounts, err := materialOf(w, holders)
	if err != nil {
		return 0, err
	}
	noticed := append(noticedAs(w, records, accounts), notice.Person(w, handle)) // as a check-in has it
	if err := forgetNoticed(w, noticed); err != nil {
		return 0, err
	}
	stills, err := stillHolders(w, handle)
	if err != nil {
		return 0, err
	}
	holders = append(holders, stills...)
	own := Holder(handle)
	for _, h := range append(slices.Clone(holders), own) {
		for _, c := range []store.Collection{store.Records, store.Documents, store.Profiles, store.Files, store.Stills, store.Papers} {
			if err := deleteHeld(w, c, h); err != nil {
				return 0, err
			}
		}
	}
	if err := casework.Forget(w, handle); err != nil {
		return 0, err
	}
	for _, c := range append(interviews(), store.Identifiers, store.Requests, store.Links, store.Concerns) {
		if err := deleteOf(w, c, store.Cond{Column: "subject", Op: store.Equal, Text: handle}); err != nil {
			return 0, err
		}
	}
	for _, c := range []store.Collection{store.Details, store.Deliveries, store.ScimUsers} {
		if err := deleteHeld(w, c, own); err != nil {
			return 0, err
		}
	}
	if err := w.Delete(store.Faces, handle); err != nil {
		return 0, err
	}
	// The handle stands in the audit log; that nobody can read it any longer is said.
	if err := w.Put(store.Subjects, store.Row{Key: handle, Version: row.Version, Holder: own}); err != nil && !errors.Is(err, store.ErrErased) {
		return 0, err
	}
	var marks []string
	if remember {
		for _, rec := range records {
			marks = append(marks, contactHolders(w, rec)...)
		}
		for _, hash := range noticed {
			marks = append(marks, notice.Mark(hash))
		}
	}
	for _, h := range append(append(slices.Clone(holders), marks...), own) {
		if err := w.Destroy(h); err != nil {
			return 0, err
		}
	}
	return len(holders) + 1, nil
}

// mayErase refuses while people still decide, or the law keeps the evidence. wanted
// reports that the order was kept, and another person has to give it as well.
func mayErase(w store.Writer, handle string, handles []string, o order, now time.Time) (wanted bool, err error) {
	confirmed := false
	for _, h := range handles {
		s, err := casework.Stands(w, h)
		switch {
		case err != nil:
			return false, err
		case s.Held:
			return false, ErrHeld
		case s.Open:
			return false, ErrOpenCase
		}
		confirmed = confirmed || s.Confirmed
	}
	if !confirmed {
		return false, nil
	}
	if o.by.Account == audit.System {
		return false, ErrSecond
	}
	return wantToo(w, handle, o, now)
}

// KindErasure is the kind of a row of [store.Requests] that says that one person has
// ordered an erasure that another has to order as well.
const KindErasure = "erasure"

// erasureOrder is the body of such a row.
type erasureOrder struct {
	By  casework.Actor `json:"by"`
	Why string         `json:"why"`
}

// wantToo keeps the order of the first person to give it. wanted is false if another
// one gave it before.
func wantToo(w store.Writer, handle string, o order, now time.Time) (wanted bool, err error) {
	key := "q-erase-" + handle
	row, err := w.Get(store.Requests, key)
	if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrCorrupt) {
		return false, err
	}
	if err == nil {
		var first erasureOrder
		if err := json.Unmarshal(row.Body, &first); err != nil {
			return false, fmt.Errorf("read the first order of an erasure: %w", err)
		}
		if !first.By.Same(o.by) {
			return false, nil
		}
		return true, nil
	}
	body, err := json.Marshal(erasureOrder{o.by, o.why})
	if err != nil {
		return false, fmt.Errorf("keep the order of an erasure: %w", err)
	}
	err = w.Put(store.Requests, store.Row{
		Key: key, Version: row.Version, Holder: Holder(handle), Body: body,
		Text: map[string]string{"subject": handle, "kind": KindErasure, "state": "open"}, Ints: map[string]int64{"at": now.UnixMilli()},
	})
	if err != nil {
		return false, err
	}
	return true, audit.Append(w, audit.Entry{At: now, Actor: o.by.Account, Act: "erasure.order", Object: handle, Detail: map[string]string{"reason": o.why}})
}

// Holders returns the names of the keys that what is kept about a person is sealed
// under, less the one of the assessment.
func Holders(r store.Reader, handle string) ([]string, error) {
	var out []string
	for row, err := range r.Find(store.Identifiers, store.Query{Bare: true, Where: []store.Cond{
		{Column: "subject", Op: store.Equal, Text: handle}, {Column: "type", Op: store.Equal, Text: HolderType},
	}}) {
		if err != nil {
			return nil, fmt.Errorf("look for a person's keys: %w", err)
		}
		out = append(out, row.Text["hash"])
	}
	return out, nil
}

// interviews are the collections of what was asked of one person and found.
func interviews() []store.Collection {
	return []store.Collection{store.Sittings, store.Draws, store.FollowUps, store.Stills, store.Comparisons, store.CheckIns, store.Papers}
}

// stillHolders returns the keys of stills of a person, each sealed under its own:
// those that are kept, and those of a check-in that is not handed in yet; and of the
// files of documents that were uploaded.
func stillHolders(r store.Reader, handle string) (holders []string, err error) {
	of := store.Cond{Column: "subject", Op: store.Equal, Text: handle}
	var visits []string
	for row, err := range r.Find(store.CheckIns, store.Query{Bare: true, Where: []store.Cond{of}}) {
		if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
			return nil, fmt.Errorf("look for a person's check-ins: %w", err)
		}
		visits = append(visits, row.Key)
	}
	for _, where := range []store.Cond{of, {Column: "visit", Op: store.OneOf, In: visits}} {
		if where.Op == store.OneOf && len(visits) == 0 {
			continue
		}
		for row, err := range r.Find(store.Stills, store.Query{Bare: true, Where: []store.Cond{where}}) {
			if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
				return nil, fmt.Errorf("look for a person's stills: %w", err)
			}
			if !slices.Contains(holders, row.Holder) {
				holders = append(holders, row.Holder)
			}
		}
	}
	for row, err := range r.Find(store.Papers, store.Query{Bare: true, Where: []store.Cond{of}}) {
		if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
			return nil, fmt.Errorf("look for files of a person's documents: %w", err)
		}
		if row.Holder != Holder(handle) {
			holders = append(holders, row.Holder)
		}
	}
	return holders, nil
}

// deleteHeld removes the rows that are sealed under a key.
func deleteHeld(w store.Writer, c store.Collection, holder string) error {
	return deleteOf(w, c, store.Cond{Column: "holder", Op: store.Equal, Text: holder})
}

func deleteOf(w store.Writer, c store.Collection, where store.Cond) error {
	var keys []string
	for row, err := range w.Find(c, store.Query{Bare: true, Where: []store.Cond{where}}) {
		if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
			return err
		}
		keys = append(keys, row.Key)
	}
	for _, key := range keys {
		if err := w.Delete(c, key); err != nil {
			return err
		}
	}
	return nil
}
