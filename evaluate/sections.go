// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"fmt"
	"math"
	"slices"
)

// section is one part of what people read; the text and the page show the same.
type section struct {
	ID, Title string
	Lead      []string // what is measured, and what the figures say
	Plots     []plot
	Tables    []table
	Notes     []string
}

// table is figures in rows; the first cell of each is its name.
type table struct {
	Title string
	Head  []string
	Rows  [][]string
	// Most is how many rows the text shows; 0 for all. The page shows all.
	Most int
}

// Headline is the one sentence to remember.
func (e *Evaluation) Headline() string {
	d, g := e.Overall.Deceptive, e.Overall.Genuine
	if e.Coverage.People == 0 {
		return "Nobody in the truth is in the exports, so nothing was measured"
	}
	return fmt.Sprintf("%s deceptive people escalated; %s genuine people escalated by mistake", ofNobody(d.Escalated), ofNobody(g.Escalated))
}

func ofNobody(r Rate) string {
	if r.Of == 0 {
		return "No"
	}
	return counted(r)
}

// notes say whom the figures are about.
func (e *Evaluation) notes() []string {
	c := e.Coverage
	out := []string{fmt.Sprintf("Measured on %s with known truth: %s deceptive, %s genuine. Policy %s; records up to %s.",
		people(c.People), thousands(c.Deceptive), thousands(c.Genuine), e.Policy, e.AsOf.Format("2 January 2006 15:04 UTC"))}
	if n := len(c.Missing); n > 0 {
		out = append(out, fmt.Sprintf("%s in the truth could not be found in the exports and %s in no figure: %s.", people(n), are(n), some(c.Missing)))
	}
	if n := len(c.Untold); n > 0 {
		out = append(out, fmt.Sprintf("The truth says nothing of %s in the exports, who %s in no figure: %s.", people(n), are(n), some(c.Untold)))
	}
	if n := len(c.Contradicted); n > 0 {
		out = append(out, fmt.Sprintf("The exports join %s whom the truth keeps apart as deceptive and genuine; in no figure: %s.", people(n), some(c.Contradicted)))
	}
	if c.Merged > 0 {
		out = append(out, fmt.Sprintf("%s of the truth named a person who was counted already.", plural(c.Merged, "row", "rows")))
	}
	if c.OtherStage > 0 {
		out = append(out, fmt.Sprintf("%s in another stage in the exports than in the truth; the rows by stage go by the truth, the probabilities by the exports.", peopleAre(c.OtherStage)))
	}
	return append(out, "Figures in brackets are a range, in percent where the figure is: with this many people, chance alone moves the figure about in it (95 %). Few people make wide ranges.")
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func peopleAre(n int) string { return people(n) + " " + are(n) }

func (e *Evaluation) sections() []section {
	out := []section{e.stateSection(), e.curveSection(), e.precisionSection(), e.calibrationSection(), e.kindSection(), e.ringSection()}
	out = append(out, e.indicatorSections()...)
	if e.Fairness != nil {
		out = append(out, e.Fairness.section())
	}
	return out
}

// sliceTable shows slices with what became of their people.
func sliceTable(title, name string, all []Slice) table {
	t := table{Title: title, Head: []string{name, "people", "escalated", "reviewed", "insufficient", "clear", "mean weight, dB"}}
	for _, s := range all {
		t.Rows = append(t.Rows, []string{s.Name, thousands(s.People), rateWords(s.Escalated), rateWords(s.Reviewed), percent(s.Insufficient.Value), percent(s.Clear.Value), decibans(s.MeanDB)})
	}
	return t
}

func (e *Evaluation) stateSection() section {
	d, g := e.Overall.Deceptive, e.Overall.Genuine
	return section{
		ID: "states", Title: "What became of them",
		Lead: []string{
			fmt.Sprintf("Of the deceptive, %s were escalated and %s were reviewed. Of the genuine, %s were escalated by mistake and %s were reviewed.",
				counted(d.Escalated), counted(d.Reviewed), counted(g.Escalated), counted(g.Reviewed)),
			"Reviewed means followed up or escalated: somebody was asked to look. Insufficient means that too little was known to say anything; it is not the same as clear.",
		},
		Tables: []table{sliceTable("", "truth", []Slice{d, g})},
		Notes:  []string{e.NextChecks.words()},
	}
}

func (e *Evaluation) curveSection() section {
	c := e.Curve
	s := section{ID: "order", Title: "How well the weight puts people in order"}
	if !c.AUC.Known {
		s.Lead = []string{"This needs people of both kinds."}
		return s
	}
	s.Lead = []string{
		fmt.Sprintf("Take one deceptive and one genuine person at random: the deceptive one has the higher weight %s of the time (area under the ROC curve; 50 %% is chance, 100 %% is never wrong).", shareWords(c.AUC)),
		fmt.Sprintf("Average precision is %s; an order by chance would have %s, the share of deceptive people here.", decimals(c.AveragePrecision, 3), decimals(c.BaseRate, 3)),
	}
	t := table{Title: "If weight alone decided", Head: []string{"false alarms allowed", "deceptive found", "genuine people bothered", "weight needed, dB"}}
	for _, r := range c.Recall {
		t.Rows = append(t.Rows, []string{fmt.Sprintf("%s of the genuine: %s", percent(r.Budget), people(r.Allowed)), rateWords(r.Recall), counted(r.False), decibansOrNone(r.ThresholdDB)})
	}
	s.Tables = []table{t}
	if c.Recall[0].Allowed == 0 {
		s.Notes = []string{fmt.Sprintf("With %s genuine people, one mistake is %s of them already: smaller shares cannot be measured here, and mean no mistake at all.", thousands(e.Coverage.Genuine), percent(1/Number(max(e.Coverage.Genuine, 1))))}
	}
	s.Plots = []plot{rocPlot(e), recallPlot(e)}
	return s
}

func decibansOrNone(x Number) string {
	if math.IsInf(float64(x), 0) {
		return "none does it"
	}
	return decibans(x)
}

func (e *Evaluation) precisionSection() section {
	t := table{Head: []string{"deceptive people in the population", "of the escalated", "of the reviewed"}}
	for _, p := range e.Precision {
		t.Rows = append(t.Rows, []string{"1 in " + thousands(p.OneIn), shareWords(p.Escalated), shareWords(p.Reviewed)})
	}
	return section{
		ID: "precision", Title: "When it points at somebody, how often is it right?",
		Lead: []string{
			"That depends on how many deceptive people there are. The rarer they are, the more of those pointed at are innocent, however good the tool. These are the rates above, put into populations of three kinds.",
		},
		Tables: []table{t},
		Notes:  []string{"Where no genuine person was pointed at, the figure is 100 % and only the lower end of the range says anything."},
	}
}

func (e *Evaluation) calibrationSection() section {
	c := e.Calibration
	s := section{
		ID: "calibration", Title: "Do the probabilities come true?",
		Lead: []string{
			"Of all people given 20 %, one in five should be deceptive. A probability starts from the rate that the policy assumes, and here the share is another; so people are counted with weights that bring each stage to its assumed rate.",
			fmt.Sprintf("At the assumed rates, stated and observed differ by %s on average (expected calibration error): %s stated, %s observed.", percent(c.AtPrior.ECE), percent(c.AtPrior.Stated), percent(c.AtPrior.Observed)),
			fmt.Sprintf("With everybody counted once, as they come in this sample, they differ by %s: %s stated, %s observed. That is a fair comparison only if the sample is the population.", percent(c.Unweighted.ECE), percent(c.Unweighted.Stated), percent(c.Unweighted.Observed)),
		},
		Plots: []plot{reliabilityPlot(c.AtPrior)},
	}
	for _, x := range []struct {
		title string
		r     Reliability
	}{{"At the assumed rates", c.AtPrior}, {"Everybody counted once", c.Unweighted}} {
		t := table{Title: x.title, Head: []string{"weight, dB", "deceptive", "genuine", "stated", "observed"}}
		for _, b := range x.r.Bins {
			t.Rows = append(t.Rows, []string{
				binWords(b), thousands(b.Deceptive), thousands(b.Genuine), percent(b.Stated),
				fmt.Sprintf("%s\u00a0[%s–%s]", percent(b.Observed), figure(b.Low), figure(b.High)),
			})
		}
		s.Tables = append(s.Tables, t)
	}
	for _, stage := range c.LeftOut {
		s.Notes = append(s.Notes, fmt.Sprintf("The stage %q has no deceptive or no genuine person and cannot be brought to a rate; it is left out of the first figure.", stage))
	}
	return s
}

func binWords(b Bin) string {
	switch {
	case math.IsInf(float64(b.FromDB), 0):
		return "below " + decimals(b.ToDB, 0)
	case math.IsInf(float64(b.ToDB), 0):
		return decimals(b.FromDB, 0) + " and more"
	}
	return decimals(b.FromDB, 0) + " to " + decimals(b.ToDB, 0)
}

func (e *Evaluation) kindSection() section {
	s := section{
		ID: "kinds", Title: "By stage, by tactic, by kind of honest person",
		Lead: []string{"Tactics that are found least come first, and so do the honest people who are bothered most. A person in several groups is counted in each."},
	}
	stages := slices.Clone(e.Stages)
	for i := range stages {
		truth := "genuine"
		if stages[i].Deceptive {
			truth = "deceptive"
		}
		stages[i].Name += ", " + truth
	}
	s.Tables = append(s.Tables, sliceTable("By stage", "stage", stages))
	if len(e.Tactics) > 0 {
		s.Tables = append(s.Tables, sliceTable("Deceptive people by tactic, the hardest first", "tactic", e.Tactics))
	}
	if len(e.Groups) > 0 {
		s.Tables = append(s.Tables, sliceTable("Honest people by group, the most bothered first", "group", e.Groups))
	}
	return s
}

func (e *Evaluation) ringSection() section {
	r := e.Rings
	s := section{ID: "rings", Title: "Groups of people who belong together"}
	if r.True == 0 && r.Found == 0 {
		s.Lead = []string{"There is no ring in the truth, and none was found."}
		return s
	}
	s.Lead = []string{
		fmt.Sprintf("The truth has %s, and %s found. Of %s of people who truly belong together, %s were found together: %s. Of %s found together, %s truly belong together: %s.",
			plural(r.True, "ring", "rings"), plural(r.Found, "group was", "groups were"), plural(r.TruePairs, "pair", "pairs"), thousands(r.Common), shareWords(r.Recall),
			plural(r.FoundPairs, "pair", "pairs"), thousands(r.Common), shareWords(r.Precision)),
		"A ring was found whole when the overlap with a found group, the people in both over those in either, is 80 % or more.",
	}
	t := table{Title: "Whole rings", Head: []string{"share", "rings", "of", "found whole"}}
	for _, x := range []struct {
		what string
		rate Rate
	}{
		{"Of true rings, found whole (recall)", r.Whole},
		{"Of true rings, found whole and with nobody else", r.Pure},
		{"Of found groups, a true ring whole (precision)", r.WholePrecision},
		{"The same of groups that hold somebody deceptive", r.WholeDeceptive},
	} {
		t.Rows = append(t.Rows, []string{x.what, thousands(x.rate.Count), thousands(x.rate.Of), rateWords(x.rate)})
	}
	s.Tables = append(s.Tables, t)
	if r.Honest > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%s nobody deceptive, such as a household or a team. To be in a group weighs nothing.", plural(r.Honest, "found group holds", "found groups hold")))
	}
	t = table{Title: "True rings, the worst found first", Head: []string{"ring", "people", "in the best group", "of this ring", "overlap", "purity", "found whole", "escalated"}}
	for _, x := range r.Each {
		whole := "no"
		if x.Whole {
			whole = "yes"
		}
		t.Rows = append(t.Rows, []string{x.ID, thousands(x.People), thousands(x.Best), thousands(x.Common), percent(x.Overlap), percent(x.Purity), whole, counted(x.Escalated)})
	}
	if len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
	return s
}
