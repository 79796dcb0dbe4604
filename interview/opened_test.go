// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"testing"
	"time"

	"daylight/store"
)

// TestOpened holds that a follow-up is noted once when its window opens, not before and
// not when it is over or settled, and a day ahead as well where the person is told of it.
func TestOpened(t *testing.T) {
	for _, c := range []struct {
		name  string
		ahead bool
		looks []time.Duration // relative to the opening of the window
		want  []int           // how often it was noted after each
	}{
		{"in time", false, []time.Duration{-24 * time.Hour, -time.Second, 0, time.Minute, 5 * time.Minute, 100 * time.Hour}, []int{0, 0, 1, 1, 1, 1}},
		{"told the day before", true, []time.Duration{-24*time.Hour - time.Second, -24 * time.Hour, -time.Hour, 0, time.Minute}, []int{0, 1, 1, 2, 2}},
		{"the service was away", true, []time.Duration{time.Minute, 2 * time.Minute}, []int{1, 1}},
		{"away for too long", false, []time.Duration{100 * time.Hour}, []int{0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t)
			planned(t, s, func(p *Plan) { p.FollowUps = 1 })
			own := agreed()
			own.Ahead = c.ahead
			var f FollowUp
			update(t, s, func(w store.Writer) error {
				if _, err := DrawFollowUps(w, ana, Hours{Subject: first, Agreed: own, Answered: start}, dice(9), start); err != nil {
					return err
				}
				all, err := FollowUpsOf(w, first)
				f = all[0]
				return err
			})
			for i, look := range c.looks {
				if err := Opened(t.Context(), s, f.At.Add(look)); err != nil {
					t.Fatal(err)
				}
				noted := logged(t, s, "follow-up.due")
				if len(noted) != c.want[i] {
					t.Errorf("at %v it was noted %d times, want %d", look, len(noted), c.want[i])
				}
				for _, n := range noted {
					if n["follow_up"] != f.ID || n["subject"] != first {
						t.Errorf("noted of %v", n)
					}
				}
			}
		})
	}

	t.Run("settled", func(t *testing.T) {
		s := newStore(t)
		planned(t, s, func(p *Plan) { p.FollowUps = 2 })
		_, all := drawn(t, s, first)
		update(t, s, func(w store.Writer) error {
			_, err := Settle(w, ana, all[0].ID, Answer{State: Withdrawn}, all[0].At)
			return err
		})
		if err := Opened(t.Context(), s, all[0].At.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if n := logged(t, s, "follow-up.due"); len(n) != 0 {
			t.Errorf("one that was settled is noted: %v", n)
		}
		// A row that does not open keeps none of the others.
		update(t, s, func(w store.Writer) error {
			row, err := w.Get(store.FollowUps, all[0].ID)
			if err != nil {
				return err
			}
			row.Body, row.Text["state"] = []byte("{"), string(Drawn)
			return w.Put(store.FollowUps, row)
		})
		if err := Opened(t.Context(), s, all[1].At); err != nil {
			t.Fatal(err)
		}
		if n := logged(t, s, "follow-up.due"); len(n) != 1 || n[0]["follow_up"] != all[1].ID {
			t.Errorf("beside a damaged one: %v", n)
		}
	})
}
