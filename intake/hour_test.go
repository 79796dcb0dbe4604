// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"fmt"
	"testing"
	"time"

	"daylight/store"
)

// TestClockComesBackToAnHour: the key of an hour is destroyed once nothing waits that came
// in it. A clock that jumped ahead and was put back comes to the same hour, and input is
// taken in and read all the same.
func TestClockComesBackToAnHour(t *testing.T) {
	st := temporary(t)
	s := newService(t, st)
	at := now()
	s.box.Now = func() time.Time { return at }
	for n := range 3 {
		s.receive(t, fmt.Sprintf("people-%d.csv", n), fmt.Appendf(nil, "id,stage,name,email\ne-%d,worker,Ana Souza,ana%d@example.com\n", n, n))
		s.assessed(t)
		if err := sweep(t.Context(), st, at.Add(365*day), at); err != nil {
			t.Fatal(err)
		}
	}
	view(t, st, func(r store.Reader) error {
		n, err := r.Count(store.Subjects, store.Query{})
		if err != nil || n != 3 {
			t.Errorf("%d of 3 people (%v)", n, err)
		}
		gone, err := r.Erased(hourHolder(at))
		if !gone {
			t.Error("the key of the hour is still there: the test shows nothing")
		}
		return err
	})
}
