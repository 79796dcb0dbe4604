// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var buildTamper = detect.Define(detect.Meta{
	ID:        "dat.build_tamper",
	Title:     "Workflows, lock files or publishing were changed early by somebody who does not own them",
	Rationale: "What builds and publishes is the shortest way from one account into everything that the company ships.",
	Innocent: []string{
		"ordinary maintenance, or a task given to learn the system",
		"an update of dependencies that a tool proposed",
		"an owner on leave who asked for it",
	},
	References: []string{"SEAL", "CASES"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"build_touched_early"},
	Present:    35,
	Absent:     0,
	Weighing:   "Twice as likely: newcomers are often given such tasks. One reviewer who was not told of the task counts three fifths. Leaving the build alone is the rule.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "build_touched_early",
		found: "workflows, lock files or publishing were changed in the first 60 days by somebody who does not own them",
		clear: "no workflow, lock file or publishing was changed in the first 60 days without its owner",
	})
})
