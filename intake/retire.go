// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"daylight/casework"
	"daylight/pipeline"
	"daylight/record"
	"daylight/report"
	"daylight/store"
	"daylight/weigh"
)

// HolderType marks the rows of [store.Identifiers] that say which keys a person's
// material is sealed under, so that all of them can be destroyed.
const HolderType = "holder"

// putHolders brings the list of a person's keys to what the assessment rests on.
func putHolders(w store.Writer, handle string, holders []string) error {
	wanted := map[string]bool{}
	for _, h := range holders {
		wanted[h+" "+handle] = true
	}
	var gone []string
	for row, err := range w.Find(store.Identifiers, store.Query{Bare: true, Where: []store.Cond{
		{Column: "subject", Op: store.Equal, Text: handle}, {Column: "type", Op: store.Equal, Text: HolderType},
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
	for _, h := range holders {
		if !wanted[h+" "+handle] {
			continue
		}
		if err := w.Put(store.Identifiers, store.Row{
			Key: h + " " + handle, Text: map[string]string{"hash": h, "type": HolderType, "subject": handle},
		}); err != nil {
			return err
		}
		delete(wanted, h+" "+handle)
	}
	return nil
}

// gone finds the people who are in the store and not in the result any longer, by the
// hash of the id that their source gave them.
func (a *assessed) gone(ctx context.Context, people []pipeline.Person) (map[string]string, error) {
	there := map[string]bool{}
	for _, p := range people {
		there[string(p.Name)] = true
	}
	gone := map[string]string{}
	err := a.st.View(ctx, func(r store.Reader) error {
		for row, err := range r.Find(store.Subjects, store.Query{Bare: true}) {
			if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
				return err
			}
			if !there[row.Key] {
				gone[row.Text["source_hash"]] = row.Key
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for people who are gone: %w", err)
	}
	return gone, nil
}

// takeIn points those on who turn out to be a person: their ids are among that
// person's aliases. It is part of the transaction that writes the person, before
// anything is opened about them, so that no second case is.
func (a *assessed) takeIn(w store.Writer, p *person, gone map[string]string, now time.Time) error {
	for _, alias := range p.of.Aliases {
		handle, ok := gone[sourceHash(w, record.SubjectID(alias))]
		if !ok || a.aside.people[handle] {
			continue
		}
		if _, err := casework.Stands(w, handle); errors.Is(err, store.ErrCorrupt) {
			continue // a case that does not open stays where it is
		}
		if err := a.pointOn(w, handle, p.handle, now); err != nil {
			return err
		}
	}
	return nil
}

// retire removes the people who are no longer in the result, and of whom no id has
// become another's alias.
func (a *assessed) retire(ctx context.Context, people []pipeline.Person, gone map[string]string, now time.Time) error {
	if len(gone) == 0 {
		return nil
	}
	err := a.st.Update(ctx, func(w store.Writer) error {
		left := maps.Clone(gone)
		for _, p := range people {
			for _, alias := range p.Aliases {
				delete(left, sourceHash(w, record.SubjectID(alias)))
			}
		}
		for _, handle := range left {
			if a.aside.people[handle] {
				continue
			}
			nothing, err := lapsed(w, handle, now)
			if err != nil {
				return err
			}
			if err := a.keepCases(ctx, w, handle, nothing, now); err != nil {
				return err
			}
			if err := a.forget(w, handle); err != nil {
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

// lapsed is the assessment of somebody of whom nothing is known any longer: what people
// work on about them rests on nothing.
func lapsed(r store.Reader, handle string, now time.Time) (report.Subject, error) {
	row, err := r.Get(store.Subjects, handle)
	if err != nil && !errors.Is(err, store.ErrCorrupt) && !errors.Is(err, store.ErrErased) {
		return report.Subject{}, err
	}
	nothing := report.Subject{ID: handle, Stage: record.Stage(row.Text["stage"]), State: weigh.Insufficient}
	if was, err := report.DecodeDossier(row.Body); err == nil {
		nothing.Assessment.Policy = was.Assessment.Policy
	}
	nothing.Assessment.AsOf = now.UTC()
	return nothing, nil
}

// pointOn leaves of a merged person only the handle, which stands in cases and
// addresses, and where it points. What people work on, the case with its packages, the
// requests and the suppressions, goes to the person whom they turned out to be: merging
// waits for nobody, because the assessment of the joined person must not be of half of
// them, and no decision is lost. Links that were handed out end: they were made to show
// what was known of one handle, and two may have been joined by mistake. Who was erased
// stays so.
func (a *assessed) pointOn(w store.Writer, from, to string, now time.Time) error {
	for _, handle := range []string{from, to} {
		if gone, err := w.Erased(Holder(handle)); err != nil || gone {
			return err
		}
	}
	row, err := w.Get(store.Subjects, from)
	if err != nil && !errors.Is(err, store.ErrCorrupt) {
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
	if err := handOn(w, from, to, now); err != nil {
		return err
	}
	if err := putHolders(w, from, nil); err != nil {
		return err
	}
	return w.Put(store.Subjects, store.Row{
		Key: from, Version: row.Version, Holder: Holder(to),
		Text: map[string]string{"source_hash": row.Text["source_hash"], "stage": row.Text["stage"], "merged": to},
		Ints: map[string]int64{"since": now.UnixMilli(), "assessed": now.UnixMilli()},
	})
}

// handOn moves what people work on about one handle to another.
func handOn(w store.Writer, from, to string, now time.Time) error {
	if err := casework.Move(w, from, to, now); err != nil {
		return err
	}
	for _, c := range append(interviews(), store.Requests) {
		for row, err := range w.Find(c, store.Query{Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: from}}}) {
			if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
				continue
			}
			if err != nil {
				return err
			}
			row.Text["subject"] = to
			if row.Holder == Holder(from) {
				row.Holder = Holder(to)
			}
			// What interviews leave names its person; what people asked is their own words.
			if c.Name != store.Requests.Name {
				if row.Body, err = renamed(row.Body, to); err != nil {
					return err
				}
			}
			if err := w.Put(c, row); err != nil {
				return err
			}
		}
	}
	return deleteOf(w, store.Links, store.Cond{Column: "subject", Op: store.Equal, Text: from})
}

// renamed is a JSON object with another handle as its subject.
func renamed(body []byte, to string) ([]byte, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, fmt.Errorf("name another person: %w", err)
	}
	name, err := json.Marshal(to)
	if err != nil {
		return nil, fmt.Errorf("name another person: %w", err)
	}
	if _, ok := fields["subject"]; ok {
		fields["subject"] = name
	}
	return json.Marshal(fields)
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
	return putHolders(w, handle, nil)
}
