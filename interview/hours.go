// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"errors"
	"fmt"
	"time"

	"daylight/audit"
	"daylight/store"
)

// Hours are the hours in which a person may be asked: as somebody wrote them down, and
// as the person confirmed or changed them on their own page.
type Hours struct {
	Subject string    `json:"subject"` // handle
	Agreed  Agreement `json:"agreed"`
	By      string    `json:"by"` // account of whoever wrote them down
	At      time.Time `json:"at"` // when they did
	// Answered is when the person said that the hours are right, zero until they do;
	// Changed is set where they made them others.
	Answered time.Time `json:"answered,omitzero"`
	Changed  bool      `json:"changed,omitempty"`
}

// HoursWait is for how long a person can answer before follow-ups may be drawn within
// the hours that were written down.
const HoursWait = 7 * 24 * time.Hour

// Due is when follow-ups may be drawn though the person has not answered.
func (h Hours) Due() time.Time { return h.At.Add(HoursWait) }

// Settled reports whether follow-ups may be drawn within the hours: the person said that
// they are right, or had the time to.
func (h Hours) Settled(now time.Time) bool { return !h.Answered.IsZero() || !now.Before(h.Due()) }

// stateHours is the state of rows of [store.Draws] that are hours and no draw.
const stateHours = "hours"

func (h Hours) save(w store.Writer, row store.Row) error {
	return put(w, store.Draws, store.Row{
		Key: row.Key, Version: row.Version, Holder: Holder(h.Subject),
		Text: map[string]string{"subject": h.Subject, "state": stateHours}, Ints: map[string]int64{"at": h.At.UnixMilli()},
	}, h)
}

// HoursOf returns the hours of a person, and false where nobody wrote any down.
func HoursOf(r store.Reader, subject string) (Hours, bool, error) {
	h, _, ok, err := loadHours(r, subject)
	return h, ok, err
}

// loadHours finds them by whose they are: the handle may have been another when they were
// written down.
func loadHours(r store.Reader, subject string) (h Hours, row store.Row, ok bool, err error) {
	for row, err = range r.Find(store.Draws, store.Query{By: "at", Desc: true, Limit: 1, Where: []store.Cond{
		{Column: "subject", Op: store.Equal, Text: subject}, {Column: "state", Op: store.Equal, Text: stateHours},
	}}) {
		if errors.Is(err, store.ErrErased) {
			continue
		}
		if h, _, err = decode[Hours](row, err); err != nil {
			return h, row, false, fmt.Errorf("read the hours of a person: %w", err)
		}
		h.Subject = subject
		return h, row, true, nil
	}
	return h, store.Row{Key: "ho-" + r.Hash("hours", subject)[:16]}, false, nil
}

// WriteHours keeps the hours that somebody says a person agreed to. It fails with
// [ErrState] once the person answered for themselves, or the follow-ups are drawn.
func WriteHours(w store.Writer, by Actor, subject string, agreed Agreement, now time.Time) error {
	if !by.may() {
		return fmt.Errorf("write hours down: %w", ErrRole)
	}
	h, row, _, err := loadHours(w, subject)
	if err != nil {
		return err
	}
	if !h.Answered.IsZero() {
		return fmt.Errorf("write hours down: %w: the person said themselves which hours suit them, and can change them", ErrState)
	}
	return writeHours(w, by, Hours{Subject: subject, Agreed: agreed, By: by.Account, At: now.UTC()}, row, now)
}

// AnswerHours keeps what a person says of their hours on their own page: that they are
// right, or which others are. It fails with [ErrNothing] where nobody asked, and with
// [ErrState] once the follow-ups are drawn.
func AnswerHours(w store.Writer, subject string, agreed Agreement, now time.Time) error {
	h, row, ok, err := loadHours(w, subject)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("answer for one's hours: %w: nobody asked for any", ErrNothing)
	}
	before := line(h.Agreed)
	h.Agreed, h.Answered = agreed, now.UTC()
	if h.Agreed, _, err = agreed.check(); err != nil {
		return fmt.Errorf("answer for one's hours: %w", err)
	}
	h.Changed = h.Changed || line(h.Agreed) != before
	return writeHours(w, Actor{Account: audit.Person}, h, row, now)
}

func writeHours(w store.Writer, by Actor, h Hours, row store.Row, now time.Time) error {
	draws, err := DrawsOf(w, h.Subject)
	if err != nil {
		return err
	}
	p, _, ok, err := PlanFor(w, h.Subject)
	switch {
	case err != nil:
		return err
	case !ok || p.FollowUps == 0:
		return fmt.Errorf("write hours down: %w: the plan of the requisition has no follow-ups", ErrState)
	case drawnBy(draws, p.ID):
		return fmt.Errorf("write hours down: %w: this person's follow-ups are drawn", ErrState)
	}
	if h.Agreed, _, err = h.Agreed.check(); err != nil {
		return fmt.Errorf("write hours down: %w", err)
	}
	if err := h.save(w, row); err != nil {
		return fmt.Errorf("write hours down: %w", err)
	}
	act := "hours.write"
	if by.Account == audit.Person {
		act = "hours.answer"
	}
	return note(w, by, act, h.Subject, now, nil)
}

// HoursDrawn reports whether the follow-ups of the plan in force for a person are drawn,
// so that their hours cannot be changed any more.
func HoursDrawn(r store.Reader, subject string) (bool, error) {
	p, _, ok, err := PlanFor(r, subject)
	if err != nil || !ok {
		return false, err
	}
	draws, err := DrawsOf(r, subject)
	return drawnBy(draws, p.ID), err
}
