// SPDX-License-Identifier: Apache-2.0

package checkin_test

import (
	"testing"
	"time"

	"daylight/checkin"
	"daylight/interview"
	"daylight/store"
)

// TestCheckInsAreCounted holds that a check-in made for one finalist alone is seen where
// finalists are compared, whatever becomes of it, unless its link was taken back.
func TestCheckInsAreCounted(t *testing.T) {
	alone := func(st store.Store) (n int) {
		update(t, st, func(w store.Writer) (err error) {
			n, err = w.Count(store.CheckIns, store.Query{Where: []store.Cond{
				{Column: "subject", Op: store.Equal, Text: handle}, {Column: "asked", Op: store.Equal, Text: interview.AskedAlone},
			}})
			return err
		})
		return n
	}
	for name, c := range map[string]struct {
		end  func(st store.Store) error
		want int
	}{
		"open": {func(store.Store) error { return nil }, 1},
		"refused": {func(st store.Store) error {
			return do(t, st, "", now, func(w store.Writer, k *checkin.CheckIn) error { return k.Decline(w, checkin.Refused, "", now) })
		}, 1},
		"expired": {func(st store.Store) error { return checkin.Sweep(t.Context(), st, now.Add(15*24*time.Hour)) }, 1},
		"taken back": {func(st store.Store) error {
			return do(t, st, "", now, func(w store.Writer, k *checkin.CheckIn) error { return k.Revoke(w, now) })
		}, 0},
	} {
		st := newStore(t)
		update(t, st, func(w store.Writer) error {
			plan, err := checkin.DefaultPlan().For(w, handle)
			if err == nil {
				_, err = checkin.Invite(w, checkin.Invitation{ID: "k-1", Handle: handle, By: hr, Secret: secret, Plan: plan, Seed: seed}, now)
			}
			return err
		})
		if err := c.end(st); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := alone(st); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
