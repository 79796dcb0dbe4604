// SPDX-License-Identifier: Apache-2.0

package checkin

import (
	"errors"
	"fmt"
	"time"

	"daylight/audit"
	"daylight/interview"
	"daylight/record"
	"daylight/store"
)

// ErrFollowUp is an invitation for a follow-up that is another person's.
var ErrFollowUp = errors.New("a follow-up of somebody else")

// ask notes at the follow-up that the person is asked by this check-in, and ends the
// link with the follow-up's window.
func (c *CheckIn) ask(w store.Writer, by interview.Actor, now time.Time) error {
	f, err := interview.MarkInvited(w, by, c.FollowUp, interview.ByCheckIn, now)
	if err != nil {
		return err
	}
	if f.Subject != c.Handle {
		return ErrFollowUp
	}
	c.Until = f.Until
	return nil
}

// settle records what the end of the check-in means for the follow-up that it was made
// for, in the same transaction. One that somebody settled meanwhile, by a call, stays
// as it is, and so does one that does not open: the check-in ends all the same.
//
// What was begun and not finished in time, and what the person needs in another way,
// counts as not asked: nobody can tell why, and nobody is asked.
func (c *CheckIn) settle(w store.Writer, now time.Time) error {
	if c.FollowUp == "" {
		return nil
	}
	by, a := interview.Actor{Account: audit.Person}, interview.Answer{How: interview.ByCheckIn}
	switch c.State {
	case Finished:
		a.State = interview.Answered
	case Refused, Withdrawn:
		a.State = interview.Declined // by a button, where nobody is asked why
	case Another:
		a.State = interview.Withdrawn
	case Unfinished:
		by.Account, a.State = audit.System, interview.Withdrawn
	case Expired:
		by.Account, a.State = audit.System, interview.Missed
	case Invited, Started, Revoked:
		return nil
	}
	f, err := interview.LoadFollowUp(w, c.FollowUp)
	if unreadable(err) {
		return nil
	}
	if err != nil || f.State != interview.Drawn {
		return err
	}
	_, err = interview.Settle(w, by, c.FollowUp, a, now)
	return err
}

// UnderWay reports whether a person has begun a check-in for a follow-up and still has
// time: what becomes of the follow-up is then theirs to say.
func UnderWay(r store.Reader, f interview.FollowUp, now time.Time) (bool, error) {
	all, err := List(r, f.Subject, now)
	if err != nil {
		return false, err
	}
	for _, c := range all {
		if c.FollowUp == f.ID && c.State == Started {
			return true, nil
		}
	}
	return false, nil
}

// arrange has what depends on camera, speech, speed and attendance not be weighed for
// the person from now on. It is kept as no reason is.
func (c *CheckIn) arrange(w store.Writer, now time.Time) error {
	err := c.observe(w, record.Arrangement, now, record.Check{Check: record.Arrangement, Result: record.ArrangementResult, By: feed}, now)
	if errors.Is(err, interview.ErrNobody) {
		return nil // there is nothing of the person that could be weighed
	}
	if err != nil {
		return fmt.Errorf("keep that a person needs another way: %w", err)
	}
	return nil
}
