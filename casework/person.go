// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"daylight/audit"
	"daylight/store"
)

// Move hands the cases and suppressions of one handle on to another, whose person the
// first turned out to be, and records it. A case moves whole and keeps its id: what
// people decided, they decided on what it holds, so two cases of one person are not
// blended into one. One that nobody has closed stays on the queue, under the person
// whom it is about now. Of two suppressions of one indicator, the one that ends later
// stays.
func Move(w store.Writer, from, to string, now time.Time) error {
	rows, err := casesOf(w, from)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := moveCase(w, row.Key, from, to, now); err != nil {
			return err
		}
	}
	if err := moveSuppressions(w, from, to); err != nil {
		return fmt.Errorf("move the suppressions of %s: %w", from, err)
	}
	return nil
}

// MoveBack hands the case that a handle began with back to it, once its person is one
// of their own again.
func MoveBack(w store.Writer, handle string, now time.Time) error {
	id := ID(w, handle)
	row, err := w.Get(store.Cases, id)
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrErased):
		return nil
	case err != nil:
		return fmt.Errorf("read case %s: %w", id, err)
	case row.Text["subject"] == handle:
		return nil
	}
	return moveCase(w, id, row.Text["subject"], handle, now)
}

func moveCase(w store.Writer, id, from, to string, now time.Time) error {
	c, version, err := load(w, id)
	if err != nil {
		return err
	}
	if c.Matter.Subject == to {
		return nil
	}
	c = c.clone()
	c.Formerly = slices.DeleteFunc(c.Formerly, func(h string) bool { return h == to })
	if !slices.Contains(c.Formerly, from) {
		c.Formerly = append(c.Formerly, from)
	}
	c.Linked = slices.DeleteFunc(c.Linked, func(l Link) bool { return l.Handle == to })
	c.Matter.Subject = to
	c, err = enter(w, c, version, noted{Entry: audit.Entry{
		At: now, Actor: audit.System, Act: "case.move", Object: c.ID, Detail: map[string]string{"subject": to, "from": from},
	}})
	if err != nil {
		return err
	}
	return reseal(w, c)
}

func moveSuppressions(w store.Writer, from, to string) error {
	var rows []store.Row
	for row, err := range w.Find(store.Suppressions, store.Query{Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: from}}}) {
		if errors.Is(err, store.ErrErased) {
			continue
		}
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	for _, row := range rows {
		var s Suppression
		if err := json.Unmarshal(row.Body, &s); err != nil {
			return err
		}
		if err := w.Delete(store.Suppressions, row.Key); err != nil {
			return err
		}
		s.ID, s.Subject = suppressionID(w, to, s.Indicator), to
		there, err := w.Get(store.Suppressions, s.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if there.Ints["until"] >= s.Until.UnixMilli() {
			continue
		}
		if err := putSuppression(w, s); err != nil {
			return err
		}
	}
	return nil
}

// casesOf returns the rows of every case of a handle, without their bodies.
func casesOf(r store.Reader, handle string) ([]store.Row, error) {
	var out []store.Row
	q := store.Query{Bare: true, Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: handle}}}
	for row, err := range r.Find(store.Cases, q) {
		if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
			return nil, fmt.Errorf("find the cases of %s: %w", handle, err)
		}
		out = append(out, row)
	}
	return out, nil
}

// Forget leaves of the cases of somebody who is being erased only that there were
// cases: no state, no disposition, no weight, no day. Their packages and suppressions
// are removed, and the keys that packages had under legal holds are destroyed, so that
// no backup opens them. It is part of the transaction that destroys the person's key,
// before it does.
func Forget(w store.Writer, handle string) error {
	rows, err := casesOf(w, handle)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := w.Put(store.Cases, store.Row{Key: row.Key, Version: row.Version, Holder: row.Holder}); err != nil {
			return fmt.Errorf("forget case %s: %w", row.Key, err)
		}
		if err := remove(w, store.Packages, store.Cond{Column: "case", Op: store.Equal, Text: row.Key}); err != nil {
			return fmt.Errorf("forget the packages of case %s: %w", row.Key, err)
		}
		if err := w.Destroy(holdHolder(row.Key)); err != nil {
			return fmt.Errorf("forget the hold of case %s: %w", row.Key, err)
		}
	}
	if err := remove(w, store.Suppressions, store.Cond{Column: "subject", Op: store.Equal, Text: handle}); err != nil {
		return fmt.Errorf("forget the suppressions of %s: %w", handle, err)
	}
	return nil
}

// remove deletes the rows that a condition selects.
func remove(w store.Writer, c store.Collection, where store.Cond) error {
	for row, err := range w.Find(c, store.Query{Bare: true, Where: []store.Cond{where}}) {
		if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
			return err
		}
		if err := w.Delete(c, row.Key); err != nil {
			return err
		}
	}
	return nil
}

// Standing is what of a person's cases stands in the way of an erasure.
type Standing struct {
	Open, Held bool
	// Confirmed: people confirmed a mismatch, and one alone does not remove that.
	Confirmed bool
}

// Stands says how the cases of a person stand.
func Stands(r store.Reader, handle string) (Standing, error) {
	var out Standing
	for row, err := range r.Find(store.Cases, store.Query{Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: handle}}}) {
		if errors.Is(err, store.ErrErased) {
			continue
		}
		if err != nil {
			return out, fmt.Errorf("look at the cases of %s: %w", handle, err)
		}
		c, err := Decode(row.Body)
		if err != nil {
			return out, err
		}
		out.add(c)
	}
	return out, nil
}

// AllStanding says how everybody's cases stand, by handle, as their plain columns have
// it: no case is opened. Whoever erases somebody asks [Stands], which fails on a case
// that does not open.
func AllStanding(r store.Reader) (map[string]Standing, error) {
	out := map[string]Standing{}
	for row, err := range r.Find(store.Cases, store.Query{Bare: true, Readable: true}) {
		if err != nil {
			return nil, fmt.Errorf("look at the cases: %w", err)
		}
		subject := row.Text["subject"]
		s := out[subject]
		s.Open = s.Open || row.Text["state"] != string(StateClosed)
		s.Held = s.Held || row.Ints["held"] != 0
		s.Confirmed = s.Confirmed || row.Text["disposition"] == string(Confirmed)
		out[subject] = s
	}
	return out, nil
}

func (s *Standing) add(c Case) {
	s.Open = s.Open || c.State != StateClosed
	s.Held = s.Held || c.Hold != nil
	if c.Closing != nil {
		s.Confirmed = s.Confirmed || c.Closing.Disposition == Confirmed
	}
}

// Same reports whether two actors are, or may be, one human being.
func (a Actor) Same(b Actor) bool { return a.same(b) }
