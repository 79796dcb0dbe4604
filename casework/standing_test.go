// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"maps"
	"testing"

	"daylight/store"
)

// TestStanding holds that the plain columns say of every person's cases what the opened
// cases say, and that nothing is said of somebody who was erased.
func TestStanding(t *testing.T) {
	s := newStore(t)
	subjects := map[string]Standing{}
	for _, c := range []struct {
		handle string
		by     Actor
		acts   []Act
		stands Standing
	}{
		{"p-0000000001", ana, nil, Standing{Open: true}},
		{"p-0000000002", bo, []Act{PutHold{"A claim is expected."}}, Standing{Open: true, Held: true}},
		{"p-0000000003", bo, []Act{PutHold{"A claim is expected."}, LiftHold{}}, Standing{Open: true}},
		{"p-0000000004", ana, []Act{Take{}, Close{Unresolved, because}}, Standing{}},
		{"p-0000000005", ana, append(checked(), Propose{because}), Standing{Confirmed: true}}, // and approved below
		{"p-0000000006", ana, nil, Standing{}},                                                // and erased below
	} {
		m := matter()
		m.Subject = c.handle
		opened, _ := openCase(t, s, m, start)
		work(t, s, opened.ID, c.by, c.acts...)
		subjects[c.handle] = c.stands
		switch c.handle {
		case "p-0000000005":
			work(t, s, opened.ID, bo, Approve{"e-1", m})
		case "p-0000000006":
			update(t, s, func(w store.Writer) error {
				if err := Forget(w, c.handle); err != nil {
					return err
				}
				return w.Destroy(holder(c.handle))
			})
		}
	}
	err := s.View(t.Context(), func(r store.Reader) error {
		all, err := AllStanding(r)
		for handle, want := range subjects {
			opened, err := Stands(r, handle)
			if err != nil || opened != want || all[handle] != want {
				t.Errorf("the case of %s stands as %+v, by its columns as %+v, want %+v: %v", handle, opened, all[handle], want, err)
			}
		}
		maps.DeleteFunc(all, func(handle string, _ Standing) bool { _, ok := subjects[handle]; return ok && handle != "p-0000000006" })
		if len(all) != 0 {
			t.Errorf("more is said: %+v", all)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
