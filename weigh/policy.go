// SPDX-License-Identifier: Apache-2.0

package weigh

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"daylight/detect"
	"daylight/record"
)

// Policy is an organisation's judgement. It is data, versioned, and named in
// every assessment it produced.
type Policy struct {
	Version string
	// PriorApplicant and PriorWorker are the assumed rates of deception before
	// any evidence, as probabilities in (0, 1).
	PriorApplicant, PriorWorker float64
	// Weights override the catalogue's, by indicator id.
	Weights map[string]Override
	// Scale says how far sums of weights are believed; zero: as they are.
	Scale Scale
	// Discount is the percentage of the 1st, 2nd, ... strongest of a family that
	// counts; the last repeats. It never rises.
	Discount []int
	// CapToward (0 or more) and CapAgainst (0 or less) bound what one family adds
	// on each side, centibans; a family that is not listed has the cap of "".
	CapToward, CapAgainst map[detect.Family]record.Weight
	// FollowUpFamily: any family above it asks for follow-up (method §3).
	FollowUpFamily record.Weight
	// FollowUpToward is what all families together must add toward deception, more
	// than which the probability needs before it asks for follow-up: a weak sign
	// alone is no reason to, however low the threshold is.
	FollowUpToward record.Weight
	// SparedShare is the percentage at which answers that a declaration waives are taken
	// to speak for the person where follow-up is decided, 0 to 100.
	SparedShare record.Weight
	// FollowUpProbability and EscalateProbability are thresholds on the posterior.
	FollowUpProbability, EscalateProbability float64
	// EscalateFamilies independent families at EscalateFamily or more are needed
	// to escalate; never fewer than two.
	EscalateFamilies int
	EscalateFamily   record.Weight
	// MinimumAnswers is how many stable indicators of one family must have given
	// an answer that weighs something before a subject can be clear. Follow-up and escalate stand on
	// their own evidence and are not held back by it.
	MinimumAnswers int
}

// Cap returns the most that one family may add: toward deception, 0 or more, and
// against it, 0 or less, centibans.
func (p Policy) Cap(f detect.Family) (up, down record.Weight) {
	return p.capOf(f, toward), -p.capOf(f, against)
}

// WeightsOf returns the weights in force of an indicator: the catalogue's, unless
// the policy has its own. Not having a habit (see [detect.Meta]) never weighs.
func (p Policy) WeightsOf(ind *detect.Indicator) Override {
	o, ok := p.Weights[ind.ID]
	if !ok {
		o = Override{ind.Present, ind.Absent}
	}
	if ind.Habit {
		o.Absent = 0
	}
	return o
}

// Override replaces the weights of one indicator.
type Override struct{ Present, Absent record.Weight }

// minimumFamilies is the two-family rule of method §3, which no configuration
// weakens.
const minimumFamilies = 2

// maxWeight bounds every configured weight and cap, centibans: beyond ten to the
// tenth to one, nothing we can observe is that certain.
const maxWeight record.Weight = 1000

// Validate reports every problem of the policy at once, joined; nil when there
// is none.
func (p Policy) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("policy: "+format, args...)) }

	if p.Version == "" {
		bad("version is empty: every assessment names the policy that made it")
	}
	probability := func(name string, x float64) {
		if !(x > 0 && x < 1) { // also catches NaN
			bad("%s is %v, and must lie between 0 and 1, both excluded", name, x)
		}
	}
	probability("prior.applicant", p.PriorApplicant)
	probability("prior.worker", p.PriorWorker)
	probability("follow-up probability", p.FollowUpProbability)
	probability("escalate probability", p.EscalateProbability)
	if p.EscalateProbability < p.FollowUpProbability {
		bad("escalate probability %v is below follow-up probability %v", p.EscalateProbability, p.FollowUpProbability)
	}
	for _, id := range slices.Sorted(maps.Keys(p.Weights)) {
		checkOverride(id, p.Weights[id], bad)
	}
	p.checkScale(bad)
	p.checkDiscount(bad)
	p.checkCaps(bad)
	if p.EscalateFamilies < minimumFamilies {
		bad("escalation needs at least %d independent families, not %d", minimumFamilies, p.EscalateFamilies)
	}
	for name, w := range map[string]record.Weight{"follow-up family weight": p.FollowUpFamily, "escalate family weight": p.EscalateFamily} {
		if w <= 0 || w > maxWeight {
			bad("%s is %d centibans, and must be 1 to %d", name, w, maxWeight)
		}
	}
	if p.FollowUpToward < 0 || p.FollowUpToward > maxWeight {
		bad("follow-up weight toward is %d centibans, and must be 0 to %d", p.FollowUpToward, maxWeight)
	}
	if p.SparedShare < 0 || p.SparedShare > 100 {
		bad("spared share is %d %%, and must be 0 to 100", p.SparedShare)
	}
	if p.MinimumAnswers < 1 {
		bad("minimum answers is %d: nobody is clear without an answer", p.MinimumAnswers)
	}
	slices.SortStableFunc(errs, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

func checkOverride(id string, o Override, bad func(string, ...any)) {
	switch {
	case id == "":
		bad("a weight names no indicator")
	case o.Present >= 0 && o.Absent > 0:
		bad("weight of %s: absent is %d, and must be 0 or less: seeing nothing never counts against anyone", id, o.Absent)
	case o.Present < 0 && o.Absent != 0:
		bad("weight of %s: present is negative, so absent must be 0: a check not passed is not evidence", id)
	case max(o.Present, -o.Present) > maxWeight || -o.Absent > maxWeight:
		bad("weight of %s: beyond ±%d centibans", id, maxWeight)
	}
}

func (p Policy) checkDiscount(bad func(string, ...any)) {
	if len(p.Discount) == 0 {
		bad("discount is empty: the first of a family counts 100")
	}
	for i, d := range p.Discount {
		if d < 0 || d > 100 {
			bad("discount %d is %d %%, and must be 0 to 100", i+1, d)
		}
		if i > 0 && d > p.Discount[i-1] {
			bad("discount %d is %d %%, more than the one before it", i+1, d)
		}
	}
}

func (p Policy) checkCaps(bad func(string, ...any)) {
	known := func(side string, caps map[detect.Family]record.Weight) {
		if _, ok := caps[""]; !ok {
			bad("caps %s have none for the families that are not listed", side)
		}
		for _, f := range slices.Sorted(maps.Keys(caps)) {
			if f != "" && !slices.Contains(detect.Families, f) {
				bad("cap %s of %q: there is no such family", side, f)
			}
		}
	}
	known("toward", p.CapToward)
	known("against", p.CapAgainst)
	for _, f := range slices.Sorted(maps.Keys(p.CapToward)) {
		if w := p.CapToward[f]; w < 0 || w > maxWeight {
			bad("cap toward of %q is %d centibans, and must be 0 to %d", f, w, maxWeight)
		}
	}
	for _, f := range slices.Sorted(maps.Keys(p.CapAgainst)) {
		if w := p.CapAgainst[f]; w > 0 || w < -maxWeight {
			bad("cap against of %q is %d centibans, and must be 0 to %d", f, w, -maxWeight)
		}
	}
	if c := p.capOf(detect.Rhythm, toward); c > p.FollowUpFamily {
		bad("cap toward of rhythm is %d centibans, above the follow-up threshold %d: rhythm alone must not pass it", c, p.FollowUpFamily)
	}
}
