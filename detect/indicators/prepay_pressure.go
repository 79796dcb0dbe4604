// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var prepayPressure = detect.Define(detect.Meta{
	ID:        "pay.prepay_pressure",
	Title:     "Asked for pay early or without milestones",
	Rationale: "Who expects the work to end soon is better off paid early; so is who has bills to pay.",
	Innocent: []string{
		"hardship, a deposit, a family",
		"a client before who did not pay",
		"a trade in which paying ahead is usual",
	},
	References: []string{"GUIDE22"},
	Family:     detect.Pay,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"prepayment_pressed"},
	Present:    10,
	Absent:     0,
	Weighing:   "One dB, half of it from one desk: who needs money asks for it, and that is nearly always all. Not asking says nothing.",
}, attestParams{One: 50}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "prepayment_pressed",
		found: "the person pressed for pay early or without milestones",
		clear: "the person agreed to pay as the company pays",
	})
})
