// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var invoiceClone = detect.Define(detect.Meta{
	ID:        "pay.invoice_clone",
	Title:     "Invoices share their template or their file with another contractor's",
	Rationale: "One desk that bills for several profiles uses one file for all of them.",
	Innocent: []string{
		"the same invoicing service, or its free template",
		"a template that the company itself handed out",
		"two contractors of one agency",
	},
	References: []string{"GUIDE22", "XMP"},
	Family:     detect.Pay,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"invoice_shared"},
	Present:    50,
	Absent:     0,
	Weighing:   "Three times likelier when two people found more in common than a service's template explains; one counts three fifths. Invoices of one's own are the rule.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "invoice_shared",
		found: "the invoices share their template or their file with another contractor's",
		clear: "the invoices share no more than a service's template with anybody's",
	})
})
