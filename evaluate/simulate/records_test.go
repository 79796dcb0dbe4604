// SPDX-License-Identifier: Apache-2.0

package simulate_test

import (
	"strings"
	"testing"

	"daylight/evaluate/simulate"
)

// TestWhoOpensARecord asks everybody for an official record of what an employer or an
// institution denied, and of who they are: 85 of 100 honest people open one, 10 of 100
// deceptive ones for a career and 25 for an identity. Nobody is asked about what was
// not denied, and whoever is gone opens none.
func TestWhoOpensARecord(t *testing.T) {
	if small() {
		t.Skip("makes two large companies")
	}
	c := config(3000, 500, 8)
	c.Process = simulate.Thorough()
	m, _ := made(t, c)
	c.Answer = []simulate.Asked{all(t, m, "checks.employment_record", "checks.education_record", "checks.identity_record")}
	m, sum := made(t, c)
	end := sum.End.Format("2006-01-02")
	sides, gone := deceptive(t, m), map[string]bool{}
	for _, r := range table(t, m, "exports/hr/people.csv") {
		gone[r[0]] = r[12] != ""
	}
	type asked struct{ id, check, about string }
	denied, opened := map[asked]bool{}, map[asked]string{}
	for _, r := range table(t, m, checksPath) {
		id, check, result, about, at := r[0], r[1], r[2], r[3], r[4]
		switch {
		case check == "background" && result == "withdrawn":
			gone[id] = true
		case check == "employment_record", check == "education_record", check == "identity_record":
			if at < end {
				t.Errorf("%s: %s was opened before anybody asked", id, check)
			}
			opened[asked{id, check, about}] = result
		case result == "denied", result == "no_such_organisation":
			denied[asked{id, check + "_record", about}] = true
		}
	}
	var shown, of [2][2]float64 // by side, and of a career or an identity
	for a, result := range opened {
		career := a.check != "identity_record"
		switch {
		case career && !denied[a]:
			t.Errorf("%s is asked for a record of %q, who did not deny", a.id, a.about)
		case gone[a.id] && result != "no_answer":
			t.Errorf("%s is gone, and answers %s", a.id, result)
		case gone[a.id]:
			continue
		}
		side, what := 0, 1
		if sides[a.id] {
			side = 1
		}
		if career {
			what = 0
		}
		of[side][what]++
		if result == "passed" {
			shown[side][what]++
		}
	}
	for a := range denied {
		if _, ok := opened[a]; !ok {
			t.Errorf("%s: nobody asks for a record of %q", a.id, a.about)
		}
	}
	for side, wants := range [2][2][2]float64{{{.85, .09}, {.85, .03}}, {{.10, .06}, {.25, .09}}} {
		for what, want := range wants {
			if got := shown[side][what] / of[side][what]; of[side][what] < 50 || got < want[0]-want[1] || got > want[0]+want[1] {
				t.Errorf("side %d, question %d: %v of %v open one, want %v", side, what, shown[side][what], of[side][what], want[0])
			}
		}
	}
}

// TestFormerNamesAreAskedFor: a process that asks finalists and workers for former names
// learns nearly all of them, and so does whoever asks about work or a degree afterwards.
func TestFormerNamesAreAskedFor(t *testing.T) {
	if small() {
		t.Skip("makes five companies")
	}
	told := func(c simulate.Config) (share float64, invented int) {
		m, _ := made(t, c)
		renamed := map[string]bool{}
		for _, r := range table(t, m, simulate.TruthFile) {
			renamed[r[0]] = strings.Contains(r[4], "name_change")
		}
		sides, of, recorded := deceptive(t, m), 0.0, 0.0
		for _, r := range table(t, m, "exports/hr/people.csv") {
			switch former := r[3] != ""; {
			case sides[r[0]] && former:
				invented++
			case renamed[r[0]]:
				of++
				if former {
					recorded++
				}
			case former:
				t.Errorf("%s has a former name, and did not change theirs", r[0])
			}
		}
		return recorded / of, invented
	}
	c := config(2500, 300, 9)
	c.Process = simulate.Thorough()
	unasked := c
	unasked.Process.FormerNames = false
	share, _ := told(unasked)
	if share < .55 || share > .85 {
		t.Errorf("%.2f of changed names are recorded where nobody asks for them, want 0.7", share)
	}
	share, invented := told(c)
	if share < .90 {
		t.Errorf("%.2f of changed names are recorded where the form asks for them, want 0.97", share)
	}
	if invented < 3 || invented > 27 {
		t.Errorf("%d of 300 deceptive people claim a former name, want 12", invented)
	}
	m, _ := made(t, unasked)
	unasked.Answer = []simulate.Asked{all(t, m, "checks.education")}
	if share, _ = told(unasked); share < .90 {
		t.Errorf("%.2f of changed names are recorded once everybody's degree was asked about, want 0.97", share)
	}
}
