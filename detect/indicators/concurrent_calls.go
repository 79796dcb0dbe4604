// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var concurrentCalls = detect.Define(detect.Meta{
	ID:        "dev.concurrent_calls",
	Title:     "Several calls ran at the same time on several days",
	Rationale: "One person is in one call; a laptop that several people share is in several.",
	Innocent: []string{
		"a call left open on hold, or in a waiting room",
		"a second job, which is a matter of policy and not this question",
		"somebody whose work is to run several rooms at once",
	},
	References: []string{"FBI-2501", "MANDIANT"},
	Family:     detect.Rhythm,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"calls_at_once"},
	Present:    45,
	Absent:     -5,
	Weighing:   "Three times likelier: several sources describe it, and so do people with two jobs, who are many more. Never two at once is what nearly everybody shows.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "calls_at_once",
		found: "several calls ran on the laptop at the same time on three days or more",
		clear: "no two calls ran on the laptop at the same time",
	})
})
