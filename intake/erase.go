// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"daylight/audit"
	"daylight/casework"
	"daylight/store"
)

// What [Erase] refuses.
var (
	ErrOpenCase = errors.New("a case about the person is open; it has to be closed first")
	ErrHeld     = errors.New("a case about the person is under legal hold; it has to be lifted first")
)

// Erase makes all that is kept about a person unreadable, for good: it destroys the
// keys of the assessment, the face, and every record, document and profile that the
// assessment rests on. A backup made before forgets them when it is restored. What comes about the
// person later, under an account, an address or a number that was known, is not
// kept again. by is the account of whoever orders it, and why a slug for the audit
// log. It fails with [store.ErrNotFound], [store.ErrErased], [ErrOpenCase] or [ErrHeld].
func Erase(ctx context.Context, st store.Store, handle, by, why string, now time.Time) error {
	return erase(ctx, st, handle, now, order{by: by, why: why, remember: true})
}

// order is how a person is erased.
type order struct {
	by  string // account
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
	err := st.Update(ctx, func(w store.Writer) error {
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
		if err := mayErase(w, handle); err != nil {
			return err
		}
		holders, marks, err := holdersOf(w, handle)
		if err != nil {
			return err
		}
		stills, err := stillHolders(w, handle)
		if err != nil {
			return err
		}
		holders = append(holders, stills...)
		for _, h := range holders {
			for _, c := range []store.Collection{store.Records, store.Documents, store.Profiles, store.Files, store.Stills} {
				if err := deleteHeld(w, c, h); err != nil {
					return err
				}
			}
		}
		if err := deleteOf(w, store.Identifiers, store.Cond{Column: "subject", Op: store.Equal, Text: handle}); err != nil {
			return err
		}
		if err := w.Delete(store.Faces, handle); err != nil {
			return err
		}
		// The handle stands in the audit log; that nobody can read it any longer is said.
		if err := w.Put(store.Subjects, store.Row{Key: handle, Version: row.Version, Holder: Holder(handle)}); err != nil {
			return err
		}
		if !o.remember {
			marks = nil
		}
		for _, h := range append(append(slices.Clone(holders), marks...), Holder(handle)) {
			if err := w.Destroy(h); err != nil {
				return err
			}
		}
		detail := map[string]string{"keys": strconv.Itoa(len(holders) + 1), "reason": o.why}
		if err := audit.Append(w, audit.Entry{At: now, Actor: o.by, Act: "person.erase", Object: handle, Detail: detail}); err != nil {
			return err
		}
		return w.Enqueue(store.Dirty, store.Everybody, now)
	})
	if err != nil {
		return fmt.Errorf("erase a person: %w", err)
	}
	return nil
}

// mayErase refuses while people still decide, or the law keeps the evidence.
func mayErase(r store.Reader, handle string) error {
	for row, err := range r.Find(store.Cases, store.Query{Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: handle}}}) {
		if err != nil {
			return fmt.Errorf("look at the person's cases: %w", err)
		}
		c, err := casework.Decode(row.Body)
		switch {
		case err != nil:
			return err
		case c.Hold != nil:
			return ErrHeld
		case c.State != casework.StateClosed:
			return ErrOpenCase
		}
	}
	return nil
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

// holdersOf returns the keys of a person's material, and the marks by which the
// person is known when they come again.
func holdersOf(r store.Reader, handle string) (holders, marks []string, err error) {
	if holders, err = Holders(r, handle); err != nil {
		return nil, nil, err
	}
	for _, h := range holders {
		for row, err := range r.Find(store.Records, store.Query{Where: []store.Cond{{Column: "holder", Op: store.Equal, Text: h}}}) {
			if err != nil {
				return nil, nil, err
			}
			b, err := decodeRecord(row.Body)
			if err != nil {
				return nil, nil, err
			}
			marks = append(marks, contactHolders(r, b.Record)...)
		}
	}
	return holders, marks, nil
}

// stillHolders returns the keys of stills of a person, each sealed under its own.
func stillHolders(r store.Reader, handle string) (holders []string, err error) {
	for row, err := range r.Find(store.Stills, store.Query{Bare: true, Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: handle}}}) {
		if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
			return nil, fmt.Errorf("look for a person's stills: %w", err)
		}
		holders = append(holders, row.Holder)
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
