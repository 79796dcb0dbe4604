// SPDX-License-Identifier: Apache-2.0

package simulate_test

import (
	"cmp"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"daylight/detect"
	"daylight/detect/indicators"
	"daylight/evaluate"
	"daylight/pipeline"
	"daylight/weigh"
)

var indicatorsPage = flag.String("indicators-page", "", "file that TestIndicatorTables writes its tables to, docs/results-indicators.md")

// TestIndicatorTables measures each indicator on the first scans of companies of
// some seeds, taken together, and prints the tables of docs/results-indicators.md.
// It holds that what is kept of each scan is enough: of one company alone, it gives
// what an evaluation gives.
func TestIndicatorTables(t *testing.T) {
	if !*large && small() {
		t.Skip("scans a company and weighs it again without each indicator")
	}
	catalog, policy := indicators.Catalog(), weigh.DefaultPolicy()
	all := companies(t)
	var pooled []evaluate.Outcome
	for i, c := range all {
		res, truth, _ := scannedAs(t, c, 0, egress())
		outcomes, _ := evaluate.Match(res, truth)
		kept := make([]evaluate.Outcome, len(outcomes))
		for k, o := range outcomes {
			kept[k] = bare(o)
		}
		pooled = append(pooled, kept...)
		t.Logf("seed %d: scanned %s", c.Seed, time.Now().Format(time.TimeOnly))
		if i > 0 || *large { // a large one takes minutes, and proves no more
			continue
		}
		e, err := evaluate.Measure(t.Context(), res, catalog, policy, truth, evaluate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		alone, err := evaluate.MeasureIndicators(t.Context(), kept, catalog, policy, 0)
		if err != nil {
			t.Fatal(err)
		}
		same := gocmp.Comparer(func(a, b evaluate.Number) bool { return a == b || math.IsNaN(float64(a)) && math.IsNaN(float64(b)) })
		if d := gocmp.Diff(e.Indicators, alone, same); d != "" {
			t.Errorf("what is kept of an outcome gives other figures (-evaluation +kept):\n%s", d)
		}
	}
	measured, err := evaluate.MeasureIndicators(t.Context(), pooled, catalog, policy, 0)
	if err != nil {
		t.Fatal(err)
	}
	page := indicatorPage(pooled, measured, policy.Version)
	t.Log("\n" + page)
	if n := strings.Count(page, "\n| `"); n < 2*len(measured)/3 {
		t.Errorf("%d rows of %d indicators: few have answered", n, len(measured))
	}
	if *indicatorsPage != "" {
		if err := os.WriteFile(*indicatorsPage, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// bare is an outcome with no more of its assessment than indicators are measured
// by, so that those of several large companies fit into memory.
func bare(o evaluate.Outcome) evaluate.Outcome {
	answer := func(f detect.Finding) detect.Finding {
		f.Statement, f.Cites, f.Related = "", nil, nil
		return f
	}
	a := o.Assessed.Assessment
	a.Next = nil
	a.Contributions = slices.Clone(a.Contributions)
	for i, c := range a.Contributions {
		a.Contributions[i].Finding, a.Contributions[i].Why = answer(c.Finding), ""
	}
	var failed []detect.Finding
	for _, f := range a.Unanswered {
		if f.Outcome == detect.Failed {
			failed = append(failed, answer(f))
		}
	}
	a.Unanswered = failed
	o.Assessed = &pipeline.Subject{Assessment: a}
	return o
}

// indicatorPage is docs/results-indicators.md.
func indicatorPage(outcomes []evaluate.Outcome, measured []evaluate.Indicator, policy string) string {
	guilty, honest := count(outcomes, deceitful), count(outcomes, genuine)
	args := "-seeds " + *seeds + " -process " + *process
	if *large {
		args = "-large " + args
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Results by indicator\n\nMeasured on %s with policy `%s`, on the first scan of the [simulated companies](simulator.md) of seeds %s (process `%s`), taken together: ",
		time.Now().UTC().Format("2 January 2006"), policy, strings.ReplaceAll(*seeds, ",", ", "), *process)
	fmt.Fprintf(&b, "%d deceptive people, of whom %d are escalated and %d followed up or escalated, and %d genuine ones, of whom %d and %d are. ",
		guilty, count(outcomes, deceitful, escalated), count(outcomes, deceitful, reviewed), honest, count(outcomes, genuine, escalated), count(outcomes, genuine, reviewed))
	b.WriteString("What [the results](results.md) say of their figures holds of these too: every rate is an assumption of the simulator, and what an indicator is worth here it is worth if the world is like that. This writes the page:\n\n")
	fmt.Fprintf(&b, "```\ngo test ./evaluate/simulate -run 'TestIndicatorTables$' -v -timeout 2h -args %s -indicators-page ../../docs/results-indicators.md\n```\n\n", args)
	b.WriteString("Indicators are in the order of their ids; brackets are 95 % intervals.\n")
	rows := slices.SortedFunc(slices.Values(measured), func(x, y evaluate.Indicator) int { return cmp.Compare(x.ID, y.ID) })
	answered := slices.DeleteFunc(slices.Clone(rows), func(x evaluate.Indicator) bool {
		return x.Deceptive.Present.Count+x.Deceptive.Absent.Count+x.Genuine.Present.Count+x.Genuine.Absent.Count == 0
	})
	presence(&b, answered)
	weights(&b, answered)
	leftOut(&b, answered, guilty, honest)
	b.WriteString("\n## Never answered\n\nNobody here has an answer of these at the first scan, so nothing is known of them: the exports of the simulator do not hold what they read, hold too little of it, or only what was asked for later.\n\n")
	for _, x := range rows {
		if !slices.ContainsFunc(answered, func(y evaluate.Indicator) bool { return x.ID == y.ID }) {
			fmt.Fprintf(&b, "- `%s`\n", x.ID)
		}
	}
	return b.String()
}

func presence(b *strings.Builder, all []evaluate.Indicator) {
	b.WriteString(`
## How often each is there

Of all people of a truth. Lift is how many times likelier a deceptive person is among those with the indicator than among all; it depends on how many deceptive people there are here.

| indicator | family | present, deceptive | present, genuine | absent, deceptive | absent, genuine | unknown, deceptive | unknown, genuine | lift |
|---|---|---|---|---|---|---|---|---|
`)
	for _, x := range all {
		fmt.Fprintf(b, "| `%s` | %s |", x.ID, x.Family)
		for _, r := range []evaluate.Rate{x.Deceptive.Present, x.Genuine.Present} {
			fmt.Fprintf(b, " %d = %.2f %% [%.2f–%.2f] |", r.Count, 100*r.Value, 100*r.Low, 100*r.High)
		}
		for _, r := range []evaluate.Rate{x.Deceptive.Absent, x.Genuine.Absent, x.Deceptive.Unknown, x.Genuine.Unknown} {
			fmt.Fprintf(b, " %.1f %% |", 100*r.Value)
		}
		lift := "nobody"
		if !math.IsInf(float64(x.Lift), 0) {
			lift = fmt.Sprintf("%.1f", x.Lift)
		}
		fmt.Fprintf(b, " %s |\n", lift)
	}
}

func weights(b *strings.Builder, all []evaluate.Indicator) {
	b.WriteString(`
## Declared weights, and those that these figures stand for

In decibans. A declared weight is that in force, half as much again by the scale of the policy, times the mean strength of the findings here; an experimental indicator has none. The measured one is the ratio of the rates above among those for whom the indicator answered, with its 95 % interval (Koopman 1984); a few people make it wide, and where one side has nobody there is a bound.

| indicator | present, declared | measured | absent, declared | measured | both within the interval |
|---|---|---|---|---|---|
`)
	cells := func(w evaluate.Implied) string {
		open := func(x evaluate.Number) bool { return math.IsInf(float64(x), 0) }
		measured := fmt.Sprintf("%s [%s to %s]", signed(w.ImpliedDB, 1), signed(w.LowDB, 1), signed(w.HighDB, 1))
		switch {
		case !w.Seen():
			measured = "nobody"
		case open(w.LowDB):
			measured = "at most " + signed(w.HighDB, 1)
		case open(w.HighDB):
			measured = "at least " + signed(w.LowDB, 1)
		}
		return signed(w.DeclaredDB, 1) + " | " + measured
	}
	for _, x := range all {
		absent, fits := "– | –", x.Present.Fits
		if x.Absent != nil {
			absent, fits = cells(*x.Absent), fits && x.Absent.Fits
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", x.ID, cells(x.Present), absent, map[bool]string{true: "yes", false: "no"}[fits])
	}
}

func leftOut(b *strings.Builder, all []evaluate.Indicator, guilty, honest int) {
	b.WriteString(`
## What would change without each

Everybody is weighed again from the same findings without one indicator: how many people more or fewer would be escalated, and followed up or escalated. Below zero among the deceptive, it finds people whom nothing else finds; below zero among the genuine, it bothers honest people, and above, it clears them. Little shows here of an indicator whose family says the same without it. AUC is the change of the area under the ROC curve of all companies together, in thousandths.

| without | deceptive escalated | deceptive reviewed | genuine escalated | genuine reviewed | AUC | people whose total or state changes |
|---|---|---|---|---|---|---|
`)
	people := func(share evaluate.Number, of int) string {
		return signed(evaluate.Number(math.Round(float64(share)*float64(of))), 0)
	}
	var quiet []string
	for _, x := range all {
		m := x.Marginal
		if m.Changed == 0 {
			quiet = append(quiet, "`"+x.ID+"`")
			continue
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s | %s | %d |\n", x.ID, people(m.Recall, guilty), people(m.Reviewed, guilty), people(m.False, honest), people(m.Bothered, honest), signed(1000*m.AUC, 2), m.Changed)
	}
	if len(quiet) > 0 {
		fmt.Fprintf(b, "\nNothing changes without %s.\n", strings.Join(quiet, ", "))
	}
}

// signed writes a figure with its sign, and none at what is rounded to 0.
func signed(x evaluate.Number, places int) string {
	s := fmt.Sprintf("%+.*f", places, x)
	if strings.Trim(s, "+-0.") == "" {
		return s[1:]
	}
	return strings.Replace(s, "-", "−", 1)
}

// TestDisagreementsAreExplained: of every indicator whose weight in force lies outside
// what docs/results-indicators.md measures, section 10 of docs/method.md says which won;
// and an absent one comforts by no more than half a decibel over what is measured.
func TestDisagreementsAreExplained(t *testing.T) {
	rows := func(path, from, to string) (out [][]string) {
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, ok := strings.Cut(string(page), from)
		part, _, end := strings.Cut(rest, to)
		if !ok || !end {
			t.Fatalf("%s has no part from %q to %q", path, from, to)
		}
		for line := range strings.Lines(part) {
			if strings.HasPrefix(line, "| `") {
				cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
				for i := range cells {
					cells[i] = strings.Trim(cells[i], " `")
				}
				out = append(out, cells)
			}
		}
		return out
	}
	number := func(s string) float64 {
		x, err := strconv.ParseFloat(strings.NewReplacer("−", "-", "+", "").Replace(s), 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	bounds := func(s string) (low, high float64) {
		low, high = math.Inf(-1), math.Inf(1)
		if x, ok := strings.CutPrefix(s, "at least "); ok {
			low = number(x)
		} else if x, ok := strings.CutPrefix(s, "at most "); ok {
			high = number(x)
		} else if _, x, ok := strings.Cut(s, "["); ok {
			a, b, _ := strings.Cut(strings.TrimSuffix(x, "]"), " to ")
			low, high = number(a), number(b)
		}
		return low, high
	}
	explained := map[string][]string{}
	for _, r := range rows("../../docs/method.md", "## 10. Where", "## 11.") {
		explained[r[0]] = r
	}
	measured := rows("../../docs/results-indicators.md", "## Declared weights", "## What would change")
	if len(measured) < 50 {
		t.Fatalf("%d indicators are measured", len(measured))
	}
	for _, r := range measured {
		id, force := r[0], number(r[1])
		low, high := bounds(r[2])
		row := explained[id]
		delete(explained, id)
		if (force < low-.05 || force > high+.05) && row == nil {
			t.Errorf("%s: %s is in force and %s measured, and nothing says which won", id, r[1], r[2])
		}
		if row != nil && (row[2] != r[2] || row[3] != r[1]) {
			t.Errorf("%s: section 10 says %s and %s, the measurement %s and %s", id, row[2], row[3], r[2], r[1])
		}
		if low, _ := bounds(r[4]); r[3] != "–" && number(r[3]) < min(0, low-.5) {
			t.Errorf("%s: absent, it comforts by %s, and %s is measured", id, r[3], r[4])
		}
	}
	for id := range explained {
		t.Errorf("section 10 has %s, which was not measured", id)
	}
}
