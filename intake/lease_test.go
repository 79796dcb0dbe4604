// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"daylight/enrich"
	"daylight/store"
)

// TestLongAssessmentKeepsItsLeases has an assessment take four times as long as a lease,
// beside a second assessor on the same store: while leases are renewed it finds nothing to
// do. Once they are not, it takes the work over once, and the first one is refused.
func TestLongAssessmentKeepsItsLeases(t *testing.T) {
	for name, renewed := range map[string]bool{"renewed": true, "not renewed": false} {
		t.Run(name, func(t *testing.T) {
			st := temporary(t)
			var at atomic.Int64
			at.Store(now().UnixMilli())
			clock := func() time.Time { return time.UnixMilli(at.Load()).UTC() }
			first, second := newService(t, st), newService(t, st)
			for _, s := range []*service{first, second} {
				s.Reader.Now, s.Assessor.Now, s.box.Now = clock, clock, clock
			}
			if _, err := second.Assessor.Some(t.Context()); err != nil { // its life begins before the first has a lease
				t.Fatal(err)
			}
			beat := make(chan time.Time)
			first.beat = beat
			taken := 0
			first.Rules = func() (Rules, error) {
				r, err := rules()
				r.Tables = func() (*enrich.Tables, error) { // what takes long
					for range 12 {
						at.Add((lease / 3).Milliseconds())
						if renewed {
							beat <- clock()
							beat <- clock() // taken once the first beat was followed
						}
						more, err := second.Assessor.Some(t.Context())
						if err != nil {
							t.Error(err)
						}
						if more {
							taken++
						}
					}
					if taken > 0 {
						beat <- clock() // it learns that it lost them
					}
					return enrich.Builtin()
				}
				return r, err
			}
			first.receive(t, "a.csv", []byte("id,stage,name,email\nm-1,worker,Wanjiru Mfano,wanjiru@example.com\n"))
			first.drain(t)
			did, err := first.Assessor.Some(t.Context())
			if renewed && (err != nil || !did || taken != 0) {
				t.Errorf("it was assessed: %v (%v); by the second one %d times meanwhile", did, err, taken)
			}
			if !renewed && (!errors.Is(err, store.ErrConflict) || taken != 1) {
				t.Errorf("it was assessed: %v (%v); by the second one %d times meanwhile", did, err, taken)
			}
			view(t, st, func(r store.Reader) error {
				people, err := r.Count(store.Subjects, store.Query{})
				if err != nil {
					return err
				}
				left, _, err := r.Depth(store.Dirty)
				if people != 1 || left != 0 {
					t.Errorf("%d people are kept, %d are to be assessed", people, left)
				}
				return err
			})
		})
	}
}
