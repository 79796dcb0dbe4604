// SPDX-License-Identifier: Apache-2.0

package weigh

import (
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
//   - Thresholds: a person is asked to look where the probability is 1 %, the prior of
//     an applicant, and more than one weak sign speaks for a mismatch, or where one
//     family says more than +12 dB. Escalation needs three in four and two families that
//     each nearly double the odds. docs/method.md §3 says why, and what these were
//     measured on.
//   - Scale: sums of weights are believed half as much again. The weights are
//     cautious one by one, and more so in sum (docs/results.md).
//   - SparedShare: half of the comfort that a waived answer could give, which is about
//     what honest people have of it on average.
//   - MinimumAnswers: two indicators that looked at one family.
func DefaultPolicy() Policy {
	return Policy{
		Version:        "default-11",
		PriorApplicant: 0.01,
		PriorWorker:    0.004,
		Weights:        map[string]Override{},
		Discount:       []int{100, 66, 44, 30, 20, 13, 9, 6, 0},
		CapToward: map[detect.Family]record.Weight{
			// A family not named here: at most what two strong indicators say.
			"": 180,
			// Careers are untidy, templates and agencies make résumés alike; but none of
			// that explains a copied account together with a career that was denied twice.
			detect.History: 200,
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
		FollowUpProbability: 0.01,
		EscalateProbability: 0.75,
		EscalateFamilies:    minimumFamilies,
		EscalateFamily:      25,
		MinimumAnswers:      2,
		SparedShare:         50,
		Scale:               Scale{Slope: 150},
	}
}
