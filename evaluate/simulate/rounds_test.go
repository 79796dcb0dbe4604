// SPDX-License-Identifier: Apache-2.0

package simulate_test

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"math"
	"net/netip"
	"os"
	"slices"
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
)

// TestRounds measures scans of companies of some seeds, before and after rounds of
// the checks that they ask for, and prints the tables of docs/results.md. It holds
// that the rounds leave a smaller share of the genuine people reviewed than of the
// deceptive ones, and in a large company no fewer deceptive people escalated: of a
// dozen, one or two are cleared by what they answer.
func TestRounds(t *testing.T) {
	if !*large && small() {
		t.Skip("scans five companies")
	}
	measured, ever := make([][]evaluate.Outcome, *rounds+1), make([][]evaluate.Outcome, *rounds+1)
	tally := &tally{fails: make([]int, *rounds+1), next: make([]evaluate.NextChecks, *rounds+1), error: make([][2]float64, *rounds+1)}
	for _, c := range companies(t) {
		most := map[record.SubjectID]evaluate.Outcome{}
		for round := range *rounds + 1 {
			e, asked := roundOf(t, c, round)
			if *keep != "" {
				keepEvaluation(t, e, fmt.Sprintf("%s/%d.r%d.json", *keep, c.Seed, round))
			}
			measured[round] = append(measured[round], e.Outcomes...)
			for _, o := range e.Outcomes {
				if before, ok := most[o.Subject]; ok && (before.Escalated() || before.Reviewed() && !o.Reviewed()) {
					o.State = before.State
				}
				most[o.Subject] = o
				ever[round] = append(ever[round], o)
			}
			tally.add(round, e)
			c.Answer = append(c.Answer, asked)
			t.Logf("seed %d, round %d: measured %s", c.Seed, round, time.Now().Format(time.TimeOnly))
		}
	}
	t.Log("\n" + tables(measured, ever, tally))
	before, after := measured[0], measured[*rounds]
	honest, still := count(before, genuine, reviewed), count(after, genuine, reviewed)
	deceptive, left := count(before, deceitful, reviewed), count(after, deceitful, reviewed)
	if still*deceptive >= left*honest {
		t.Errorf("after %d rounds %d of %d genuine people are still reviewed, and %d of %d deceptive ones", *rounds, still, honest, left, deceptive)
	}
	if was, is := count(before, deceitful, escalated), count(after, deceitful, escalated); *large && is < was {
		t.Errorf("after %d rounds %d deceptive people are escalated, and %d were before", *rounds, is, was)
	}
}

// companies are those that -seeds, -process and -large ask for.
func companies(t *testing.T) []simulate.Config {
	t.Helper()
	size := [3]int{120, 12, 1}
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

// tally adds up what is not a person's outcome, by round.
type tally struct {
	fails []int
	next  []evaluate.NextChecks
	error [][2]float64 // the least and the largest calibration error
}

func (a *tally) add(round int, e *evaluate.Evaluation) {
	if e.Fairness.Fails {
		a.fails[round]++
	}
	a.next[round].Deceptive += e.NextChecks.Deceptive
	a.next[round].Genuine += e.NextChecks.Genuine
	x := float64(e.Calibration.AtPrior.ECE)
	if r := &a.error[round]; *r == [2]float64{} {
		*r = [2]float64{x, x}
	} else {
		r[0], r[1] = min(r[0], x), max(r[1], x)
	}
}

type which func(o evaluate.Outcome) bool

func deceitful(o evaluate.Outcome) bool { return o.Deceptive }
func genuine(o evaluate.Outcome) bool   { return !o.Deceptive }
func hard(o evaluate.Outcome) bool      { return !o.Deceptive && len(o.Groups) > 0 }
func escalated(o evaluate.Outcome) bool { return o.Escalated() }
func reviewed(o evaluate.Outcome) bool  { return o.Reviewed() }

// count is how many outcomes are all of that.
func count(outcomes []evaluate.Outcome, all ...which) int {
	n := 0
	for _, o := range outcomes {
		if !slices.ContainsFunc(all, func(w which) bool { return !w(o) }) {
			n++
		}
	}
	return n
}

// share words a rate with its 95 % interval (Wilson).
func share(k, n, places int) string {
	if n == 0 {
		return "nobody"
	}
	const z = 1.96
	p, m := float64(k)/float64(n), float64(n)
	middle, half := p+z*z/(2*m), z*math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	scale := 1 + z*z/m
	return fmt.Sprintf("%d of %d = %.*f %% [%.*f–%.*f]", k, n, places, 100*p, places, 100*(middle-half)/scale, places, 100*(middle+half)/scale)
}

// tables are those of docs/results.md, a column a round. What ever counts is the
// strongest state that somebody was in up to then: whoever was asked about and is
// clear since was asked about all the same.
func tables(measured, ever [][]evaluate.Outcome, a *tally) string {
	var b strings.Builder
	row := func(name string, cell func(round int) string) {
		fmt.Fprintf(&b, "| %s |", name)
		for round := range measured {
			fmt.Fprintf(&b, " %s |", cell(round))
		}
		b.WriteString("\n")
	}
	in := func(outcomes [][]evaluate.Outcome, who, what which, places int) func(int) string {
		return func(r int) string {
			return share(count(outcomes[r], who, what), count(outcomes[r], who), places)
		}
	}
	of := func(who, what which, places int) func(int) string { return in(measured, who, what, places) }
	row("deceptive people escalated", of(deceitful, escalated, 1))
	row("deceptive people followed up or escalated", of(deceitful, reviewed, 1))
	row("genuine people escalated", of(genuine, escalated, 3))
	row("genuine people followed up or escalated", of(genuine, reviewed, 2))
	row("hard innocents escalated", of(hard, escalated, 3))
	row("deceptive people followed up or escalated by then", in(ever, deceitful, reviewed, 1))
	row("genuine people followed up or escalated by then", in(ever, genuine, reviewed, 2))
	row("genuine people escalated by then", in(ever, genuine, escalated, 3))
	row("hard innocents escalated by then", in(ever, hard, escalated, 3))
	row("expected calibration error, at the assumed rates", func(r int) string { return fmt.Sprintf("%.4f to %.4f", a.error[r][0], a.error[r][1]) })
	row("next checks named, for genuine and for deceptive people", func(r int) string { return fmt.Sprintf("%d and %d", a.next[r].Genuine, a.next[r].Deceptive) })
	row("companies that `evaluate --fairness` fails", func(r int) string { return strconv.Itoa(a.fails[r]) })
	for _, stage := range []record.Stage{record.Applicant, record.Worker} {
		at := func(o evaluate.Outcome) bool { return o.Stage == stage }
		for i, who := range []which{deceitful, genuine} {
			row([]string{"deceptive", "genuine"}[i]+", "+string(stage)+": people, escalated, reviewed", func(r int) string {
				return fmt.Sprintf("%d, %d, %d", count(measured[r], who, at), count(measured[r], who, at, escalated), count(measured[r], who, at, reviewed))
			})
		}
	}
	byTactic(&b, measured)
	byGroup(&b, measured)
	return b.String()
}

func byTactic(b *strings.Builder, measured [][]evaluate.Outcome) {
	tactics := map[string]int{} // escalated after the last round, by tactic
	for _, o := range measured[len(measured)-1] {
		if o.Deceptive {
			tactics[o.Tactic] += 0
			if o.Escalated() {
				tactics[o.Tactic]++
			}
		}
	}
	of := func(tactic string) which {
		return func(o evaluate.Outcome) bool { return o.Deceptive && o.Tactic == tactic }
	}
	rate := func(tactic string) float64 {
		return float64(tactics[tactic]) / float64(count(measured[0], of(tactic)))
	}
	b.WriteString("\ntactic | people | escalated, by round | reviewed, first scan | after the last round\n")
	for _, tactic := range slices.SortedFunc(maps.Keys(tactics), func(x, y string) int { return cmp.Or(cmp.Compare(rate(x), rate(y)), cmp.Compare(x, y)) }) {
		n := count(measured[0], of(tactic))
		fmt.Fprintf(b, "| `%s` | %d |", tactic, n)
		for _, outcomes := range measured {
			k := count(outcomes, of(tactic), escalated)
			fmt.Fprintf(b, " %d (%.0f %%) |", k, 100*float64(k)/float64(n))
		}
		fmt.Fprintf(b, " %d | %d |\n", count(measured[0], of(tactic), reviewed), count(measured[len(measured)-1], of(tactic), reviewed))
	}
}

// byGroup compares honest people of each group with all others, stage by stage.
func byGroup(b *strings.Builder, measured [][]evaluate.Outcome) {
	groups := map[string]bool{"": true}
	for _, o := range measured[0] {
		if !o.Deceptive {
			for _, g := range o.Groups {
				groups[g] = true
			}
		}
	}
	last := measured[len(measured)-1]
	of := func(group string) which {
		return func(o evaluate.Outcome) bool {
			return !o.Deceptive && (slices.Contains(o.Groups, group) || group == "" && len(o.Groups) == 0)
		}
	}
	b.WriteString("\ngroup | people | reviewed, first scan | ratio | reviewed, after the last round | ratio | escalated after it\n")
	rate := func(g string) float64 {
		return float64(count(measured[0], of(g), reviewed)) / float64(count(measured[0], of(g)))
	}
	for _, g := range slices.SortedFunc(maps.Keys(groups), func(x, y string) int { return cmp.Or(cmp.Compare(rate(y), rate(x)), cmp.Compare(x, y)) }) {
		name := "`" + g + "`"
		if g == "" {
			name = "(in no group)"
		}
		fmt.Fprintf(b, "| %s | %d | %s | %s | %d |\n", name, count(measured[0], of(g)), reviewRatio(measured[0], of(g)), reviewRatio(last, of(g)), count(last, of(g), escalated))
	}
}

// reviewRatio is how often people of a group are reviewed, and how many times as often as
// honest people outside it, weighted by the group's own stages: by the delta method
// on the logarithm, 95 %.
func reviewRatio(outcomes []evaluate.Outcome, in which) string {
	var k, n, expected, ownVariance, otherVariance float64
	for _, stage := range []record.Stage{record.Applicant, record.Worker} {
		at := func(o evaluate.Outcome) bool { return o.Stage == stage }
		out := func(o evaluate.Outcome) bool { return !o.Deceptive && !in(o) }
		inside, hits := float64(count(outcomes, in, at)), float64(count(outcomes, in, at, reviewed))
		outside, others := float64(count(outcomes, out, at)), float64(count(outcomes, out, at, reviewed))
		if inside == 0 || outside == 0 {
			continue
		}
		q := others / outside
		k, n, expected = k+hits, n+inside, expected+inside*q
		ownVariance += hits * (1 - hits/inside)
		otherVariance += inside * inside * q * (1 - q) / outside
	}
	words := fmt.Sprintf("%.0f (%.1f %%) | ", k, 100*k/n)
	if k == 0 || expected == 0 {
		return words + "none"
	}
	spread := math.Exp(1.96 * math.Sqrt(ownVariance/(k*k)+otherVariance/(expected*expected)))
	return words + fmt.Sprintf("%.2f [%.2f–%.2f]", k/expected, k/expected/spread, k/expected*spread)
}
