// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var otherAccountsOnScreen = detect.Define(detect.Meta{
	ID:        "int.other_accounts_on_screen",
	Title:     "A shared screen showed other people's accounts",
	Rationale: "Who works as several people has their mailboxes, profiles and job pages open.",
	Innocent: []string{
		"a computer that a family shares",
		"a freelancer's accounts at several clients",
		"a test or support account of the person's own work",
	},
	References: []string{"SEAL"},
	Family:     detect.Interview,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"other_accounts_shown"},
	Present:    90,
	Absent:     0,
	Weighing:   "Eight times likelier when two people saw it apart from each other, three fifths of that from one record. Most people never share a whole screen, so seeing none says nothing.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "other_accounts_shown",
		found: "a shared screen showed other people's accounts",
		clear: "a shared screen showed no accounts but the person's own",
	})
})
