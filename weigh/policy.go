// SPDX-License-Identifier: Apache-2.0

package weigh

import (
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
	// SparedShare is the percentage at which answers that are lacking through no doing
	// of the person's are taken to speak for them where follow-up is decided, 0 to 100.
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
// the policy has its own.
func (p Policy) WeightsOf(ind *detect.Indicator) Override {
	if o, ok := p.Weights[ind.ID]; ok {
		return o
	}
	return Override{ind.Present, ind.Absent}
}

// Override replaces the weights of one indicator.
type Override struct{ Present, Absent record.Weight }
