// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var emailLinkedOtherName = detect.Define(detect.Meta{
	ID:        "app.email_linked_other_name",
	Title:     "The e-mail address stands in the profile of a person with another name",
	Rationale: "An address that served an earlier profile is carried over to the next one, under another name.",
	Innocent: []string{
		"a former, married or second name, or another spelling of the same one",
		"an address that a couple, a family or a small firm shares",
		"an address that its provider gave to somebody else before",
	},
	References: []string{"KRAKEN", "MANDIANT"},
	Family:     detect.Contact,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"email_other_name"},
	Waivers:    []detect.Waiver{detect.AddressProtected},
	Present:    80,
	Absent:     -5,
	Weighing:   "Six times likelier when two sources agree; one counts half, because old leaks and directories mix people up, and many people have had two names. That nobody else is found under it is slight comfort.",
}, attestParams{One: 50}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "email_other_name",
		found: "the e-mail address stands in a profile of a person with another name",
		clear: "the e-mail address stands in no profile under another name",
	})
})
