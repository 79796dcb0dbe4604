// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/audit"
	"daylight/store"
)

// Kinds returns every kind of request of the people concerned.
func Kinds() []Kind { return []Kind{Correction, Appeal, Reasons, Alternative} }

// The states of a row of [store.Requests].
const (
	RequestOpen = "open"
	RequestDone = "done"
)

// Hear keeps what the person concerned asks for: in the case about them, where an
// appeal opens a closed one again, and by itself where there is none. A case that is
// opened later takes it in. Either way a row of [store.Requests] says that it waits.
func Hear(w store.Writer, handle string, ask Ask, now time.Time) error {
	id, err := Of(w, handle)
	if err != nil {
		return err
	}
	_, err = Load(w, id)
	if err == nil {
		_, err = Do(w, id, Event{At: now, By: Actor{Account: actorPerson}, Act: ask})
		return err
	}
	// What goes into no case waits by itself, also while the case there is does not open.
	if !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrCorrupt) {
		return fmt.Errorf("hear %s: %w", handle, err)
	}
	// The rules for what may be asked are those of a case.
	c, err := Case{ID: id, State: StateOpen}.Apply(Event{At: now, By: Actor{Account: actorPerson}, Act: ask})
	if err != nil {
		return fmt.Errorf("hear %s: %w", handle, err)
	}
	if err := keepRequest(w, handle, ask.ID, "", c.Requests[0]); err != nil {
		return err
	}
	e := audit.Entry{At: now, Actor: actorPerson, Act: "request.make", Object: handle, Detail: map[string]string{"request": ask.ID}}
	return audit.AppendAbout(w, e, holder(handle), "request."+string(ask.Kind), nil)
}

// Heard reads a request that belongs to no case.
func Heard(row store.Row) (Request, error) {
	var q Request
	if err := json.Unmarshal(row.Body, &q); err != nil {
		return q, fmt.Errorf("read request %s: %w", row.Key, err)
	}
	return q, nil
}

// HeardOf lists what a person asked for while there was no case, oldest first, and the
// rows that are damaged: they wait where they are.
func HeardOf(r store.Reader, handle string) (out []Request, damaged []store.Row, err error) {
	for row, err := range r.Find(store.Requests, store.Query{By: "at", Where: []store.Cond{
		{Column: "subject", Op: store.Equal, Text: handle}, {Column: "case", Op: store.Equal}, {Column: "kind", Op: store.OneOf, In: kindWords()},
	}}) {
		if errors.Is(err, store.ErrErased) {
			continue
		}
		if errors.Is(err, store.ErrCorrupt) {
			damaged = append(damaged, row)
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("list what %s asked for: %w", handle, err)
		}
		q, err := Heard(row)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, q)
	}
	return out, damaged, nil
}

// RequestsOf lists the rows of the requests of a case, oldest first: what they are, when
// they came and whether they wait. What they say stands in the case.
func RequestsOf(r store.Reader, id string) ([]store.Row, error) {
	var out []store.Row
	for row, err := range r.Find(store.Requests, store.Query{Bare: true, By: "at", Where: []store.Cond{
		{Column: "case", Op: store.Equal, Text: id}, {Column: "kind", Op: store.OneOf, In: kindWords()},
	}}) {
		if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
			return nil, fmt.Errorf("list the requests of case %s: %w", id, err)
		}
		out = append(out, row)
	}
	return out, nil
}

func kindWords() []string {
	var out []string
	for _, k := range Kinds() {
		out = append(out, string(k))
	}
	return out
}

// AnswerHeard answers a request that belongs to no case. Those of a case are answered by
// [Reply].
func AnswerHeard(w store.Writer, id string, by Actor, answer string, now time.Time) error {
	if !by.may() {
		return fmt.Errorf("answer request %s: %w", id, ErrRole)
	}
	answer, err := text(answer)
	if err != nil {
		return fmt.Errorf("answer request %s: %w", id, err)
	}
	row, err := w.Get(store.Requests, id)
	if err != nil {
		return fmt.Errorf("answer request %s: %w", id, err)
	}
	if row.Text["state"] != RequestOpen || row.Text["case"] != "" || !slices.Contains(kindWords(), row.Text["kind"]) {
		return fmt.Errorf("answer request %s: %w", id, ErrState)
	}
	q, err := Heard(row)
	if err != nil {
		return err
	}
	q.Answer, q.By, q.Answered = answer, by.Account, now.UTC()
	if err := keepRequest(w, row.Text["subject"], id, "", q); err != nil {
		return err
	}
	e := audit.Entry{At: now, Actor: by.Account, Act: "request.answer", Object: row.Text["subject"], Detail: map[string]string{"request": id}}
	return audit.AppendAbout(w, e, holder(row.Text["subject"]), "", map[string]string{"kind": row.Text["kind"]})
}

// keepRequest writes the row of a request. What was asked and answered stands in the
// case, once there is one.
func keepRequest(w store.Writer, handle, key, of string, q Request) error {
	row := store.Row{
		Key: key, Holder: holder(handle),
		Text: map[string]string{"subject": handle, "kind": string(q.Kind), "state": RequestOpen, "case": of},
		Ints: map[string]int64{"at": q.At.UnixMilli(), "due": q.Due.UnixMilli()},
	}
	if !q.Answered.IsZero() {
		row.Text["state"] = RequestDone
	}
	if of == "" {
		var err error
		if row.Body, err = json.Marshal(q); err != nil {
			return fmt.Errorf("keep request %s: %w", key, err)
		}
	}
	if err := w.Put(store.Requests, row); err != nil {
		return fmt.Errorf("keep request %s: %w", key, err)
	}
	return nil
}

// requestKey is the row of a request of a case: its id is the case's own unless the
// person sent it.
func requestKey(c Case, q Request) string {
	if strings.HasPrefix(q.ID, "q-") {
		return q.ID
	}
	return c.ID + "-" + q.ID
}

// pointRequests brings the rows of requests up to date with the case: those that
// differ from what they were in old.
func pointRequests(w store.Writer, old, c Case) error {
	for i, q := range c.Requests {
		if i < len(old.Requests) && old.Requests[i].Answered.Equal(q.Answered) {
			continue
		}
		if err := keepRequest(w, c.Matter.Subject, requestKey(c, q), c.ID, q); err != nil {
			return err
		}
	}
	return nil
}
