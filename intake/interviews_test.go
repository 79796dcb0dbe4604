// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/casework"
	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/interview"
	"daylight/record"
	"daylight/report"
	"daylight/store"
)

// TestAnInterviewIsWeighed holds that an outcome recorded in the service reaches
// the assessment of the person it is about, and of nobody else; and that what they
// wrote is found for questions.
func TestAnInterviewIsWeighed(t *testing.T) {
	s := newService(t, temporary(t))
	for path, f := range company(t) {
		s.receive(t, path, f.Data)
	}
	s.assessed(t)
	spared := handleOf(t, s.store, "c-325")
	var handle string
	wrote := 0
	view(t, s.store, func(r store.Reader) error {
		for row, err := range r.Find(store.Subjects, store.Query{}) {
			if err != nil {
				return err
			}
			jobs, _, err := Stated(r, row.Key)
			if err != nil {
				return err
			}
			if len(jobs) > 0 {
				wrote++
			}
			// Somebody whom an accommodation spares the sign would show nothing of it.
			if row.Text["stage"] == string(record.Applicant) && handle == "" && row.Key != spared && !slices.ContainsFunc(evidence(t, row), fromInterview) {
				handle = row.Key
			}
		}
		return nil
	})
	if handle == "" || wrote < 5 {
		t.Fatalf("no applicant, or only %d résumés", wrote)
	}
	update(t, s.store, func(w store.Writer) error {
		return interview.Observe(w, interview.Observed{
			Subject: handle, Locator: "si-1", Part: "depth", At: now(), Body: record.Check{Check: "depth_gap", Result: "found", By: "a-1"},
		}, now())
	})
	s.assessed(t)
	view(t, s.store, func(r store.Reader) error {
		for row, err := range r.Find(store.Subjects, store.Query{}) {
			if err != nil {
				return err
			}
			if got := slices.ContainsFunc(evidence(t, row), fromInterview); got != (row.Key == handle) {
				t.Errorf("%s has evidence of the interview: %v", row.Key, got)
			}
		}
		return nil
	})
}

func evidence(t *testing.T, row store.Row) []report.Evidence {
	t.Helper()
	sub, err := report.DecodeDossier(row.Body)
	if err != nil {
		t.Fatal(err)
	}
	return sub.Evidence
}

func fromInterview(e report.Evidence) bool {
	return e.Indicator == "int.depth_gap" && slices.ContainsFunc(e.Records, func(c record.Citation) bool { return c.Path == "interviews" && c.Locator == "si-1 depth" })
}

// TestErasureReachesInterviews holds that what was asked of a person, what was drawn
// for them and their stills cannot be read once they are erased.
func TestErasureReachesInterviews(t *testing.T) {
	s := newService(t, temporary(t))
	for path, f := range company(t) {
		s.receive(t, path, f.Data)
	}
	s.assessed(t)
	by := interview.Actor{Account: "a-1", Roles: []string{interview.RoleHR}}
	var handle string
	var si interview.Sitting
	var st interview.Still
	var followUps []interview.FollowUp
	update(t, s.store, func(w store.Writer) error {
		for row, err := range w.Find(store.Subjects, store.Query{Bare: true}) {
			if err != nil {
				return err
			}
			_, requisition, _, err := interview.PlanFor(w, row.Key)
			if err != nil {
				return err
			}
			cases, err := w.Count(store.Cases, store.Query{Where: []store.Cond{{Column: "subject", Op: store.Equal, Text: row.Key}}})
			if err != nil {
				return err
			}
			if cases > 0 || requisition == "" {
				continue
			}
			handle = row.Key
			p := interview.Standard(requisition)
			p.Stills = true
			if _, err := interview.SetPlan(w, by, p, now()); err != nil {
				return err
			}
			break
		}
		var err error
		if si, err = interview.Propose(w, by, interview.Sitting{Subject: handle, From: now(), To: now().Add(time.Hour)}, rand.Reader, now()); err != nil {
			return err
		}
		agreed := interview.Agreement{Zone: "UTC", Opens: 9 * 60, Closes: 17 * 60, Days: []int{1, 2, 3, 4, 5}}
		if _, err := interview.DrawFollowUps(w, by, interview.Hours{Subject: handle, Agreed: agreed, Answered: now()}, rand.Reader, now()); err != nil {
			return err
		}
		if followUps, err = interview.FollowUpsOf(w, handle); err != nil {
			return err
		}
		st, err = interview.KeepStill(w, interview.Still{Subject: handle, Visit: "v", Round: "First", At: now(), Consent: "1", Type: "image/jpeg", Image: []byte("\xff\xd8\xff")}, now())
		return err
	})
	if len(followUps) == 0 {
		t.Fatal("no follow-up was drawn")
	}
	if err := Erase(t.Context(), s.store, handle, casework.Actor{Account: "a-1"}, "asked", now()); err != nil {
		t.Fatal(err)
	}
	view(t, s.store, func(r store.Reader) error {
		_, sitting := interview.LoadSitting(r, si.ID)
		_, followUp := interview.LoadFollowUp(r, followUps[0].ID)
		_, still := interview.LoadStill(r, st.ID, now())
		for what, err := range map[string]error{"an interview": sitting, "a follow-up": followUp, "a still": still} {
			if !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s can be read: %v", what, err)
			}
		}
		if erased, err := r.Erased(interview.StillHolder(st.ID)); err != nil || !erased {
			t.Errorf("the key of a still is there: %v", err)
		}
		return nil
	})
}

// TestAnArrangementSilences holds that whoever asked for another way is weighed by
// nothing that such an arrangement rules out, from that assessment on; that it is
// evidence of nothing; and that nothing that is shown says that there is one.
func TestAnArrangementSilences(t *testing.T) {
	waived := map[string]bool{}
	for _, ind := range indicators.Catalog() {
		waived[ind.ID] = slices.Contains(ind.Waivers, detect.Accommodated)
	}
	s := newService(t, temporary(t))
	for path, f := range company(t) {
		s.receive(t, path, f.Data)
	}
	s.assessed(t)
	silenced := func(e report.Evidence) bool { return waived[e.Indicator] }
	var handle string
	var before []report.Evidence
	view(t, s.store, func(r store.Reader) error {
		for row, err := range r.Find(store.Subjects, store.Query{}) {
			if err != nil {
				return err
			}
			// Whoever was found to be another than before has most that can be silenced.
			met := func(e report.Evidence) bool { return e.Indicator == "int.person_changed" && e.WeightDB > 0 }
			if all := evidence(t, row); row.Text["merged"] == "" && slices.ContainsFunc(all, met) {
				handle, before = row.Key, all
			}
		}
		return nil
	})
	if handle == "" {
		t.Fatal("nobody in the sample company has evidence that an arrangement would silence")
	}
	arranged := func(want bool) {
		view(t, s.store, func(r store.Reader) error {
			if got, err := Arranged(r, handle); err != nil || got != want {
				t.Errorf("arranged: %v, %v, want %v", got, err, want)
			}
			return nil
		})
	}
	arranged(false)
	update(t, s.store, func(w store.Writer) error {
		return interview.Observe(w, interview.Observed{
			Subject: handle, Locator: "k-1", Part: record.Arrangement, At: now(), Body: record.Check{Check: record.Arrangement, Result: record.ArrangementResult, By: "check-in"},
		}, now())
	})
	arranged(true)
	s.assessed(t)
	view(t, s.store, func(r store.Reader) error {
		row, err := r.Get(store.Subjects, handle)
		if err != nil {
			return err
		}
		after := evidence(t, row)
		kept := slices.DeleteFunc(slices.Clone(before), silenced)
		if slices.ContainsFunc(after, silenced) || len(after) < len(kept) {
			t.Errorf("with an arrangement the evidence is %v, without it was %v", after, before)
		}
		for _, e := range after {
			// An identity that was verified before interviewers met somebody else comforts
			// again, where what they met counts no longer.
			if e.Indicator == "onb.identity_of_other" && e.WeightDB < 0 {
				continue
			}
			if !slices.ContainsFunc(kept, func(o report.Evidence) bool { return o.Indicator == e.Indicator && o.Statement == e.Statement }) {
				t.Errorf("%s came of an arrangement: %s", e.Indicator, e.Statement)
			}
		}
		if strings.Contains(string(row.Body), record.Arrangement) {
			t.Error("the dossier says that there is an arrangement")
		}
		var bodies [][]byte
		for row, err := range r.Find(store.Records, store.Query{Where: []store.Cond{{Column: "file", Op: store.Equal, Text: "interviews"}}}) {
			if err != nil {
				return err
			}
			bodies = append(bodies, row.Body)
		}
		shown, err := ShownRecords(bodies, false)
		if err != nil || len(bodies) != 1 || shown[0] != nil {
			t.Errorf("of %d records %q is shown, %v", len(bodies), shown, err)
		}
		if _, err := Record(r, handle, "interviews", "k-1 "+record.Arrangement); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the record opens: %v", err)
		}
		return nil
	})
}

// TestArrangedFromExports: an accommodation that an export declares is an arrangement, in
// whatever word it says yes; it is none that the person asked for on the page of a check-in.
func TestArrangedFromExports(t *testing.T) {
	for word, want := range map[string]bool{"yes": true, "captions": true, "no": false, "": false, "none": false} {
		s := newService(t, temporary(t))
		s.receive(t, "people.csv", []byte("id,stage,name,email,accommodation\ne-1,worker,Ana Souza,ana@example.com,"+word+"\n"))
		s.assessed(t)
		handle := handleOf(t, s.store, "e-1")
		view(t, s.store, func(r store.Reader) error {
			got, err := Arranged(r, handle)
			if err != nil || got != want {
				t.Errorf("%q: arranged: %v, %v", word, got, err)
			}
			since, err := ArrangedSince(r, handle)
			if err != nil || !since.IsZero() {
				t.Errorf("%q: the person asked for it themselves, at %v, %v", word, since, err)
			}
			return nil
		})
	}
}
