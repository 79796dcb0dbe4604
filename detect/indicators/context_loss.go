// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var contextLoss = detect.Define(detect.Meta{
	ID:        "wrk.context_loss",
	Title:     "Did not know what was agreed in their own meetings",
	Rationale: "Where several people share one account, those who write were not in the meeting.",
	Innocent: []string{
		"too many meetings, or a bad week",
		"attention, memory or hearing, which are nobody's business",
		"a meeting held in a second language, or minutes that were wrong",
	},
	References: []string{"SEAL"},
	Family:     detect.Interview,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"context_lost"},
	Waivers:    []detect.Waiver{detect.Accommodated},
	Present:    20,
	Absent:     0,
	Weighing:   "Half as likely again, two dB at most: people forget. One manager alone counts half. Knowing what was agreed is the rule, and minutes can be read by anybody.",
}, attestParams{One: 50}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "context_lost",
		found: "the person did not know, three times or more, what was agreed in their own meetings",
		clear: "the person knew what was agreed in their own meetings",
	})
})
