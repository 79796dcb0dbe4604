// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"bytes"
	"crypto/rand"
	"testing"
	"time"

	"daylight/audit"
	"daylight/store"
)

// TestLogHoldsNothingOfPeople: what became of interviews and follow-ups is in the audit
// log for as long as the person is, and the log proves the same after they are erased.
func TestLogHoldsNothingOfPeople(t *testing.T) {
	s := newStore(t)
	planned(t, s, func(p *Plan) { p.FollowUps = 3 })
	held, off := proposed(t, s, first, 3), proposed(t, s, first, 4)
	_, all := drawn(t, s, second)
	update(t, s, func(w store.Writer) error {
		if _, err := Record(w, bo, held.ID, Recorded{Outcomes: map[string]string{}}, start.Add(3*time.Hour)); err != nil {
			return err
		}
		if _, err := CallOff(w, bo, off.ID, start.Add(3*time.Hour)); err != nil {
			return err
		}
		if _, err := MarkInvited(w, ana, all[0].ID, ByCheckIn, all[0].At); err != nil {
			return err
		}
		for i, f := range all {
			state := []FollowUpState{Answered, Missed, Declined}[i]
			if _, err := Settle(w, ana, f.ID, Answer{State: state, How: ByCheckIn, Reason: "I was travelling."}, f.Until); err != nil {
				return err
			}
		}
		_, err := audit.Seal(w, rand.Reader, start.Add(4*time.Hour))
		return err
	})
	opened := func() (acts map[string]bool) {
		acts = map[string]bool{}
		err := s.View(t.Context(), func(r store.Reader) error {
			for e, err := range audit.Opened(r, 0) {
				if err != nil {
					return err
				}
				for _, word := range []string{"missed", "declined", "answered", "sitting.off", "sitting.record", `"how"`, `"asked"`, ByCheckIn, "travelling"} {
					if bytes.Contains(e.Data, []byte(word)) {
						t.Errorf("the log says %s: %s", word, e.Data)
					}
				}
				acts[e.Act] = true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return acts
	}
	truly := []string{"sitting.record", "sitting.off", "follow-up.answered", "follow-up.missed", "follow-up.declined"}
	for acts, i := opened(), 0; i < len(truly); i++ {
		if !acts[truly[i]] {
			t.Errorf("nobody can tell any longer that there was %s: %v", truly[i], acts)
		}
	}
	update(t, s, func(w store.Writer) error {
		if err := w.Destroy(Holder(first)); err != nil {
			return err
		}
		return w.Destroy(Holder(second))
	})
	for acts, i := opened(), 0; i < len(truly); i++ {
		if acts[truly[i]] {
			t.Errorf("%s can be read of somebody who was erased", truly[i])
		}
	}
	err := s.View(t.Context(), func(r store.Reader) error {
		key, err := audit.PublicKey(r)
		if err != nil {
			return err
		}
		rep, err := audit.Verify(t.Context(), r, key, nil)
		if err != nil || !rep.OK() {
			t.Errorf("the log proves no longer: %+v, %v", rep, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
