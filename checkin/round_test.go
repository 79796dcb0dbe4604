// SPDX-License-Identifier: Apache-2.0

package checkin_test

import (
	"bytes"
	"image/color"
	"testing"
	"time"

	"daylight/checkin"
	"daylight/intake"
	"daylight/interview"
	"daylight/record"
	"daylight/store"
)

// TestRoundsOfPictures goes from an application to work, and holds that whoever
// compares two pictures is told of which round each is.
func TestRoundsOfPictures(t *testing.T) {
	st := newStore(t)
	var numbers []byte
	for n := range 200 {
		numbers = append(numbers, byte(n))
	}
	at, random := now, bytes.NewReader(numbers)
	stage := func(s record.Stage) {
		update(t, st, func(w store.Writer) error {
			row, err := w.Get(store.Subjects, handle)
			if err != nil {
				return err
			}
			row.Holder, row.Text = intake.Holder(handle), map[string]string{"stage": string(s)}
			return w.Put(store.Subjects, row)
		})
	}
	plan := checkin.Plan{Asked: []string{checkin.Window}, StillDays: 60, Answer: 48, Box: 15}
	shows := func(id, followUp string) {
		t.Helper()
		update(t, st, func(w store.Writer) error {
			_, err := checkin.Invite(w, checkin.Invitation{ID: id, Handle: handle, By: hr, Secret: id, Plan: plan, Seed: seed, FollowUp: followUp}, at)
			return err
		})
		picture := still(t, 64, 48, color.RGBA{200, 210, 255, 255})
		for _, change := range []func(store.Writer, *checkin.CheckIn) error{
			func(w store.Writer, c *checkin.CheckIn) error { return agreeTo(w, c, at) },
			func(w store.Writer, c *checkin.CheckIn) error { _, _, err := c.Ask(w, at); return err },
			func(w store.Writer, c *checkin.CheckIn) error {
				return c.Take(w, checkin.Answer{Outcome: checkin.Done, Camera: "Front camera"}, nil, at)
			},
			func(w store.Writer, c *checkin.CheckIn) error { _, _, err := c.Ask(w, at); return err },
			func(w store.Writer, c *checkin.CheckIn) error {
				return c.Take(w, checkin.Answer{Step: 1, Outcome: checkin.Done, Light: &checkin.Light{Mean: 0.5}}, picture, at)
			},
			func(w store.Writer, c *checkin.CheckIn) error { return c.Finish(w, at) },
		} {
			update(t, st, func(w store.Writer) error {
				c, err := checkin.Open(w, id, visit, at)
				if err != nil {
					return err
				}
				return change(w, c)
			})
		}
	}
	interviewed := func(after time.Duration, off bool) {
		update(t, st, func(w store.Writer) error {
			s, err := interview.Propose(w, hr, interview.Sitting{Subject: handle, From: at, To: at.Add(after)}, random, at)
			if err == nil && off {
				_, err = interview.CallOff(w, hr, s.ID, at)
			}
			return err
		})
		at = at.Add(time.Hour)
	}

	update(t, st, func(w store.Writer) error {
		p := interview.Standard("R-1")
		p.Challenges = []string{interview.Camera, interview.Window}
		p.Stills, p.KeepDays, p.FollowUps, p.Days, p.Minutes = true, 60, 1, 20, 60
		_, err := interview.SetPlan(w, hr, p, now)
		return err
	})
	stage(record.Applicant)
	shows("k-1", "")
	interviewed(time.Hour, false)
	interviewed(time.Hour, true)    // not held
	interviewed(2*time.Hour, false) // not over
	shows("k-2", "")
	at = at.Add(time.Hour)
	shows("k-3", "")
	stage(record.Worker)
	var drawn []interview.FollowUp
	update(t, st, func(w store.Writer) error {
		agreed := interview.Agreement{Zone: "Europe/Lisbon", Opens: 9 * 60, Closes: 17 * 60, Days: []int{1, 2, 3, 4, 5}}
		if _, err := interview.DrawFollowUps(w, hr, interview.Hours{Subject: handle, Agreed: agreed, Answered: at}, random, at); err != nil {
			return err
		}
		var err error
		drawn, err = interview.FollowUpsOf(w, handle)
		return err
	})
	at = drawn[0].At
	shows("k-4", drawn[0].ID)

	want := []string{
		"Application, check-in 1, before any interview", "Application, check-in 2, after interview 1",
		"Application, check-in 3, after interview 3", "Work, follow-up 1",
	}
	update(t, st, func(w store.Writer) error {
		stills, err := interview.StillsOf(w, handle, at)
		if err != nil {
			return err
		}
		for i, s := range stills {
			if i >= len(want) || s.Round != want[i] {
				t.Errorf("picture %d is of %q", i, s.Round)
			}
		}
		if len(stills) != len(want) {
			t.Fatalf("%d pictures", len(stills))
		}
		c, err := interview.Compare(w, hr, handle, stills[3].ID, stills[0].ID, at)
		if c.Rounds != [2]string{want[0], want[3]} {
			t.Errorf("two people compare %q", c.Rounds)
		}
		return err
	})
}
