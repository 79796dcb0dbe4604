// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"daylight/detect"
	"daylight/weigh"
)

// Indicator is what one indicator was worth.
type Indicator struct {
	ID        string           `json:"id"`
	Family    detect.Family    `json:"family"`
	Lifecycle detect.Lifecycle `json:"lifecycle"`
	Deceptive Answers          `json:"deceptive"`
	Genuine   Answers          `json:"genuine"`
	Present   Implied          `json:"present_weight"`
	// Absent is nothing for an indicator that never answers absent.
	Absent *Implied `json:"absent_weight,omitempty"`
	// Lift is the share of deceptive people among those with the indicator, over
	// that among all: how many times likelier a find is there than anywhere.
	// Null where nobody has it.
	Lift     Number   `json:"lift"`
	Marginal Marginal `json:"without"`
}

// Answers are one truth's.
type Answers struct {
	Present Rate `json:"present"` // of all people of this truth
	Absent  Rate `json:"absent"`
	Unknown Rate `json:"unknown"`
	Failed  int  `json:"failed"`
	// Strength is the mean strength of the present ones, percent; 0 for none.
	Strength Number `json:"mean_strength"`
}

// Implied is the weight that the measured rates stand for, beside that in force.
//
// A weight is 10·log10 of P(answer | deceptive) over P(answer | genuine), in
// decibans, among people for whom the indicator answered; for one that never
// answers absent, among everybody, because there an answer is always the same. Both rates are
// smoothed by half a person on each side (Jeffreys' Beta(½, ½)), so that no count
// of 0 makes a certainty; the bounds are 95 %, by Katz on the smoothed counts.
type Implied struct {
	// DeclaredDB is the weight in force; of a present one, times the mean strength
	// over everybody who had it.
	DeclaredDB Number `json:"declared_db"`
	ImpliedDB  Number `json:"implied_db"`
	LowDB      Number `json:"low_db"`
	HighDB     Number `json:"high_db"`
	// Fits is whether DeclaredDB lies within the bounds.
	Fits bool `json:"fits"`
}

// tally counts one indicator's answers under one truth.
type tally struct{ present, absent, unknown, failed, strength, people int }

func (t *tally) add(f detect.Finding) {
	switch f.Outcome {
	case detect.Present:
		t.present++
		t.strength += f.Strength
	case detect.Absent:
		t.absent++
	case detect.Failed:
		t.failed++
	case detect.Unknown:
		t.unknown++
	}
}

func (t *tally) answers() Answers {
	a := Answers{
		Present: NewRate(t.present, t.people), Absent: NewRate(t.absent, t.people),
		Unknown: NewRate(t.people-t.present-t.absent-t.failed, t.people), Failed: t.failed,
	}
	if t.present > 0 {
		a.Strength = Number(t.strength) / Number(t.present)
	}
	return a
}

// MeasureIndicators measures every indicator of the catalogue, those whose
// removal costs most recall first. The outcomes may be of several scans under one
// policy and catalogue: each is weighed by itself, and the curve is that of all. Of
// each it reads the assessment, and of that no unknown answer. It fails only when
// ctx is done.
func MeasureIndicators(ctx context.Context, outcomes []Outcome, catalog []*detect.Indicator, policy weigh.Policy, workers int) ([]Indicator, error) {
	at := make(map[string]int, len(catalog))
	for i, ind := range catalog {
		at[ind.ID] = i
	}
	counts := make([][2]tally, len(catalog)) // genuine, deceptive
	people := [2]int{}
	for _, o := range outcomes {
		truth := truthOf(o)
		people[truth]++
		for f := range findings(o) {
			if i, ok := at[f.Indicator]; ok {
				counts[i][truth].add(f)
			}
		}
	}
	without, err := leaveOneOut(ctx, outcomes, catalog, policy, workers)
	if err != nil {
		return nil, fmt.Errorf("leave out one indicator at a time: %w", err)
	}
	out := make([]Indicator, 0, len(catalog))
	for i, ind := range catalog {
		g, d := &counts[i][0], &counts[i][1]
		g.people, d.people = people[0], people[1]
		out = append(out, newIndicator(ind, policy, d, g, without[i]))
	}
	slices.SortFunc(out, func(a, b Indicator) int {
		return cmp.Or(cmp.Compare(a.Marginal.Recall, b.Marginal.Recall), cmp.Compare(a.Marginal.Reviewed, b.Marginal.Reviewed),
			cmp.Compare(a.Marginal.AUC, b.Marginal.AUC), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// findings are all answers about one person.
func findings(o Outcome) func(yield func(detect.Finding) bool) {
	return func(yield func(detect.Finding) bool) {
		for _, c := range o.Assessed.Assessment.Contributions {
			if !yield(c.Finding) {
				return
			}
		}
		for _, f := range o.Assessed.Assessment.Unanswered {
			if !yield(f) {
				return
			}
		}
	}
}

func newIndicator(ind *detect.Indicator, policy weigh.Policy, d, g *tally, m Marginal) Indicator {
	out := Indicator{
		ID: ind.ID, Family: ind.Family, Lifecycle: ind.Lifecycle,
		Deceptive: d.answers(), Genuine: g.answers(), Marginal: m, Lift: none,
	}
	declared := weigh.Override{Present: ind.Present, Absent: ind.Absent}
	if o, ok := policy.Weights[ind.ID]; ok {
		declared = o
	}
	strength := 1.0
	if n := d.present + g.present; n > 0 {
		strength = float64(d.strength+g.strength) / float64(n) / 100
		if d.people > 0 {
			share := float64(d.people) / float64(d.people+g.people)
			out.Lift = Number(float64(d.present) / float64(n) / share)
		}
	}
	if ind.OneSided {
		out.Present = implied(d.present, d.people, g.present, g.people, declared.Present.DB()*strength)
		return out
	}
	answered, honest := d.present+d.absent, g.present+g.absent
	out.Present = implied(d.present, answered, g.present, honest, declared.Present.DB()*strength)
	absent := implied(d.absent, answered, g.absent, honest, declared.Absent.DB())
	out.Absent = &absent
	return out
}

// implied compares x of m deceptive people with y of n genuine ones.
func implied(x, m, y, n int, declaredDB float64) Implied {
	a, b := float64(x)+.5, float64(y)+.5
	of, among := float64(m)+1, float64(n)+1
	low, high := katz(a, of, b, among)
	db := func(ratio float64) Number { return Number(10 * math.Log10(ratio)) }
	out := Implied{DeclaredDB: Number(declaredDB), ImpliedDB: db((a / of) / (b / among)), LowDB: db(float64(low)), HighDB: db(float64(high))}
	// A tenth of a deciban is what people see.
	out.Fits = out.DeclaredDB >= out.LowDB-.05 && out.DeclaredDB <= out.HighDB+.05
	return out
}

// Marginal is how the whole would change without one indicator: everybody is
// weighed again without it, under the same policy. It is small for an indicator
// whose family says the same without it, which is what families are for.
type Marginal struct {
	// Recall and Reviewed are the changes in the share of deceptive people who are
	// escalated, and followed up or escalated; below 0 for one that finds people.
	Recall   Number `json:"recall"`
	Reviewed Number `json:"reviewed_deceptive"`
	// False and Bothered are the same of genuine people; below 0 for one that
	// bothers honest people, above for one that clears them.
	False    Number `json:"false_escalations"`
	Bothered Number `json:"reviewed_genuine"`
	AUC      Number `json:"auc"`
	Changed  int    `json:"people_changed"` // whose state or total would differ
}
