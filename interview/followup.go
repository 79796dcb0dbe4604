// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"fmt"
	"slices"
	"time"

	"daylight/record"
	"daylight/store"
)

// FollowUpState is where a follow-up stands.
type FollowUpState string

// The states of a follow-up. Until it is due nobody is shown when it will be.
const (
	Drawn    FollowUpState = "drawn"
	Answered FollowUpState = "answered"
	// Missed: the window passed without an answer.
	Missed FollowUpState = "missed"
	// Declined: the person said no, and why. By itself it is evidence of nothing.
	Declined FollowUpState = "declined"
	// Withdrawn: the company did not ask, the person has an arrangement by which this
	// one does not apply, or a check-in was begun and not finished in time.
	Withdrawn FollowUpState = "withdrawn"
)

// FollowUp is one short call or check-in at a time that was drawn at random.
type FollowUp struct {
	ID      string        `json:"id"`
	Subject string        `json:"subject"` // handle
	Plan    string        `json:"plan"`
	State   FollowUpState `json:"state"`
	// At is the instant that was drawn, and Until when the window to answer ends.
	At    time.Time `json:"at"`
	Until time.Time `json:"until"`
	// Draw names the draw that it is one of, and Number which.
	Draw   string `json:"draw"`
	Number int    `json:"number"`
	// Ahead is set where the person is told of the window the day before, and Told when
	// that was done.
	Ahead bool      `json:"ahead,omitempty"`
	Told  time.Time `json:"told,omitzero"`
	// Said is when it was last noted for those who run follow-ups that there is something
	// to do.
	Said time.Time `json:"said,omitzero"`
	// Invited is when the person was asked, and how: "call" or "check-in".
	Invited time.Time `json:"invited,omitzero"`
	How     string    `json:"how,omitempty"`
	// Reason is the person's, where they declined.
	Reason  record.Redacted `json:"reason,omitzero"`
	Settled time.Time       `json:"settled,omitzero"`
	By      string          `json:"by,omitempty"`
}

// Due reports whether the follow-up's window is open: from then on it may be seen,
// and the person asked.
func (f FollowUp) Due(now time.Time) bool {
	return f.State == Drawn && !now.Before(f.At) && now.Before(f.Until)
}

// dayBefore is how long before its window a follow-up may be seen by whoever is to
// tell the person of it.
const dayBefore = 24 * time.Hour

// Announced reports whether the person is to be told of a window that opens within a
// day. Nobody is shown that of the others.
func (f FollowUp) Announced(now time.Time) bool {
	return f.Ahead && f.State == Drawn && now.Before(f.At) && !now.Before(f.At.Add(-dayBefore))
}

// Over reports whether the window of a follow-up passed with nothing recorded.
func (f FollowUp) Over(now time.Time) bool { return f.State == Drawn && !now.Before(f.Until) }

func (f FollowUp) save(w store.Writer, version int64) error {
	return put(w, store.FollowUps, store.Row{
		Key: f.ID, Version: version, Holder: Holder(f.Subject),
		Text: map[string]string{"subject": f.Subject, "plan": f.Plan, "draw": f.Draw, "state": string(f.State)},
		Ints: map[string]int64{"at": f.At.UnixMilli(), "until": f.Until.UnixMilli()},
	}, f)
}

// LoadFollowUp reads a follow-up.
func LoadFollowUp(r store.Reader, id string) (FollowUp, error) {
	f, _, err := decode[FollowUp](r.Get(store.FollowUps, id))
	if err != nil {
		return f, fmt.Errorf("read a follow-up: %w", err)
	}
	return f, nil
}

// FollowUpsOf lists the follow-ups of a person, the earliest first.
func FollowUpsOf(r store.Reader, subject string) ([]FollowUp, error) {
	all, err := list[FollowUp](r, store.FollowUps, store.Query{By: "at", Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: subject}}})
	if err != nil {
		return nil, fmt.Errorf("list the follow-ups of a person: %w", err)
	}
	return all, nil
}

// DueFollowUps lists those whose time has come and for which nothing is recorded,
// windows that have passed included, and those of which the person is to be told
// ([FollowUp.Announced]), the earliest first. The check-in invites the ones that are
// [FollowUp.Due].
func DueFollowUps(r store.Reader, now time.Time) ([]FollowUp, error) {
	all, err := list[FollowUp](r, store.FollowUps, store.Query{By: "at", Where: []store.Cond{
		{Column: "state", Op: store.Equal, Text: string(Drawn)}, {Column: "at", Op: store.AtMost, Int: now.Add(dayBefore).UnixMilli()},
	}})
	if err != nil {
		return nil, fmt.Errorf("list the follow-ups that are due: %w", err)
	}
	return slices.DeleteFunc(all, func(f FollowUp) bool { return now.Before(f.At) && !f.Announced(now) }), nil
}
