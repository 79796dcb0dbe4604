// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"cmp"
	"slices"
	"time"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// maxMoves is how many people a comparison names; it counts all of them.
const maxMoves = 500

// states in the order of what they ask of people, the most first.
var states = [...]weigh.State{weigh.Escalate, weigh.FollowUp, weigh.Insufficient, weigh.Clear}

// Comparison is what a policy would change of what is in force.
type Comparison struct {
	At time.Time `json:"at"`
	// With is the key of the policy it was compared with; "" is the configuration's.
	With    string `json:"with"`
	Version string `json:"version"` // of that policy; "" if it is damaged
	People  int    `json:"people"`
	// Unread are people whose assessment does not open or is of another version of the
	// program.
	Unread int     `json:"unread,omitempty"`
	Moved  int     `json:"moved"`
	Shifts []Shift `json:"shifts"` // those to another state
	// Moves are people who would move, up to a bound; More is how many are left out.
	Moves []Move `json:"moves"`
	More  int    `json:"more,omitempty"`
}

// Shift counts the people who would move from one state to another.
type Shift struct {
	From   weigh.State `json:"from"`
	To     weigh.State `json:"to"`
	People int         `json:"people"`
}

// Move is one person who would be in another state.
type Move struct {
	Handle string       `json:"handle"`
	Stage  record.Stage `json:"stage"`
	From   weigh.State  `json:"from"`
	To     weigh.State  `json:"to"`
	// Old and New are probabilities, 1/10,000.
	Old int `json:"old"`
	New int `json:"new"`
}

// Add counts a person with the assessments under either policy.
func (c *Comparison) Add(handle string, before, after weigh.Assessment) {
	c.People++
	if before.State == after.State {
		return
	}
	c.Moved++
	i := slices.IndexFunc(c.Shifts, func(s Shift) bool { return s.From == before.State && s.To == after.State })
	if i < 0 {
		i = len(c.Shifts)
		c.Shifts = append(c.Shifts, Shift{From: before.State, To: after.State})
	}
	c.Shifts[i].People++
	if len(c.Moves) == maxMoves {
		c.More++
		return
	}
	c.Moves = append(c.Moves, Move{
		Handle: handle, Stage: after.Stage, From: before.State, To: after.State,
		Old: int(before.Probability()*1e4 + 0.5), New: int(after.Probability()*1e4 + 0.5),
	})
}

// Sort orders shifts and moves: whom more would be asked of first.
func (c *Comparison) Sort() {
	rank := func(s weigh.State) int { return slices.Index(states[:], s) }
	slices.SortFunc(c.Shifts, func(a, b Shift) int {
		return cmp.Or(cmp.Compare(rank(a.To), rank(b.To)), cmp.Compare(rank(a.From), rank(b.From)))
	})
	slices.SortFunc(c.Moves, func(a, b Move) int {
		return cmp.Or(cmp.Compare(rank(a.To), rank(b.To)), cmp.Compare(b.New, a.New), cmp.Compare(a.Handle, b.Handle))
	})
}

// Reweigh weighs the findings of an assessment under a policy.
func Reweigh(p weigh.Policy, catalog []*detect.Indicator, a weigh.Assessment) weigh.Assessment {
	findings := slices.Clone(a.Unanswered)
	for _, c := range a.Contributions {
		findings = append(findings, c.Finding)
	}
	return weigh.Assess(p, catalog, &detect.View{Subject: a.Subject, Stage: a.Stage, AsOf: a.AsOf}, findings)
}

// Setting is one setting of two policies that differs, under its name in a policy
// file.
type Setting struct {
	Name string  `json:"name"`
	Old  float64 `json:"old"`
	New  float64 `json:"new"`
}

// Settings lists what differs beside the weights, under the names of a policy
// file.
func Settings(before, after weigh.Policy) []Setting {
	out := []Setting{}
	add := func(name string, of func(weigh.Policy) float64) {
		if o, n := of(before), of(after); o != n {
			out = append(out, Setting{name, o, n})
		}
	}
	add("prior.applicant", func(p weigh.Policy) float64 { return p.PriorApplicant })
	add("prior.worker", func(p weigh.Policy) float64 { return p.PriorWorker })
	add("thresholds.follow_up_family_db", func(p weigh.Policy) float64 { return p.FollowUpFamily.DB() })
	add("thresholds.follow_up_toward_db", func(p weigh.Policy) float64 { return p.FollowUpToward.DB() })
	add("thresholds.follow_up_probability", func(p weigh.Policy) float64 { return p.FollowUpProbability })
	add("thresholds.escalate_probability", func(p weigh.Policy) float64 { return p.EscalateProbability })
	add("thresholds.escalate_families", func(p weigh.Policy) float64 { return float64(p.EscalateFamilies) })
	add("thresholds.escalate_family_db", func(p weigh.Policy) float64 { return p.EscalateFamily.DB() })
	add("thresholds.minimum_answers", func(p weigh.Policy) float64 { return float64(p.MinimumAnswers) })
	add("thresholds.spared_share_percent", func(p weigh.Policy) float64 { return float64(p.SparedShare) })
	add("scale.slope_percent", func(p weigh.Policy) float64 {
		if p.Scale.Slope == 0 {
			return 100
		}
		return float64(p.Scale.Slope)
	})
	add("scale.intercept_db", func(p weigh.Policy) float64 { return p.Scale.Intercept.DB() })
	return out
}
