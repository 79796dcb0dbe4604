// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var coworkerPII = detect.Define(detect.Meta{
	ID:        "wrk.coworker_pii",
	Title:     "Asked a colleague for identity details or an account",
	Rationale: "New profiles need names, numbers and accounts of people who exist, and colleagues have them.",
	Innocent: []string{
		"a form or a visa that asks for a referee's details",
		"a shared subscription, or help with a locked account",
		"a remark that was reported in anger",
	},
	References: []string{"GUIDE22", "CASES"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"colleague_identity_asked"},
	Present:    80,
	Absent:     0,
	Weighing:   "Six times likelier when two people verified it; a single report may be a misunderstood favour and counts half. A report that turned out otherwise says nothing more.",
}, attestParams{One: 50}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "colleague_identity_asked",
		found: "the person asked a colleague for identity details or for an account",
		clear: "the person asked no colleague for identity details or for an account",
	})
})
