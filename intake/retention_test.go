// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"errors"
	"testing"
	"time"

	"daylight/casework"
	"daylight/record"
	"daylight/store"
	"daylight/weigh"
)

func TestDue(t *testing.T) {
	at := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }
	rules := Retention{On: true, Applicants: 10, Leavers: 20, Documents: 30}
	type known struct {
		Stage      record.Stage
		State      weigh.State
		Last, Left time.Time
	}
	for name, tt := range map[string]struct {
		p    known
		why  Why // "": by no rule
		from time.Time
	}{
		"a clear applicant":         {known{Stage: record.Applicant, State: weigh.Clear, Last: at(3, 1)}, DueApplicant, at(3, 11)},
		"one with too little known": {known{Stage: record.Applicant, State: weigh.Insufficient, Last: at(2, 20)}, DueApplicant, at(3, 2)},
		"a flagged applicant":       {known{Stage: record.Applicant, State: weigh.FollowUp, Last: at(3, 1)}, "", time.Time{}},
		"an escalated applicant":    {known{Stage: record.Applicant, State: weigh.Escalate, Last: at(3, 1)}, "", time.Time{}},
		"one without a date":        {known{Stage: record.Applicant, State: weigh.Clear}, "", time.Time{}},
		"a worker":                  {known{Stage: record.Worker, State: weigh.Clear, Last: at(3, 1), Left: at(3, 1)}, "", time.Time{}},
		"a leaver":                  {known{Stage: record.Leaver, State: weigh.Clear, Last: at(5, 1), Left: at(3, 1)}, DueLeaver, at(3, 21)},
		"a flagged leaver":          {known{Stage: record.Leaver, State: weigh.FollowUp, Left: at(3, 1)}, DueLeaver, at(3, 21)},
		"a leaver without a day":    {known{Stage: record.Leaver, State: weigh.Clear, Last: at(3, 1)}, DueLeaver, at(3, 21)},
		"a hired person":            {known{Stage: record.Worker, State: weigh.Clear, Last: at(1, 1)}, "", time.Time{}},
	} {
		why, from := ruleOf(tt.p.Stage, tt.p.State, dayOf(tt.p.Last), dayOf(tt.p.Left))
		d, ok := rules.Due(Aged{Why: why, From: time.UnixMilli(from)})
		if ok != (tt.why != "") || d.Why != tt.why || !d.At.Equal(tt.from) {
			t.Errorf("%s: due %v by %q from %s, want %q from %s", name, ok, d.Why, d.At, tt.why, tt.from)
		}
	}
}

// TestRetain turns the clock: nothing is erased while it is off or too early, whoever
// is due is gone for good once it is on, and cases and holds keep people.
func TestRetain(t *testing.T) {
	s := newService(t, temporary(t))
	s.receive(t, "hr/people.csv", []byte("id,stage,name,email,applied_at,left_at\n"+
		"c-1,applicant,Ana Souza,ana@example.com,2026-05-01,\n"+
		"c-2,applicant,Kenji Mori,kenji@example.com,2026-05-20,\n"+
		"e-3,leaver,Bjarni Ólafsson,bjarni@example.com,,2026-05-10\n"+
		"e-4,worker,Amara Okafor,amara@example.com,,\n"))
	s.receive(t, "resumes/unknown-cv.txt", []byte("Somebody Else\nsomebody@example.net\nSkills: Go, SQL\n"))
	s.assessed(t)
	handle := map[string]string{}
	view(t, s.store, func(r store.Reader) error {
		for _, id := range []string{"c-1", "c-2", "e-3", "e-4"} {
			handle[id] = "p-" + r.Hash("subject", id)[:handleDigits]
		}
		return nil
	})
	gone := func(id string) bool {
		t.Helper()
		var err error
		view(t, s.store, func(r store.Reader) error {
			_, err = r.Get(store.Subjects, handle[id])
			return nil
		})
		if err != nil && !errors.Is(err, store.ErrErased) {
			t.Fatal(err)
		}
		return err != nil
	}
	retain := func(at time.Time, want Retained) {
		t.Helper()
		got, err := Retain(t.Context(), s.store, at)
		want.At = got.At
		if err != nil || got != want {
			t.Errorf("at %s: %+v, %v; want %+v", at, got, err, want)
		}
	}
	late := now().Add(300 * day)
	retain(late, Retained{}) // it is off
	set := Retention{On: true, Applicants: 60, Leavers: 90, Documents: 29}
	update(t, s.store, func(w store.Writer) error { return SetRetention(w, "a-1", set, now()) })
	day60 := time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC) // 60 days after 1 May
	retain(day60.Add(-time.Second), Retained{})
	if gone("c-1") {
		t.Fatal("erased a second too early")
	}
	retain(day60, Retained{}) // the last run was within a day
	var id string
	update(t, s.store, func(w store.Writer) error {
		c, _, err := casework.Open(w, casework.Matter{Subject: handle["e-3"], Stage: record.Leaver, State: weigh.Escalate}, now())
		id = c.ID
		return err
	})
	retain(day60.Add(day), Retained{Erased: 1, Documents: 1})
	if !gone("c-1") || gone("c-2") || gone("e-3") || gone("e-4") {
		t.Errorf("c-1 %v, c-2 %v, e-3 %v, e-4 %v", gone("c-1"), gone("c-2"), gone("e-3"), gone("e-4"))
	}
	retain(late, Retained{Erased: 1, Kept: 1}) // the leaver's case is open
	if !gone("c-2") || gone("e-3") {
		t.Errorf("c-2 %v, e-3 %v: case %s keeps the leaver", gone("c-2"), gone("e-3"), id)
	}
	view(t, s.store, func(r store.Reader) error {
		due, err := Plan(r, set, late)
		if err != nil || len(due) != 1 || due[0].Handle != handle["e-3"] || due[0].Hold != HeldOpen {
			t.Errorf("planned %+v, %v", due, err)
		}
		return nil
	})

	// What was sent before is not kept again; a new application is.
	s.receive(t, "hr/again.csv", []byte("id,stage,name,email,applied_at\nc-1,applicant,Ana Souza,ana@example.com,2026-05-01\nc-9,applicant,Ana Souza,ana@example.com,2026-05-30\n"))
	s.assessed(t)
	if !gone("c-1") {
		t.Error("who was erased came back with an old export")
	}
	view(t, s.store, func(r store.Reader) error {
		_, err := r.Get(store.Subjects, "p-"+r.Hash("subject", "c-9")[:handleDigits])
		if err != nil {
			t.Errorf("the new application: %v", err)
		}
		return nil
	})
}

// TestDueAfterClosing holds that an applicant is due soon after the last of their
// requisitions was closed, and not while one is open.
func TestDueAfterClosing(t *testing.T) {
	s := newService(t, temporary(t))
	s.receive(t, "ats/people.csv", []byte("id,stage,name,email,applied_at,requisition\nc-1,applicant,Ana Souza,ana@example.com,2026-05-01,R-1\nc-2,applicant,Bo Lind,bo@example.com,2026-05-01,R-2\n"))
	s.assessed(t)
	closed := time.Date(2026, 5, 10, 0, 0, 0, 0, time.UTC)
	set := DefaultRetention()
	set.On, set.Closed = true, map[string]time.Time{"r-1": closed}
	view(t, s.store, func(r store.Reader) error {
		for until, want := range map[time.Time]int{closed.Add(AfterClosing - time.Second): 0, closed.Add(AfterClosing): 1} {
			due, err := Plan(r, set, until)
			if err != nil {
				return err
			}
			if len(due) != want || want == 1 && due[0].Handle != "p-"+r.Hash("subject", "c-1")[:handleDigits] {
				t.Errorf("by %s: %+v", until, due)
			}
		}
		return nil
	})
	update(t, s.store, func(w store.Writer) error { return SetRetention(w, "a-1", set, now()) })
	if got, err := Retain(t.Context(), s.store, now()); err != nil || got.Erased != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}
