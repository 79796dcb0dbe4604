// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var staffingChainUnverified = detect.Define(detect.Meta{
	ID:        "app.staffing_chain_unverified",
	Title:     "The agency showed no identity check of its own for the person",
	Rationale: "Each firm in a chain relies on the one before it, and a profile that nobody verified passes through all of them.",
	Innocent: []string{
		"paperwork that is late or was lost",
		"an agency that verifies and keeps the papers to itself, as the law may demand",
		"a small agency whose owner knows the person",
	},
	References: []string{"FBI-2405", "FBI-2507"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindPerson, record.KindCheck},
	Asks:       []string{"agency_unverified"},
	Present:    15,
	Absent:     -10,
	Weighing:   "One and a half dB, for it is about the agency more than about the person. A record of the agency's own check is worth one dB, as nobody here saw it done.",
}, attestParams{One: 100}, func(p *detect.Pass, cfg attestParams) {
	if !throughAgency(p) {
		p.Unknown("no record says that the person came through an agency")
		return
	}
	attest(p, cfg, attestation{
		check: "agency_unverified",
		found: "the agency showed no identity check of its own for the person",
		clear: "the agency showed an identity check of its own for the person",
	})
})
