// SPDX-License-Identifier: Apache-2.0

package simulate_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"daylight/detect"
	"daylight/evaluate"
	"daylight/evaluate/simulate"
	"daylight/record"
	"daylight/weigh"
)

var (
	seeds   = flag.String("seeds", "1", "seeds of the companies that TestRounds and TestIndicatorTables measure, separated by commas")
	rounds  = flag.Int("rounds", 4, "rounds of checks that TestRounds lets be made after the first scan")
	process = flag.String("process", "thorough", "process of the companies that TestRounds and TestIndicatorTables measure")
	keep    = flag.String("keep", "", "folder for each evaluation of TestRounds, as JSON")
	from    = flag.String("from", "", "folder of evaluations that -keep wrote, of these -seeds and -rounds: TestRounds prints their tables and measures nothing")
)

// TestRounds measures scans of companies of some seeds, before and after rounds of
// the checks that they ask for, and prints the tables of docs/results.md. It holds
// that the rounds leave a smaller share of the genuine people reviewed than of the
// deceptive ones, and in large companies no fewer deceptive people escalated. Where
// nothing else is asked for, it holds the limits of held in one small company.
func TestRounds(t *testing.T) {
	if !*large && *from == "" && small() {
		t.Skip("scans a company five times")
	}
	folder := cmp.Or(*from, *keep, t.TempDir())
	if *from == "" {
		measure(t, folder)
	}
	var all []measured
	for _, c := range companies(t) {
		m := measured{seed: c.Seed}
		for round := range *rounds + 1 {
			m.add(keptEvaluation(t, evaluationPath(folder, c.Seed, round)))
		}
		all = append(all, m)
	}
	p := pool(all)
	t.Log("\n" + p.tables())
	before, after := p.now[0], p.now[*rounds]
	honest, still := count(before, genuine, reviewed), count(after, genuine, reviewed)
	deceptive, left := count(before, deceitful, reviewed), count(after, deceitful, reviewed)
	if still*deceptive >= left*honest {
		t.Errorf("after %d rounds %d of %d genuine people are still reviewed, and %d of %d deceptive ones", *rounds, still, honest, left, deceptive)
	}
	if was, is := count(before, deceitful, escalated), count(after, deceitful, escalated); *large && is < was {
		t.Errorf("after %d rounds %d deceptive people are escalated, and %d were before", *rounds, is, was)
	}
	if !*large && *from == "" && *seeds == "1" && *process == "thorough" && *rounds == 4 {
		held(t, p)
	}
}

// held are limits for the 40 deceptive and 302 genuine people of seed 1, so coarse
// that other draws of the simulator meet them, and such that nobody who has missed an
// aim of docs/results.md by far does. Where what is measured there holds:
//
//   - 60 % of deceptive people escalated lie 4.4 standard deviations below its 85 %,
//     and 4.1 above a program that escalates 30 %;
//   - 85 % of them reviewed lie 5.9 below its 98 %;
//   - 0.5 % of genuine people escalated, ever, is one person, where 0.03 are expected,
//     and two come about once in 2,800 times; of a program that escalates 1 %, more than
//     one is in four of five companies;
//   - 7 % of them reviewed, ever, lie 3.4 above its 3.4 %;
//   - a calibration error of 0.02 is several times that of any company measured. It
//     says nothing alone, since whoever gives everybody the prior has one of 0.
//
// A program that picks as many people at random escalates a tenth of either side.
func held(t *testing.T, p *pooled) {
	t.Helper()
	last := p.last()
	for _, limit := range []struct {
		what     string
		of       []evaluate.Outcome
		who, are which
		least    float64
		most     float64
	}{
		{"deceptive people escalated after the rounds", p.now[last], deceitful, escalated, .60, 1},
		{"deceptive people reviewed after the rounds", p.now[last], deceitful, reviewed, .85, 1},
		{"genuine people ever escalated", p.ever[last], genuine, escalated, 0, .005},
		{"genuine people ever reviewed", p.ever[last], genuine, reviewed, 0, .07},
	} {
		k, n := count(limit.of, limit.who, limit.are), count(limit.of, limit.who)
		if rate := float64(k) / float64(n); !(rate >= limit.least && rate <= limit.most) {
			t.Errorf("%s: %d of %d, want from %.1f to %.1f %%", limit.what, k, n, 100*limit.least, 100*limit.most)
		}
	}
	for round := range p.now {
		if _, e := p.span(round, calibrationError); !(e <= .02) {
			t.Errorf("%s: calibration error %.4f, want 0.02 or less", after(round), e)
		}
	}
}

// measure scans each company before and after each round and keeps the evaluations.
func measure(t *testing.T, folder string) {
	t.Helper()
	for _, c := range companies(t) {
		for round := range *rounds + 1 {
			e, asked := roundOf(t, c, round)
			keepEvaluation(t, e, evaluationPath(folder, c.Seed, round))
			c.Answer = append(c.Answer, asked)
			t.Logf("seed %d, round %d: measured %s", c.Seed, round, time.Now().Format(time.TimeOnly))
		}
	}
}

func evaluationPath(folder string, seed uint64, round int) string {
	return filepath.Join(folder, fmt.Sprintf("%d.r%d.json", seed, round))
}

// companies are those that -seeds, -process and -large ask for.
func companies(t *testing.T) []simulate.Config {
	t.Helper()
	size := [3]int{300, 40, 1}
	if *large {
		size = [3]int{6000, 20, 8}
	}
	p, ok := simulate.Processes()[*process]
	if !ok {
		t.Fatalf("-process: there is no process %q", *process)
	}
	var all []simulate.Config
	for seed := range strings.SplitSeq(*seeds, ",") {
		n, err := strconv.ParseUint(seed, 10, 64)
		if err != nil {
			t.Fatalf("-seeds: %v", err)
		}
		c := config(size[0], size[1], n)
		c.Weeks, c.Process = size[2], p
		all = append(all, c)
	}
	return all
}

// egress is what daylight.yaml says of a simulated company.
func egress() *detect.Company {
	return &detect.Company{Egress: []netip.Prefix{netip.MustParsePrefix("198.19.96.0/24")}}
}

// roundOf makes the company as it is after a round of checks, scans it a week later
// than the round before, and returns what is measured and what the scan asks for.
func roundOf(t *testing.T, c simulate.Config, round int) (*evaluate.Evaluation, simulate.Asked) {
	t.Helper()
	res, truth, files := scannedAs(t, c, 7*round, egress())
	self, err := evaluate.ReadSelfIdentification(simulate.GroupsFile, files[simulate.GroupsFile])
	if err != nil {
		t.Fatal(err)
	}
	// Without a catalogue, nothing is measured by indicator, which takes as long again
	// and TestIndicatorTables does.
	e, err := evaluate.Measure(t.Context(), res, nil, weigh.DefaultPolicy(), truth, evaluate.Options{Fairness: true, SelfIdentification: self})
	if err != nil {
		t.Fatal(err)
	}
	asked := simulate.Asked{}
	for _, s := range res.Subjects {
		if st := s.Assessment.State; st != weigh.FollowUp && st != weigh.Escalate {
			continue
		}
		for _, id := range append([]string{string(s.View.Subject)}, s.Aliases...) {
			for _, n := range s.Assessment.Next {
				asked[id] = append(asked[id], simulate.Check(n.Asks))
			}
		}
	}
	return e, asked
}

func keepEvaluation(t *testing.T, e *evaluate.Evaluation, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.WriteJSON(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// keptEvaluation reads what keepEvaluation wrote.
func keptEvaluation(t *testing.T, path string) *evaluate.Evaluation {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	e := &evaluate.Evaluation{}
	if err := json.Unmarshal(data, e); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if e.Schema != evaluate.Schema || e.Fairness == nil {
		t.Fatalf("%s is no evaluation of TestRounds", path)
	}
	return e
}

// measured is a company before and after each round.
type measured struct {
	seed  uint64
	scans []*evaluate.Evaluation
	// ever has the strongest state of each person up to then: whoever was asked about
	// and is clear since was asked about all the same.
	ever [][]evaluate.Outcome
	most map[record.SubjectID]weigh.State
}

// add takes the next scan.
func (m *measured) add(e *evaluate.Evaluation) {
	if m.most == nil {
		m.most = map[record.SubjectID]weigh.State{}
	}
	ever := make([]evaluate.Outcome, len(e.Outcomes))
	for i, o := range e.Outcomes {
		if before := (&evaluate.Outcome{State: m.most[o.Subject]}); before.Escalated() || before.Reviewed() && !o.Reviewed() {
			o.State = before.State
		}
		m.most[o.Subject], ever[i] = o.State, o
	}
	m.scans, m.ever = append(m.scans, e), append(m.ever, ever)
}
