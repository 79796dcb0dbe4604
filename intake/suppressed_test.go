// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/casework"
	"daylight/detect"
	"daylight/report"
	"daylight/store"
)

// heaviest is the person with the most evidence, as assessed.
func heaviest(t *testing.T, st store.Store) (weight int64, sub *report.Subject) {
	t.Helper()
	err := st.View(t.Context(), func(r store.Reader) error {
		for row, err := range r.Find(store.Subjects, store.Query{By: "weight", Desc: true, Limit: 1}) {
			if err != nil {
				return err
			}
			if sub, err = report.DecodeDossier(row.Body); err != nil {
				return err
			}
			sub.ID, weight = row.Key, row.Ints["weight"]
		}
		return nil
	})
	if err != nil || sub == nil {
		t.Fatal("nobody is assessed", err)
	}
	return weight, sub
}

// weightOf is a person's weight, as assessed.
func weightOf(t *testing.T, st store.Store, handle string) (weight int64, why string) {
	t.Helper()
	err := st.View(t.Context(), func(r store.Reader) error {
		row, err := r.Get(store.Subjects, handle)
		if err != nil {
			return err
		}
		sub, err := report.DecodeDossier(row.Body)
		if err != nil {
			return err
		}
		for _, c := range sub.Assessment.Contributions {
			if strings.HasPrefix(c.Why, "suppressed until") {
				why = c.Finding.Indicator
			}
		}
		weight = row.Ints["weight"]
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return weight, why
}

// TestSuppressed has a finding not count until a day, and count again after it.
func TestSuppressed(t *testing.T) {
	s := newService(t, temporary(t))
	files := company(t)
	for path, f := range files {
		s.receive(t, path, f.Data)
	}
	s.assessed(t)
	before, sub := heaviest(t, s.store)
	// One that is alone in its family: beside others, the family's cap may hide it.
	families := map[detect.Family]int{}
	for _, e := range sub.Evidence {
		if e.WeightDB > 0 {
			families[e.Family]++
		}
	}
	i := slices.IndexFunc(sub.Evidence, func(e report.Evidence) bool { return e.WeightDB > 0 && families[e.Family] == 1 })
	if i < 0 {
		t.Fatal("no finding is alone in its family")
	}
	indicator := sub.Evidence[i].Indicator
	until := now().Add(24 * time.Hour)
	err := s.store.Update(t.Context(), func(w store.Writer) error {
		_, err := casework.Suppress(w, casework.Actor{Account: "a-1", Roles: []string{casework.RoleSecurity}},
			casework.Suppression{Subject: sub.ID, Indicator: indicator, Reason: "The employer lent the account.", Until: until}, now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.assessed(t)
	if got, why := weightOf(t, s.store, sub.ID); got >= before || why != indicator {
		t.Errorf("weight %d, before %d; suppressed %q, want %q", got, before, why, indicator)
	}
	s.Assessor.Now = func() time.Time { return until }
	s.assessed(t)
	if got, why := weightOf(t, s.store, sub.ID); got != before || why != "" {
		t.Errorf("weight %d after the end, before %d; suppressed %q", got, before, why)
	}
}
