// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var depthGap = detect.Define(detect.Meta{
	ID:        "int.depth_gap",
	Title:     "Unscripted follow-ups were scored lower than the first answers",
	Rationale: "Prepared or prompted answers end where the next question was not foreseen.",
	Innocent: []string{
		"nerves, tiredness or a question that was badly put",
		"somebody early in their career, or long away from that work",
		"an interview in a language that is not the person's first",
		"work under a duty of confidence",
	},
	References: []string{"RF", "method §9"},
	Family:     detect.Interview,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"depth_gap"},
	Waivers:    []detect.Waiver{detect.Accommodated},
	Present:    40,
	Absent:     -20,
	Weighing:   "Two and a half times likelier when two interviewers score it by the same rubric, three fifths of that from one. Depth in the follow-ups is hard to be handed from outside, so it counts for the person by 2 dB.",
	Next:       &detect.NextCheck{Do: "ask two prepared follow-up questions about work that the person chose, and score both levels by the rubric", CandidateCost: 2, CompanyCost: 2, One: 60, Stages: []record.Stage{record.Applicant}},
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "depth_gap",
		found: "first answers were fluent and unscripted follow-ups collapsed, by the scored rubric",
		clear: "follow-ups were answered as well as the first questions, by the scored rubric",
	})
})
