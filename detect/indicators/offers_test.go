// SPDX-License-Identifier: Apache-2.0

package indicators_test

import (
	"testing"

	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/record"
	"daylight/weigh"
)

// TestMeetingFirst holds what the costs of checks are for: where interviewers met
// somebody else, and nothing else is known, the first thing to offer is to have
// the identity verified in person, to applicants and to workers.
func TestMeetingFirst(t *testing.T) {
	catalog := indicators.Catalog()
	for _, stage := range []record.Stage{record.Applicant, record.Worker} {
		var findings []detect.Finding
		for _, ind := range catalog {
			f := detect.Finding{Indicator: ind.ID, Outcome: detect.Unknown}
			if ind.ID == "int.person_changed" {
				f.Outcome, f.Strength = detect.Present, 100
			}
			findings = append(findings, f)
		}
		a := weigh.Assess(weigh.DefaultPolicy(), catalog, &detect.View{Subject: "s1", Stage: stage}, findings)
		for _, n := range a.Next {
			t.Logf("%s: %s, expected %v", stage, n.Indicator, n.Expected)
		}
		if len(a.Next) == 0 || a.Next[0].Indicator != "onb.identity_of_other" {
			t.Errorf("%s: the first offer is %+v", stage, a.Next)
		}
	}
}
