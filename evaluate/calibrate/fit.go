// SPDX-License-Identifier: Apache-2.0

package calibrate

import (
	"fmt"
	"math"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// Fit is how sums of weights compare with what people concluded.
type Fit struct {
	Scale  weigh.Scale
	Labels int
	// Before and After are the mean log loss on the labels, in nats, of the
	// unscaled and the scaled sums.
	Before, After float64
	Why           string // one sentence
}

// sample is one person's evidence, without the prior.
type sample struct {
	x         float64 // nats
	offset    float64 // log of confirmed to cleared among the labels of this stage
	deceptive bool
}

// folds is how many parts the cases are dealt into for [heldOut].
const folds = 5

// heldOut returns each person's evidence under weights learned from the others:
// weights fit the labels they came from better than they fit anybody else, and a
// slope fitted on those would believe them too much.
func heldOut(cases []Case, catalog []*detect.Indicator, base weigh.Policy, pseudoCount int) []sample {
	part := make([]int, len(cases)) // each label dealt out in turn
	dealt := map[bool]int{}
	for i, c := range cases {
		part[i] = dealt[c.Deceptive] % folds
		dealt[c.Deceptive]++
	}
	offsets := stageOffsets(cases)
	out := make([]sample, len(cases))
	for k := range folds {
		var rest []Case
		for i, c := range cases {
			if part[i] != k {
				rest = append(rest, c)
			}
		}
		p, _, _ := learnWeights(rest, catalog, base, pseudoCount)
		for i, c := range cases {
			if part[i] != k {
				continue
			}
			a := weigh.Assess(p, catalog, &detect.View{Subject: c.Subject, Stage: c.Stage}, c.Findings)
			out[i] = sample{x: nats(a.Total - a.Prior), offset: offsets[c.Stage == record.Applicant], deceptive: c.Deceptive}
		}
	}
	return out
}

// stageOffsets are the log-odds of being confirmed among the labels of applicants
// and of everybody else, the two groups that have a prior. Half a person is added
// to each side (Haldane 1956), so that a stage without one label has an offset.
func stageOffsets(cases []Case) map[bool]float64 {
	confirmed, cleared := map[bool]float64{}, map[bool]float64{}
	for _, c := range cases {
		if c.Deceptive {
			confirmed[c.Stage == record.Applicant]++
		} else {
			cleared[c.Stage == record.Applicant]++
		}
	}
	out := map[bool]float64{}
	for _, applicant := range []bool{true, false} {
		out[applicant] = math.Log((confirmed[applicant] + 0.5) / (cleared[applicant] + 0.5))
	}
	return out
}

func nats(w record.Weight) float64 { return float64(w) / 100 * math.Ln10 }

// The prior of the fit: the scale of the policy learned from, with these standard
// deviations. Few labels move it little, and a perfect separation of the
// labels does not send the slope to infinity.
const (
	interceptSD = 1.0 // nats, 4.3 dB
	slopeSD     = 0.5
)

// fitScale fits log-odds = prior + intercept + slope·evidence by logistic
// regression of the label on the evidence (Platt 1999, "Probabilistic outputs for
// support vector machines").
//
// Labels are chosen by their outcome: far more of the labelled people are
// confirmed than of all. That moves the intercept and nothing else, by the
// log-odds of being confirmed among the labels against those of the population
// (King & Zeng 2001, "Logistic regression in rare events data", section 4.1). So
// the former stand as a fixed offset in the fit, per stage, in the place of the
// prior, and the intercept that is left is that of the population over its prior.
// Nothing corrects for people having been chosen for their evidence.
func fitScale(samples []sample, p weigh.Policy) Fit {
	shipped := p.Scale
	if shipped.Slope == 0 {
		shipped.Slope = 100
	}
	from := line{nats(shipped.Intercept), float64(shipped.Slope) / 100}
	to := maximise(samples, from)
	s := weigh.Scale{
		Slope:     min(max(int(math.Round(100*to.slope)), weigh.MinSlope), weigh.MaxSlope),
		Intercept: record.Weight(math.Round(100 * to.intercept / math.Ln10)),
	}
	s.Intercept = min(max(s.Intercept, -weigh.MaxIntercept), weigh.MaxIntercept)
	// Nobody of whom nothing is known may come to be asked for follow-up.
	room := weigh.LogOdds(p.FollowUpProbability) - 1 - max(weigh.LogOdds(p.PriorApplicant), weigh.LogOdds(p.PriorWorker))
	s.Intercept = min(s.Intercept, max(room, 0))
	f := Fit{Scale: s, Labels: len(samples), Before: loss(samples, from), After: loss(samples, line{nats(s.Intercept), float64(s.Slope) / 100})}
	f.Why = fmt.Sprintf("logistic regression of %d labels on evidence held out in %d parts, corrected to the prior per stage; mean log loss %.4f before and %.4f after",
		f.Labels, folds, f.Before, f.After)
	return f
}

// line is log-odds = prior + intercept + slope·evidence; the intercept in nats.
type line struct{ intercept, slope float64 }

// maximise returns the line of highest posterior density around the prior, by
// Newton's method with halved steps where a full one would go down (Lin, Lin &
// Weng 2007, "A note on Platt's probabilistic outputs"). The density is strictly
// log-concave, so there is one maximum and the way to it ends.
func maximise(samples []sample, prior line) line {
	const enough, steps, halvings = 1e-12, 100, 40
	l := prior
	at := penalised(samples, l, prior)
	for range steps {
		// Gradient and negative Hessian of the log posterior.
		ga, gb := (prior.intercept-l.intercept)/(interceptSD*interceptSD), (prior.slope-l.slope)/(slopeSD*slopeSD)
		haa, hab, hbb := 1/(interceptSD*interceptSD), 0.0, 1/(slopeSD*slopeSD)
		for _, s := range samples {
			q := 1 / (1 + math.Exp(-(s.offset + l.intercept + l.slope*s.x)))
			r := -q
			if s.deceptive {
				r = 1 - q
			}
			ga += r
			gb += r * s.x
			haa += q * (1 - q)
			hab += q * (1 - q) * s.x
			hbb += q * (1 - q) * s.x * s.x
		}
		det := haa*hbb - hab*hab
		da, db := (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
		if ga*da+gb*db <= enough*(1+at) {
			break // what a step would gain is less than at can hold
		}
		size, next := 1.0, 0.0
		for range halvings {
			if next = penalised(samples, line{l.intercept + size*da, l.slope + size*db}, prior); next <= at {
				break
			}
			size /= 2
		}
		if !(next <= at) {
			break // no step in this direction is better: as near as floats get
		}
		l, at = line{l.intercept + size*da, l.slope + size*db}, next
	}
	return l
}

// penalised is the negative log posterior, up to a constant.
func penalised(samples []sample, l, prior line) float64 {
	a, b := (l.intercept-prior.intercept)/interceptSD, (l.slope-prior.slope)/slopeSD
	return float64(len(samples))*loss(samples, l) + (a*a+b*b)/2
}

// loss is the mean of −log P(label), nats.
func loss(samples []sample, l line) float64 {
	if len(samples) == 0 {
		return 0
	}
	sum := 0.0
	for _, s := range samples {
		eta := s.offset + l.intercept + l.slope*s.x
		if s.deceptive {
			eta = -eta
		}
		sum += max(eta, 0) + math.Log1p(math.Exp(-math.Abs(eta))) // log(1+e^eta) without overflow
	}
	return sum / float64(len(samples))
}
