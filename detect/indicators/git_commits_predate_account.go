// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type gitCommitsPredateAccountParams struct {
	MinRepositories int     `json:"min_repositories" doc:"own repositories, forks left out, whose first commit is older than the account; a starting value" min:"1" max:"100"`
	MinShare        float64 `json:"min_share" doc:"share of own repositories, 0-1, that must be so; a starting value" min:"0" max:"1"`
}

var gitCommitsPredateAccount = detect.Define(detect.Meta{
	ID:        "app.git_commits_predate_account",
	Title:     "Commits are older than the account that shows them",
	Rationale: "A history bought or made up for an account is dated to look long; most of it lies before the account was opened.",
	Innocent: []string{
		"work moved from another host",
		"a new account for a new job, or for a new name",
		"clocks set wrong",
	},
	References: []string{"SEAL", "CASES"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Waivers:    []detect.Waiver{detect.AddressProtected},
	Needs:      []record.Kind{record.KindCode},
	Present:    35,
	Absent:     -5,
	Weighing:   "Moving house between hosts explains many, so a little over twice as likely. An account older than its work is what most people have.",
}, gitCommitsPredateAccountParams{MinRepositories: 3, MinShare: 0.5}, func(p *detect.Pass, cfg gitCommitsPredateAccountParams) {
	var before, after []record.Record
	backdated := 0
	for r, c := range detect.Each[record.CodeHistory](p.View) {
		if c.Fork || c.AccountMade.IsZero() || c.FirstCommit.IsZero() {
			continue
		}
		if c.FirstCommit.Before(c.AccountMade) {
			before = append(before, r)
			backdated += c.Backdated
		} else {
			after = append(after, r)
		}
	}
	total := len(before) + len(after)
	switch {
	case total < cfg.MinRepositories:
		p.Unknown("%s of their own with known dates; a pattern needs %d", count(total, "repository"), cfg.MinRepositories)
	case len(before) >= cfg.MinRepositories && float64(len(before)) >= cfg.MinShare*float64(total):
		p.Report(grow(60, float64(len(before))/float64(total), cfg.MinShare, 1), cites(before...),
			"In %d of %s the first commit is older than the account; %s are dated before it.", len(before), count(total, "repository"), count(backdated, "commit"))
	default:
		p.Clear(cites(after...), "In %d of %s the account is older than the first commit.", len(after), count(total, "repository"))
	}
})
