// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// textRows is how many indicators the text lists in each table.
const textRows = 15

// indicatorSections say what single indicators are worth.
func (e *Evaluation) indicatorSections() []section {
	return []section{e.valueSection(), e.presenceSection()}
}

func (e *Evaluation) valueSection() section {
	t := table{
		Title: "Those whose loss would change a state or the order, the most valuable first", Most: textRows,
		Head: []string{"without", "deceptive escalated", "deceptive reviewed", "genuine escalated", "genuine reviewed", "order right", "people changed"},
	}
	idle, quiet := 0, 0
	for _, x := range e.Indicators {
		m := x.Marginal
		switch {
		case m.Changed == 0:
			idle++
		case m.Recall == 0 && m.Reviewed == 0 && m.False == 0 && m.Bothered == 0 && m.AUC == 0:
			quiet++
		default:
			t.Rows = append(t.Rows, []string{x.ID, pointsWords(m.Recall), pointsWords(m.Reviewed), pointsWords(m.False), pointsWords(m.Bothered), pointsWords(m.AUC), thousands(m.Changed)})
		}
	}
	s := section{
		ID: "value", Title: "What each indicator adds to the others",
		Lead: []string{
			"Everybody is weighed again without one indicator; changes are in percentage points. Below zero among the deceptive: it finds people whom nothing else finds. Below zero among the genuine: it bothers honest people; above zero: it clears them.",
			fmt.Sprintf("Without any one of %s, totals would change and nobody's state would; %s nobody's total either.", plural(quiet, "more indicator", "more indicators"), plural(idle, "changes", "change")),
		},
		Notes: []string{"An indicator whose family says the same without it shows little here. Order right is the change of the area under the ROC curve."},
	}
	if len(t.Rows) > 0 {
		s.Tables = []table{t}
	}
	return s
}

func (e *Evaluation) presenceSection() section {
	shown := slices.DeleteFunc(slices.Clone(e.Indicators), func(x Indicator) bool {
		return x.Deceptive.Present.Count+x.Deceptive.Absent.Count+x.Genuine.Present.Count+x.Genuine.Absent.Count == 0
	})
	slices.SortStableFunc(shown, func(a, b Indicator) int {
		gap := func(x Indicator) float64 {
			return math.Abs(float64(x.Deceptive.Present.Value - x.Genuine.Present.Value))
		}
		return cmp.Or(cmp.Compare(gap(b), gap(a)), cmp.Compare(a.ID, b.ID))
	})
	seen := table{
		Title: "How often each is present, absent or unknown", Most: textRows,
		Head: []string{"indicator", "present: deceptive", "genuine", "absent: deceptive", "genuine", "unknown: deceptive", "genuine", "lift"},
	}
	weights := table{
		Title: "Declared weights, and those that the figures here stand for", Most: textRows,
		Head: []string{"indicator", "present: declared, dB", "measured, dB", "absent: declared, dB", "measured, dB", "within range?"},
	}
	off := 0
	for _, x := range shown {
		d, g := x.Deceptive, x.Genuine
		seen.Rows = append(seen.Rows, []string{x.ID, rateWords(d.Present), rateWords(g.Present), percent(d.Absent.Value), percent(g.Absent.Value), percent(d.Unknown.Value), percent(g.Unknown.Value), decimals(x.Lift, 1)})
		row := []string{x.ID, decibans(x.Present.DeclaredDB), impliedWords(x.Present), "–", "–"}
		fits := x.Present.Fits
		if x.Absent != nil {
			row[3], row[4] = decibans(x.Absent.DeclaredDB), impliedWords(*x.Absent)
			fits = fits && x.Absent.Fits
		}
		word := "yes"
		if !fits {
			off++
			word = "no"
		}
		weights.Rows = append(weights.Rows, append(row, word))
	}
	s := section{
		ID: "indicators", Title: "How often each indicator is there",
		Lead: []string{
			fmt.Sprintf("%s an answer about somebody; %s did not. Lift is how many times likelier a deceptive person is among those with the indicator than among all.", plural(len(shown), "indicator gave", "indicators gave"), thousands(len(e.Indicators)-len(shown))),
			fmt.Sprintf("A weight of +10 dB says: ten times as often among the deceptive as among the genuine. For %s the declared weight is outside the range measured here.", plural(off, "indicator", "indicators")),
		},
		Tables: []table{seen, weights},
		Notes:  []string{"A declared weight is that in force, as the policy's scale reads it, times the mean strength of the findings here."},
	}
	if len(shown) > 0 {
		s.Plots = []plot{presencePlot(shown)}
	}
	return s
}

// impliedWords is a measured weight with its bounds, or the bound that there is.
func impliedWords(w Implied) string {
	switch {
	case !w.Seen():
		return "nobody"
	case math.IsInf(float64(w.LowDB), 0):
		return "at most\u00a0" + decibans(w.HighDB)
	case math.IsInf(float64(w.HighDB), 0):
		return "at least\u00a0" + decibans(w.LowDB)
	}
	return fmt.Sprintf("%s\u00a0[%s to %s]", decibans(w.ImpliedDB), decibans(w.LowDB), decibans(w.HighDB))
}

// section says how groups of honest people compare.
func (f *Fairness) section() section {
	n := map[Verdict]int{}
	for _, c := range f.Review {
		n[c.Verdict]++
	}
	s := section{
		ID: "fairness", Title: "Are groups of honest people reviewed alike?",
		Lead: []string{
			fmt.Sprintf("Each group is compared with all honest people outside it. The limit is %s times as often, either way. Of %s, %s above the limit beyond chance, %s significantly below, %s beyond it but with too few people to tell, %s within it as measured, %s shown to be within, %s nothing to compare.",
				decimals(f.Limit, 2), plural(len(f.Review), "comparison", "comparisons"), plural(n[Exceeds], "is", "are"), plural(n[Below], "is", "are"), plural(n[NotShown], "is", "are"), plural(n[Inside], "is", "are"), plural(n[Shown], "is", "are"), plural(n[NoData], "has", "have")),
		},
	}
	if n[Outside] > 0 {
		s.Lead = append(s.Lead, fmt.Sprintf("For %s of groups the limit does not hold, because the truth says that to ask about their people is right; their rates are shown all the same.", plural(n[Outside], "comparison", "comparisons")))
	}
	switch {
	case len(f.Review) == 0:
		s.Lead = []string{"There is no group to compare: the truth gives none, and no self-identification was given or its groups are too small."}
	case f.Fails:
		s.Lead = append(s.Lead, "This fails: honest people of a group are looked at more often than the limit allows, and chance does not explain it.")
	default:
		s.Lead = append(s.Lead, "This does not fail. A group that is not shown to be within the limit is not shown to be treated alike either: it needs more people. “Fails from” is the lowest ratio at which so few people would have failed.")
	}
	t := table{
		Title: "Honest people who were looked at: above the limit first, then the highest ratio",
		Head:  []string{"group", "what", "in the group", "outside", "ratio", "fails from", "difference, points", "chance", "verdict"},
	}
	for _, c := range f.Review {
		t.Rows = append(t.Rows, comparisonRow(c))
	}
	if len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
	missed := table{Title: "Deceptive people who were missed, in the group less outside (decides nothing)", Head: []string{"group", "missed by", "difference, points"}}
	for _, c := range f.Review {
		if c.Missed != nil {
			missed.Rows = append(missed.Rows, []string{groupName(c), "not " + c.What, differenceWords(*c.Missed)})
		}
	}
	if len(missed.Rows) > 0 {
		s.Tables = append(s.Tables, missed)
	}
	spans := table{Title: "The widest span of each attribute (extremes of many; decides nothing)", Head: []string{"attribute", "least reviewed", "most reviewed", "ratio", "left alone, lowest over highest"}}
	for _, x := range f.Attributes {
		spans.Rows = append(spans.Rows, []string{x.Attribute, x.Lowest, x.Highest, ratioWords(x.Ratio), ratioWords(x.FourFifths)})
	}
	if len(spans.Rows) > 0 {
		s.Tables = append(s.Tables, spans)
	}
	unlike := table{
		Title: "Indicators present at unlike rates beyond chance, the surest first", Most: textRows,
		Head: []string{"group", "indicator", "in the group", "outside", "ratio", "fails from", "difference, points", "chance", "verdict"},
	}
	for _, c := range f.Indicators {
		if c.Verdict != NotShown {
			unlike.Rows = append(unlike.Rows, comparisonRow(c))
		}
	}
	if len(unlike.Rows) > 0 {
		s.Tables = append(s.Tables, unlike)
	}
	s.Notes = append(s.Notes, fmt.Sprintf("Of %s of an indicator and a group, %s beyond the limit as measured and significant, and %s beyond it with too few people to tell; the JSON form lists both.",
		plural(f.Compared, "pair", "pairs"), plural(len(unlike.Rows), "is", "are"), plural(len(f.Indicators)-len(unlike.Rows), "is", "are")))
	s.Notes = append(s.Notes, "Chance is the probability of so large a difference if there were none (Fisher's exact test, corrected by Holm for all comparisons of the table). Below 5 % it counts. What an indicator does to a group is shown and fails nothing.")
	if f.Small > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%s of self-identification with fewer than %d honest people %s not shown, because a rate of so few speaks of each of them.", plural(f.Small, "group", "groups"), smallGroup, are(f.Small)))
	}
	if f.Unmatched > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%s by people who are not in the truth and the exports.", plural(f.Unmatched, "answer was", "answers were")))
	}
	return s
}

func comparisonRow(c Comparison) []string {
	return []string{groupName(c), c.What, rateWords(c.Rate), rateWords(c.Others), ratioWords(c.Ratio), failsFromWords(c.FailsFrom), differenceWords(c.Difference), percent(c.P), verdictWords(c.Verdict)}
}

// failsFromWords is the ratio from which on a group fails.
func failsFromWords(ratio Number) string {
	if math.IsInf(float64(ratio), 0) {
		return "no ratio"
	}
	return decimals(ratio, 1)
}

func groupName(c Comparison) string {
	if c.Attribute == truthAttribute {
		return c.Group
	}
	return c.Attribute + ": " + c.Group
}

func differenceWords(d Difference) string {
	return fmt.Sprintf("%s\u00a0[%s to %s]", pointsWords(d.Value), pointsWords(d.Low), pointsWords(d.High))
}
