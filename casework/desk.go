// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"daylight/audit"
	"daylight/record"
	"daylight/store"
)

// holder names the key that everything about a person is sealed under.
func holder(handle string) string { return "s:" + handle }

// holdHolder names the key of a case's packages while it is under legal hold: one
// that erasing the person does not destroy.
func holdHolder(id string) string { return "h:" + id }

// ID is the id of a person's case. There is one a person: it is opened again, and
// keeps what was decided before.
func ID(r store.Reader, handle string) string { return "c-" + r.Hash("case", handle)[:10] }

// Of returns the id of the case in which a person is worked on: their own; or, if
// they have none, the one opened last of those that came with somebody they were
// joined with. Where there is no case, it is the id that one would have.
func Of(r store.Reader, handle string) (string, error) {
	own, found := ID(r, handle), ""
	q := store.Query{Bare: true, By: "opened", Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: handle}}}
	for row, err := range r.Find(store.Cases, q) {
		if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
			return "", fmt.Errorf("find the case of %s: %w", handle, err)
		}
		if found = row.Key; found == own {
			break
		}
	}
	return cmp.Or(found, own), nil
}

// Open opens the case of a person, or brings it up to date. opened reports that
// nobody was looking at it before this: a new case, or a closed one that new
// evidence opened again. What the person asked for before becomes part of it.
func Open(w store.Writer, m Matter, now time.Time) (c Case, opened bool, err error) {
	id, err := Of(w, m.Subject)
	if err != nil {
		return Case{}, false, err
	}
	if m.Shadow, err = Shadow(w); err != nil {
		return Case{}, false, err
	}
	old, version, err := load(w, id)
	if errors.Is(err, store.ErrNotFound) {
		c = NewCase(id, m, now)
		if c.Requests, _, err = HeardOf(w, m.Subject); err != nil {
			return Case{}, false, err
		}
		if c, err = enter(w, c, 0, opening(c, "case.open", now)); err == nil {
			err = pointRequests(w, Case{}, c)
		}
		return c, err == nil, err
	}
	if err != nil {
		return Case{}, false, err
	}
	c, err = old.Apply(Event{At: now, By: Actor{Account: actorSystem}, Act: Assessed{m}})
	if err != nil {
		return Case{}, false, err
	}
	heard, _, err := HeardOf(w, m.Subject) // of somebody who was merged into this one
	if err != nil {
		return Case{}, false, err
	}
	if c.Requests = append(c.Requests, heard...); same(old, c) {
		return old, false, nil
	}
	act := "case.evidence"
	if opened = c.Reopened > old.Reopened; opened {
		act = "case.reopen"
	}
	if c, err = enter(w, c, version, opening(c, act, now)); err == nil {
		err = pointRequests(w, old, c)
	}
	return c, opened, err
}

// Refresh brings a case up to date with what is known of its person now, whatever
// state that asks for.
func Refresh(w store.Writer, id string, m Matter, now time.Time) error {
	old, version, err := load(w, id)
	if err != nil {
		return err
	}
	c, err := old.Apply(Event{At: now, By: Actor{Account: actorSystem}, Act: Assessed{m}})
	if err != nil || same(old, c) {
		return err
	}
	_, err = enter(w, c, version, opening(c, "case.evidence", now))
	return err
}

// Waits reports whether a person has a case that people have not settled.
func Waits(r store.Reader, handle string) (bool, error) {
	n, err := r.Count(store.Cases, unsettled(handle))
	if err != nil {
		return false, fmt.Errorf("look for cases of %s: %w", handle, err)
	}
	return n > 0, nil
}

func unsettled(handle string) store.Query {
	return store.Query{Bare: true, Where: []store.Cond{
		{Column: "subject", Op: store.Equal, Text: handle}, {Column: "state", Op: store.NotEqual, Text: string(StateClosed)},
	}}
}

// Renew brings every case of a person up to date that people have not settled, and
// opens none: one that is closed stays so. One that is damaged keeps back no other, and
// the error says which.
func Renew(w store.Writer, m Matter, now time.Time) error {
	var damaged error
	for row, err := range w.Find(store.Cases, unsettled(m.Subject)) {
		if err == nil || errors.Is(err, store.ErrCorrupt) || errors.Is(err, store.ErrErased) {
			err = Refresh(w, row.Key, m, now)
		}
		switch {
		case errors.Is(err, store.ErrErased): // nobody works on it
		case errors.Is(err, store.ErrCorrupt):
			damaged = errors.Join(damaged, err)
		case err != nil:
			return fmt.Errorf("renew the cases of %s: %w", m.Subject, err)
		}
	}
	return damaged
}

// noted is what is recorded of an act: what the log may hold for good, and what is
// sealed under the person's key.
type noted struct {
	audit.Entry
	act   string // the true one, if it tells how people decided
	about map[string]string
}

// enter keeps a case and records what was done to it, in one.
func enter(w store.Writer, c Case, version int64, e noted) (Case, error) {
	number, err := w.Length(store.Audit)
	if err != nil {
		return c, fmt.Errorf("count the audit log: %w", err)
	}
	c.Log = append(c.Log, number)
	if err := save(w, c, version); err != nil {
		return c, err
	}
	return c, audit.AppendAbout(w, e.Entry, holder(c.Matter.Subject), e.act, e.about)
}

// History are the newest entries of the audit log about changes of a case, newest
// first, as many as limit.
func History(r store.Reader, c Case, limit int) ([]audit.Entry, error) {
	var out []audit.Entry
	for _, number := range slices.Backward(c.Log) {
		if len(out) == limit {
			break
		}
		for e, err := range audit.Opened(r, number) {
			if err != nil {
				return nil, err
			}
			out = append(out, e.Entry)
			break
		}
	}
	return out, nil
}

// same reports whether nothing but the instant of the assessment differs.
func same(a, b Case) bool {
	b.Matter.AsOf = a.Matter.AsOf
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && string(x) == string(y)
}

func opening(c Case, act string, now time.Time) noted {
	return noted{
		Entry: audit.Entry{At: now, Actor: audit.System, Act: act, Object: c.ID, Detail: map[string]string{"subject": c.Matter.Subject, "policy": c.Matter.Policy}},
		about: map[string]string{
			"state": string(c.State), "weight": c.Matter.Weight.String(),
			"findings": strconv.Itoa(len(c.Evidence)), "linked": strconv.Itoa(len(c.Linked)),
		},
	}
}

// Load reads a case.
func Load(r store.Reader, id string) (Case, error) {
	c, _, err := load(r, id)
	return c, err
}

func load(r store.Reader, id string) (Case, int64, error) {
	row, err := r.Get(store.Cases, id)
	if err != nil {
		return Case{}, 0, fmt.Errorf("read case %s: %w", id, err)
	}
	c, err := Decode(row.Body)
	return c, row.Version, err
}

// Decode reads the body of a row of [store.Cases]. It fails with [store.ErrCorrupt] on what
// is no case.
func Decode(body []byte) (Case, error) {
	var c Case
	if err := json.Unmarshal(body, &c); err != nil {
		return Case{}, fmt.Errorf("decode a case: %w: %w", store.ErrCorrupt, err)
	}
	if c.ID == "" || !slices.Contains([]State{StateOpen, StateChecking, StateProposed, StateClosed}, c.State) || (c.State == StateClosed) != (c.Closing != nil) ||
		(c.State == StateProposed) != (c.Proposal != nil) {
		return Case{}, fmt.Errorf("decode a case: %w: %w", store.ErrCorrupt, ErrState)
	}
	return c, nil
}

func save(w store.Writer, c Case, version int64) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode case %s: %w", c.ID, err)
	}
	row := store.Row{
		Key: c.ID, Version: version, Holder: holder(c.Matter.Subject), Body: body,
		Text: map[string]string{"subject": c.Matter.Subject, "state": string(c.State), "owner": c.Owner, "audience": c.audience()},
		Ints: map[string]int64{"opened": c.Opened.UnixMilli(), "weight": int64(c.Matter.Weight)},
	}
	if !c.Due.IsZero() {
		row.Ints["due"] = c.Due.UnixMilli()
	}
	if c.Closing != nil {
		row.Text["disposition"] = string(c.Closing.Disposition)
		row.Ints["closed"] = c.Closing.At.UnixMilli()
	}
	if c.Hold != nil {
		row.Ints["held"] = 1
	}
	if err := w.Put(store.Cases, row); err != nil {
		return fmt.Errorf("keep case %s: %w", c.ID, err)
	}
	return nil
}

// The audiences of a case, in plain columns.
const (
	// Circled cases are kept to named accounts.
	Circled = "circle"
	// Shadowed ones were opened in shadow mode.
	Shadowed = "shadow"
)

// audience says who may see the case; "" is everybody who works on cases.
func (c Case) audience() string {
	switch {
	case len(c.Circle) > 0:
		return Circled
	case c.Matter.Shadow:
		return Shadowed
	}
	return ""
}

// Do applies an event to a stored case, records it in the audit log, and does what
// follows from it within the store: an outcome is kept among the person's records,
// and a legal hold moves the packages to a key of their own.
func Do(w store.Writer, id string, e Event) (Case, error) {
	old, version, err := load(w, id)
	if err != nil {
		return Case{}, err
	}
	c, err := old.Apply(e)
	if err != nil {
		return old, fmt.Errorf("case %s: %w", id, err)
	}
	if c, err = enter(w, c, version, entry(old, c, e)); err != nil {
		return old, err
	}
	if old.State != StateClosed && c.State == StateClosed {
		if err := conclude(w, c); err != nil {
			return old, err
		}
	}
	if err := pointRequests(w, old, c); err != nil {
		return old, err
	}
	if (old.Hold == nil) != (c.Hold == nil) {
		if err := reseal(w, c); err != nil {
			return old, err
		}
	}
	return c, nil
}

// What the log says for good of acts that tell how people decided: that somebody took
// part in a decision, or in what follows it.
const (
	actDecision  = "case.decision"
	actProcedure = "case.procedure"
)

// entry is what is recorded of an event: what was done, and nothing that anybody
// wrote. The log, which cannot be edited, says who did something to which case and
// when. What was found and decided is sealed under the person's key, so that an
// erasure reaches it.
func entry(old, c Case, e Event) noted {
	open, d := map[string]string{"subject": c.Matter.Subject}, map[string]string{}
	if old.State != c.State {
		d["from"], d["to"] = string(old.State), string(c.State)
	}
	n := noted{Entry: audit.Entry{At: e.At, Actor: e.By.Account, Act: "case." + e.Act.name(), Object: c.ID, Detail: open}, about: d}
	switch a := e.Act.(type) {
	case Explain:
		d["indicator"], d["explanation"], d["found"] = a.Indicator, strconv.Itoa(a.Number), string(a.Found)
	case Tick:
		d["step"], d["answer"] = a.Step, string(a.Answer)
	case Take:
		open["owner"] = c.Owner
	case SetDue:
		open["due"] = c.Due.Format(time.DateOnly)
	case LookAt:
		d["linked"] = a.Handle
	case Enclose:
		open["accounts"] = strconv.Itoa(len(c.Circle))
	case Propose:
		d["disposition"] = string(Confirmed)
	case Approve:
		d["disposition"], d["proposed_by"], d["package"] = string(c.Closing.Disposition), c.Closing.By.Account, a.Package
	case Close:
		d["disposition"] = string(a.Disposition)
	case Frost:
		open["package"], open["sha256"] = a.ID, a.Digest
	case GiveNotice:
		d["sha256"], d["until"] = a.Copy, c.Notice.Waits.Format(time.DateOnly)
	case Ask:
		open["request"], d["kind"] = a.ID, string(a.Kind)
	case Reply:
		open["request"] = a.ID
	case Unveil, Write, Decline, Reopen, PutHold, LiftHold, Assessed, Disclose, Dispute, Settle, Finish:
	}
	switch e.Act.(type) {
	case Propose, Approve, Decline, Close:
		n.act, n.Act = n.Act, actDecision
	case Disclose, GiveNotice, Dispute, Settle, Finish:
		n.act, n.Act = n.Act, actProcedure
	}
	return n
}

// OutcomeFeed is where a record that a closed case leaves says that it came from.
const OutcomeFeed = "daylight.cases"

// conclude keeps the outcome of a case among the person's records, as a table of
// outcomes would have given it: weights are learned from it, and it weighs nothing.
func conclude(w store.Writer, c Case) error {
	row, err := w.Get(store.Faces, c.Matter.Subject)
	if errors.Is(err, store.ErrNotFound) {
		return nil // nobody by whom a record could be told to be this person's
	}
	if err != nil {
		return fmt.Errorf("conclude case %s: %w", c.ID, err)
	}
	var face struct {
		IDs []string `json:"ids"`
	}
	if err := json.Unmarshal(row.Body, &face); err != nil {
		return fmt.Errorf("conclude case %s: %w", c.ID, err)
	}
	if len(face.IDs) == 0 {
		return nil
	}
	d := c.Closing
	digest := sha256.Sum256([]byte(c.ID + " " + d.At.Format(time.RFC3339Nano)))
	r := record.Record{
		ID: record.ID(hex.EncodeToString(digest[:16])), Ref: record.Ref{ID: face.IDs[0]},
		Origin: record.Origin{Feed: OutcomeFeed, Path: "cases", Locator: c.ID},
		At:     d.At, Body: record.Outcome{Outcome: string(d.Disposition), By: d.By.Account},
	}
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("conclude case %s: %w", c.ID, err)
	}
	out := store.Row{
		Key: string(r.ID), Holder: holder(c.Matter.Subject), Body: body,
		Text: map[string]string{"kind": string(record.KindOutcome), "file": "cases"},
		Ints: map[string]int64{"at": r.At.UnixMilli()},
	}
	if err := w.Put(store.Records, out); err != nil {
		return fmt.Errorf("conclude case %s: %w", c.ID, err)
	}
	if err := w.Enqueue(store.Dirty, c.Matter.Subject, d.At); err != nil {
		return fmt.Errorf("conclude case %s: %w", c.ID, err)
	}
	return nil
}

// reseal moves the packages of a case to the key that its legal hold asks for.
func reseal(w store.Writer, c Case) error {
	to := holder(c.Matter.Subject)
	if c.Hold != nil {
		to = holdHolder(c.ID)
	}
	rows, err := packages(w, c.ID)
	if err != nil {
		return err
	}
	for _, row := range rows {
		row.Holder = to
		if err := w.Put(store.Packages, row); err != nil {
			return fmt.Errorf("seal a package of case %s: %w", c.ID, err)
		}
	}
	return nil
}

func packages(r store.Reader, id string) ([]store.Row, error) {
	var out []store.Row
	for row, err := range r.Find(store.Packages, store.Query{Where: []store.Cond{{Column: "case", Op: store.Equal, Text: id}}, By: "at"}) {
		if err != nil {
			return nil, fmt.Errorf("read the packages of case %s: %w", id, err)
		}
		out = append(out, row)
	}
	return out, nil
}
