// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/audit"
	"daylight/record"
	"daylight/report"
	"daylight/store"
)

// The states of a concern.
const (
	ConcernOpen     = "open"     // nobody has looked at it
	ConcernOther    = "other"    // looked at: not the one on the list, or nothing follows
	ConcernReferred = "referred" // with counsel or an authority
)

// Concern is something that a legal duty may be attached to, as the queue for counsel
// keeps it: what was found and what counsel made of it. It weighs nothing and opens
// no case.
type Concern struct {
	ID        string            `json:"-"`
	Subject   string            `json:"-"` // handle
	Kind      string            `json:"-"` // as [report.Concern] has it
	State     string            `json:"-"`
	Found     time.Time         `json:"-"`
	Gone      time.Time         `json:"gone,omitzero"` // since when it is no longer found
	Statement string            `json:"statement"`
	Entries   []string          `json:"entries,omitempty"` // numbers of the list's entries
	Records   []record.Citation `json:"records,omitempty"`
	Decisions []ConcernDecision `json:"decisions,omitempty"` // oldest first
}

// ConcernDecision is what somebody made of a concern, in their words.
type ConcernDecision struct {
	State  string    `json:"state"`
	Reason string    `json:"reason"`
	By     string    `json:"by"` // account
	At     time.Time `json:"at"`
}

// concernID names a concern: the same person, kind and entry are the same concern,
// however often it is found.
func concernID(r store.Reader, c report.Concern) string {
	what, _, _ := strings.Cut(c.Statement, " of this person")
	return "m-" + r.Hash("concern", c.Subject+"\x00"+c.Kind+"\x00"+what+"\x00"+strings.Join(c.Entries, " "))[:16]
}

func decodeConcern(row store.Row) (Concern, error) {
	var c Concern
	if err := json.Unmarshal(row.Body, &c); err != nil {
		return c, fmt.Errorf("decode a concern: %w", err)
	}
	c.ID, c.Subject, c.Kind, c.State = row.Key, row.Text["subject"], row.Text["kind"], row.Text["state"]
	c.Found = time.UnixMilli(row.Ints["at"]).UTC()
	return c, nil
}

// Concerns returns what the queue for counsel holds: what nobody has looked at first,
// then the newest. What was erased is left out.
func Concerns(r store.Reader) ([]Concern, error) {
	var out []Concern
	for row, err := range r.Find(store.Concerns, store.Query{By: "at", Desc: true}) {
		if errors.Is(err, store.ErrErased) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the queue for counsel: %w", err)
		}
		c, err := decodeConcern(row)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	rank := func(c Concern) int {
		if c.State == ConcernOpen && c.Gone.IsZero() {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b Concern) int { return rank(a) - rank(b) })
	return out, nil
}

// ErrReason is returned where the reason in writing is missing.
var ErrReason = errors.New("a reason in writing is missing")

// Resolve writes down what somebody made of a concern, and records that they did.
// What they wrote stays in the queue. It fails with [store.ErrNotFound],
// [store.ErrErased], or [ErrReason].
func Resolve(w store.Writer, id string, d ConcernDecision) error {
	if d.Reason = strings.TrimSpace(d.Reason); d.Reason == "" {
		return ErrReason
	}
	if d.State != ConcernOpen && d.State != ConcernOther && d.State != ConcernReferred {
		return fmt.Errorf("resolve a concern: %q is none of its states", d.State)
	}
	row, err := w.Get(store.Concerns, id)
	if err != nil {
		return fmt.Errorf("resolve a concern: %w", err)
	}
	c, err := decodeConcern(row)
	if err != nil {
		return err
	}
	c.Decisions = append(c.Decisions, d)
	if row.Body, err = json.Marshal(c); err != nil {
		return fmt.Errorf("resolve a concern: %w", err)
	}
	row.Text["state"] = d.State
	if err := w.Put(store.Concerns, row); err != nil {
		return fmt.Errorf("resolve a concern: %w", err)
	}
	// Who it is about is not said: more people read the log than this queue.
	return audit.AppendAbout(w, audit.Entry{At: d.At, Actor: d.By, Act: "compliance.resolve", Object: id}, Holder(c.Subject), "", map[string]string{"state": d.State})
}

// writeConcerns brings the queue for counsel to what was found. What is found no
// longer stays, and says so.
func (a *assessed) writeConcerns(ctx context.Context, found []report.Concern, now time.Time) error {
	err := a.st.Update(ctx, func(w store.Writer) error {
		there := map[string]bool{}
		for _, c := range found {
			id := concernID(w, c)
			if there[id] {
				continue
			}
			there[id] = true
			if err := putConcern(w, id, c, now); err != nil {
				return err
			}
		}
		for row, err := range w.Find(store.Concerns, store.Query{}) {
			if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) || err == nil && there[row.Key] {
				continue
			}
			if err != nil {
				return err
			}
			c, err := decodeConcern(row)
			if err != nil {
				return err
			}
			if !c.Gone.IsZero() {
				continue
			}
			c.Gone = now.UTC()
			if row.Body, err = json.Marshal(c); err != nil {
				return err
			}
			if err := w.Put(store.Concerns, row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write the queue for counsel: %w", err)
	}
	return nil
}

// putConcern writes one concern if it is new or was found otherwise.
func putConcern(w store.Writer, id string, found report.Concern, now time.Time) error {
	if gone, err := w.Erased(Holder(found.Subject)); err != nil || gone {
		return err
	}
	c := Concern{Statement: found.Statement, Entries: found.Entries, Records: found.Records}
	old, err := w.Get(store.Concerns, id)
	row := store.Row{
		Key: id, Version: old.Version, Holder: Holder(found.Subject), Ints: map[string]int64{"at": now.UnixMilli()},
		Text: map[string]string{"subject": found.Subject, "kind": found.Kind, "state": ConcernOpen},
	}
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrCorrupt):
	case err != nil:
		return err
	default:
		was, err := decodeConcern(old)
		if err != nil {
			return err
		}
		c.Decisions = was.Decisions
		row.Text["state"], row.Ints["at"] = old.Text["state"], old.Ints["at"]
	}
	if row.Body, err = json.Marshal(c); err != nil {
		return err
	}
	if string(row.Body) == string(old.Body) {
		return nil
	}
	return w.Put(store.Concerns, row)
}
