// SPDX-License-Identifier: Apache-2.0

package calibrate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// By hand, over a prior of -200. Old: c-1 has 60 + 60 − 5 = -85, above -95; c-2 has
// 60 − 1; c-3 is as it was. New, with a at 30 and b at −4 when absent: c-1 falls by
// 30 below the threshold, c-2 falls by 30 and 3 more.
func TestCompare(t *testing.T) {
	catalog := []*detect.Indicator{ind("a", detect.Device, 60, -1), ind("b", detect.Pay, 60, -1), ind("c", detect.Device, 5, -5), ind("d", detect.Device, 5, -5)}
	person := func(id record.SubjectID, findings ...detect.Finding) Person {
		v := &detect.View{Subject: id, Stage: record.Applicant}
		return Person{View: v, Findings: Answers(weigh.Assess(byHand(), catalog, v, findings))}
	}
	people := []Person{
		person("c-1", present("a"), present("b"), absent("c")),
		person("c-2", present("a"), absent("b"), absent("c"), absent("d")),
		person("c-3", absent("c"), absent("d")),
		person("c-4", detect.Finding{Indicator: "a", Outcome: detect.Unknown}),
	}
	after := byHand()
	after.Weights = map[string]weigh.Override{"a": {Present: 30, Absent: -1}, "b": {Present: 60, Absent: -4}}
	got := Compare(byHand(), after, catalog, people)

	if d := cmp.Diff([]Shift{
		{weigh.Clear, weigh.Clear, 2}, {weigh.Insufficient, weigh.Insufficient, 1}, {weigh.FollowUp, weigh.Clear, 1},
	}, got.Shifts); d != "" {
		t.Errorf("shifts (-want +got):\n%s", d)
	}
	type move struct {
		ID     record.SubjectID
		Moved  bool
		Change record.Weight
		Parts  []Part
	}
	var moves []move
	for _, m := range got.Moves {
		moves = append(moves, move{m.Old.Subject, m.Moved(), m.Change(), m.Parts})
	}
	if d := cmp.Diff([]move{
		{"c-1", true, -30, []Part{{"a", detect.Device, detect.Present, 60, 30}}},
		{"c-2", false, -33, []Part{{"a", detect.Device, detect.Present, 60, 30}, {"b", detect.Pay, detect.Absent, -1, -4}}},
	}, moves); d != "" {
		t.Errorf("moves (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]Reweighed{
		{"a", weigh.Override{Present: 60, Absent: -1}, weigh.Override{Present: 30, Absent: -1}},
		{"b", weigh.Override{Present: 60, Absent: -1}, weigh.Override{Present: 60, Absent: -4}},
	}, got.Weights); d != "" {
		t.Errorf("weights (-want +got):\n%s", d)
	}
	if same := Compare(after, after, catalog, people); same.Moves != nil || same.Weights != nil || same.People != 4 {
		t.Errorf("a policy differs from itself: %+v", same)
	}
}
