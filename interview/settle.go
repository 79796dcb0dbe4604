// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"daylight/audit"
	"daylight/record"
	"daylight/store"
)

// Answer is what became of a follow-up.
type Answer struct {
	State FollowUpState
	How   string // "call" or "check-in"
	// Reason is why the person declined, in their words. Whoever notes it for them needs one,
	// and "I'd rather not say" is one; their own page asks for none.
	Reason string
}

// The ways in which a follow-up is made.
const (
	ByCall    = "call"
	ByCheckIn = "check-in"
)

// Settle records what became of a follow-up. The person's own page may say that it
// was answered, declined or does not apply ([audit.Person]), and the service that the
// window passed, or that what was begun was not finished ([audit.System]). Missed is
// recorded only after the window. What the follow-ups of a person say together is written as one check
// (slow_replies): one that was missed, or declined, says nothing.
func Settle(w store.Writer, by Actor, id string, a Answer, now time.Time) (FollowUp, error) {
	f, err := settle(w, by, id, a, now)
	if err != nil {
		return f, fmt.Errorf("settle a follow-up: %w", err)
	}
	return f, nil
}

func settle(w store.Writer, by Actor, id string, a Answer, now time.Time) (FollowUp, error) {
	f, version, err := decode[FollowUp](w.Get(store.FollowUps, id))
	if err != nil {
		return f, err
	}
	switch {
	case !by.may() && !itself(by.Account, a.State):
		return f, ErrRole
	case f.State != Drawn:
		return f, ErrState
	case a.State == Answered && now.Before(f.At), a.State == Missed && now.Before(f.Until):
		return f, ErrTime
	}
	switch a.State {
	case Answered:
		if f.How = a.How; f.How != ByCall && f.How != ByCheckIn {
			return f, fmt.Errorf("%w: answered by a call or a check-in", ErrWord)
		}
	case Declined:
		if by.Account == audit.Person && a.Reason == "" {
			break // by a button of their own page, which asks for no reason
		}
		reason, err := text(a.Reason)
		if err != nil {
			return f, fmt.Errorf("%w: the reason that the person gave", err)
		}
		f.Reason = record.Redacted(reason)
	case Missed, Withdrawn:
	case Drawn:
		return f, fmt.Errorf("%w: what became of it", ErrNothing)
	default:
		return f, fmt.Errorf("%w: %q", ErrWord, a.State)
	}
	f.State, f.Settled, f.By = a.State, now.UTC(), by.Account
	if err := f.save(w, version); err != nil {
		return f, err
	}
	if err := pattern(w, f.Subject, now); err != nil {
		return f, err
	}
	if err := revealUsed(w, f, now); err != nil {
		return f, err
	}
	return f, noteAbout(w, by, "follow-up.settle", f.ID, now, map[string]string{"subject": f.Subject, "draw": f.Draw}, "follow-up."+string(f.State), map[string]string{"how": f.How})
}

// itself reports whether a person's own page, or the service, may record a state.
func itself(account string, s FollowUpState) bool {
	switch account {
	case audit.Person:
		return s == Answered || s == Declined || s == Withdrawn
	case audit.System:
		return s == Missed || s == Withdrawn
	}
	return false
}

// TakeBack notes that a person who was invited was not asked after all. A follow-up that
// was settled meanwhile stays as it is.
func TakeBack(w store.Writer, id string, now time.Time) error {
	f, version, err := decode[FollowUp](w.Get(store.FollowUps, id))
	if err != nil {
		return fmt.Errorf("take an invitation back: %w", err)
	}
	if f.State != Drawn {
		return nil
	}
	f.Invited, f.How = time.Time{}, ""
	if err := f.save(w, version); err != nil {
		return fmt.Errorf("take an invitation back: %w", err)
	}
	return note(w, Actor{Account: audit.System}, "follow-up.take-back", f.ID, now, map[string]string{"subject": f.Subject})
}

// MarkInvited notes that the person was asked, and how.
func MarkInvited(w store.Writer, by Actor, id, how string, now time.Time) (FollowUp, error) {
	f, version, err := decode[FollowUp](w.Get(store.FollowUps, id))
	if err != nil {
		return f, fmt.Errorf("note an invitation: %w", err)
	}
	switch {
	case !by.may():
		return f, fmt.Errorf("note an invitation: %w", ErrRole)
	case how != ByCall && how != ByCheckIn:
		return f, fmt.Errorf("note an invitation: %w: %q", ErrWord, how)
	case !f.Due(now):
		return f, fmt.Errorf("note an invitation: %w", ErrTime)
	}
	f.Invited, f.How = now.UTC(), how
	if err := f.save(w, version); err != nil {
		return f, fmt.Errorf("note an invitation: %w", err)
	}
	return f, noteAbout(w, by, "follow-up.invite", f.ID, now, map[string]string{"subject": f.Subject}, "", map[string]string{"how": how})
}

// MarkTold notes that the person was told of a follow-up the day before. It fails with
// [ErrTime] where they are not to be told now.
func MarkTold(w store.Writer, by Actor, id string, now time.Time) error {
	f, version, err := decode[FollowUp](w.Get(store.FollowUps, id))
	if err != nil {
		return fmt.Errorf("note that a person was told: %w", err)
	}
	switch {
	case !by.may():
		return fmt.Errorf("note that a person was told: %w", ErrRole)
	case !f.Announced(now):
		return fmt.Errorf("note that a person was told: %w", ErrTime)
	case !f.Told.IsZero():
		return nil
	}
	f.Told = now.UTC()
	if err := f.save(w, version); err != nil {
		return fmt.Errorf("note that a person was told: %w", err)
	}
	return note(w, by, "follow-up.told", f.ID, now, map[string]string{"subject": f.Subject})
}

// notReached is how many follow-ups it takes that were missed or declined for them to say
// something.
const notReached = 3

// patternOf is what a person's follow-ups say together: "found" where three or more
// were missed or declined, and more than were answered; "not_found" where two or
// more were answered and no more than one was not; "" in between. Those that were
// withdrawn, never asked, or not told of the day before where they were to be, are in
// none of it. With it comes how many were declined, and how many missed.
func patternOf(all []FollowUp) (result string, declined, missed int) {
	reached := 0
	for _, f := range all {
		switch f.State {
		case Answered:
			reached++
		case Missed:
			if !f.Invited.IsZero() && (!f.Ahead || !f.Told.IsZero()) {
				missed++
			}
		case Declined:
			declined++
		case Drawn, Withdrawn:
		}
	}
	switch not := declined + missed; {
	case not >= notReached && not > reached:
		return "found", declined, missed
	case reached >= 2 && not <= 1:
		return "not_found", declined, missed
	}
	return "", declined, missed
}

// patternPart names the one record that the follow-ups of a person leave.
const patternPart = "together"

// pattern writes what the follow-ups of a person say together, or takes it back. Where
// one of them does not open, nobody can tell what they say; and where there is nobody
// whose record it would be, there is nothing to write. Where the row that tells whose it
// would be is damaged, nothing is written either, for less is said of the person then:
// that person is assessed again, which writes the row anew, and the next follow-up that
// is settled says what all of them do.
func pattern(w store.Writer, subject string, now time.Time) error {
	all, err := FollowUpsOf(w, subject)
	if errors.Is(err, store.ErrCorrupt) {
		all, err = nil, nil
	}
	if err != nil {
		return err
	}
	locator := "follow-ups " + strings.TrimPrefix(subject, "p-")
	result, declined, missed := patternOf(all)
	if result == "" {
		return Unobserve(w, subject, locator, patternPart, now)
	}
	err = Observe(w, Observed{
		Subject: subject, Locator: locator, Part: patternPart, At: now,
		Body: record.Check{Check: "slow_replies", Result: result, By: Feed, Declined: declined, Missed: missed},
	}, now)
	switch {
	case errors.Is(err, ErrNobody):
		return nil
	case errors.Is(err, store.ErrCorrupt):
		return enqueue(w, subject, now)
	}
	return err
}
