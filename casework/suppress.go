// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"daylight/audit"
	"daylight/detect"
	"daylight/store"
	"daylight/weigh"
)

// maxSuppression is the longest that an exception lasts: it is looked at again
// after a year.
const maxSuppression = 366 * 24 * time.Hour

// Suppression is a dated exception: an indicator is shown of somebody, and does
// not count.
type Suppression struct {
	ID        string    `json:"id"`
	Subject   string    `json:"subject"` // handle
	Indicator string    `json:"indicator"`
	Reason    string    `json:"reason"`
	By        string    `json:"by"` // account
	At        time.Time `json:"at"`
	Until     time.Time `json:"until"`

	// Damaged: the row does not open; Subject, Indicator and Until are known.
	Damaged bool `json:"-"`
}

// DamagedSuppression is what the plain columns say of one that does not open.
func DamagedSuppression(row store.Row) Suppression {
	return Suppression{ID: row.Key, Subject: row.Text["subject"], Indicator: row.Text["indicator"], Until: time.UnixMilli(row.Ints["until"]).UTC(), Damaged: true}
}

// Suppress keeps a suppression and has the person assessed again. A second one of
// the same indicator replaces the first.
func Suppress(w store.Writer, by Actor, s Suppression, now time.Time) (Suppression, error) {
	if !by.may() {
		return s, fmt.Errorf("suppress: %w", ErrRole)
	}
	var err error
	if s.Reason, err = reasons(s.Reason); err != nil {
		return s, fmt.Errorf("suppress: %w", err)
	}
	if s.Subject == "" || s.Indicator == "" {
		return s, fmt.Errorf("suppress: %w", ErrNothing)
	}
	if !s.Until.After(now) || s.Until.Sub(now) > maxSuppression {
		return s, fmt.Errorf("suppress: %w: it ends within a year", ErrOrder)
	}
	s.ID = suppressionID(w, s.Subject, s.Indicator)
	s.By, s.At, s.Until = by.Account, now.UTC(), s.Until.UTC()
	if err := putSuppression(w, s); err != nil {
		return s, fmt.Errorf("suppress: %w", err)
	}
	return s, changed(w, by, s.Subject, s.Indicator, "suppression.set", s.Until.Format(time.DateOnly), now)
}

func putSuppression(w store.Writer, s Suppression) error {
	body, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return w.Put(store.Suppressions, store.Row{
		Key: s.ID, Holder: holder(s.Subject), Body: body,
		Text: map[string]string{"subject": s.Subject, "indicator": s.Indicator},
		Ints: map[string]int64{"until": s.Until.UnixMilli()},
	})
}

// Unsuppress ends a suppression before its time.
func Unsuppress(w store.Writer, by Actor, subject, indicator string, now time.Time) error {
	if !by.may() {
		return fmt.Errorf("end a suppression: %w", ErrRole)
	}
	id := suppressionID(w, subject, indicator)
	if _, err := w.Get(store.Suppressions, id); err != nil {
		return fmt.Errorf("end a suppression: %w", err)
	}
	if err := w.Delete(store.Suppressions, id); err != nil {
		return fmt.Errorf("end a suppression: %w", err)
	}
	return changed(w, by, subject, indicator, "suppression.end", "", now)
}

func suppressionID(r store.Reader, subject, indicator string) string {
	return "x-" + r.Hash("suppression", subject+" "+indicator)[:16]
}

func changed(w store.Writer, by Actor, subject, indicator, act, until string, now time.Time) error {
	if err := w.Enqueue(store.Dirty, subject, now); err != nil {
		return fmt.Errorf("suppress: %w", err)
	}
	// Which finding it is tells what was found of the person.
	d := map[string]string{"indicator": indicator}
	if until != "" {
		d["until"] = until
	}
	return audit.AppendAbout(w, audit.Entry{At: now, Actor: by.Account, Act: act, Object: subject}, holder(subject), "", d)
}

// Suppressions are those of a person that are in force, by indicator.
func Suppressions(r store.Reader, subject string, now time.Time) ([]Suppression, error) {
	var out []Suppression
	q := store.Query{By: "indicator", Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: subject}}}
	for row, err := range r.Find(store.Suppressions, q) {
		if errors.Is(err, store.ErrErased) || row.Ints["until"] <= now.UnixMilli() {
			continue
		}
		if errors.Is(err, store.ErrCorrupt) {
			out = append(out, DamagedSuppression(row))
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the suppressions: %w", err)
		}
		var s Suppression
		if err := json.Unmarshal(row.Body, &s); err != nil {
			return nil, fmt.Errorf("read the suppressions: %w", err)
		}
		out = append(out, s)
	}
	return out, nil
}

// Without weighs an assessment again as if the suppressed indicators weighed
// nothing: their findings stay among the contributions and say until when. Other
// findings of the family count what they count without them.
func Without(p weigh.Policy, catalog []*detect.Indicator, a weigh.Assessment, suppressed []Suppression) weigh.Assessment {
	until := map[string]time.Time{}
	for _, s := range suppressed {
		until[s.Indicator] = s.Until
	}
	muted := make([]*detect.Indicator, len(catalog))
	hit := false
	for i, ind := range catalog {
		muted[i] = ind
		if t, ok := until[ind.ID]; ok {
			// Whatever is not stable is shown and weighs nothing; the word is what the
			// contribution then says.
			quiet := *ind
			quiet.Lifecycle = detect.Lifecycle("suppressed until " + t.Format(time.DateOnly))
			muted[i], hit = &quiet, true
		}
	}
	if !hit {
		return a
	}
	findings := slices.Clone(a.Unanswered)
	for _, c := range a.Contributions {
		findings = append(findings, c.Finding)
	}
	out := weigh.Assess(p, muted, &detect.View{Subject: a.Subject, Stage: a.Stage, AsOf: a.AsOf}, findings)
	// What to do next was found with all that is known of the person; a check that
	// would answer a suppressed indicator is not asked for.
	out.Next = slices.DeleteFunc(slices.Clone(a.Next), func(s weigh.Suggestion) bool { return !until[s.Indicator].IsZero() })
	if out.State == weigh.Clear || out.State == weigh.Insufficient {
		out.Next = nil
	}
	return out
}

// InForce are the suppressions of everybody that are in force, by handle, and the rows
// of those that do not open, which say whose they are.
func InForce(r store.Reader, now time.Time) (out map[string][]Suppression, damaged []store.Row, err error) {
	out = map[string][]Suppression{}
	q := store.Query{Where: []store.Cond{{Column: "until", Op: store.Above, Int: now.UnixMilli()}}}
	for row, err := range r.Find(store.Suppressions, q) {
		if errors.Is(err, store.ErrErased) {
			continue
		}
		if errors.Is(err, store.ErrCorrupt) {
			damaged = append(damaged, row)
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read the suppressions: %w", err)
		}
		var s Suppression
		if err := json.Unmarshal(row.Body, &s); err != nil {
			return nil, nil, fmt.Errorf("read the suppressions: %w", err)
		}
		out[s.Subject] = append(out[s.Subject], s)
	}
	return out, damaged, nil
}

// Expire removes the suppressions whose time is over, and has those people assessed
// again. It returns how many there were.
func Expire(w store.Writer, now time.Time) (int, error) {
	var over []store.Row
	q := store.Query{Bare: true, Where: []store.Cond{{Column: "until", Op: store.AtMost, Int: now.UnixMilli()}}}
	for row, err := range w.Find(store.Suppressions, q) {
		if err != nil && !errors.Is(err, store.ErrErased) {
			return 0, fmt.Errorf("look for suppressions that are over: %w", err)
		}
		over = append(over, row)
	}
	for _, row := range over {
		if err := w.Delete(store.Suppressions, row.Key); err != nil {
			return 0, fmt.Errorf("end a suppression: %w", err)
		}
		by := Actor{Account: actorSystem}
		if err := changed(w, by, row.Text["subject"], row.Text["indicator"], "suppression.end", "", now); err != nil {
			return 0, err
		}
	}
	return len(over), nil
}
