// SPDX-License-Identifier: Apache-2.0

package checkin_test

import (
	"image/color"
	"testing"

	"daylight/checkin"
	"daylight/interview"
	"daylight/store"
)

// TestStillsGoAsAgreed holds that a plan that is changed while somebody answers keeps
// their pictures no longer than they were told, and that a shorter one is followed.
func TestStillsGoAsAgreed(t *testing.T) {
	for _, c := range []struct{ becomes, last int }{{180, 7}, {3, 3}} {
		st := newStore(t)
		withStills(t, st)
		update(t, st, func(w store.Writer) error {
			plan, err := checkin.DefaultPlan().For(w, handle)
			if err != nil {
				return err
			}
			if plan.StillDays != 7 {
				t.Fatalf("the person is told %d days", plan.StillDays)
			}
			_, err = checkin.Invite(w, checkin.Invitation{ID: "k-1", Handle: handle, By: hr, Secret: secret, Plan: plan, Seed: seed}, now)
			return err
		})
		if err := do(t, st, "", now, func(w store.Writer, k *checkin.CheckIn) error { return k.Agree(w, visit, now) }); err != nil {
			t.Fatal(err)
		}
		update(t, st, func(w store.Writer) error {
			p, _, _, err := interview.PlanFor(w, handle)
			if err != nil {
				return err
			}
			p.KeepDays, p.Reason = c.becomes, "other days"
			_, err = interview.SetPlan(w, hr, p, now)
			return err
		})
		picture, light := still(t, 320, 240, color.RGBA{200, 210, 255, 255}), &checkin.Light{Mean: 0.5}
		for i, a := range []checkin.Answer{{Outcome: "done", Camera: "Front camera"}, {Outcome: "done", Light: light}, {Outcome: "done", Light: light}, {Outcome: "failed"}} {
			var image []byte
			if a.Light != nil {
				image = picture
			}
			if err := answer(t, st, a, image); err != nil {
				t.Fatalf("answer %d: %v", i, err)
			}
		}
		if err := do(t, st, visit, now, func(w store.Writer, k *checkin.CheckIn) error { return k.Finish(w, now) }); err != nil {
			t.Fatal(err)
		}
		kept := rows(t, st, store.Stills)
		if len(kept) == 0 {
			t.Fatal("nothing was kept")
		}
		for _, r := range kept {
			if want := now.AddDate(0, 0, c.last).UnixMilli(); r.Ints["until"] != want {
				t.Errorf("the plan becomes %d days: kept %d days, want %d", c.becomes, (r.Ints["until"]-now.UnixMilli())/86400000, c.last)
			}
		}
		if err := checkin.Sweep(t.Context(), st, now.AddDate(0, 0, c.last).Add(1)); err != nil {
			t.Fatal(err)
		}
		if left := rows(t, st, store.Stills); len(left) > 0 {
			t.Errorf("%d stills after their day", len(left))
		}
	}
}
