// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var referenceLinked = detect.Define(detect.Meta{
	ID:        "app.reference_linked",
	Title:     "A reference is connected to the person or to another candidate",
	Rationale: "Where a career was invented, so are its witnesses: they answer from the same telephone, address or domain.",
	Innocent: []string{
		"a small firm where everybody shares a line or a domain",
		"freelancers who vouch for each other",
		"one manager who is the referee of several former staff",
		"another candidate who named this person's referee",
	},
	References: []string{"GTIG25", "GUIDE22"},
	Family:     detect.Contact,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"reference_linked"},
	Present:    80,
	Absent:     -10,
	Weighing:   "Six times likelier when two reviewers see the connection, three fifths of that from one. References who are found independently of the person, and know them, are some comfort; they can be arranged too.",
	Framable:   true,
	Next:       &detect.NextCheck{Do: "reach a reference through the employer's own published number", CandidateCost: 1, CompanyCost: 3, One: 60},
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "reference_linked",
		found: "a reference is connected to the person or to another candidate",
		clear: "the references are connected neither to the person nor to other candidates",
	})
})
