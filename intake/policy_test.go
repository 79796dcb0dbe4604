// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"errors"
	"testing"

	"daylight/detect/indicators"
	"daylight/policy"
	"daylight/store"
	"daylight/weigh"
)

// slower clears and escalates fewer people than the policy that ships.
const slower = `schema: daylight.policy/v1
version: slower-1
thresholds: {escalate_probability: 0.97, minimum_answers: 4}
`

// states are those of everybody as last assessed, by handle.
func states(t *testing.T, st store.Store) map[string]weigh.State {
	t.Helper()
	out := map[string]weigh.State{}
	view(t, st, func(r store.Reader) error {
		for row, err := range r.Find(store.Subjects, store.Query{Bare: true}) {
			if err != nil {
				return err
			}
			out[row.Key] = weigh.State(row.Text["state"])
		}
		return nil
	})
	return out
}

// TestAdoptedPolicyAssesses: once a second person adopted a policy, everybody is in the
// state that the comparison said, and nobody who was not named has moved.
func TestAdoptedPolicyAssesses(t *testing.T) {
	s := newService(t, temporary(t))
	for path, f := range company(t) {
		s.receive(t, path, f.Data)
	}
	s.assessed(t)
	before := states(t, s.store)
	catalog := indicators.Catalog()
	one, two := policy.Who{Account: "a-1", Person: "one"}, policy.Who{Account: "a-2", Person: "two"}
	var k policy.Kept
	update(t, s.store, func(w store.Writer) (err error) {
		k, err = policy.Propose(w, catalog, []byte(slower), "Fewer people are to be bothered.", one, now())
		return err
	})
	_, p, err := k.Read(catalog)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Compare(t.Context(), s.store, catalog, weigh.DefaultPolicy(), p, now())
	if err != nil || len(c.Moves) == 0 {
		t.Fatalf("nobody would move: %+v, %v", c, err)
	}
	adopt := func(by policy.Who) error {
		return s.store.Update(t.Context(), func(w store.Writer) error { return policy.Adopt(w, catalog, k.Key, by, now()) })
	}
	if err := adopt(two); !errors.Is(err, policy.ErrCompare) {
		t.Errorf("adopted before anybody saw what it changes: %v", err)
	}
	update(t, s.store, func(w store.Writer) error { return policy.Keep(w, k.Key, c) })
	for name, by := range map[string]policy.Who{
		"who proposed it": one, "another account of theirs": {Account: "a-3", Person: "one"}, "who cannot be told apart": {Account: "a-4"},
	} {
		if err := adopt(by); !errors.Is(err, policy.ErrSecond) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.assessed(t)
	if got := states(t, s.store); len(got) != len(before) || got[c.Moves[0].Handle] != c.Moves[0].From {
		t.Error("somebody moved before the policy was adopted")
	}
	if err := adopt(two); err != nil {
		t.Fatal(err)
	}
	s.assessed(t)
	want := before
	for _, m := range c.Moves {
		want[m.Handle] = m.To
	}
	moved := 0
	for handle, state := range states(t, s.store) {
		if state != want[handle] {
			t.Errorf("%s is %s, want %s", handle, state, want[handle])
		}
		moved++
	}
	if moved != len(want) || c.More != 0 {
		t.Errorf("%d people, want %d", moved, len(want))
	}
}
