// SPDX-License-Identifier: Apache-2.0

package app

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"daylight/record"
	"daylight/report"
)

// TestConfirmedContributors scans what applicants handed in: a repository of one of
// them with commits of two whose cases were confirmed, and another with commits of
// one. Only the first says something, and it names the two.
func TestConfirmedContributors(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git to make a repository with")
	}
	dir := exports(t, map[string]string{
		"people.csv": "id,stage,name,email,applied_at\n" +
			"c-1,applicant,Chiara Rossi,chiara@example.com,2026-03-01\nc-2,applicant,Kwabena Osei,kwabena@example.com,2026-03-01\n" +
			"c-8,applicant,Sampla One,one@example.com,2025-03-01\nc-9,applicant,Sampla Two,two@example.com,2025-03-01\n",
		"outcomes.csv": "person,outcome,at,by\nc-8,confirmed,2025-06-01,desk\nc-9,confirmed,2025-06-01,desk\n",
	})
	for repository, authors := range map[string][]string{
		"tool": {"chiara@example.com", "one@example.com", "two@example.com"},
		"site": {"kwabena@example.com", "one@example.com"},
	} {
		at := filepath.Join(dir, "exports", repository)
		run := func(mail string, args ...string) {
			cmd := exec.CommandContext(t.Context(), "git", args...)
			cmd.Dir = filepath.Join(dir, "exports")
			cmd.Env = append(cmd.Environ(), "GIT_CONFIG_GLOBAL=", "GIT_CONFIG_SYSTEM=", "GIT_AUTHOR_NAME=Sampla", "GIT_AUTHOR_EMAIL="+mail,
				"GIT_AUTHOR_DATE=1735689600 +0000", "GIT_COMMITTER_NAME=Sampla", "GIT_COMMITTER_EMAIL="+mail, "GIT_COMMITTER_DATE=1735689600 +0000")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
			}
		}
		run("", "init", "-q", "-b", "main", at)
		for _, mail := range authors {
			run(mail, "-C", at, "commit", "-q", "--allow-empty", "-m", "by "+mail)
		}
	}
	r, _ := scanned(t, dir)
	for _, s := range r.Subjects {
		i := slices.IndexFunc(s.Evidence, func(e report.Evidence) bool { return e.Indicator == "app.git_contributor_overlap" })
		if want := s.ID == "c-1"; (i >= 0) != want {
			t.Errorf("%s: found %v", s.ID, i >= 0)
			continue
		}
		if i < 0 {
			continue
		}
		e := s.Evidence[i]
		if !slices.Equal(e.Related, []record.SubjectID{"c-8", "c-9"}) || e.WeightDB <= 0 {
			t.Errorf("it is about %q, at %v dB: %s", e.Related, e.WeightDB, e.Statement)
		}
	}
}
