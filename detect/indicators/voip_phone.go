// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var voipPhone = detect.Define(detect.Meta{
	ID:        "app.voip_phone",
	Title:     "The telephone number is a VoIP line without a fixed place, or was ported recently",
	Rationale: "A number that is rented by the month for any place costs nothing to take and nothing to drop.",
	Innocent: []string{
		"a separate number for applications, for privacy",
		"somebody new to a place, or without a contract of their own",
		"a number kept while changing provider",
	},
	References: []string{"MANDIANT"},
	Family:     detect.Contact,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"phone_voip"},
	Present:    10,
	Absent:     0,
	Weighing:   "Numbers like these are common for plain reasons, and commonest among people who are new to a place or without a contract of their own; so it is one dB, and an ordinary line is no comfort, since the lack of it is the same as having the other kind. With one and a half, and eight tenths of a dB for an ordinary line, people with a short history at a place were asked about half as often again as others.",
}, attestParams{One: 100}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "phone_voip",
		found: "the telephone number is a VoIP line without a fixed place, or was ported within 30 days",
		clear: "the telephone number is an ordinary line that was not ported recently",
	})
})
