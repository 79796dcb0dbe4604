// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"daylight/audit"
	"daylight/casework"
	"daylight/detect"
	"daylight/record"
	"daylight/store"
	"daylight/weigh"
)

// The rows of [store.Settings] of retention: what was set, and what the last run did.
const (
	retentionKey = "retention"
	retainedKey  = "retention-run"
)

// The bounds of a number of days.
const (
	MinDays = 7
	MaxDays = 3650
)

const day = 24 * time.Hour

// Retention says after how many days people and what was sent in are erased.
type Retention struct {
	On bool `json:"on"`
	// Applicants: those who are not flagged, so long after the last that is known of
	// them.
	Applicants int `json:"applicants_days"`
	// Leavers: those who left, so long after they did.
	Leavers int `json:"leavers_days"`
	// Documents: files that people sent in and that belong to nobody who is assessed,
	// so long after they came.
	Documents int `json:"documents_days"`
	// Closed are the requisitions that were closed, by their name, and the day. Who
	// applied for these alone and is not flagged is due [AfterClosing] later.
	Closed map[string]time.Time `json:"closed,omitempty"`
}

// AfterClosing is how long after its requisition was closed an applicant who is not
// flagged is kept: time to undo a slip.
const AfterClosing = MinDays * day

// DefaultRetention is what is in force until somebody sets it: nothing is erased.
func DefaultRetention() Retention { return Retention{Applicants: 180, Leavers: 365, Documents: 180} }

// Validate reports a number of days out of bounds.
func (t Retention) Validate() error {
	for _, days := range []int{t.Applicants, t.Leavers, t.Documents} {
		if days < MinDays || days > MaxDays {
			return fmt.Errorf("%d days is not between %d and %d", days, MinDays, MaxDays)
		}
	}
	return nil
}

// Why says by which rule somebody is due.
type Why string

// The rules.
const (
	DueApplicant Why = "applicant"
	DueLeaver    Why = "leaver"
)

var bothRules = []Why{DueApplicant, DueLeaver}

// Hold is what keeps somebody who is due.
type Hold string

// What keeps people; "" is nothing.
const (
	HeldNot   Hold = ""
	HeldOpen  Hold = "open case"
	HeldLegal Hold = "legal hold"
	// HeldConfirmed: people confirmed a mismatch, and two have to order the erasure.
	HeldConfirmed Hold = "confirmed case"
)

// Aged is a person as retention sees them.
type Aged struct {
	Handle string
	Why    Why       // the rule that is about them, "" for none
	From   time.Time // from when it counts
	Closed time.Time // when the last of their requisitions was; zero: one is open, or none is known
	Hold   Hold
}

// ruleOf says which rule is about a person, and from when it counts: for a leaver the
// day on which they left, otherwise the day of what was last known. Days are Unix
// milliseconds, 0 for none, as in plain columns. Whoever is flagged as an applicant is
// kept until people have looked; who works here is kept.
func ruleOf(stage record.Stage, state weigh.State, last, left int64) (Why, int64) {
	switch {
	case stage == record.Leaver && (left != 0 || last != 0):
		return DueLeaver, cmp.Or(left, last)
	case stage == record.Applicant && (state == weigh.Clear || state == weigh.Insufficient) && last != 0:
		return DueApplicant, last
	}
	return "", 0
}

// Due is somebody who is to be erased.
type Due struct {
	Handle string
	Why    Why
	At     time.Time // from when
	Hold   Hold      // what keeps them beyond it
}

// days is how long a rule keeps people.
func (t Retention) days(why Why) time.Duration {
	if why == DueLeaver {
		return time.Duration(t.Leavers) * day
	}
	return time.Duration(t.Applicants) * day
}

// Due says by which rule and from when a person is to be erased; false if by none. It
// is a pure function.
func (t Retention) Due(p Aged) (Due, bool) {
	if p.Why == "" {
		return Due{}, false
	}
	d := Due{Handle: p.Handle, Why: p.Why, At: p.From.Add(t.days(p.Why)), Hold: p.Hold}
	if after := p.Closed.Add(AfterClosing); p.Why == DueApplicant && !p.Closed.IsZero() && after.Before(d.At) {
		d.At = after
	}
	return d, true
}

// ruled selects the people whom a rule is about and who are due by an instant. Where
// requisitions were closed, applicants may be due before their day: all are selected.
func (t Retention) ruled(why Why, until time.Time) []store.Cond {
	out := []store.Cond{{Column: "rule", Op: store.Equal, Text: string(why)}}
	if why == DueApplicant && len(t.Closed) > 0 {
		return out
	}
	return append(out, store.Cond{Column: "from", Op: store.AtMost, Int: until.Add(-t.days(why)).UnixMilli()})
}

// Plan returns who is due by an instant, whoever is due first coming first, those who
// are kept by a case included.
func Plan(r store.Reader, t Retention, until time.Time) ([]Due, error) {
	holds, err := holdsOf(r)
	if err != nil {
		return nil, err
	}
	var out []Due
	for _, why := range bothRules {
		for row, err := range r.Find(store.Subjects, store.Query{Bare: true, Where: t.ruled(why, until)}) {
			if err != nil {
				return nil, fmt.Errorf("look for who is due: %w", err)
			}
			p, err := t.aged(r, row)
			if err != nil {
				return nil, err
			}
			p.Hold = holds[row.Key]
			if d, ok := t.Due(p); ok && !d.At.After(until) {
				out = append(out, d)
			}
		}
	}
	slices.SortFunc(out, sooner)
	return out, nil
}

// sooner orders by when people are due.
func sooner(a, b Due) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Handle, b.Handle)) }

// aged is a person with what is known of their requisitions.
func (t Retention) aged(r store.Reader, row store.Row) (Aged, error) {
	p := Aged{Handle: row.Key, Why: Why(row.Text["rule"]), From: time.UnixMilli(row.Ints["from"]).UTC()}
	if len(t.Closed) == 0 || p.Why != DueApplicant {
		return p, nil
	}
	face, err := r.Get(store.Faces, row.Key)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
		return p, nil
	}
	if err != nil {
		return p, fmt.Errorf("look for requisitions: %w", err)
	}
	f, err := DecodeFace(face.Body)
	if err != nil {
		return p, err
	}
	for _, name := range f.Requisitions {
		at, closed := t.Closed[strings.ToLower(strings.TrimSpace(name))]
		if !closed {
			p.Closed = time.Time{}
			break
		}
		if at.After(p.Closed) {
			p.Closed = at
		}
	}
	return p, nil
}

// holdsOf returns what keeps people, by handle: a legal hold before an open case, and
// that before a confirmed one.
func holdsOf(r store.Reader) (map[string]Hold, error) {
	all, err := casework.AllStanding(r)
	if err != nil {
		return nil, err
	}
	out := map[string]Hold{}
	for handle, s := range all {
		switch {
		case s.Held:
			out[handle] = HeldLegal
		case s.Open:
			out[handle] = HeldOpen
		case s.Confirmed:
			out[handle] = HeldConfirmed
		}
	}
	return out, nil
}

// lastDay is the day of the newest record about somebody, in milliseconds; one that is
// dated in the future counts as today's. 0: no record has a date.
func lastDay(v *detect.View, now time.Time) int64 {
	var last time.Time
	for _, r := range v.Records {
		at := r.At
		if at.After(now) {
			at = now
		}
		if at.After(last) {
			last = at
		}
	}
	return dayOf(last)
}

// leftDay is the day on which somebody left, in milliseconds; 0 for none.
func leftDay(v *detect.View) int64 {
	left, _ := v.LeftAt()
	return dayOf(left)
}

// dayOf is the beginning of the day: a plain column need not say more.
func dayOf(t time.Time) int64 {
	if t.Unix() <= 0 {
		return 0
	}
	return t.UTC().Truncate(day).UnixMilli()
}

// ReadRetention returns what was set.
func ReadRetention(r store.Reader) (Retention, error) {
	t := DefaultRetention()
	if err := readSetting(r, retentionKey, &t); err != nil {
		return t, err
	}
	return t, nil
}

// SetRetention changes what is set. account is who does.
func SetRetention(w store.Writer, account string, t Retention, now time.Time) error {
	if err := t.Validate(); err != nil {
		return fmt.Errorf("set retention: %w", err)
	}
	if err := putSetting(w, retentionKey, t); err != nil {
		return err
	}
	return audit.Append(w, audit.Entry{At: now, Actor: account, Act: "config.change", Object: retentionKey, Detail: map[string]string{
		"on": strconv.FormatBool(t.On), "applicants": strconv.Itoa(t.Applicants), "leavers": strconv.Itoa(t.Leavers), "documents": strconv.Itoa(t.Documents), "closed": strconv.Itoa(len(t.Closed)),
	}})
}

// Retained is what a run of retention did.
type Retained struct {
	At        time.Time `json:"at"`
	Erased    int       `json:"erased"` // people
	Kept      int       `json:"kept"`   // people who are due, and have an open case or a legal hold
	Documents int       `json:"documents"`
}

// ReadRetained returns what the last run did; the zero value before the first.
func ReadRetained(r store.Reader) (Retained, error) {
	var out Retained
	err := readSetting(r, retainedKey, &out)
	return out, err
}

// Retain erases what is due, once a day, if it was switched on. It is called now and
// then; what a run could not do, the next does.
func Retain(ctx context.Context, st store.Store, now time.Time) (Retained, error) {
	var t Retention
	var last Retained
	var due []Due
	var documents []string
	err := st.View(ctx, func(r store.Reader) (err error) {
		if t, err = ReadRetention(r); err != nil || !t.On {
			return err
		}
		if last, err = ReadRetained(r); err != nil || now.Sub(last.At) < day && !last.At.After(now) {
			t.On = false
			return err
		}
		if due, err = Plan(r, t, now); err != nil {
			return err
		}
		documents, err = unclaimed(r, now.Add(-time.Duration(t.Documents)*day))
		return err
	})
	if err != nil {
		return Retained{}, fmt.Errorf("erase what is due: %w", err)
	}
	if !t.On {
		return Retained{}, nil
	}
	var failed error
	done := Retained{At: now.UTC()}
	for _, d := range due {
		err := erase(ctx, st, d.Handle, now, order{by: casework.Actor{Account: audit.System}, why: "retention", still: func(r store.Reader, row store.Row) (bool, error) {
			p, err := t.aged(r, row)
			if err != nil {
				return false, err
			}
			again, ok := t.Due(p)
			return ok && !again.At.After(now), nil
		}})
		switch {
		case err == nil:
			done.Erased++
		case errors.Is(err, ErrOpenCase), errors.Is(err, ErrHeld), errors.Is(err, ErrSecond):
			done.Kept++
		case errors.Is(err, errNotDue), errors.Is(err, store.ErrErased), errors.Is(err, store.ErrNotFound):
		case ctx.Err() != nil, errors.Is(err, store.ErrReadOnly):
			return done, err
		default:
			failed = cmp.Or(failed, err) // one whose row is damaged keeps nobody else
		}
	}
	err = st.Update(ctx, func(w store.Writer) error {
		for _, key := range documents {
			if err := eraseDocument(w, key, now); err != nil {
				return err
			}
			done.Documents++
		}
		return putSetting(w, retainedKey, done)
	})
	if err != nil {
		return done, fmt.Errorf("erase what is due: %w", err)
	}
	return done, failed
}

// unclaimed returns the documents that came before an instant and that no assessment
// rests on.
func unclaimed(r store.Reader, before time.Time) ([]string, error) {
	var out []string
	q := store.Query{Bare: true, Where: []store.Cond{{Column: "at", Op: store.AtMost, Int: before.UnixMilli()}, {Column: "file", Op: store.NotEqual}}}
	for row, err := range r.Find(store.Documents, q) {
		if errors.Is(err, store.ErrErased) {
			continue
		}
		if err != nil && !errors.Is(err, store.ErrCorrupt) {
			return nil, fmt.Errorf("look for documents of nobody: %w", err)
		}
		n, err := r.Count(store.Identifiers, store.Query{Where: []store.Cond{
			{Column: "hash", Op: store.Equal, Text: documentHolder(row.Key)}, {Column: "type", Op: store.Equal, Text: HolderType},
		}})
		if err != nil {
			return nil, fmt.Errorf("look for documents of nobody: %w", err)
		}
		if n == 0 {
			out = append(out, row.Key)
		}
	}
	return out, nil
}

// eraseDocument destroys the key of a document that belongs to nobody.
func eraseDocument(w store.Writer, key string, now time.Time) error {
	holder := documentHolder(key)
	for _, c := range []store.Collection{store.Documents, store.Files} {
		if err := deleteHeld(w, c, holder); err != nil {
			return err
		}
	}
	if err := w.Destroy(holder); err != nil {
		return err
	}
	if err := audit.Append(w, audit.Entry{At: now, Actor: audit.System, Act: "document.erase", Object: key}); err != nil {
		return err
	}
	return w.Enqueue(store.Dirty, store.Everybody, now)
}

// readSetting reads a row of [store.Settings] onto a value; none is no error.
func readSetting(r store.Reader, key string, to any) error {
	row, err := r.Get(store.Settings, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(row.Body, to)
	}
	if err != nil {
		return fmt.Errorf("read a setting: %w", err)
	}
	return nil
}

func putSetting(w store.Writer, key string, value any) error {
	body, err := json.Marshal(value)
	if err == nil {
		err = w.Put(store.Settings, store.Row{Key: key, Body: body})
	}
	if err != nil {
		return fmt.Errorf("write a setting: %w", err)
	}
	return nil
}
