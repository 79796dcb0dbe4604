// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var answerClone = detect.Define(detect.Meta{
	ID:        "app.answer_clone",
	Title:     "Free-text answers or a work sample equal another applicant's",
	Rationale: "Answers and samples are handed from one profile to the next when one person applies as several.",
	Innocent: []string{
		"both copied from one public bank of answers, or asked the same assistant",
		"a task with one obvious solution, or a solution that is published",
		"the other applicant copied from this one",
	},
	References: []string{"GUIDE22", "method §6"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"answers_copied"},
	Present:    60,
	Absent:     -5,
	Weighing:   "Four times likelier when two reviewers see it: long answers do not agree by chance, but published ones do. One comparison alone counts three fifths. Answers of their own are what nearly everybody gives.",
	Framable:   true,
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "answers_copied",
		found: "free-text answers or the work sample equal another applicant's",
		clear: "the answers and the work sample are like nobody else's",
	})
})
