// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sort"

	"daylight/detect"
	"daylight/pipeline"
	"daylight/record"
)

// Fairness compares groups of honest people: whether being of a group makes an
// honest person more likely to be looked at.
//
// A group's rate is compared with that of all honest people outside it; of an
// attribute, of all who named another group of that attribute. [Verdict] says
// how a comparison ends. Fails is whether any of Review ended as Exceeds.
//
// What a single indicator does to a group is reported and fails nothing: a
// group of people with a habit is by definition where an indicator of that habit
// is present. What matters is whether anybody is asked to look.
type Fairness struct {
	Limit Number `json:"limit"`
	// Review are the two gates: followed up or escalated, and escalated.
	// Those that exceed come first, then the highest ratio.
	Review []Comparison `json:"review"`
	// Attributes are the spans within each attribute of self-identification, and
	// of the groups of the truth.
	Attributes []Span `json:"attributes"`
	// Indicators are those that are present at unlike rates, the surest first.
	Indicators []Comparison `json:"indicators"`
	// Compared is how many pairs of an indicator and a group were compared.
	Compared int `json:"indicators_compared"`
	// Small are groups of self-identification with fewer than five honest people:
	// a rate of so few would say something about each of them.
	Small int `json:"small_groups"`
	// Unmatched counts answers by people the scan or the truth does not have.
	Unmatched int  `json:"unmatched_answers"`
	Fails     bool `json:"fails"`
}

// Verdict is how a comparison ends.
type Verdict string

// The verdicts. The limit is a ratio of 1.25 either way, the inverse of the
// four-fifths rule (29 CFR 1607.4 D). Many groups are compared at once, and one
// in twenty true equals differs at 95 % by chance; so only a difference that is
// significant by Fisher's exact test, corrected for all the comparisons by Holm's
// method (Scand. J. Stat. 6, 1979, 65-70), counts. Small groups can hardly ever
// reach that, and are therefore never called fair for it: NotShown says so.
//
// A group may be outside the limit, where to ask about its people is what method §1
// wants: people who are who they say and work from somewhere else without a word.
//
// Exceeds fails and Below does not, because nobody is burdened by being left
// alone: whoever is burdened instead has a comparison that exceeds, for which the
// honest people in no group are compared as a group too.
const (
	Exceeds  Verdict = "exceeds"   // above the limit, and significantly unlike
	Below    Verdict = "below"     // below its inverse, and significantly unlike
	NotShown Verdict = "not_shown" // beyond the limit as measured; may be chance
	Inside   Verdict = "inside"    // within it as measured; the interval is not
	Shown    Verdict = "shown"     // within it, interval and all
	NoData   Verdict = "no_data"   // nobody on one side, or nobody looked at on either
	// Outside is a group for which the truth says that the limit does not hold: its
	// rate is shown, and neither fails nor counts as one of many.
	Outside Verdict = "outside"
)

const (
	fairLimit   = 1.25
	significant = 0.05
	smallGroup  = 5
)

// Comparison is one group's rate beside that of the others.
type Comparison struct {
	// Attribute is that of self-identification, or "truth" for the groups of
	// truth.csv.
	Attribute string `json:"attribute"`
	Group     string `json:"group"`
	// What is what the rate is of: "reviewed", "escalated", or an indicator's id,
	// whose rate is that of being present.
	What       string     `json:"what"`
	Rate       Rate       `json:"rate"`
	Others     Rate       `json:"others"`
	Ratio      Ratio      `json:"ratio"`
	Difference Difference `json:"difference"` // of honest people: false alarms
	// Missed compares deceptive people who were not reviewed, where the group has
	// any: the other kind of error. It decides nothing.
	Missed *Difference `json:"missed_difference,omitempty"`
	// P is Fisher's, corrected by Holm.
	P Number `json:"p"`
	// FailsFrom is the lowest ratio at which a group of this size would end as
	// Exceeds beside these others, were it alone unlike them: what a comparison of so
	// few people can show. Null where even all of them would not.
	FailsFrom Number  `json:"fails_from"`
	Verdict   Verdict `json:"verdict"`
	outside   bool    // the limit does not hold for the group
}

// Span is the widest difference within an attribute.
type Span struct {
	Attribute string `json:"attribute"`
	Lowest    string `json:"lowest"` // the group reviewed least
	Highest   string `json:"highest"`
	// Ratio is the highest review rate over the lowest. It is the extreme of many,
	// so chance alone makes it large, and it decides nothing.
	Ratio Ratio `json:"ratio"`
	// FourFifths is the same the way the four-fifths rule is written: the lowest
	// share of people left alone over the highest. Below 0.8 it asks questions.
	FourFifths Ratio `json:"four_fifths"`
}

// truthAttribute names the groups of truth.csv.
const truthAttribute = "truth"

// cohort is one group and those it is compared with.
type cohort struct {
	attribute, group string
	outside          bool  // the limit does not hold for it
	in, out          []int // indices into the outcomes
}

func newFairness(outcomes []Outcome, catalog []*detect.Indicator, self *SelfIdentification) *Fairness {
	f := &Fairness{Limit: fairLimit, Review: []Comparison{}, Attributes: []Span{}, Indicators: []Comparison{}}
	cohorts := truthCohorts(outcomes)
	if self != nil {
		cohorts = append(cohorts, f.selfCohorts(outcomes, self)...)
	}
	for _, c := range cohorts {
		f.Review = append(f.Review,
			c.compare(outcomes, "reviewed", func(i int) bool { return outcomes[i].Reviewed() }),
			c.compare(outcomes, "escalated", func(i int) bool { return outcomes[i].Escalated() }))
	}
	judge(f.Review)
	f.Attributes = spans(f.Review)
	slices.SortStableFunc(f.Review, func(a, b Comparison) int {
		return cmp.Or(one(b.Verdict == Exceeds)-one(a.Verdict == Exceeds), one(a.Verdict == NoData)-one(b.Verdict == NoData),
			cmp.Compare(b.Ratio.Value, a.Ratio.Value), compareNames(a, b))
	})
	f.Fails = slices.ContainsFunc(f.Review, func(c Comparison) bool { return c.Verdict == Exceeds })
	f.indicators(outcomes, catalog, cohorts)
	return f
}

func compareNames(a, b Comparison) int {
	return cmp.Or(cmp.Compare(a.Attribute, b.Attribute), cmp.Compare(a.Group, b.Group), cmp.Compare(b.What, a.What))
}

// truthCohorts compares each group of the truth with everybody outside it who is
// at a stage that somebody in it is at.
func truthCohorts(outcomes []Outcome) []cohort {
	groups := map[string]bool{}
	for _, o := range outcomes {
		for _, g := range honestGroups(o) {
			groups[g] = true
		}
	}
	if len(groups) == 1 && groups[noGroup] {
		return nil // nobody is in any
	}
	var out []cohort
	for _, g := range slices.Sorted(maps.Keys(groups)) {
		c := cohort{attribute: truthAttribute, group: g}
		for i, o := range outcomes {
			if slices.Contains(honestGroups(o), g) {
				c.in = append(c.in, i)
				c.outside = c.outside || slices.Contains(o.Outside, g)
			} else {
				c.out = append(c.out, i)
			}
		}
		// A group of workers is compared with workers: more is known of them than of
		// applicants, and so more of everybody among them are looked at.
		stages := map[record.Stage]bool{}
		for _, i := range c.in {
			stages[outcomes[i].Stage] = true
		}
		c.out = slices.DeleteFunc(c.out, func(i int) bool { return !outcomes[i].Deceptive && !stages[outcomes[i].Stage] })
		out = append(out, c)
	}
	return out
}

// selfCohorts compares each group of an attribute with those who named another.
func (f *Fairness) selfCohorts(outcomes []Outcome, self *SelfIdentification) []cohort {
	at := map[*pipeline.Subject]int{}
	var subjects []*pipeline.Subject
	for i, o := range outcomes {
		at[o.Assessed] = i
		subjects = append(subjects, o.Assessed)
	}
	find := newFinder(&pipeline.Result{Subjects: subjects})
	answers := map[string]map[string]map[int]bool{} // attribute, group, who
	for _, a := range self.Answers {
		s := find.subject(a.Person)
		if s == nil {
			f.Unmatched++
			continue
		}
		if answers[a.Attribute] == nil {
			answers[a.Attribute] = map[string]map[int]bool{}
		}
		if answers[a.Attribute][a.Group] == nil {
			answers[a.Attribute][a.Group] = map[int]bool{}
		}
		answers[a.Attribute][a.Group][at[s]] = true
	}
	var out []cohort
	for _, attribute := range slices.Sorted(maps.Keys(answers)) {
		everybody := map[int]bool{}
		for _, who := range answers[attribute] {
			maps.Copy(everybody, who)
		}
		for _, group := range slices.Sorted(maps.Keys(answers[attribute])) {
			who := answers[attribute][group]
			c := cohort{attribute: attribute, group: group}
			honest := 0
			for _, i := range slices.Sorted(maps.Keys(everybody)) {
				if !who[i] {
					c.out = append(c.out, i)
					continue
				}
				c.in = append(c.in, i)
				honest += one(!outcomes[i].Deceptive)
			}
			if honest < smallGroup {
				f.Small++
				continue
			}
			out = append(out, c)
		}
	}
	return out
}

// compare compares honest people of the cohort with honest people outside it.
func (c cohort) compare(outcomes []Outcome, what string, is func(i int) bool) Comparison {
	rate := func(who []int, deceptive bool, is func(int) bool) Rate {
		n, of := 0, 0
		for _, i := range who {
			if outcomes[i].Deceptive == deceptive {
				of++
				n += one(is(i))
			}
		}
		return NewRate(n, of)
	}
	out := Comparison{Attribute: c.attribute, Group: c.group, outside: c.outside, What: what, Rate: rate(c.in, false, is), Others: rate(c.out, false, is)}
	out.settle()
	missed := func(i int) bool { return !is(i) }
	if in, others := rate(c.in, true, missed), rate(c.out, true, missed); in.Of > 0 && others.Of > 0 {
		d := newDifference(in, others)
		out.Missed = &d
	}
	return out
}

// settle fills what follows from the two rates; P is not yet corrected.
func (c *Comparison) settle() {
	c.Ratio, c.Difference = newRatio(c.Rate, c.Others), newDifference(c.Rate, c.Others)
	c.P = Number(fisher(c.Rate.Count, c.Rate.Of, c.Others.Count, c.Others.Of))
}

// empty reports whether there is nothing to compare.
func (c *Comparison) empty() bool {
	return c.Rate.Of == 0 || c.Others.Of == 0 || c.Rate.Count+c.Others.Count == 0
}

// judge corrects the probabilities for being many and gives the verdicts.
func judge(cs []Comparison) {
	many := holm(cs)
	for i := range cs {
		c := &cs[i]
		c.FailsFrom = c.failsFrom(many)
		beyond := func(r Number) bool { return r > fairLimit || r < 1/fairLimit }
		switch {
		case c.empty():
			c.Verdict = NoData
		case c.outside:
			c.Verdict = Outside
		case c.Ratio.Value > fairLimit && c.P < significant:
			c.Verdict = Exceeds
		case c.Ratio.Value < 1/fairLimit && c.P < significant:
			c.Verdict = Below
		case beyond(c.Ratio.Value):
			c.Verdict = NotShown
		case beyond(c.Ratio.Low) || beyond(c.Ratio.High):
			c.Verdict = Inside
		default:
			c.Verdict = Shown
		}
	}
}

// holm multiplies the smallest p by how many there are, the next by one fewer
// and so on, and lets none be smaller than one before it. Comparisons without
// data cannot be significant and are not counted, nor are groups outside the limit. It
// returns how many are.
func holm(cs []Comparison) int {
	var order []int
	for i, c := range cs {
		if !c.empty() && !c.outside {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(cs[a].P, cs[b].P) })
	var least Number
	for rank, i := range order {
		least = min(1, max(least, cs[i].P*Number(len(order)-rank)))
		cs[i].P = least
	}
	return len(order)
}

// failsFrom finds [Comparison.FailsFrom] among so many comparisons.
func (c *Comparison) failsFrom(many int) Number {
	if c.empty() || c.outside || c.Others.Count == 0 {
		return none
	}
	// Above the others' own share, more people are ever less likely by chance.
	equal := int(c.Others.Value * Number(c.Rate.Of))
	more := sort.Search(c.Rate.Of-equal, func(k int) bool {
		return float64(many)*fisher(equal+1+k, c.Rate.Of, c.Others.Count, c.Others.Of) < significant
	})
	rate := Number(equal+1+more) / Number(c.Rate.Of)
	if rate > 1 {
		return none
	}
	return max(rate/c.Others.Value, fairLimit)
}

// spans finds the widest difference of each attribute with two groups or more.
func spans(review []Comparison) []Span {
	groups := map[string][]Comparison{}
	for _, c := range review {
		if c.What == "reviewed" && c.Rate.Of > 0 {
			groups[c.Attribute] = append(groups[c.Attribute], c)
		}
	}
	out := []Span{}
	for _, attribute := range slices.Sorted(maps.Keys(groups)) {
		cs := groups[attribute]
		if len(cs) < 2 {
			continue
		}
		byRate := func(a, b Comparison) int { return cmp.Or(cmp.Compare(a.Rate.Value, b.Rate.Value), compareNames(a, b)) }
		least, most := slices.MinFunc(cs, byRate), slices.MaxFunc(cs, byRate)
		alone := func(r Rate) Rate { return NewRate(r.Of-r.Count, r.Of) }
		out = append(out, Span{
			Attribute: attribute, Lowest: least.Group, Highest: most.Group,
			Ratio: newRatio(most.Rate, least.Rate), FourFifths: newRatio(alone(most.Rate), alone(least.Rate)),
		})
	}
	return out
}

// indicators compares how often each indicator is present, and keeps the pairs
// beyond the limit, those that are significant first.
func (f *Fairness) indicators(outcomes []Outcome, catalog []*detect.Indicator, cohorts []cohort) {
	present := map[string][]bool{}
	for _, ind := range catalog {
		if ind.Present > 0 {
			present[ind.ID] = make([]bool, len(outcomes))
		}
	}
	for i, o := range outcomes {
		for _, c := range o.Assessed.Assessment.Contributions {
			if has := present[c.Finding.Indicator]; has != nil && c.Finding.Outcome == detect.Present {
				has[i] = true
			}
		}
	}
	var all []Comparison
	for _, c := range cohorts {
		for _, id := range slices.Sorted(maps.Keys(present)) {
			x := c.presence(outcomes, id, present[id])
			if x.Rate.Count+x.Others.Count > 0 && x.Rate.Of > 0 && x.Others.Of > 0 {
				all = append(all, x)
			}
		}
	}
	f.Compared = len(all)
	judge(all)
	for _, c := range all {
		if c.Verdict == Exceeds || c.Verdict == Below || c.Verdict == NotShown {
			f.Indicators = append(f.Indicators, c)
		}
	}
	slices.SortStableFunc(f.Indicators, func(a, b Comparison) int {
		return cmp.Or(cmp.Compare(a.P, b.P), cmp.Compare(farness(b), farness(a)), compareNames(a, b))
	})
}

// farness is how far a ratio is from 1, either way.
func farness(c Comparison) float64 { return math.Abs(math.Log(float64(c.Ratio.Value))) }

func (c cohort) presence(outcomes []Outcome, id string, has []bool) Comparison {
	count := func(who []int) Rate {
		n, of := 0, 0
		for _, i := range who {
			if !outcomes[i].Deceptive {
				of++
				n += one(has[i])
			}
		}
		return NewRate(n, of)
	}
	out := Comparison{Attribute: c.attribute, Group: c.group, What: id, Rate: count(c.in), Others: count(c.out)}
	out.settle()
	return out
}
