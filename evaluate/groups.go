// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"maps"
	"slices"

	"daylight/record"
	"daylight/weigh"
)

// Slice is how people of one kind were assessed. Reviewed is FollowUp and
// Escalated together: whoever somebody was asked to look at.
type Slice struct {
	Name         string `json:"name"`
	Deceptive    bool   `json:"deceptive"`
	People       int    `json:"people"`
	Escalated    Rate   `json:"escalated"`
	Reviewed     Rate   `json:"reviewed"`
	FollowUp     Rate   `json:"follow_up"`
	Insufficient Rate   `json:"insufficient"`
	Clear        Rate   `json:"clear"`
	// MeanDB is the mean total weight, decibans, prior included.
	MeanDB Number `json:"mean_db"`
}

// Truths is everybody, by truth.
type Truths struct {
	Deceptive Slice `json:"deceptive"`
	Genuine   Slice `json:"genuine"`
}

func newSlice(name string, deceptive bool, outcomes []Outcome) Slice {
	n := map[weigh.State]int{}
	var sum record.Weight
	people := 0
	for _, o := range outcomes {
		if o.Deceptive != deceptive {
			continue
		}
		people++
		n[o.State]++
		sum += o.Total
	}
	rate := func(count int) Rate { return NewRate(count, people) }
	s := Slice{
		Name: name, Deceptive: deceptive, People: people,
		Escalated: rate(n[weigh.Escalate]), Reviewed: rate(n[weigh.Escalate] + n[weigh.FollowUp]),
		FollowUp: rate(n[weigh.FollowUp]), Insufficient: rate(n[weigh.Insufficient]), Clear: rate(n[weigh.Clear]),
	}
	if people > 0 {
		s.MeanDB = Number(sum.DB() / float64(people))
	}
	return s
}

func newTruths(outcomes []Outcome) Truths {
	return Truths{newSlice("deceptive", true, outcomes), newSlice("genuine", false, outcomes)}
}

// split sorts people into named kinds; a person may be of several.
func split(outcomes []Outcome, kinds func(Outcome) []string) map[string][]Outcome {
	out := map[string][]Outcome{}
	for _, o := range outcomes {
		for _, k := range kinds(o) {
			out[k] = append(out[k], o)
		}
	}
	return out
}

// byStage gives each stage twice, its deceptive people and its genuine ones.
func byStage(outcomes []Outcome) []Slice {
	stages := split(outcomes, func(o Outcome) []string { return []string{string(o.Stage)} })
	out := []Slice{}
	for _, name := range slices.Sorted(maps.Keys(stages)) {
		out = append(out, newSlice(name, true, stages[name]), newSlice(name, false, stages[name]))
	}
	return out
}

// noTactic and noGroup name those of whom the truth gives none.
const (
	noTactic = "(no tactic given)"
	noGroup  = "(in no group)"
)

// byTactic gives every tactic of deceptive people, the hardest to find first.
func byTactic(outcomes []Outcome) []Slice {
	out := []Slice{}
	for name, people := range split(outcomes, func(o Outcome) []string {
		if !o.Deceptive {
			return nil
		}
		return []string{cmp.Or(o.Tactic, noTactic)}
	}) {
		out = append(out, newSlice(name, true, people))
	}
	slices.SortFunc(out, func(a, b Slice) int {
		return cmp.Or(cmp.Compare(a.Escalated.Value, b.Escalated.Value), cmp.Compare(a.Reviewed.Value, b.Reviewed.Value), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// byGroup gives every group of honest people, the most bothered first. A person
// in several groups is in each of them.
func byGroup(outcomes []Outcome) []Slice {
	out := []Slice{}
	for name, people := range split(outcomes, honestGroups) {
		out = append(out, newSlice(name, false, people))
	}
	slices.SortFunc(out, func(a, b Slice) int {
		return cmp.Or(cmp.Compare(b.Escalated.Value, a.Escalated.Value), cmp.Compare(b.Reviewed.Value, a.Reviewed.Value), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// Precision is, of the people somebody is asked to look at, the share who are
// deceptive, in a population where one in OneIn is:
//
//	b·t / (b·t + (1-b)·f)
//
// with b the base rate and t and f the measured rates among deceptive and
// genuine people (Bayes' rule). Its bounds are those of the ratio t/f put in the
// same formula. Where no genuine person was looked at, it is 1 and only the lower
// bound says anything.
type Precision struct {
	OneIn     int   `json:"one_in"`
	Escalated Share `json:"escalated"`
	Reviewed  Share `json:"reviewed"`
}

// Share is a share with its 95 % bounds; Known is false where nobody was counted.
type Share struct {
	Known bool   `json:"known"`
	Value Number `json:"value"`
	Low   Number `json:"low"`
	High  Number `json:"high"`
}

// baseRates are the populations of [Precision]. 1 in 343 is what one vendor found
// among applicants to engineering roles (Pindrop 2026); 1 in 50 and 1 in 2,000 are
// assumptions on both sides of it, for a role that is sought after and for staff.
var baseRates = []int{50, 343, 2000}

func precisions(t Truths) []Precision {
	var out []Precision
	for _, n := range baseRates {
		out = append(out, Precision{n, precisionAt(n, t.Deceptive.Escalated, t.Genuine.Escalated), precisionAt(n, t.Deceptive.Reviewed, t.Genuine.Reviewed)})
	}
	return out
}

func precisionAt(oneIn int, deceptive, genuine Rate) Share {
	if deceptive.Of == 0 || genuine.Of == 0 || deceptive.Count == 0 && genuine.Count == 0 {
		return Share{High: 1}
	}
	r := newRatio(deceptive, genuine)
	// With odds o, ratio r gives r·o / (r·o + 1), written so that no bound is 1.
	share := func(ratio Number) Number { return 1 / (1 + Number(oneIn-1)/ratio) }
	return Share{Known: true, Value: share(r.Value), Low: share(r.Low), High: share(r.High)}
}

// honestGroups are the groups of an honest person, and none of a deceptive one.
func honestGroups(o Outcome) []string {
	switch {
	case o.Deceptive:
		return nil
	case len(o.Groups) == 0:
		return []string{noGroup}
	}
	return o.Groups
}
