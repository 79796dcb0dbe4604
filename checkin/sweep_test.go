// SPDX-License-Identifier: Apache-2.0

package checkin_test

import (
	"slices"
	"testing"
	"time"

	"daylight/audit"
	"daylight/checkin"
	"daylight/intake"
	"daylight/interview"
	"daylight/store"
)

// other is somebody whose check-in has nothing to do with the others.
const other = "p-99999999999"

// othersDraft has somebody else begin a check-in, with a picture that goes with it.
func othersDraft(t *testing.T, st store.Store, at time.Time) {
	t.Helper()
	update(t, st, func(w store.Writer) error {
		if err := w.Put(store.Subjects, store.Row{Key: other, Holder: intake.Holder(other), Body: []byte("{}")}); err != nil {
			return err
		}
		_, err := checkin.Invite(w, checkin.Invitation{ID: "z-1", Handle: other, By: hr, Secret: "z", Plan: short, Seed: seed}, at)
		return err
	})
	update(t, st, func(w store.Writer) error {
		c, err := checkin.Open(w, "z", "", at)
		if err != nil {
			return err
		}
		if err := c.Agree(w, "v", at); err != nil {
			return err
		}
		return w.Put(store.Stills, store.Row{
			Key: "z-1-01", Holder: interview.StillHolder("z-1-01"), Body: []byte("x"),
			Text: map[string]string{"visit": "z-1"}, Ints: map[string]int64{"at": 1, "until": at.Add(15 * time.Minute).UnixMilli()},
		})
	})
}

// damage writes a body that is no JSON over every row of a collection but other's.
func damage(t *testing.T, st store.Store, of store.Collection) {
	t.Helper()
	all := rows(t, st, of)
	update(t, st, func(w store.Writer) error {
		for _, row := range all {
			if row.Text["subject"] == other {
				continue
			}
			row.Body = []byte("x")
			if err := w.Put(of, row); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestSweepGoesOn: whatever is damaged or gone of one person, pictures and check-ins of
// everybody else go on time, and what can be ended is.
func TestSweepGoesOn(t *testing.T) {
	for name, q := range map[string]struct {
		damage func(*testing.T, store.Store)
		want   interview.FollowUpState // of the last follow-up; "" where it does not open
	}{
		"nothing": {func(*testing.T, store.Store) {}, interview.Missed},
		"nothing is known of the person any more": {func(t *testing.T, st store.Store) {
			t.Helper()
			update(t, st, func(w store.Writer) error {
				if err := w.Delete(store.Faces, handle); err != nil {
					return err
				}
				return w.Delete(store.Subjects, handle)
			})
		}, interview.Missed},
		"the follow-ups do not open":      {func(t *testing.T, st store.Store) { t.Helper(); damage(t, st, store.FollowUps) }, ""},
		"the draw does not open":          {func(t *testing.T, st store.Store) { t.Helper(); damage(t, st, store.Draws) }, interview.Missed},
		"the check-in does not open":      {func(t *testing.T, st store.Store) { t.Helper(); damage(t, st, store.CheckIns) }, interview.Drawn},
		"who the person is does not open": {func(t *testing.T, st store.Store) { t.Helper(); damage(t, st, store.Faces) }, interview.Missed},
	} {
		t.Run(name, func(t *testing.T) {
			st, all := drawnFollowUps(t, 3)
			for i, f := range all {
				asked(t, st, f)
				at := f.At.Add(2 * time.Minute)
				if i == 2 {
					break // and the link runs out
				}
				if err := onPage(t, st, f, at, func(w store.Writer, c *checkin.CheckIn) error { return c.Decline(w, checkin.Refused, "", at) }); err != nil {
					t.Fatal(err)
				}
			}
			othersDraft(t, st, all[2].At)
			q.damage(t, st)
			at := all[2].Until.Add(time.Hour)
			if err := checkin.Sweep(t.Context(), st, at); err != nil {
				t.Errorf("swept: %v", err)
			}
			if n := len(rows(t, st, store.Stills)); n != 0 {
				t.Errorf("%d pictures after their time", n)
			}
			if n := len(rows(t, st, store.Records)); name == "who the person is does not open" && n != 0 {
				t.Errorf("%d records of nobody", n)
			}
			for _, row := range rows(t, st, store.CheckIns) {
				if row.Text["subject"] == other && row.Text["state"] != "closed" {
					t.Errorf("somebody else's check-in is %s after its time", row.Text["state"])
				}
			}
			if q.want != "" {
				if got := followUp(t, st, all[2].ID); got.State != q.want {
					t.Errorf("the follow-up is %s, want %s", got.State, q.want)
				}
			}
		})
	}
}

// TestSweepOneDamagedFollowUp: a follow-up that does not open keeps no other from being
// settled, and weighs nothing.
func TestSweepOneDamagedFollowUp(t *testing.T) {
	st, all := drawnFollowUps(t, 2)
	asked(t, st, all[1])
	update(t, st, func(w store.Writer) error {
		row, err := w.Get(store.FollowUps, all[0].ID)
		if err != nil {
			return err
		}
		row.Body = []byte("x")
		return w.Put(store.FollowUps, row)
	})
	if err := checkin.Sweep(t.Context(), st, all[1].Until); err != nil {
		t.Fatal(err)
	}
	if got := followUp(t, st, all[1].ID); got.State != interview.Missed {
		t.Errorf("the follow-up is %s", got.State)
	}
	if n := len(rows(t, st, store.Records)); n != 0 {
		t.Errorf("%d records", n)
	}
}

// TestLogTellsNoNeed: the log of somebody who needs another way is, for good, that of
// somebody who would not: the same acts in the same order, before and after agreeing.
func TestLogTellsNoNeed(t *testing.T) {
	plain := func(begun bool, no func(store.Writer, *checkin.CheckIn) error) (out []string) {
		st := invited(t, short)
		v := ""
		if begun {
			st, v = agreed(t, short), visit
		}
		if err := do(t, st, v, now, no); err != nil {
			t.Fatal(err)
		}
		err := st.View(t.Context(), func(r store.Reader) error {
			for e, err := range audit.Entries(r, 0) {
				if err != nil {
					return err
				}
				out = append(out, e.At.Format(time.RFC3339)+" "+e.Act)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	another := func(w store.Writer, c *checkin.CheckIn) error { return c.Decline(w, checkin.Another, "no camera", now) }
	for begun, would := range map[bool]func(store.Writer, *checkin.CheckIn) error{
		false: func(w store.Writer, c *checkin.CheckIn) error { return c.Decline(w, checkin.Refused, "", now) },
		true:  func(w store.Writer, c *checkin.CheckIn) error { return c.Withdraw(w, now) },
	} {
		if a, b := plain(begun, another), plain(begun, would); !slices.Equal(a, b) || len(a) == 0 {
			t.Errorf("begun: %v; the log of a need is %q, of a no %q", begun, a, b)
		}
	}
}
