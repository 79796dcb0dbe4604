// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var mfaPhoneShared = detect.Define(detect.Meta{
	ID:        "net.mfa_phone_shared",
	Title:     "One telephone number serves the sign-in of several accounts",
	Rationale: "A code is sent to the number on file. One number for several people's accounts is in one person's hand.",
	Innocent: []string{
		"a couple at one company",
		"a desk's or a team's telephone, or a test account",
		"a number that was given to somebody else after a change",
	},
	References: []string{"method §7", "OKTA"},
	Family:     detect.Contact,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"mfa_phone_shared"},
	Present:    90,
	Absent:     -5,
	Weighing:   "Eight times likelier when two sources say so: hardly anybody reads a stranger's codes, but couples and shared desks exist, and whoever looks cannot always tell. One source alone counts three fifths. A number of one's own is the rule.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "mfa_phone_shared",
		found: "one telephone number serves the sign-in of this account and of others",
		clear: "the telephone number of the sign-in serves no other account",
	})
})
