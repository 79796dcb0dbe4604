// SPDX-License-Identifier: Apache-2.0

package weigh

import (
	"math"

	"daylight/record"
)

// Scale corrects how far sums of weights are to be believed, where a company's
// own decided cases have measured it (docs/method.md §8). It changes the
// log-odds that the probability and its thresholds read; contributions, families
// and the total stay as they were weighed. The zero value changes nothing.
type Scale struct {
	// Slope is how much of the evidence counts, in percent; 0 stands for 100.
	Slope int
	// Intercept is added whatever the evidence is, centibans.
	Intercept record.Weight
}

// The bounds of a scale: a correction beyond them says that the labels or the
// weights are wrong, not the scale.
const (
	// MinSlope is the least of the evidence that counts, percent.
	MinSlope = 25
	// MaxSlope is the most, percent.
	MaxSlope = 150
	// MaxIntercept is the largest intercept of either sign, centibans.
	MaxIntercept record.Weight = 100
)

// LogOdds returns what a total counts as: prior + intercept + slope·(total −
// prior), in centibans, the product rounded towards zero. It never falls when the
// total rises.
func (s Scale) LogOdds(prior, total record.Weight) record.Weight {
	return prior + s.Intercept + (total-prior)*s.percent()/100
}

// Total returns the total that counts as the given log-odds, to within the
// rounding of [Scale.LogOdds]: where a threshold lies among the weights.
func (s Scale) Total(prior, logOdds record.Weight) record.Weight {
	return prior + (logOdds-prior-s.Intercept)*100/s.percent()
}

// Of returns what a weight counts as, centibans, rounded towards zero.
func (s Scale) Of(w record.Weight) record.Weight { return w * s.percent() / 100 }

func (s Scale) percent() record.Weight {
	if s.Slope <= 0 {
		return 100 // 0 is none, and Validate refuses the rest
	}
	return record.Weight(s.Slope)
}

// checkScale reports what is wrong with the scale of a policy.
func (p Policy) checkScale(bad func(string, ...any)) {
	s := p.Scale
	if s.Slope != 0 && (s.Slope < MinSlope || s.Slope > MaxSlope) {
		bad("slope is %d %%, and must be %d to %d", s.Slope, MinSlope, MaxSlope)
	}
	if s.Intercept < -MaxIntercept || s.Intercept > MaxIntercept {
		bad("intercept is %d centibans, and must be %d to %d", s.Intercept, -MaxIntercept, MaxIntercept)
	}
	if p.FollowUpToward > 0 {
		return // nobody of whom nothing is known is asked for follow-up
	}
	for name, rate := range map[string]float64{"applicant": p.PriorApplicant, "worker": p.PriorWorker} {
		switch prior, ask := LogOdds(rate), LogOdds(p.FollowUpProbability); {
		case prior >= ask:
			bad("prior.%s is %v and the follow-up probability %v: every %s of whom nothing is known would be asked for follow-up", name, rate, p.FollowUpProbability, name)
		case prior+s.Intercept >= ask:
			bad("intercept is %d centibans: with it, every %s of whom nothing is known would be asked for follow-up", s.Intercept, name)
		}
	}
}

// LogOdds returns the log-odds of a probability in (0, 1), to the nearest
// centiban: 0.01 is -199.6 and becomes -200. Outside, it returns 0.
func LogOdds(rate float64) record.Weight {
	if !(rate > 0 && rate < 1) { // also catches NaN
		return 0
	}
	return record.Weight(math.Round(100 * math.Log10(rate/(1-rate))))
}
