// SPDX-License-Identifier: Apache-2.0

package interview

import (
	"errors"
	"testing"
	"time"

	"daylight/record"
	"daylight/store"
)

func compared(t *testing.T, s store.Store) Comparison {
	t.Helper()
	planned(t, s, func(p *Plan) { p.Stills, p.KeepDays = true, 30 })
	var c Comparison
	update(t, s, func(w store.Writer) (err error) {
		var ids []string
		for i, visit := range []string{"ci-1", "ci-2", "ci-2"} {
			st, err := KeepStill(w, Still{
				Subject: first, Visit: visit, Round: visit, At: start.Add(time.Duration(i) * time.Hour), Consent: "3", Type: "image/jpeg", Image: []byte("\xff\xd8\xff"),
			}, start)
			if err != nil {
				return err
			}
			ids = append(ids, st.ID)
		}
		if _, err := Compare(w, ana, first, ids[1], ids[2], start); !errors.Is(err, ErrNothing) {
			t.Errorf("two stills of one round: %v", err)
		}
		if _, err := Compare(w, ana, second, ids[0], ids[1], start); !errors.Is(err, ErrNothing) {
			t.Errorf("stills of somebody else: %v", err)
		}
		c, err = Compare(w, ana, first, ids[1], ids[0], start)
		return err
	})
	if c.Rounds != [2]string{"ci-1", "ci-2"} {
		t.Errorf("the rounds are %v", c.Rounds)
	}
	return c
}

// TestAttestationsAreBlind holds that nobody can learn what the first said before
// both are in: not from what is shown, not from the records, not from the log.
func TestAttestationsAreBlind(t *testing.T) {
	s := newStore(t)
	c := compared(t, s)
	say := func(by Actor, word string) error {
		return s.Update(t.Context(), func(w store.Writer) (err error) {
			got, err := Attest(w, by, c.ID, word, start)
			if err == nil {
				c = got
			}
			return err
		})
	}
	if err := say(ana, NotSame); err != nil {
		t.Fatal(err)
	}
	if len(c.Seen(bo)) != 0 || len(c.Seen(ana)) != 1 || len(records(t, s, first)) != 0 {
		t.Errorf("the second sees %v, the records are %v", c.Seen(bo), records(t, s, first))
	}
	for _, d := range logged(t, s, "comparison.attest") {
		for _, v := range d {
			if v == NotSame {
				t.Errorf("the log says %v", d)
			}
		}
	}
	for name, by := range map[string]Actor{
		"the same account":                 ana,
		"another account of the same":      {Account: "a-ana2", Person: ana.Person, Roles: []string{RoleHR}},
		"somebody of whom nothing is said": {Account: "a-x", Roles: []string{RoleHR}},
	} {
		if err := say(by, Same); !errors.Is(err, ErrState) || c.May(by) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := say(clerk, Same); !errors.Is(err, ErrRole) {
		t.Errorf("another role: %v", err)
	}
	if err := say(bo, "looks odd"); !errors.Is(err, ErrWord) {
		t.Errorf("another word: %v", err)
	}
	if err := say(bo, NotSame); err != nil {
		t.Fatal(err)
	}
	if len(c.Seen(ana)) != 2 || len(c.Seen(bo)) != 2 || !c.Done() {
		t.Errorf("both are in, and seen are %v", c.Seen(ana))
	}
	got := records(t, s, first)
	for part, by := range map[string]string{"first": ana.Account, "second": bo.Account} {
		want := record.Interview{Interviewer: by, Channel: record.StillsChannel, SamePerson: "no"}
		if got[part] != record.Body(want) {
			t.Errorf("%s leaves %+v", part, got[part])
		}
	}
}

// TestNobodyAttestsWithoutStills holds that nobody can say what they see on a still
// that is gone, and that what one said alone is then no record.
func TestNobodyAttestsWithoutStills(t *testing.T) {
	s := newStore(t)
	c := compared(t, s)
	late := start.AddDate(0, 0, 30)
	attest := func(by Actor, at time.Time) error {
		return s.Update(t.Context(), func(w store.Writer) error {
			_, err := Attest(w, by, c.ID, NotSame, at)
			return err
		})
	}
	if err := attest(ana, late.Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := attest(bo, late); !errors.Is(err, ErrState) {
		t.Errorf("on the day on which they go: %v", err)
	}
	update(t, s, func(w store.Writer) error {
		_, err := SweepStills(w, late)
		return err
	})
	if err := attest(bo, late); !errors.Is(err, ErrState) || len(records(t, s, first)) != 0 {
		t.Errorf("once they are gone: %v, %d records", err, len(records(t, s, first)))
	}
}
