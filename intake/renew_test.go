// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"daylight/casework"
	"daylight/pipeline"
	"daylight/report"
	"daylight/store"
	"daylight/weigh"
)

// proposed has the assessor open a case of the person with the most evidence, and somebody
// propose that it is confirmed.
func proposed(t *testing.T, s *service) (sub *report.Subject, id string) {
	t.Helper()
	s.Opener = opens{}
	for path, f := range company(t) {
		s.receive(t, path, f.Data)
	}
	s.assessed(t)
	_, sub = heaviest(t, s.store)
	if sub.State != weigh.Escalate {
		t.Fatalf("the person with the most evidence is at %s", sub.State)
	}
	update(t, s.store, func(w store.Writer) error {
		id = casework.ID(w, sub.ID)
		c, err := casework.Load(w, id)
		if err != nil {
			return err
		}
		acts := []casework.Act{casework.Take{}, casework.Frost{ID: "e-1", Digest: strings.Repeat("a", 64)}}
		for _, e := range c.Evidence {
			for n := range e.Explanations {
				acts = append(acts, casework.Explain{Indicator: e.Indicator, Number: n, Found: casework.DoesNot, Note: "Asked the manager."})
			}
		}
		for _, a := range append(acts, casework.Propose{Reasons: "Nothing that was asked explains it."}) {
			if c, err = casework.Do(w, id, casework.Event{At: now(), By: bran, Act: a}); err != nil {
				return err
			}
		}
		if c.State != casework.StateProposed || c.Unexplained() == 0 {
			t.Errorf("%s with %d unexplained", c.State, c.Unexplained())
		}
		return nil
	})
	return sub, id
}

// rests demands that a case is at what the assessment asks for, that nothing of it is
// unexplained or proposed, and that it cannot be approved.
func (s *service) rests(t *testing.T, id string, state weigh.State) {
	t.Helper()
	update(t, s.store, func(w store.Writer) error {
		c, err := casework.Load(w, id)
		if err != nil {
			return err
		}
		if c.State != casework.StateChecking || c.Proposal != nil || c.Matter.State != state || c.Unexplained() != 0 || c.Matter.Weight > 0 {
			t.Errorf("the case is %s at %s with %s and %d unexplained, proposal %v", c.State, c.Matter.State, c.Matter.Weight, c.Unexplained(), c.Proposal)
		}
		if _, err := casework.Do(w, id, casework.Event{At: now(), By: anna, Act: casework.Approve{}}); !errors.Is(err, casework.ErrState) {
			t.Errorf("approved: %v", err)
		}
		return nil
	})
}

// TestCaseFollowsTheAssessment holds that nobody is confirmed on evidence that does not
// count any longer: where an assessment drops below escalate, the case says what it says,
// and what was proposed on it is taken back.
func TestCaseFollowsTheAssessment(t *testing.T) {
	s := newService(t, temporary(t))
	sub, id := proposed(t, s)
	update(t, s.store, func(w store.Writer) error {
		for _, e := range sub.Evidence {
			if _, err := casework.Suppress(w, anna, casework.Suppression{Subject: sub.ID, Indicator: e.Indicator, Reason: "The employer lent the account.", Until: now().Add(day)}, now()); err != nil {
				return err
			}
		}
		return nil
	})
	s.assessed(t)
	state := weigh.State("")
	view(t, s.store, func(r store.Reader) error {
		row, err := r.Get(store.Subjects, sub.ID)
		state = weigh.State(row.Text["state"])
		return err
	})
	if state == weigh.Escalate {
		t.Fatal("the person is at escalate without any evidence")
	}
	s.rests(t, id, state)
}

// TestCaseOfNobodyKnown: of somebody who is not in the result any longer nothing is
// known, and the case says so.
func TestCaseOfNobodyKnown(t *testing.T) {
	s := newService(t, temporary(t))
	_, id := proposed(t, s)
	if err := Load(t.Context(), s.store, &pipeline.Result{}, &report.Report{}, opens{}, slog.New(slog.DiscardHandler), now()); err != nil {
		t.Fatal(err)
	}
	s.rests(t, id, weigh.Insufficient)
}
