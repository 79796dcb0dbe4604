// SPDX-License-Identifier: Apache-2.0

package casework

import (
	"errors"
	"testing"
	"time"
)

// TestAfterAppeal: whoever decided before the person appealed neither proposes nor
// approves again; others do, and a case that was opened again without an appeal bars
// nobody.
func TestAfterAppeal(t *testing.T) {
	dee := Actor{Account: "a-dee", Person: "h-dee", Roles: []string{RoleSecurity}}
	at := start.Add(time.Hour)
	do := func(c Case, by Actor, act Act) (Case, error) { return c.Apply(Event{At: at, By: by, Act: act}) }
	must := func(c Case, by Actor, act Act) Case {
		t.Helper()
		c, err := do(c, by, act)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	appealed := must(must(confirmed(t), person, Ask{ID: "q-1", Kind: Appeal, Text: "Please look again."}), dee, Take{})
	for _, by := range []Actor{ana, anaHR, bo} {
		if _, err := do(appealed, by, Propose{because}); !errors.Is(err, ErrSecond) {
			t.Errorf("%s proposes after the appeal: %v", by.Account, err)
		}
	}
	proposed := must(appealed, dee, Propose{because})
	for _, by := range []Actor{ana, anaHR, bo, dee} {
		if _, err := do(proposed, by, Approve{"e-1", matter()}); !errors.Is(err, ErrSecond) || proposed.Second(by) {
			t.Errorf("%s approves after the appeal: %v", by.Account, err)
		}
	}
	if !proposed.Second(cem) {
		t.Error("somebody who had no part in it may not approve")
	}
	must(proposed, cem, Approve{"e-1", matter()})
	again := must(must(confirmed(t), bo, Reopen{"A new record came in."}), ana, Take{})
	if again = must(again, ana, Propose{because}); !again.Second(bo) {
		t.Error("a case that was opened again bars its deciders without an appeal")
	}
}

// TestSecondHands: an account whose link went through the proposer's hands may be the
// proposer's.
func TestSecondHands(t *testing.T) {
	puppet := Actor{Account: "a-puppet", Person: "h-new", Hands: []string{ana.Account, ana.Person}, Roles: []string{RoleLegal}}
	c := walk(t, NewCase("c-1", matter(), start), ana, append(checked(), Propose{because})...)
	if _, err := c.Apply(Event{At: start.Add(time.Hour), By: puppet, Act: Approve{"e-1", matter()}}); !errors.Is(err, ErrSecond) {
		t.Errorf("approved by an account that the proposer invited: %v", err)
	}
	c = walk(t, NewCase("c-1", matter(), start), puppet, append(checked(), Propose{because})...)
	if _, err := c.Apply(Event{At: start.Add(time.Hour), By: ana, Act: Approve{"e-1", matter()}}); !errors.Is(err, ErrSecond) {
		t.Errorf("approved by whoever invited the proposer: %v", err)
	}
}
