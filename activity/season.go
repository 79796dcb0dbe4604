// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"math"
	"time"
)

// MinSeasonDays is the active days that [Season] asks for in each season.
const MinSeasonDays = 20

// SeasonFit says whether activity followed the claimed zone's clock.
type SeasonFit struct {
	// Enough is false when the zone has no clock change or a season has fewer
	// than [MinSeasonDays] active days.
	Enough                 bool
	StandardDays, SaveDays int // active days in standard and in saving time
	// Shift is how far the rhythm moved in claimed local time from standard to
	// saving time, minutes: 0 follows the claimed clock, +60 stays on UTC.
	Shift int
	// Low to High is a 90 % interval of Shift.
	Low, High int
	// LogRatio is log10 of how much better "stayed on UTC" explains the hours
	// than "followed the claimed clock". A move of half an hour, which habits
	// make with the light, favours neither.
	LogRatio float64
}

const (
	// seasonReach is the farthest move considered, quarter-hours.
	seasonReach = 10
	// seasonPerDay is how many independent observations a day is worth.
	seasonPerDay = 1.0
	// seasonSpread is how far habits move of themselves, standard deviation in
	// quarter-hours.
	seasonSpread = 1.5
)

// Season compares the hours of standard and of saving time in the claimed zone,
// from from until before to; zero times do not limit.
func Season(p *Profile, claim *time.Location, from, to time.Time) SeasonFit {
	var f SeasonFit
	if claim == nil {
		return f
	}
	var count [2][quartersADay]float64
	var days [2]int
	for _, d := range localDays(p, claim, from, to) {
		season := 0
		if time.Unix(d.day*86400, 0).In(claim).IsDST() {
			season = 1
		}
		days[season]++
		for q := range quartersADay {
			if d.acts[q>>6]>>(q&63)&1 != 0 {
				count[season][q]++
			}
		}
	}
	f.StandardDays, f.SaveDays = days[0], days[1]
	if days[0] == 0 || days[1] == 0 {
		return f
	}
	f.Enough = min(days[0], days[1]) >= MinSeasonDays
	f.weigh(count)
	return f
}

// weigh moves saving time against standard time. Each season in turn is the
// template of the other, so that neither direction of noise is favoured.
func (f *SeasonFit) weigh(count [2][quartersADay]float64) {
	winter, summer := smooth(count[0]), smooth(count[1])
	pairs := float64(f.StandardDays) * float64(f.SaveDays) / float64(f.StandardDays+f.SaveDays)
	var ll [2*seasonReach + 1]float64
	for i := range ll {
		move := i - seasonReach
		var a, b, na, nb float64
		for q := range quartersADay {
			later := ((q+move)%quartersADay + quartersADay) % quartersADay
			a += count[1][later] * math.Log(winter[q])
			na += count[1][later]
			b += count[0][q] * math.Log(summer[later])
			nb += count[0][q]
		}
		ll[i] = seasonPerDay * pairs * (a/na + b/nb)
	}
	best := seasonReach
	for i := range ll {
		if ll[i] > ll[best] {
			best = i
		}
	}
	f.Shift = (best - seasonReach) * 15
	total := logSum(ll[:])
	var mass [len(ll)]float64
	for i := range ll {
		mass[i] = math.Exp(ll[i] - total)
	}
	lo, hi := best, best
	for sum := mass[best]; sum < 0.9 && (lo > 0 || hi < len(ll)-1); {
		if hi == len(ll)-1 || lo > 0 && mass[lo-1] > mass[hi+1] {
			lo--
			sum += mass[lo]
		} else {
			hi++
			sum += mass[hi]
		}
	}
	f.Low, f.High = (lo-seasonReach)*15, (hi-seasonReach)*15
	f.LogRatio = (around(ll[:], seasonReach+4) - around(ll[:], seasonReach)) / math.Ln10
}

// around is the log likelihood of a move of about at, given that habits move of
// themselves.
func around(ll []float64, at int) float64 {
	terms := make([]float64, len(ll))
	for i := range ll {
		x := float64(i-at) / seasonSpread
		terms[i] = ll[i] - x*x/2
	}
	return logSum(terms)
}

// smooth makes probabilities of counts: a triangle of an hour either way, and a
// tenth for hours never seen.
func smooth(count [quartersADay]float64) (p [quartersADay]float64) {
	var sum float64
	for q := range p {
		for d := -3; d <= 3; d++ {
			p[q] += float64(4-max(d, -d)) * count[(q+d+quartersADay)%quartersADay]
		}
		sum += p[q]
	}
	for q := range p {
		p[q] = 0.9*p[q]/sum + 0.1/quartersADay
	}
	return p
}
