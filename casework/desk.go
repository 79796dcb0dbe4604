// SPDX-License-Identifier: Apache-2.0

package casework

import (
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

// Open opens the case of a person, or brings it up to date. opened reports that
// nobody was looking at it before this: a new case, or a closed one that new
// evidence opened again. What the person asked for before becomes part of it.
func Open(w store.Writer, m Matter, now time.Time) (c Case, opened bool, err error) {
	id := ID(w, m.Subject)
	old, version, err := load(w, id)
	if errors.Is(err, store.ErrNotFound) {
		c = NewCase(id, m, now)
		if c.Requests, err = HeardOf(w, m.Subject); err != nil {
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
	heard, err := HeardOf(w, m.Subject) // of somebody who was merged into this one
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

// enter keeps a case and records what was done to it, in one.
func enter(w store.Writer, c Case, version int64, e audit.Entry) (Case, error) {
	number, err := w.Length(store.Audit)
	if err != nil {
		return c, fmt.Errorf("count the audit log: %w", err)
	}
	c.Log = append(c.Log, number)
	if err := save(w, c, version); err != nil {
		return c, err
	}
	return c, audit.Append(w, e)
}

// History are the newest entries of the audit log about changes of a case, newest
// first, as many as limit.
func History(r store.Reader, c Case, limit int) ([]audit.Entry, error) {
	var out []audit.Entry
	for _, number := range slices.Backward(c.Log) {
		if len(out) == limit {
			break
		}
		for e, err := range r.Entries(store.Audit, number) {
			if err != nil {
				return nil, fmt.Errorf("read the audit log: %w", err)
			}
			entry, err := audit.Decode(e.Data)
			if err != nil {
				return nil, err
			}
			out = append(out, entry)
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

func opening(c Case, act string, now time.Time) audit.Entry {
	return audit.Entry{
		At: now, Actor: audit.System, Act: act, Object: c.ID,
		Detail: map[string]string{
			"subject": c.Matter.Subject, "state": string(c.State), "weight": c.Matter.Weight.String(),
			"findings": strconv.Itoa(len(c.Evidence)), "linked": strconv.Itoa(len(c.Linked)), "policy": c.Matter.Policy,
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

// Decode reads the body of a row of [store.Cases].
func Decode(body []byte) (Case, error) {
	var c Case
	if err := json.Unmarshal(body, &c); err != nil {
		return Case{}, fmt.Errorf("decode a case: %w", err)
	}
	if c.ID == "" || !slices.Contains([]State{StateOpen, StateChecking, StateProposed, StateClosed}, c.State) || (c.State == StateClosed) != (c.Closing != nil) ||
		(c.State == StateProposed) != (c.Proposal != nil) {
		return Case{}, fmt.Errorf("decode a case: %w", ErrState)
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
		Text: map[string]string{"subject": c.Matter.Subject, "state": string(c.State), "owner": c.Owner},
		Ints: map[string]int64{"opened": c.Opened.UnixMilli(), "weight": int64(c.Matter.Weight)},
	}
	if !c.Due.IsZero() {
		row.Ints["due"] = c.Due.UnixMilli()
	}
	if c.Closing != nil {
		row.Text["disposition"] = string(c.Closing.Disposition)
		row.Ints["closed"] = c.Closing.At.UnixMilli()
	}
	if err := w.Put(store.Cases, row); err != nil {
		return fmt.Errorf("keep case %s: %w", c.ID, err)
	}
	return nil
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

// entry is what the audit log says of an event: what was done, and nothing that
// anybody wrote.
func entry(old, c Case, e Event) audit.Entry {
	d := map[string]string{"subject": c.Matter.Subject}
	if old.State != c.State {
		d["from"], d["to"] = string(old.State), string(c.State)
	}
	switch a := e.Act.(type) {
	case Explain:
		d["indicator"], d["explanation"], d["found"] = a.Indicator, strconv.Itoa(a.Number), string(a.Found)
	case Tick:
		d["step"], d["answer"] = a.Step, string(a.Answer)
	case Take:
		d["owner"] = c.Owner
	case SetDue:
		d["due"] = c.Due.Format(time.DateOnly)
	case LookAt:
		d["linked"] = a.Handle
	case Enclose:
		d["accounts"] = strconv.Itoa(len(c.Circle))
	case Propose:
		d["disposition"] = string(Confirmed)
	case Approve:
		d["disposition"], d["proposed_by"] = string(c.Closing.Disposition), c.Closing.By.Account
	case Close:
		d["disposition"] = string(a.Disposition)
	case Frost:
		d["package"], d["sha256"] = a.ID, a.Digest
	case GiveNotice:
		d["sha256"], d["until"] = a.Copy, c.Notice.Waits.Format(time.DateOnly)
	case Ask:
		d["request"], d["kind"] = a.ID, string(a.Kind)
	case Reply:
		d["request"] = a.ID
	case Write, Decline, Reopen, PutHold, LiftHold, Assessed, Disclose, Dispute, Settle, Finish:
	}
	return audit.Entry{At: e.At, Actor: e.By.Account, Act: "case." + e.Act.name(), Object: c.ID, Detail: d}
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

// EndHold ends the legal hold of a case whose person was erased in the meantime:
// the packages go with the hold. Where the person was not erased, it is [LiftHold]
// that ends it.
func EndHold(w store.Writer, id string, by Actor, now time.Time) error {
	if !slices.Contains(by.Roles, RoleLegal) {
		return ErrRole
	}
	_, err := w.Get(store.Cases, id)
	if !errors.Is(err, store.ErrErased) {
		return fmt.Errorf("end the hold of case %s: %w", id, errors.Join(ErrState, err))
	}
	if err := w.Destroy(holdHolder(id)); err != nil {
		return fmt.Errorf("end the hold of case %s: %w", id, err)
	}
	return audit.Append(w, audit.Entry{At: now, Actor: by.Account, Act: "case.release", Object: id, Detail: map[string]string{"erased": "yes"}})
}
