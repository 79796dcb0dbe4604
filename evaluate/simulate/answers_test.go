// SPDX-License-Identifier: Apache-2.0

package simulate_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"daylight/evaluate/simulate"
)

func table(t *testing.T, m memory, path string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(m[path].Bytes())).ReadAll()
	if err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
	return rows[1:]
}

// deceptive returns the sides by id.
func deceptive(t *testing.T, m memory) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, r := range table(t, m, simulate.TruthFile) {
		out[r[0]] = r[1] == "deceptive"
	}
	return out
}

// all asks everybody the same.
func all(t *testing.T, m memory, places ...string) simulate.Asked {
	t.Helper()
	asked := simulate.Asked{}
	for id := range deceptive(t, m) {
		for _, p := range places {
			asked[id] = append(asked[id], simulate.Check{p})
		}
	}
	return asked
}

const (
	checksPath     = "exports/checks/checks.csv"
	interviewsPath = "exports/interviews/interviews.csv"
)

// TestAnswersOnlyAdd holds that answers add rows about those who were asked, after
// the end of the logs, and change nothing else.
func TestAnswersOnlyAdd(t *testing.T) {
	c := config(150, 30, 8)
	c.Process = simulate.Thorough()
	before, sum := made(t, c)
	asked := simulate.Asked{}
	for i, id := range slices.Sorted(maps.Keys(deceptive(t, before))) {
		if i%3 == 0 {
			asked[id] = []simulate.Check{{"interviews.window"}, {"checks.portrait_mismatch"}}
		}
	}
	c.Answer = []simulate.Asked{asked}
	after, answered := made(t, c)
	for path := range before {
		same := bytes.Equal(before[path].Bytes(), after[path].Bytes())
		if grows := path == checksPath || path == interviewsPath; same == grows {
			t.Errorf("%s is the same: %v", path, same)
		}
	}
	end := sum.End.Format("2006-01-02")
	for path, at := range map[string]int{checksPath: 4, interviewsPath: 1} {
		old := map[string]int{}
		for _, r := range table(t, before, path) {
			old[strings.Join(r, ",")]++
		}
		added := 0
		for _, r := range table(t, after, path) {
			if key := strings.Join(r, ","); old[key] > 0 {
				old[key]--
				continue
			}
			added++
			if asked[r[0]] == nil {
				t.Errorf("%s: %s has an answer and was not asked", path, r[0])
			}
			if r[at] < end || r[at] > answered.Answered.Format("2006-01-02") {
				t.Errorf("%s: an answer of %s is from %s", path, r[0], r[at])
			}
		}
		for key, n := range old {
			if n > 0 {
				t.Errorf("%s: lost %q", path, key)
			}
		}
		if added < len(asked)/2 || added > len(asked) {
			t.Errorf("%s: %d answers of %d asked", path, added, len(asked))
		}
	}
}

// answersTo returns the results of the checks of one kind that were answered after
// the logs, by id.
func answersTo(t *testing.T, m memory, sum simulate.Summary, check string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, r := range table(t, m, checksPath) {
		if r[1] == check && r[4] >= sum.End.Format("2006-01-02") {
			out[r[0]] = append(out[r[0]], r[2])
		}
	}
	return out
}

// TestAnswersFollowTheFigures asks everybody and compares the rates with the
// figures, four standard deviations wide.
func TestAnswersFollowTheFigures(t *testing.T) {
	c := config(900, 900, 4)
	for slug, tactic := range c.Tactics {
		if slug != "vpn_solo" { // whose figures are nobody's own
			tactic.Frequency = 0
			c.Tactics[slug] = tactic
		}
	}
	m, _ := made(t, c)
	c.Answer = []simulate.Asked{all(t, m, "checks.reference_linked")}
	m, sum := made(t, c)
	sides := deceptive(t, m)
	var found, of [2]float64
	for id, results := range answersTo(t, m, sum, "reference_linked") {
		side := 0
		if sides[id] {
			side = 1
		}
		of[side] += float64(len(results))
		if results[0] == "found" {
			found[side]++
		}
	}
	for side, want := range map[int][2]float64{0: {0.02, 0.02}, 1: {0.25, 0.06}} {
		if got := found[side] / of[side]; of[side] < 800 || got < want[0]-want[1] || got > want[0]+want[1] {
			t.Errorf("side %d: found of %v of %v, want %v", side, found[side], of[side], want[0])
		}
	}
}

// TestAnswersRepeatThemselves holds that asking twice is not double evidence: a
// service says the same twice, and who declined a meeting mostly declines again.
func TestAnswersRepeatThemselves(t *testing.T) {
	c := config(600, 600, 6)
	m, _ := made(t, c)
	ask := all(t, m, "checks.in_person", "checks.phone_voip")
	c.Answer = []simulate.Asked{ask, ask}
	m, sum := made(t, c)
	for id, r := range answersTo(t, m, sum, "phone_voip") {
		if len(r) == 2 && r[0] != r[1] {
			t.Errorf("%s: a service says %v", id, r)
		}
	}
	sides := deceptive(t, m)
	twice, refused := 0.0, 0.0
	for id, r := range answersTo(t, m, sum, "in_person") {
		if len(r) != 2 {
			continue
		}
		if r[0] == "refused" {
			refused++
			if r[1] == "refused" {
				twice++
			}
		} else if sides[id] && r[0] != r[1] {
			t.Errorf("%s: was met with %q and then %q", id, r[0], r[1])
		}
	}
	if got := twice / refused; refused < 100 || got < 0.65 || got > 0.95 {
		t.Errorf("of %v who declined a meeting %v declined the next, want four fifths", refused, twice)
	}
}

// TestErrorsDoNotStandAsLiesDo asks again whoever an answer spoke against: nine in
// ten deceptive people get that answer once more, and one in five honest ones.
func TestErrorsDoNotStandAsLiesDo(t *testing.T) {
	c := config(2500, 500, 6)
	c.Process = simulate.Thorough()
	m, _ := made(t, c)
	c.Answer = []simulate.Asked{all(t, m, "checks.education", "checks.employment", "checks.identity_document")}
	m, sum := made(t, c)
	sides := deceptive(t, m)
	before := map[string]bool{} // by id and check
	for _, r := range table(t, m, checksPath) {
		if r[4] < sum.End.Format("2006-01-02") && slices.Contains([]string{"denied", "no_such_organisation", "mismatch", "belongs_to_other"}, r[2]) {
			before[r[0]+" "+r[1]] = true
		}
	}
	var again, of [2]float64
	papers := 0
	for _, check := range []string{"education", "employment", "identity_document"} {
		for id, results := range answersTo(t, m, sum, check) {
			if !before[id+" "+check] || results[0] == "no_answer" {
				continue
			}
			side := 0
			if sides[id] {
				side = 1
			}
			of[side]++
			if results[0] != "passed" {
				again[side]++
			}
			if check == "identity_document" {
				papers++
			}
		}
	}
	if papers < 80 {
		t.Errorf("%d documents that did not fit were looked at again", papers)
	}
	for side, want := range map[int][2]float64{0: {0.2, 0.1}, 1: {0.9, 0.07}} {
		if got := again[side] / of[side]; of[side] < 50 || got < want[0]-want[1] || got > want[0]+want[1] {
			t.Errorf("side %d: the same again of %v of %v, want %v", side, again[side], of[side], want[0])
		}
	}
}

// TestWhoDeniedIsAskedAgain holds that a second question goes to the employers who
// denied, who answer, and otherwise to one who has not been asked.
func TestWhoDeniedIsAskedAgain(t *testing.T) {
	c := config(300, 400, 7)
	c.Process = simulate.Thorough()
	m, _ := made(t, c)
	c.Answer = []simulate.Asked{all(t, m, "checks.employment")}
	m, sum := made(t, c)
	end := sum.End.Format("2006-01-02")
	asked, denied, again := map[string][]string{}, map[string][]string{}, map[string][]string{}
	answered := map[string]string{}
	for _, r := range table(t, m, checksPath) {
		id, check, result, about, at := r[0], r[1], r[2], r[3], r[4]
		switch {
		case check != "employment":
		case at >= end:
			again[id] = append(again[id], about)
			answered[id+about] = result
		default:
			asked[id] = append(asked[id], about)
			if result == "denied" || result == "no_such_organisation" {
				denied[id] = append(denied[id], about)
			}
		}
	}
	twice := 0
	for id, names := range again {
		for i, name := range names {
			switch {
			case name == "" || slices.Contains(names[:i], name):
				t.Errorf("%s: asked %q", id, names)
			case len(denied[id]) == 0 && (len(names) > 1 || slices.Contains(asked[id], name)):
				t.Errorf("%s: nobody denied of %q, and %q is asked", id, asked[id], names)
			case len(denied[id]) > 0 && (!slices.Contains(denied[id], name) || answered[id+name] == "no_answer"):
				t.Errorf("%s: %q denied, and %q is asked: %s", id, denied[id], name, answered[id+name])
			}
		}
		if len(denied[id]) == 2 && len(names) == 2 {
			twice++
		}
	}
	if len(again) < 500 || twice < 10 {
		t.Errorf("%d people are asked again, %d of them both employers", len(again), twice)
	}
}

// TestNobodyIsAskedAThirdTime: who denied twice is believed, and another past employer
// is asked.
func TestNobodyIsAskedAThirdTime(t *testing.T) {
	c := config(100, 400, 7)
	c.Process = simulate.Thorough()
	m, _ := made(t, c)
	asks := all(t, m, "checks.employment")
	c.Answer = []simulate.Asked{asks, asks}
	m, sum := made(t, c)
	first, second := sum.End.Format("2006-01-02"), sum.End.AddDate(0, 0, 7).Format("2006-01-02")
	names, denials, last := map[string][]string{}, map[string]int{}, map[string][]string{}
	for _, r := range table(t, m, checksPath) {
		id, check, result, about, at := r[0], r[1], r[2], r[3], r[4]
		switch {
		case check != "employment":
		case at >= second:
			last[id] = append(last[id], about)
		default:
			names[id] = append(names[id], about)
			if at >= first && result == "denied" {
				denials[id]++
			} else if at >= first {
				denials[id] -= 10 // somebody confirmed, or was asked for the first time
			}
		}
	}
	others := 0
	for id, n := range denials {
		if n < 1 || len(last[id]) == 0 || len(names[id]) == 3 && names[id][2] != names[id][0] && names[id][2] != names[id][1] {
			continue // nobody denied twice, or the last was a third employer
		}
		others++
		if len(last[id]) != 1 || slices.Contains(names[id], last[id][0]) {
			t.Errorf("%s: %q were asked, and then %q", id, names[id], last[id])
		}
	}
	if others < 50 {
		t.Errorf("%d people whose denials were repeated are asked about another employer", others)
	}
}

func TestReadAsked(t *testing.T) {
	const report = `{"schema": "daylight.report/v1", "subjects": [
		{"id": "a", "aliases": ["b"], "state": "follow-up", "next_checks": [{"check": "x.y", "asks": ["checks.education"]}]},
		{"id": "c", "state": "clear", "next_checks": [{"check": "x.y", "asks": ["checks.education"]}]}]}`
	asked, err := simulate.ReadAsked(strings.NewReader(report))
	if err != nil || len(asked) != 2 || len(asked["a"]) != 1 || len(asked["b"]) != 1 || asked["a"][0][0] != "checks.education" {
		t.Errorf("read %v, %v", asked, err)
	}
	for _, bad := range []string{"", "[]", `{"schema": "daylight.evaluation/v1"}`} {
		if _, err := simulate.ReadAsked(strings.NewReader(bad)); !errors.Is(err, simulate.ErrAsked) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestWhoWithdrewIsAskedNothing holds that of an applicant who withdrew nothing is
// asked any more, but whoever denied a post or a degree once is asked again.
func TestWhoWithdrewIsAskedNothing(t *testing.T) {
	c := config(300, 600, 9)
	c.Process = simulate.Thorough()
	before, _ := made(t, c)
	withdrew, denied := map[string]bool{}, map[string]int{} // denied: by id, check and who was asked
	for _, r := range table(t, before, checksPath) {
		if r[1] == "background" && r[2] == "withdrawn" {
			withdrew[r[0]] = true
		}
		if r[2] == "denied" || r[2] == "no_such_organisation" {
			denied[r[0]+" "+r[1]+" "+r[3]]++
		}
	}
	c.Answer = []simulate.Asked{all(t, before, "checks.education", "checks.employment", "checks.phone_voip", "checks.in_person", "interviews.window")}
	after, sum := made(t, c)
	end, again := sum.End.Format("2006-01-02"), 0
	for _, r := range table(t, after, checksPath) {
		if !withdrew[r[0]] || r[4] < end {
			continue
		}
		again++
		if denied[r[0]+" "+r[1]+" "+r[3]] == 0 {
			t.Errorf("%s withdrew, and %s of %q was asked, who had denied nothing", r[0], r[1], r[3])
		}
	}
	for _, r := range table(t, after, interviewsPath) {
		if withdrew[r[0]] && r[1] >= end {
			t.Errorf("%s withdrew, and was interviewed on %s", r[0], r[1])
		}
	}
	if again < 20 {
		t.Errorf("%d denials about %d people who withdrew were asked again", again, len(withdrew))
	}
}

// TestCarefulRename: people who know the catalogue give their cameras, capture cards and
// IP-KVMs the names of ordinary ones; others do not.
func TestCarefulRename(t *testing.T) {
	named := regexp.MustCompile(`OBS Virtual|ManyCam Virtual|SplitCam|USB3 Video|PiKVM|tinypilot|JetKVM|TC358743|T749`)
	for _, slug := range []string{"careful", "vpn_solo"} {
		c := config(1, 60, 3)
		for other, tactic := range c.Tactics {
			tactic.Frequency = 0
			if other == slug {
				tactic.Frequency = 1
				tactic.Signs = map[simulate.Sign]float64{"virtual_camera": 0.5, "capture_card": 0.5, "ip_kvm": 1}
			}
			c.Tactics[other] = tactic
		}
		m, _ := made(t, c)
		for _, path := range []string{interviewsPath, "exports/it/osquery.jsonl"} {
			if got := named.FindAll(m[path].Bytes(), -1); (len(got) > 0) != (slug != "careful") {
				t.Errorf("%s: %s names %q", slug, path, got)
			}
		}
	}
}
