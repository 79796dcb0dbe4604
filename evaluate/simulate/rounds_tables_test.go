// SPDX-License-Identifier: Apache-2.0

package simulate_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"daylight/evaluate"
	"daylight/record"
)

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
	r := evaluate.NewRate(k, n)
	return fmt.Sprintf("%s of %s = %.*f %% [%.*f–%.*f]", thousands(k), thousands(n), places, 100*r.Value, places, 100*r.Low, places, 100*r.High)
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func people(n int) string {
	if n == 1 {
		return "1 genuine person"
	}
	return thousands(n) + " genuine people"
}

// after words a round: the scan before any is round 0.
func after(round int) string {
	words := []string{"first scan", "after one round", "after two", "after three", "after four", "after five", "after six"}
	if round < len(words) {
		return words[round]
	}
	return fmt.Sprintf("after %d", round)
}

// afterRounds is the same at the end of a sentence.
func afterRounds(round int) string {
	if round > 1 {
		return after(round) + " rounds"
	}
	return after(round)
}

// pooled are companies taken together, each slice by round.
type pooled struct {
	companies []measured
	now, ever [][]evaluate.Outcome
}

func pool(companies []measured) *pooled {
	p := &pooled{companies: companies}
	for round := range companies[0].scans {
		var now, ever []evaluate.Outcome
		for _, c := range companies {
			now, ever = append(now, c.scans[round].Outcomes...), append(ever, c.ever[round]...)
		}
		p.now, p.ever = append(p.now, now), append(p.ever, ever)
	}
	return p
}

func (p *pooled) last() int { return len(p.now) - 1 }

// some are the rounds of the tables that do not show all: these and the last.
func (p *pooled) some(rounds ...int) []int {
	rounds = slices.DeleteFunc(rounds, func(r int) bool { return r >= p.last() })
	return append(rounds, p.last())
}

// tables are those of docs/results.md, in its order.
func (p *pooled) tables() string {
	var b strings.Builder
	for _, write := range []func(*pooled, *strings.Builder){
		(*pooled).became, (*pooled).bySeed, (*pooled).byStage, (*pooled).thresholds,
		(*pooled).ranking, (*pooled).byTactic, (*pooled).byGroup, (*pooled).fairness,
	} {
		write(p, &b)
		b.WriteString("\n")
	}
	return b.String()
}

// header opens a table.
func header(b *strings.Builder, columns ...string) {
	row(b, columns...)
	b.WriteString(strings.Repeat("|---", len(columns)) + "|\n")
}

func row(b *strings.Builder, cells ...string) {
	for _, c := range cells {
		if b.WriteString("|"); c != "" {
			b.WriteString(" " + c)
		}
		b.WriteString(" ")
	}
	b.WriteString("|\n")
}

// became is the main table, a column a round.
func (p *pooled) became(b *strings.Builder) {
	columns := []string{""}
	for round := range p.now {
		columns = append(columns, after(round))
	}
	header(b, append(columns, "aim")...)
	line := func(name, aim string, cell func(round int) string) {
		cells := []string{name}
		for round := range p.now {
			cells = append(cells, cell(round))
		}
		row(b, append(cells, aim)...)
	}
	of := func(name, aim string, outcomes [][]evaluate.Outcome, who, what which, places int) {
		line(name, aim, func(r int) string {
			return share(count(outcomes[r], who, what), count(outcomes[r], who), places)
		})
	}
	of("deceptive people escalated", "85 % or more", p.now, deceitful, escalated, 1)
	of("deceptive people followed up or escalated", "", p.now, deceitful, reviewed, 1)
	of("the same, then or at an earlier scan", "97 % or more", p.ever, deceitful, reviewed, 1)
	of("genuine people escalated", "0.1 % or less", p.now, genuine, escalated, 3)
	of("the same, then or earlier", "", p.ever, genuine, escalated, 3)
	of("genuine people followed up or escalated", "", p.now, genuine, reviewed, 2)
	of("the same, then or earlier", "4 % or less followed up", p.ever, genuine, reviewed, 2)
	of("hard innocents escalated", "none", p.now, hard, escalated, 3)
	of("the same, then or earlier", "", p.ever, hard, escalated, 3)
	line("expected calibration error, at the assumed rates", "0.05 or less", func(r int) string {
		low, high := p.span(r, calibrationError)
		return fmt.Sprintf("%.4f to %.4f", low, high)
	})
	line("next checks named, for genuine and for deceptive people", "", func(r int) string {
		n := evaluate.NextChecks{}
		for _, c := range p.companies {
			n.Genuine += c.scans[r].NextChecks.Genuine
			n.Deceptive += c.scans[r].NextChecks.Deceptive
		}
		return thousands(n.Genuine) + " and " + thousands(n.Deceptive)
	})
}

func calibrationError(e *evaluate.Evaluation) evaluate.Number { return e.Calibration.AtPrior.ECE }

// span is the lowest and the highest figure of the companies.
func (p *pooled) span(round int, figure func(*evaluate.Evaluation) evaluate.Number) (low, high evaluate.Number) {
	var all []evaluate.Number
	for _, c := range p.companies {
		all = append(all, figure(c.scans[round]))
	}
	return slices.Min(all), slices.Max(all)
}

func (p *pooled) bySeed(b *strings.Builder) {
	l := p.last()
	var each []string
	for _, c := range p.companies {
		now, ever := c.scans[l].Outcomes, c.ever[l]
		each = append(each, fmt.Sprintf("%d: %d escalated and %d reviewed of %d, %s escalated (%d of them hard innocents) and %s reviewed", c.seed,
			count(now, deceitful, escalated), count(ever, deceitful, reviewed), count(now, deceitful),
			people(count(now, genuine, escalated)), count(now, hard, escalated), thousands(count(ever, genuine, reviewed))))
	}
	fmt.Fprintf(b, "By seed, escalated %s, and reviewed by then: %s.\n", afterRounds(l), strings.Join(each, "; "))
}

func (p *pooled) byStage(b *strings.Builder) {
	now, ever := p.now[p.last()], p.ever[p.last()]
	var each []string
	for i, who := range []which{deceitful, genuine} {
		for _, stage := range stages(now) {
			at := func(o evaluate.Outcome) bool { return o.Stage == stage }
			each = append(each, fmt.Sprintf("%s %ss, %s of %s escalated, %s reviewed by then and %s still", []string{"deceptive", "genuine"}[i], stage,
				thousands(count(now, who, at, escalated)), thousands(count(now, who, at)), thousands(count(ever, who, at, reviewed)), thousands(count(now, who, at, reviewed))))
		}
	}
	fmt.Fprintf(b, "By stage, %s: %s.\n", afterRounds(p.last()), strings.Join(each, "; "))
}

func stages(outcomes []evaluate.Outcome) []record.Stage {
	found := map[record.Stage]bool{}
	for _, o := range outcomes {
		found[o.Stage] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// thresholds are whom higher ones would still have escalated.
func (p *pooled) thresholds(b *strings.Builder) {
	header(b, "probability", "deceptive escalated", "genuine people", "hard innocents")
	outcomes := p.now[p.last()]
	for _, least := range []float64{.80, .85, .90, .95} {
		above := func(o evaluate.Outcome) bool {
			return o.Escalated() && 1/(1+math.Pow(10, -float64(o.TotalDB)/10)) >= least
		}
		k, n := count(outcomes, deceitful, above), count(outcomes, deceitful)
		row(b, fmt.Sprintf("%.2f", least), fmt.Sprintf("%d of %d = %.1f %%", k, n, 100*float64(k)/float64(n)),
			strconv.Itoa(count(outcomes, genuine, above)), strconv.Itoa(count(outcomes, hard, above)))
	}
}

// ranking is what the order by probability is worth, and the decisions at other base
// rates: with the worse end of both rates, and the better end of both.
func (p *pooled) ranking(b *strings.Builder) {
	rounds := p.some(0, 2)
	columns := []string{""}
	for i, r := range rounds {
		columns = append(columns, []func(int) string{after, afterRounds, after}[i](r))
	}
	header(b, columns...)
	line := func(name string, cell func(round int) string) {
		cells := []string{name}
		for _, r := range rounds {
			cells = append(cells, cell(r))
		}
		row(b, cells...)
	}
	line("AUC", func(r int) string {
		low, high := p.span(r, func(e *evaluate.Evaluation) evaluate.Number { return e.Curve.AUC.Value })
		return fmt.Sprintf("%.4f to %.4f", low, high)
	})
	people := float64(len(p.now[0])) / float64(count(p.now[0], deceitful))
	line(fmt.Sprintf("average precision, at 1 deceptive person in %.0f", people), func(r int) string {
		low, high := p.span(r, func(e *evaluate.Evaluation) evaluate.Number { return e.Curve.AveragePrecision })
		return fmt.Sprintf("%.3f to %.3f", low, high)
	})
	for i, budget := range p.companies[0].scans[0].Curve.Recall {
		line(fmt.Sprintf("recall where %g %% %s", 100*budget.Budget, []string{"of genuine people lie higher", "do"}[i]), func(r int) string {
			k, n := 0, 0
			for _, c := range p.companies {
				recall := c.scans[r].Curve.Recall[i].Recall
				k, n = k+recall.Count, n+recall.Of
			}
			return fmt.Sprintf("%d of %d", k, n)
		})
	}
	rate := func(r int, who, what which) evaluate.Rate {
		return evaluate.NewRate(count(p.now[r], who, what), count(p.now[r], who))
	}
	base := []int{50, 343, 2000}
	for i, n := range base {
		line([]string{"of 100 people escalated deceptive, ", "", ""}[i]+"at 1 in "+thousands(n), func(r int) string {
			found, wrong := rate(r, deceitful, escalated), rate(r, genuine, escalated)
			return fmt.Sprintf("%.1f [%.0f–%.0f]", precision(found.Value, wrong.Value, n), precision(found.Low, wrong.High, n), precision(found.High, wrong.Low, n))
		})
	}
	for i, n := range base {
		line([]string{"of 100 people followed up or escalated then, ", "", ""}[i]+"at 1 in "+thousands(n), func(r int) string {
			return fmt.Sprintf("%.0f", precision(rate(r, deceitful, reviewed).Value, rate(r, genuine, reviewed).Value, n))
		})
	}
}

// precision is how many of a hundred are deceptive, where one in so many people is
// and these shares of the deceptive and of the genuine are among them.
func precision(found, wrong evaluate.Number, in int) evaluate.Number {
	p := 1 / evaluate.Number(in)
	return 100 * found * p / (found*p + wrong*(1-p))
}

// byTactic has the hardest first.
func (p *pooled) byTactic(b *strings.Builder) {
	rounds, last := p.some(0, 1, 2), p.now[p.last()]
	columns := []string{"tactic", "people"}
	for i, r := range rounds {
		columns = append(columns, []string{"escalated, ", "", "", ""}[i]+after(r))
	}
	header(b, append(columns, "reviewed, first scan or later", "still")...)
	of := func(tactic string) which {
		return func(o evaluate.Outcome) bool { return o.Deceptive && o.Tactic == tactic }
	}
	rates := map[string]float64{}
	for _, o := range last {
		if o.Deceptive {
			rates[o.Tactic] = float64(count(last, of(o.Tactic), escalated)) / float64(count(last, of(o.Tactic)))
		}
	}
	for _, tactic := range slices.SortedFunc(maps.Keys(rates), func(x, y string) int { return cmp.Or(cmp.Compare(rates[x], rates[y]), cmp.Compare(x, y)) }) {
		n := count(p.now[0], of(tactic))
		cells := []string{"`" + tactic + "`", strconv.Itoa(n)}
		for _, r := range rounds {
			k := count(p.now[r], of(tactic), escalated)
			cells = append(cells, fmt.Sprintf("%d (%.0f %%)", k, 100*float64(k)/float64(n)))
		}
		row(b, append(cells, strconv.Itoa(count(p.ever[p.last()], of(tactic), reviewed)), strconv.Itoa(count(last, of(tactic), reviewed)))...)
	}
}

// byGroup compares honest people of each group with all others, stage by stage; the
// most bothered first.
func (p *pooled) byGroup(b *strings.Builder) {
	now, ever := p.now[p.last()], p.ever[p.last()]
	of := func(group string) which {
		return func(o evaluate.Outcome) bool {
			return !o.Deceptive && (slices.Contains(o.Groups, group) || group == "" && len(o.Groups) == 0)
		}
	}
	rates := map[string]float64{}
	for _, o := range now {
		if !o.Deceptive {
			for _, g := range o.Groups {
				rates[g] = 0
			}
			if len(o.Groups) == 0 {
				rates[""] = 0
			}
		}
	}
	for g := range rates {
		rates[g] = float64(count(ever, of(g), reviewed)) / float64(count(ever, of(g)))
	}
	header(b, "group", "people", "reviewed, first scan or later", "ratio", "still, "+afterRounds(p.last()), "ratio", "escalated after them")
	for _, g := range slices.SortedFunc(maps.Keys(rates), func(x, y string) int { return cmp.Or(cmp.Compare(rates[y], rates[x]), cmp.Compare(x, y)) }) {
		name := "`" + g + "`"
		if g == "" {
			name = "(in no group)"
		}
		then, ratio := reviewRatio(ever, of(g))
		still, after := reviewRatio(now, of(g))
		row(b, name, thousands(count(ever, of(g))), then, ratio, still, after, strconv.Itoa(count(now, of(g), escalated)))
	}
}

// reviewRatio is how often people of a group are reviewed, and how many times as often as
// honest people outside it, weighted by the group's own stages: by the delta method
// on the logarithm, 95 %.
func reviewRatio(outcomes []evaluate.Outcome, in which) (often, ratio string) {
	all := count(outcomes, in, reviewed)
	often = fmt.Sprintf("%s (%.1f %%)", thousands(all), 100*float64(all)/float64(count(outcomes, in)))
	var k, expected, ownVariance, otherVariance float64
	for _, stage := range stages(outcomes) {
		at := func(o evaluate.Outcome) bool { return o.Stage == stage }
		out := func(o evaluate.Outcome) bool { return !o.Deceptive && !in(o) }
		inside, hits := float64(count(outcomes, in, at)), float64(count(outcomes, in, at, reviewed))
		outside, others := float64(count(outcomes, out, at)), float64(count(outcomes, out, at, reviewed))
		if inside == 0 || outside == 0 {
			continue
		}
		q := others / outside
		k, expected = k+hits, expected+inside*q
		ownVariance += hits * (1 - hits/inside)
		otherVariance += inside * inside * q * (1 - q) / outside
	}
	if k == 0 || expected == 0 {
		return often, "none"
	}
	spread := math.Exp(1.96 * math.Sqrt(ownVariance/(k*k)+otherVariance/(expected*expected)))
	return often, fmt.Sprintf("%.2f [%.2f–%.2f]", k/expected, k/expected/spread, k/expected*spread)
}

// fairness is what `evaluate --fairness` says of each evaluation.
func (p *pooled) fairness(b *strings.Builder) {
	all, failed := 0, 0
	var why []string
	for round := range p.now {
		for _, c := range p.companies {
			all++
			f := c.scans[round].Fairness
			if f.Fails {
				failed++
			}
			for _, x := range f.Review {
				if x.Verdict == evaluate.Exceeds {
					why = append(why, fmt.Sprintf("- %d, %s: `%s` of %s, %s, %s of %s, %.2f times as often as others", c.seed, afterRounds(round), x.Group, x.Attribute, x.What, thousands(x.Rate.Count), thousands(x.Rate.Of), x.Ratio.Value))
				}
			}
		}
	}
	fmt.Fprintf(b, "Of %d evaluations `evaluate --fairness` fails %d.\n", all, failed)
	if failed > 0 {
		fmt.Fprintf(b, "\n%s\n", strings.Join(why, "\n"))
	}
}
