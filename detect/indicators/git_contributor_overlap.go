// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var gitContributorOverlap = detect.Define(detect.Meta{
	ID:        "app.git_contributor_overlap",
	Title:     "Contributors of the person's repositories are accounts of confirmed cases",
	Rationale: "Accounts that are run together lend each other commits and reviews, so that each looks like a team's member.",
	Innocent: []string{
		"a popular project to which very many contribute",
		"a course, a bootcamp or a former team in common",
		"a maintainer who accepts changes from anybody",
	},
	References: []string{"SEAL"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"contributors_confirmed"},
	Present:    60,
	Absent:     0,
	Weighing:   "Four times likelier with two or more such contributors in small repositories, seen by two reviewers; one reviewer counts three fifths. Most people have none, and so do most invented histories: that says nothing.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "contributors_confirmed",
		found: "two or more contributors of the person's repositories are accounts of confirmed cases",
		clear: "no two contributors of the person's repositories are accounts of confirmed cases",
	})
})
