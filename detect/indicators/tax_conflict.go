// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var taxConflict = detect.Define(detect.Meta{
	ID:        "pay.tax_conflict",
	Title:     "A notice says that the tax number is used by somebody else",
	Rationale: "Pay under a borrowed number is reported for the person it belongs to, and an office or that person writes in the end.",
	Innocent: []string{
		"a clerical error, or digits that were swapped",
		"two people of one name",
		"a number that somebody else misuses: then this person is who was harmed",
	},
	References: []string{"DOJ-CHAP", "CASES"},
	Family:     detect.Pay,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"tax_number_elsewhere"},
	Present:    90,
	Absent:     0,
	Weighing:   "Eight times likelier when the office confirms it to a second inquiry; a first notice is often an error, or the sign that this person's own number is misused, and counts half. Notices come late or never, so their absence says nothing.",
}, attestParams{One: 50}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "tax_number_elsewhere",
		found: "the tax number is used by somebody else",
		clear: "the notice about the tax number was an error",
	})
})
