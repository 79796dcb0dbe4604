// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var smallCharges = detect.Define(detect.Meta{
	ID:        "dat.small_charges",
	Title:     "A series of small charges, each below the limit of approval, to a new payee",
	Rationale: "Charges that nobody has to approve add up without anybody looking.",
	Innocent: []string{
		"subscriptions to tools, a seat at a time",
		"a service that bills by use",
		"a project that was told to buy for itself",
	},
	References: []string{"GUIDE22", "CASES"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"small_charges"},
	Present:    40,
	Absent:     0,
	Weighing:   "Two and a half times likelier: teams buy tools so, too. One desk that saw only its own ledger counts three fifths. Having charged nothing is the rule.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "small_charges",
		found: "five or more charges below the limit of approval went to a new payee",
		clear: "the charges of the person went to known payees or were approved",
	})
})
