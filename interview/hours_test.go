// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"errors"
	"slices"
	"testing"
	"time"

	"daylight/store"
)

// TestHours goes through who may say which hours suit a person, and holds that follow-ups
// are drawn within what the person said, or after the time to answer within what was
// written down, and not before.
func TestHours(t *testing.T) {
	s := newStore(t)
	planned(t, s, func(p *Plan) { p.FollowUps = 1 })
	try := func(f func(w store.Writer) error) error { return s.Update(t.Context(), f) }
	hours := func() (h Hours) {
		update(t, s, func(w store.Writer) (err error) { h, _, err = HoursOf(w, first); return err })
		return h
	}
	draw := func(at time.Time) (d Draw, err error) {
		return d, try(func(w store.Writer) error {
			h, _, err := HoursOf(w, first)
			if err == nil {
				d, err = DrawFollowUps(w, ana, h, dice(9), at)
			}
			return err
		})
	}
	if err := try(func(w store.Writer) error { return AnswerHours(w, first, agreed(), start) }); !errors.Is(err, ErrNothing) {
		t.Errorf("answered though nobody asked: %v", err)
	}
	if err := try(func(w store.Writer) error { return WriteHours(w, clerk, first, agreed(), start) }); !errors.Is(err, ErrRole) {
		t.Errorf("written down by somebody else: %v", err)
	}
	if err := try(func(w store.Writer) error { return WriteHours(w, ana, first, Agreement{Zone: "Nowhere"}, start) }); !errors.Is(err, ErrTime) {
		t.Errorf("hours that are none: %v", err)
	}
	update(t, s, func(w store.Writer) error { return WriteHours(w, ana, first, agreed(), start) })
	if h := hours(); h.By != ana.Account || !h.At.Equal(start) || !h.Answered.IsZero() || h.Changed {
		t.Errorf("written down: %+v", h)
	}
	if _, err := draw(start.Add(HoursWait - time.Second)); !errors.Is(err, ErrTime) {
		t.Errorf("drawn before the person could answer: %v", err)
	}
	if h := hours(); !h.Settled(start.Add(HoursWait)) {
		t.Error("nobody can draw though the time to answer is over")
	}
	// What is written down again is asked again.
	later := start.Add(HoursWait)
	update(t, s, func(w store.Writer) error { return WriteHours(w, ana, first, agreed(), later) })
	if h := hours(); h.Settled(later) {
		t.Error("other hours are taken for answered")
	}
	update(t, s, func(w store.Writer) error { return AnswerHours(w, first, agreed(), later) })
	if h := hours(); h.Changed || !h.Answered.Equal(later) {
		t.Errorf("confirmed: %+v", h)
	}
	own := agreed()
	own.Opens, own.Days = 14*60, []int{3}
	update(t, s, func(w store.Writer) error { return AnswerHours(w, first, own, later) })
	if h := hours(); !h.Changed || h.Agreed.Opens != 14*60 || h.By != ana.Account {
		t.Errorf("changed: %+v", h)
	}
	if err := try(func(w store.Writer) error { return WriteHours(w, ana, first, agreed(), later) }); !errors.Is(err, ErrState) {
		t.Errorf("somebody else writes over what the person said: %v", err)
	}
	d, err := draw(later)
	if err != nil || !d.Confirmed.Equal(later) || !d.Written.Equal(later) || d.Agreed.Opens != 14*60 || !slices.Equal(d.Agreed.Days, []int{3}) {
		t.Fatalf("drawn within %+v: %v", d, err)
	}
	if err := try(func(w store.Writer) error { return AnswerHours(w, first, agreed(), later) }); !errors.Is(err, ErrState) {
		t.Errorf("changed after the draw: %v", err)
	}
	update(t, s, func(w store.Writer) error {
		if all, err := DrawsOf(w, first); err != nil || len(all) != 1 || all[0].ID != d.ID {
			t.Errorf("hours are taken for a draw: %v, %v", all, err)
		}
		return nil
	})
	if n := logged(t, s, "hours.write"); len(n) != 2 {
		t.Errorf("%d were recorded as written down", len(n))
	}
	if n := logged(t, s, "hours.answer"); len(n) != 2 {
		t.Errorf("%d answers were recorded", len(n))
	}
}

// TestHoursUnanswered draws within what was written down once the person had the time to
// answer, and says so.
func TestHoursUnanswered(t *testing.T) {
	s := newStore(t)
	planned(t, s, func(p *Plan) { p.FollowUps = 1 })
	update(t, s, func(w store.Writer) error {
		if err := WriteHours(w, ana, first, agreed(), start); err != nil {
			return err
		}
		h, _, err := HoursOf(w, first)
		if err != nil {
			return err
		}
		d, err := DrawFollowUps(w, ana, h, dice(9), h.Due())
		if !d.Confirmed.IsZero() || !d.Written.Equal(start) {
			t.Errorf("drawn as %+v", d)
		}
		return err
	})
}
