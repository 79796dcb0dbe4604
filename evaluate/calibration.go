// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"maps"
	"math"
	"slices"

	"daylight/record"
)

// Calibration says whether stated probabilities come true: of the people given
// 20 %, is one in five deceptive?
//
// A stated probability starts from the policy's prior of the person's stage,
// while the people measured have a base rate of their own, often many times
// that. So AtPrior weights every person such that in each stage the deceptive
// share is that prior: with n people in a stage, d of them deceptive, and prior
// p, a deceptive person counts p·n/d and a genuine one (1-p)·n/(n-d). Unweighted
// compares with the sample as it is, and is right only if that is the population.
type Calibration struct {
	AtPrior    Reliability `json:"at_prior"`
	Unweighted Reliability `json:"unweighted"`
	// LeftOut are the stages that have no deceptive or no genuine person, which no
	// weight can bring to a prior; they are not in AtPrior.
	LeftOut []record.Stage `json:"left_out"`
}

// Reliability is a reliability diagram and its expected calibration error (ECE):
// the mean over people of the distance between stated and observed in their bin
// (Naeini, Cooper and Hauskrecht, AAAI 2015; Guo and others, ICML 2017).
//
// The bins are of equal width on the scale of weight, 5 dB, with open ends at
// ±25 dB: on that of probability nearly everybody would be in the first of ten,
// and what happens at 0.1 % and 1 % could not be told apart.
type Reliability struct {
	ECE Number `json:"ece"`
	// Stated and Observed are the means over all people.
	Stated   Number `json:"stated"`
	Observed Number `json:"observed"`
	Bins     []Bin  `json:"bins"` // of those that hold anybody, the lowest first
}

// Bin is the people whose total lies from FromDB (included; null for the first)
// to ToDB (excluded; null for the last).
type Bin struct {
	FromDB    Number `json:"from_db"`
	ToDB      Number `json:"to_db"`
	Deceptive int    `json:"deceptive"` // people, unweighted
	Genuine   int    `json:"genuine"`
	Share     Number `json:"share"`    // of the people, weighted
	Stated    Number `json:"stated"`   // mean probability
	Observed  Number `json:"observed"` // share of them who are deceptive
	// Low and High are the 95 % Wilson interval of Observed. Where people are
	// weighted it is that of Kish's effective number of people, (Σw)²/Σw².
	Low  Number `json:"low"`
	High Number `json:"high"`
}

const (
	binWidth record.Weight = 50 // centibans
	binEnd   record.Weight = 250
)

// none stands for a bound or a figure that does not exist; JSON has null.
var none = Number(math.Inf(1)) //nolint:gochecknoglobals // a constant that Go has no literal for

func newCalibration(outcomes []Outcome) Calibration {
	c := Calibration{LeftOut: []record.Stage{}}
	type class struct{ deceptive, genuine float64 }
	n := map[record.Stage]class{}
	for _, o := range outcomes {
		k := n[priorStage(o)]
		if o.Deceptive {
			k.deceptive++
		} else {
			k.genuine++
		}
		n[priorStage(o)] = k
	}
	for _, s := range slices.Sorted(maps.Keys(n)) {
		if n[s].deceptive == 0 || n[s].genuine == 0 {
			c.LeftOut = append(c.LeftOut, s)
		}
	}
	c.AtPrior = newReliability(outcomes, func(o Outcome) float64 {
		k := n[priorStage(o)]
		if k.deceptive == 0 || k.genuine == 0 {
			return 0
		}
		p := probability(o.Assessed.Assessment.Prior)
		if o.Deceptive {
			return p * (k.deceptive + k.genuine) / k.deceptive
		}
		return (1 - p) * (k.deceptive + k.genuine) / k.genuine
	})
	c.Unweighted = newReliability(outcomes, func(Outcome) float64 { return 1 })
	return c
}

// priorStage is the stage whose prior an assessment began with: whoever is not
// an applicant has that of a worker.
func priorStage(o Outcome) record.Stage {
	if o.Assessed.Assessment.Stage == record.Applicant {
		return record.Applicant
	}
	return record.Worker
}

// probability of log-odds in centibans.
func probability(w record.Weight) float64 { return 1 / (1 + math.Pow(10, -float64(w)/100)) }

// newReliability puts people into bins; who weighs 0 is not counted.
func newReliability(outcomes []Outcome, weight func(Outcome) float64) Reliability {
	type sums struct{ all, squares, stated, deceptive float64 }
	last := int(2*binEnd/binWidth) + 1
	bins := make([]Bin, last+1)
	in := make([]sums, last+1)
	var total sums
	for _, o := range outcomes {
		w := weight(o)
		if w == 0 {
			continue
		}
		i := binOf(o.Total)
		p := probability(o.Total)
		for _, s := range []*sums{&in[i], &total} {
			s.all += w
			s.squares += w * w
			s.stated += w * p
			if o.Deceptive {
				s.deceptive += w
			}
		}
		if o.Deceptive {
			bins[i].Deceptive++
		} else {
			bins[i].Genuine++
		}
	}
	r := Reliability{Bins: []Bin{}}
	if total.all == 0 {
		return r
	}
	r.Stated, r.Observed = Number(total.stated/total.all), Number(total.deceptive/total.all)
	for i, b := range bins {
		s := in[i]
		if s.all == 0 {
			continue
		}
		b.FromDB, b.ToDB = binEdge(i), binEdge(i+1)
		b.Share, b.Stated, b.Observed = Number(s.all/total.all), Number(s.stated/s.all), Number(s.deceptive/s.all)
		people := s.all * s.all / s.squares
		low, high := wilson(people*s.deceptive/s.all, people)
		b.Low, b.High = Number(low), Number(high)
		r.ECE += b.Share * Number(math.Abs(float64(b.Stated-b.Observed)))
		r.Bins = append(r.Bins, b)
	}
	return r
}

func binOf(total record.Weight) int {
	switch {
	case total < -binEnd:
		return 0
	case total >= binEnd:
		return int(2*binEnd/binWidth) + 1
	}
	return int((total+binEnd)/binWidth) + 1
}

// binEdge is the lower edge of bin i, in decibans.
func binEdge(i int) Number {
	if i == 0 || i > int(2*binEnd/binWidth)+1 {
		return none
	}
	return Number((record.Weight(i-1)*binWidth - binEnd).DB())
}
