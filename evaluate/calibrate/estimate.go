// SPDX-License-Identifier: Apache-2.0

package calibrate

import (
	"fmt"
	"math"

	"daylight/detect"
	"daylight/record"
)

// estimator learns the two weights of one indicator.
type estimator struct {
	counts      Counts
	pseudoCount int
	up, down    record.Weight // the caps of its family
}

// posterior is a likelihood ratio between what shipped and what was observed.
type posterior struct {
	ratio float64
	// effective is how much the outcomes count, on the scale of the pseudo-count.
	effective float64
}

// estimate returns the posterior of a likelihood ratio.
//
// Of all observations of an outcome, the share made among the confirmed is
// π = nD·r / (nD·r + nG), where r is the likelihood ratio and nD and nG are how
// many confirmed and cleared people answered. π has a Beta prior whose parameters
// a and b have the shipped ratio as a/b·nG/nD, so that with no observation the
// posterior is the shipped ratio exactly, and precision on the logit scale
// a·b/(a+b) = N/4: that of N observations, half under each label, whatever the
// numbers of people are. With kD and kG observations the posterior ratio is
//
//	(a + kD)/(b + kG) · nG/nD
//
// which lies between the shipped and the observed ratio, and tends to the
// observed one. Both a and b are N/4 or more, so one more observation moves a
// weight by 10·log10(1 + 4/N) dB at most: 0.8 dB at 20.
//
// Conditioning on the sum leaves the rates themselves out, which nobody has
// measured: Beta priors on the two rates that a pair of weights implies would let
// the posterior leave the interval wherever those rates are wrong, and a
// one-sided indicator has no such pair. It takes the observations as Poisson,
// which understates what is known of an outcome most people share: such weights
// move less than they might.
func estimate(shipped, nD, nG, kD, kG, pseudoCount float64) posterior {
	confirmed, all := nD*shipped, nD*shipped+nG
	a, b := pseudoCount/4*all/nG, pseudoCount/4*all/confirmed
	return posterior{
		ratio:     (a + kD) / (b + kG) * nG / nD,
		effective: pseudoCount * (kD + kG) / (a + b),
	}
}

// learn returns the weight of an outcome and, where it changed, why. A weight of
// 0 says that the outcome means nothing, and stays.
func (e estimator) learn(o detect.Outcome, shipped record.Weight) (record.Weight, string) {
	d, g := e.counts.Confirmed, e.counts.Cleared
	if shipped == 0 || d.Answered() == 0 || g.Answered() == 0 {
		return shipped, ""
	}
	ratio := math.Pow(10, float64(shipped)/100)
	post := estimate(ratio, float64(d.Answered()), float64(g.Answered()), d.seen(o), g.seen(o), float64(e.pseudoCount))
	free := record.Weight(math.Round(100 * math.Log10(post.ratio)))
	now := e.bound(free, shipped)
	why := fmt.Sprintf("%s in %d of %d confirmed and %d of %d cleared; shipped %s; pseudo-count %d, effective sample %.1f; now %s",
		o, d.people(o), d.Answered(), g.people(o), g.Answered(), shipped, e.pseudoCount, post.effective, now)
	if now != free {
		why += fmt.Sprintf(", its limit (the outcomes alone would make it %s)", free)
	}
	return now, why
}

// Limits of what outcomes may make of a shipped weight, centibans: half as much
// again and 3 dB. The catalogue's classes of weight are about as far apart, so a
// weak sign does not become proof by the luck of one company's cases.
const (
	limitPercent               = 150
	limitRoom    record.Weight = 30
)

// bound keeps the sign of a weight and its magnitude within the limits and the
// cap of its family.
func (e estimator) bound(w, shipped record.Weight) record.Weight {
	sign, limit := record.Weight(1), e.up
	if shipped < 0 {
		sign, limit = -1, -e.down
	}
	size := shipped * sign
	limit = min(size*limitPercent/100+limitRoom, max(limit, size))
	return sign * min(max(w*sign, 1), limit)
}
