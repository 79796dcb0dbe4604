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

// DefaultPolicy returns the policy in force when a company has set none. It is
// deliberately slow to accuse, and each number is a stated assumption to be
// replaced by the company's own experience.
//
//   - Priors: one applicant in 100 and one worker in 250. Nobody publishes a
//     measured rate; these are assumptions, shown in every report. A higher rate
//     would make single indicators louder, a lower one only asks for more of them.
//   - Discount: two thirds of the one before (method §2), in whole percent. The
//     ninth signal of one family adds nothing.
//   - Thresholds: a person is asked to look where the probability is 0.8 %, a
//     little below the prior of an applicant, and more than one weak sign speaks
//     for a mismatch, or where one family says more than +12 dB. Escalation needs
//     three in four and two families that each nearly double the odds. docs/method.md §3
//     says why, and what these were measured on.
//   - Scale: sums of weights are believed half as much again. The weights are
//     cautious one by one, and more so in sum (docs/results.md).
//   - SparedShare: half of the comfort that a waived or lacking answer could give,
//     which is about what honest people have of it on average.
//   - MinimumAnswers: two indicators that looked at one family.
func DefaultPolicy() Policy {
	return Policy{
		Version:        "default-8",
		PriorApplicant: 0.01,
		PriorWorker:    0.004,
		Weights:        map[string]Override{},
		Discount:       []int{100, 66, 44, 30, 20, 13, 9, 6, 0},
		CapToward: map[detect.Family]record.Weight{
			// A family not named here: at most what two strong indicators say.
			"": 180,
			// Careers are untidy, templates and agencies make résumés alike.
			detect.History: 180,
			// Files and documents are hard evidence, but one forger or one scanner
			// app explains all of them together.
			detect.Document: 200,
			// Shared contact points have families and friends behind them.
			detect.Contact: 180,
			// A bad day, a bad line or a bad camera explains a whole interview, but
			// hardly the light outside, two people who met another and every meeting.
			detect.Interview: 180,
			// VPN habit, travel and wrong databases explain a whole network history.
			detect.Network: 180,
			// Hardware on the desk is the least ambiguous thing seen.
			detect.Device: 200,
			// People move house, and couriers make mistakes.
			detect.Logistics: 180,
			// Method §4: night owls, carers, travel, on-call and automation. Below the
			// threshold of follow-up for one family: rhythm alone never passes. See
			// [Assess] for the rule that holds whatever the prior is.
			detect.Rhythm: 70,
			// Moving code and data is what engineers are paid for.
			detect.Conduct: 130,
			// A shared account has a marriage behind it more often than a crime.
			detect.Pay: 160,
			// Exact identifiers that others vouch for.
			detect.Listed: 250,
		},
		CapAgainst: map[detect.Family]record.Weight{
			// Reassurance is bounded too, or a long quiet history in one family
			// would bury a plain contradiction in another.
			"": -100,
			// An identity document verified in person is the strongest reassurance.
			detect.Document: -150,
			// Ordinary hours reassure little: anyone can keep them.
			detect.Rhythm: -50,
			// Not being on a list says next to nothing.
			detect.Listed: -10,
		},
		FollowUpFamily:      120,
		FollowUpToward:      30,
		FollowUpProbability: 0.008,
		EscalateProbability: 0.8,
		EscalateFamilies:    minimumFamilies,
		EscalateFamily:      25,
		MinimumAnswers:      2,
		SparedShare:         50,
		Scale:               Scale{Slope: 150},
	}
}

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
