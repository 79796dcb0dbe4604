// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"daylight/record"
	"daylight/store"
)

// ArrangedSince says since when a person has an arrangement that they asked for on the
// page of a check-in: nothing that depends on camera, speech, speed or attendance is
// weighed for them. Zero where they have none. It is for the person, and for those who
// answer them.
func ArrangedSince(r store.Reader, handle string) (since time.Time, err error) {
	all, err := arrangements(r, handle)
	for _, a := range all {
		if since.IsZero() || a.at.Before(since) {
			since = a.at
		}
	}
	return since, err
}

// EndArrangements takes back what [ArrangedSince] tells of, and has the person assessed
// again. It is for when the person says that they need no other way any more; an
// accommodation that an export declares stays. It fails with [store.ErrConflict] where
// there is none.
func EndArrangements(w store.Writer, handle string, now time.Time) error {
	all, err := arrangements(w, handle)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fmt.Errorf("end an arrangement: %w", store.ErrConflict)
	}
	for _, a := range all {
		if err := w.Delete(store.Records, a.key); err != nil {
			return fmt.Errorf("end an arrangement: %w", err)
		}
	}
	if err := w.Enqueue(store.Dirty, handle, now); err != nil {
		return fmt.Errorf("have a person assessed again: %w", err)
	}
	return nil
}

// arranged is one record of an arrangement.
type arranged struct {
	key string
	at  time.Time
}

func arrangements(r store.Reader, handle string) ([]arranged, error) {
	var out []arranged
	err := eachOf(r, handle, record.KindCheck, func(key string, rec record.Record) {
		if rec.Arrangement() {
			out = append(out, arranged{key, rec.At})
		}
	})
	return out, err
}

// Arranged reports whether a person has an arrangement: one that they asked for
// ([ArrangedSince]), or an accommodation that an export declares.
func Arranged(r store.Reader, handle string) (bool, error) {
	since, err := ArrangedSince(r, handle)
	if err != nil || !since.IsZero() {
		return err == nil, err
	}
	declared := false
	err = eachOf(r, handle, record.KindPerson, func(_ string, rec record.Record) {
		if p, ok := rec.Body.(record.Person); ok {
			declared = declared || p.Accommodation
		}
	})
	return declared, err
}

// eachOf visits the records of one kind of a person that open.
func eachOf(r store.Reader, handle string, kind record.Kind, visit func(key string, rec record.Record)) error {
	holders, err := Holders(r, handle)
	if err != nil {
		return err
	}
	if !slices.Contains(holders, Holder(handle)) {
		holders = append(holders, Holder(handle))
	}
	for row, err := range r.Find(store.Records, store.Query{Where: []store.Cond{
		{Column: "holder", Op: store.OneOf, In: holders}, {Column: "kind", Op: store.Equal, Text: string(kind)},
	}}) {
		if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
			continue
		}
		if err != nil {
			return fmt.Errorf("look for an arrangement: %w", err)
		}
		b, err := decodeRecord(row.Body)
		if err != nil {
			return err
		}
		visit(row.Key, b.Record)
	}
	return nil
}
