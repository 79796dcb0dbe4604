// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"daylight/notice"
	"daylight/record"
	"daylight/store"
)

// This file holds back what people did of whom no notice is recorded, whichever way it
// came in. Of such an event nothing is read but whose it is and when. The input stays
// sealed as it came, is read once more when one of them was told, and is removed when
// nobody was for too long.

// HeldFor is how long input is kept of which something is held back.
const HeldFor = 30 * 24 * time.Hour

// stateHeld is the state of rows of [store.Received] that were read but for what is
// held back.
const stateHeld = "held"

// mostWaits is how many people of one input are noted as not told; with more, every
// notice that is recorded has the input read again.
const mostWaits = 20_000

// waits says in the head of an input for whom it is held.
type waits struct {
	// People are keyed hashes of the identifiers of each person.
	People [][]string `json:"people,omitempty"`
	Events int        `json:"events,omitempty"`
	Many   bool       `json:"many,omitempty"` // there are more people than are noted
}

// told remembers who was told while some inputs are read, most of which are about the
// same people. It is safe for several goroutines.
type told struct {
	st   store.Store
	rule notice.Rule

	mu    sync.Mutex
	known map[string]allowed // by the joined identifiers
}

// allowed is what is known of whoever has some identifiers.
type allowed struct {
	hashes []string
	spans  []notice.Span
	gone   bool // they were erased
}

// mostKnown is how many people are remembered, about 400 bytes each.
const mostKnown = 50_000

func (t *told) of(ctx context.Context, ids []string) (allowed, error) {
	key := strings.Join(ids, "\x00")
	t.mu.Lock()
	p, ok := t.known[key]
	t.mu.Unlock()
	if ok {
		return p, nil
	}
	err := t.st.View(ctx, func(r store.Reader) (err error) {
		for _, id := range ids {
			p.hashes = append(p.hashes, notice.Person(r, id))
		}
		if p.gone, err = notice.Erased(r, p.hashes); err != nil || p.gone {
			return err
		}
		p.spans, err = t.rule.Of(r, p.hashes)
		return err
	})
	if err != nil {
		return allowed{}, fmt.Errorf("ask who was told: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil || len(t.known) >= mostKnown {
		t.known = map[string]allowed{}
	}
	t.known[key] = p
	return p, nil
}

// asked finds out who was told while one input is read, and notes who was not. It is
// safe for several goroutines.
type asked struct {
	ctx  context.Context //nolint:containedctx // of one reading
	told *told

	mu     sync.Mutex
	people map[string]*unnoticed // by the joined hashes
	many   bool
	events atomic.Int64 // of people beyond mostWaits
	erased atomic.Int64 // events of people who were erased
}

// unnoticed is one person and how many of their events are held.
type unnoticed struct {
	allowed
	events atomic.Int64
}

// about returns when activity of an event's actor may be read.
func (a *asked) about(format string, e *record.Event) (func(at int64) bool, error) {
	return a.whoever(notice.Identifiers(system(format), e))
}

// whoever returns when activity may be read of a person who is known by some
// identifiers.
func (a *asked) whoever(ids []string) (func(at int64) bool, error) {
	p, err := a.told.of(a.ctx, ids)
	if err != nil {
		return nil, err
	}
	var count *atomic.Int64
	if p.gone {
		count = &a.erased
	}
	return func(at int64) bool {
		if slices.ContainsFunc(p.spans, func(s notice.Span) bool { return s.Holds(at) }) {
			return true
		}
		if count == nil {
			count = a.note(p)
		}
		count.Add(1)
		return false
	}, nil
}

// records leaves out what machines tell of people who were not told, and returns how
// much that is. The company's own list of its equipment, which machine is whose and what
// is installed on it, is no monitoring and is read of everybody (R13 speaks of
// telemetry): what a machine does, sees and is connected to, and from where, is.
func (a *asked) records(all []record.Record, received time.Time) (may []record.Record, held int, err error) {
	known := map[string]func(at int64) bool{}
	for _, rec := range all {
		d, ok := rec.Body.(record.Device)
		if ok && neighbourOver(d, rec.At, received) {
			continue
		}
		if !ok || d.Fact == record.Enrolled || d.Fact == record.Software {
			may = append(may, rec)
			continue
		}
		ids := notice.Machine(system(rec.Origin.Feed), rec.Ref, d)
		key := strings.Join(ids, "\x00")
		if known[key] == nil {
			if known[key], err = a.whoever(ids); err != nil {
				return nil, 0, err
			}
		}
		at := rec.At
		if at.IsZero() {
			at = received
		}
		if !known[key](at.UnixMilli()) {
			held++
			continue
		}
		may = append(may, rec)
	}
	return may, held, nil
}

// note returns the count of a person's held events.
func (a *asked) note(who allowed) *atomic.Int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := strings.Join(who.hashes, " ")
	p := a.people[key]
	switch {
	case p != nil:
	case len(a.people) >= mostWaits:
		a.many = true
		return &a.events
	default:
		p = &unnoticed{allowed: who}
		if a.people == nil {
			a.people = map[string]*unnoticed{}
		}
		a.people[key] = p
	}
	return &p.events
}

// news reports whether somebody's notice is another than when it was asked for.
func (a *asked) news(r store.Reader) (bool, error) {
	for _, p := range a.people {
		spans, err := a.told.rule.Of(r, p.hashes)
		if err != nil || !slices.Equal(spans, p.spans) {
			return err == nil, err
		}
	}
	return false, nil
}

// waits is what was found, in a fixed order.
func (a *asked) waits() waits {
	out := waits{Events: int(a.events.Load()), Many: a.many}
	for _, p := range a.people {
		out.People = append(out.People, p.hashes)
		out.Events += int(p.events.Load())
	}
	slices.SortFunc(out.People, slices.Compare)
	return out
}

// hold keeps an input that was read but for what is held back. A notice that was
// recorded while it was read did not find it held: then it is read again.
func hold(w store.Writer, f *readFile, now time.Time) error {
	news, err := f.asked.news(w)
	if err != nil {
		return err
	}
	row, err := w.Get(store.Received, f.job.Key)
	if err != nil {
		return err
	}
	head := f.arrival
	head.Waits = f.waits
	if row.Body, err = json.Marshal(head); err != nil {
		return fmt.Errorf("hold an input: %w", err)
	}
	row.Text["state"] = stateHeld
	if news {
		return release(w, row, now)
	}
	return w.Put(store.Received, row)
}

// held yields the heads of the inputs that are held, with their rows.
func held(r store.Reader, each func(store.Row, arrival) error) error {
	for row, err := range r.Find(store.Received, store.Query{Where: []store.Cond{{Column: "state", Op: store.Equal, Text: stateHeld}}}) {
		if errors.Is(err, store.ErrCorrupt) || errors.Is(err, store.ErrErased) {
			continue // nobody can read it: what was told of it changes nothing
		}
		if err != nil {
			return fmt.Errorf("look at what is held back: %w", err)
		}
		var head arrival
		if err := json.Unmarshal(row.Body, &head); err != nil {
			return fmt.Errorf("read what is held back: %w", err)
		}
		if err := each(row, head); err != nil {
			return err
		}
	}
	return nil
}

// Release has the inputs read again that are held for one of those people, by the
// keyed hashes that [notice.Record] returns.
func Release(w store.Writer, people []string, now time.Time) error {
	return held(w, func(row store.Row, head arrival) error {
		if !head.Waits.Many && !slices.ContainsFunc(head.Waits.People, func(ids []string) bool {
			return slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(people, id) })
		}) {
			return nil
		}
		return release(w, row, now)
	})
}

func release(w store.Writer, row store.Row, now time.Time) error {
	row.Text["state"] = stateWaiting
	if err := w.Put(store.Received, row); err != nil {
		return err
	}
	return w.Enqueue(store.Inbox, row.Key, now)
}

// releaseAll has everything read again that is held: what the configuration says of
// everybody may be new.
func releaseAll(ctx context.Context, st store.Store, now time.Time) error {
	return st.Update(ctx, func(w store.Writer) error {
		return held(w, func(row store.Row, _ arrival) error { return release(w, row, now) })
	})
}

// sweepHeld removes what was held for too long and what is somebody's who was erased,
// and returns the uploads of the rest.
func sweepHeld(w store.Writer, now time.Time) (kept map[string]bool, err error) {
	kept = map[string]bool{}
	err = held(w, func(row store.Row, head arrival) error {
		gone, err := namesErased(w, head.Waits) // a backup was put back that was made before
		if err != nil {
			return err
		}
		if gone || now.Sub(time.UnixMilli(row.Ints["at"])) >= HeldFor {
			return dropHeld(w, row, head)
		}
		kept[head.Upload] = true
		return nil
	})
	return kept, err
}

// namesErased reports whether an input is held back for somebody who was erased.
func namesErased(r store.Reader, of waits) (bool, error) {
	for _, ids := range of.People {
		if gone, err := notice.Erased(r, ids); err != nil || gone {
			return gone, err
		}
	}
	return false, nil
}

// dropHeld removes an input that is held back, unread.
func dropHeld(w store.Writer, row store.Row, head arrival) error {
	if err := removeParts(w, head.Upload, head.Parts); err != nil {
		return err
	}
	if err := lapse(w, row.Key); err != nil {
		return err
	}
	return w.Delete(store.Received, row.Key)
}

// lapse notes in the row of a file that what was held back of it is gone. The file
// may come again.
func lapse(w store.Writer, key string) error {
	row, err := w.Get(store.Files, key)
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrErased), errors.Is(err, store.ErrCorrupt):
		return nil
	case err != nil:
		return err
	}
	var b fileBody
	if err := json.Unmarshal(row.Body, &b); err != nil {
		return fmt.Errorf("decode a file: %w", err)
	}
	b.Lapsed = true
	if row.Body, err = json.Marshal(b); err != nil {
		return fmt.Errorf("keep a file: %w", err)
	}
	return w.Put(store.Files, row)
}

// Back is what is held back now.
type Back struct {
	Files, Events, People int
	// Until is when the oldest of it is removed.
	Until time.Time
}

// ReadBack counts what is held back.
func ReadBack(r store.Reader) (Back, error) {
	var out Back
	people := map[string]bool{}
	err := held(r, func(row store.Row, head arrival) error {
		out.Files++
		out.Events += head.Waits.Events
		for _, ids := range head.Waits.People {
			people[ids[0]] = true
		}
		if until := time.UnixMilli(row.Ints["at"]).UTC().Add(HeldFor); out.Until.IsZero() || until.Before(out.Until) {
			out.Until = until
		}
		return nil
	})
	out.People = len(people)
	return out, err
}

// heldWords says what was held back of a file, "" if nothing.
func heldWords(b fileBody, received time.Time) string {
	if b.Held == 0 {
		return ""
	}
	who := fmt.Sprintf("Held back for want of a recorded notice: events %d, people %d", b.Held, b.HeldPeople)
	if b.Lapsed {
		return who + ". None was recorded within 30 days, or somebody was erased of whom the file speaks too: they were removed unread."
	}
	return who + ". They are read once the notice is recorded, and removed unread on " + received.Add(HeldFor).Format("2 January 2006") + "."
}
