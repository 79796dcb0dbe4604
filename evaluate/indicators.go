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
// answers absent, among everybody, because there an answer is always the same. The
// bounds are 95 %, by Koopman's score interval (Biometrics 40, 1984, 513-517), which
// holds for sides of unlike size and has a bound on one side where a count is 0.
type Implied struct {
	// DeclaredDB is the weight in force, as the policy's scale reads it, times the mean
	// strength over everybody who had the answer.
	DeclaredDB Number `json:"declared_db"`
	// ImpliedDB is null where a side has nobody with the answer, and a bound where
	// there is none on its side; all three where nobody has it.
	ImpliedDB Number `json:"implied_db"`
	LowDB     Number `json:"low_db"`
	HighDB    Number `json:"high_db"`
	// Fits is whether DeclaredDB lies within the bounds that there are.
	Fits bool `json:"fits"`
}

// Seen reports whether anybody had the answer.
func (w Implied) Seen() bool {
	return !math.IsInf(float64(w.LowDB), 0) || !math.IsInf(float64(w.HighDB), 0)
}

// tally counts one indicator's answers under one truth.
type tally struct {
	present, absent, unknown, failed, people int
	strength, comfort                        int // sums of percents, of the present and of the absent
}

func (t *tally) add(f detect.Finding) {
	switch f.Outcome {
	case detect.Present:
		t.present++
		t.strength += f.Strength
	case detect.Absent:
		t.absent++
		t.comfort += cmp.Or(f.Strength, 100) // 0 is all of it
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
	var present, absent float64 // in force, dB
	if ind.Lifecycle == detect.Stable {
		declared := policy.WeightsOf(ind)
		present, absent = policy.Scale.Of(declared.Present).DB(), policy.Scale.Of(declared.Absent).DB()
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
		out.Present = implied(d.present, d.people, g.present, g.people, present*strength)
		return out
	}
	answered, honest := d.present+d.absent, g.present+g.absent
	out.Present = implied(d.present, answered, g.present, honest, present*strength)
	if n := d.absent + g.absent; n > 0 {
		absent *= float64(d.comfort+g.comfort) / float64(n) / 100
	}
	missing := implied(d.absent, answered, g.absent, honest, absent)
	out.Absent = &missing
	return out
}

// implied compares x of m deceptive people with y of n genuine ones.
func implied(x, m, y, n int, declaredDB float64) Implied {
	db := func(ratio float64) Number { return Number(10 * math.Log10(ratio)) } // of 0 and ∞ it is none
	out := Implied{DeclaredDB: Number(declaredDB), ImpliedDB: none, LowDB: -none, HighDB: none, Fits: true}
	if m == 0 || n == 0 || x+y == 0 {
		return out
	}
	low, high := koopman(float64(x), float64(m), float64(y), float64(n))
	out.LowDB, out.HighDB = db(low), db(high)
	if x > 0 && y > 0 {
		out.ImpliedDB = db(float64(x) / float64(m) / (float64(y) / float64(n)))
	}
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
