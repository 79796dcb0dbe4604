// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"slices"
	"testing"

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
			if row.Text["stage"] == string(record.Applicant) && handle == "" && !slices.ContainsFunc(evidence(t, row), fromInterview) {
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
