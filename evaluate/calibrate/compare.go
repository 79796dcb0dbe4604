// SPDX-License-Identifier: Apache-2.0

package calibrate

import (
	"cmp"
	"maps"
	"slices"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// Person is one subject's view with the answers about it.
type Person struct {
	View     *detect.View
	Findings []detect.Finding
}

// Answers returns the findings that an assessment was made of.
func Answers(a weigh.Assessment) []detect.Finding {
	out := make([]detect.Finding, 0, len(a.Contributions)+len(a.Unanswered))
	for _, c := range a.Contributions {
		out = append(out, c.Finding)
	}
	out = append(out, a.Unanswered...)
	slices.SortFunc(out, func(a, b detect.Finding) int { return cmp.Compare(a.Indicator, b.Indicator) })
	return out
}

// Part is what one indicator adds under both policies, centibans.
type Part struct {
	Indicator string
	Family    detect.Family
	Outcome   detect.Outcome
	Old, New  record.Weight
}

// Move is one person whose log-odds or state differ under two policies.
type Move struct {
	Old, New weigh.Assessment
	Parts    []Part // that differ, largest difference first
}

// Change is by how much the log-odds rise, centibans.
func (m Move) Change() record.Weight { return m.New.LogOdds() - m.Old.LogOdds() }

// Moved reports whether the state differs.
func (m Move) Moved() bool { return m.Old.State != m.New.State }

// Shift counts the people in a pair of states.
type Shift struct {
	Old, New weigh.State
	People   int
}

// Reweighed is one indicator with other weights.
type Reweighed struct {
	Indicator string
	Old, New  weigh.Override
}

// Comparison is what another policy would change.
type Comparison struct {
	People  int
	Shifts  []Shift // pairs with anybody in them, by severity
	Moves   []Move  // changed states first, then by size of change, then by subject
	Weights []Reweighed
}

// states lists the states from the mildest.
var states = []weigh.State{weigh.Clear, weigh.Insufficient, weigh.FollowUp, weigh.Escalate}

// Compare assesses everybody under two policies. It changes nothing.
func Compare(before, after weigh.Policy, catalog []*detect.Indicator, people []Person) Comparison {
	c := Comparison{People: len(people)}
	shifts := map[[2]weigh.State]int{}
	for _, p := range people {
		m := Move{Old: weigh.Assess(before, catalog, p.View, p.Findings), New: weigh.Assess(after, catalog, p.View, p.Findings)}
		shifts[[2]weigh.State{m.Old.State, m.New.State}]++
		if m.Moved() || m.Change() != 0 {
			m.Parts = parts(m.Old, m.New)
			c.Moves = append(c.Moves, m)
		}
	}
	slices.SortFunc(c.Moves, func(a, b Move) int {
		if a.Moved() != b.Moved() {
			if a.Moved() {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(size(b.Change()), size(a.Change())), cmp.Compare(a.Old.Subject, b.Old.Subject))
	})
	for _, from := range states {
		for _, to := range states {
			if n := shifts[[2]weigh.State{from, to}]; n > 0 {
				c.Shifts = append(c.Shifts, Shift{from, to, n})
			}
		}
	}
	for _, ind := range slices.SortedFunc(slices.Values(catalog), func(a, b *detect.Indicator) int { return cmp.Compare(a.ID, b.ID) }) {
		if o, n := before.WeightsOf(ind), after.WeightsOf(ind); o != n {
			c.Weights = append(c.Weights, Reweighed{ind.ID, o, n})
		}
	}
	return c
}

// parts lists the contributions that count differently.
func parts(before, after weigh.Assessment) []Part {
	byID := map[string]Part{}
	for _, c := range before.Contributions {
		byID[c.Finding.Indicator] = Part{Indicator: c.Finding.Indicator, Family: c.Family, Outcome: c.Finding.Outcome, Old: c.Counted}
	}
	for _, c := range after.Contributions {
		p := byID[c.Finding.Indicator]
		p.New = c.Counted
		byID[c.Finding.Indicator] = p
	}
	maps.DeleteFunc(byID, func(_ string, p Part) bool { return p.Old == p.New })
	return slices.SortedFunc(maps.Values(byID), func(a, b Part) int {
		return cmp.Or(cmp.Compare(size(b.New-b.Old), size(a.New-a.Old)), cmp.Compare(a.Indicator, b.Indicator))
	})
}

func size(w record.Weight) record.Weight { return max(w, -w) }
