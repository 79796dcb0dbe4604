// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var atsAPIPattern = detect.Define(detect.Meta{
	ID:        "app.ats_api_pattern",
	Title:     "The account used the careers site in the same order as other accounts from one source",
	Rationale: "Who keeps many profiles runs them through one program, and the site's log shows its steps.",
	Innocent: []string{
		"a job board or a service that applies for its users",
		"a university's or an agency's shared machines",
		"an accessibility tool that walks the pages in a fixed order",
	},
	References: []string{"MS26"},
	Family:     detect.Network,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"endpoint_pattern"},
	Present:    45,
	Absent:     0,
	Weighing:   "Nearly three times likelier: services that fill forms for honest people leave the same trace, so it needs something else beside it. Using the site like a person says nothing, for most people of either kind do.",
}, attestParams{One: 70}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "endpoint_pattern",
		found: "the account called the careers site in the same order as other accounts from the same source",
		clear: "the account used the careers site in no order that others share",
	})
})
