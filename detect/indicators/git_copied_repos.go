// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var gitCopiedRepos = detect.Define(detect.Meta{
	ID:        "app.git_copied_repos",
	Title:     "Commits that the person claims stand earlier, by others, in unrelated repositories",
	Rationale: "A history of code is quickest made by copying one and changing who wrote it. What was copied stands in repositories that no company holds, so a reviewer searches for it and writes down what was found.",
	Innocent: []string{
		"a fork that was not marked as one, or a project moved between hosts",
		"course work that begins from the teacher's commits",
		"a template, or code by the person under an older account",
	},
	References: []string{"SEAL"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"code_copied"},
	Present:    70,
	Absent:     -10,
	Weighing:   "Five times likelier when two reviewers have ruled out forks, templates and the person's own older account; one reviewer counts three fifths. Work that is found nowhere earlier is some comfort.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "code_copied",
		found: "commits that the person claims stand earlier, by others, in unrelated repositories",
		clear: "the commits that the person claims stand nowhere earlier",
	})
})
