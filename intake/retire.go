// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"daylight/record"
	"daylight/store"
)

// HolderType marks the rows of [store.Identifiers] that say which keys a person's
// material is sealed under, so that all of them can be destroyed.
const HolderType = "holder"

// putHolders brings the list of a person's keys to what the assessment rests on.
func putHolders(w store.Writer, p person) error {
	wanted := map[string]bool{}
	for _, h := range p.holders {
		wanted[h+" "+p.handle] = true
	}
	var gone []string
	for row, err := range w.Find(store.Identifiers, store.Query{Bare: true, Where: []store.Cond{
		{Column: "subject", Op: store.Equal, Text: p.handle}, {Column: "type", Op: store.Equal, Text: HolderType},
	}}) {
		if err != nil {
			return err
		}
		if !wanted[row.Key] {
			gone = append(gone, row.Key)
		}
		delete(wanted, row.Key)
	}
	for _, key := range gone {
		if err := w.Delete(store.Identifiers, key); err != nil {
			return err
		}
	}
	for _, h := range p.holders {
		if !wanted[h+" "+p.handle] {
			continue
		}
		if err := w.Put(store.Identifiers, store.Row{
			Key: h + " " + p.handle, Text: map[string]string{"hash": h, "type": HolderType, "subject": p.handle},
		}); err != nil {
			return err
		}
		delete(wanted, h+" "+p.handle)
	}
	return nil
}

// retire deals with people who are no longer in the result. One whose id has
// become another's alias points on to them; the others are removed.
func (a *assessed) retire(ctx context.Context, people []person, now time.Time) error {
	there := map[string]bool{}
	for _, p := range people {
		there[p.handle] = true
	}
	err := a.st.Update(ctx, func(w store.Writer) error {
		gone := map[string]store.Row{} // by source hash
		for row, err := range w.Find(store.Subjects, store.Query{Bare: true}) {
			if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
				return err
			}
			if !there[row.Key] {
				gone[row.Text["source_hash"]] = row
			}
		}
		if len(gone) == 0 {
			return nil
		}
		for _, p := range people {
			for _, alias := range p.of.Aliases {
				hash := sourceHash(w, record.SubjectID(alias))
				row, ok := gone[hash]
				if !ok {
					continue
				}
				delete(gone, hash)
				if err := a.pointOn(w, row.Key, p.handle, now); err != nil {
					return err
				}
			}
		}
		for _, row := range gone {
			if err := a.forget(w, row.Key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("retire people: %w", err)
	}
	return nil
}

// pointOn leaves of a merged person only the handle, which stands in cases and
// addresses, and where it points.
func (a *assessed) pointOn(w store.Writer, from, to string, now time.Time) error {
	row, err := w.Get(store.Subjects, from)
	if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
		return err
	}
	if row.Text["merged"] == to {
		return nil
	}
	delete(a.known, from)
	if err := w.Delete(store.Faces, from); err != nil {
		return err
	}
	if err := forgetContacts(w, from); err != nil {
		return err
	}
	if err := moveRequests(w, from, to); err != nil {
		return err
	}
	return w.Put(store.Subjects, store.Row{
		Key: from, Version: row.Version, Holder: Holder(to),
		Text: map[string]string{"source_hash": row.Text["source_hash"], "stage": row.Text["stage"], "merged": to},
		Ints: map[string]int64{"since": now.UnixMilli(), "assessed": now.UnixMilli()},
	})
}

// moveRequests hands what was asked about a merged person, or by them, on to the one
// they are part of. What is part of a case stays with the case.
func moveRequests(w store.Writer, from, to string) error {
	var rows []store.Row
	for row, err := range w.Find(store.Requests, store.Query{Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: from}, {Column: "case", Op: store.Equal}}}) {
		if errors.Is(err, store.ErrErased) {
			continue
		}
		if err != nil {
			return fmt.Errorf("look for requests: %w", err)
		}
		rows = append(rows, row)
	}
	for _, row := range rows {
		row.Text["subject"], row.Holder = to, Holder(to)
		if err := w.Put(store.Requests, row); err != nil {
			return fmt.Errorf("hand a request on: %w", err)
		}
	}
	return nil
}

// forget removes the rows of a person about whom nothing is known any longer. One
// who was erased stays as a handle that nobody can read.
func (a *assessed) forget(w store.Writer, handle string) error {
	erased, err := w.Erased(Holder(handle))
	if err != nil || erased {
		return err
	}
	delete(a.known, handle)
	for _, c := range []store.Collection{store.Subjects, store.Faces} {
		if err := w.Delete(c, handle); err != nil {
			return err
		}
	}
	if err := forgetContacts(w, handle); err != nil {
		return err
	}
	return putHolders(w, person{handle: handle})
}
