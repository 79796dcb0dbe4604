// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"math"
	"math/bits"
	"time"
)

const (
	// MinSleepDays is the active local days that a quiet window asks for.
	MinSleepDays = 20
	// MinSleepHours is the distinct active hours that a quiet window asks for.
	MinSleepHours = 100
	// MinDenseDays is the dense days below which Restless says nothing.
	MinDenseDays = 10
	// denseHours is the distinct hours that make a day dense.
	denseHours = 8

	// quietShare is the share of days that may have an act within a window that
	// still counts as quiet.
	quietShare = 0.1
	// Two acts whose quarter-hours are so far apart may lie five, or four, hours
	// apart: what could be sleep is taken for sleep.
	fiveHourGap = 5*4 - 1
	fourHourGap = 4*4 - 1
)

// SleepFit is what a profile says of sleep.
type SleepFit struct {
	// Enough is false below [MinSleepDays] or [MinSleepHours]; the quiet window
	// then says nothing.
	Enough bool
	// Days is the active local days and Hours the distinct active hours;
	// DenseDays those with acts in at least eight distinct hours, the only ones a
	// missing quiet gap can be seen on.
	Days, Hours, DenseDays int
	// QuietStart and QuietMinutes are the longest stable quiet window in claimed
	// local time: minutes after midnight, and length. At most a tenth of the days
	// have an act in it. Length 0: there is none.
	QuietStart, QuietMinutes int
	// StartLow and StartHigh are a 90 % interval of QuietStart, minutes; they may
	// pass midnight either way.
	StartLow, StartHigh int
	// Restless is the dense days that no gap of five hours touches. Below
	// [MinDenseDays] dense days it says nothing.
	Restless int
	// LongestRun is the longest stretch of acts without a gap of four hours,
	// RunFrom to RunTo its ends, UTC; RunHours its distinct active hours.
	LongestRun     time.Duration
	RunFrom, RunTo time.Time
	RunHours       int
	// LongRuns counts stretches of 24 hours or more without a gap of four hours.
	LongRuns int
}

// Sleep reads the quiet hours of a profile in claimed local time, from from until
// before to; zero times do not limit. Only deliberate acts count. Few acts are
// neither sleep nor the want of it.
func Sleep(p *Profile, claim *time.Location, from, to time.Time) SleepFit {
	var s SleepFit
	days := localDays(p, claim, from, to)
	s.Days = len(days)
	for i := range days {
		s.Hours += days[i].hours()
	}
	s.runs(p, from, to)
	s.restless(days)
	s.Enough = s.Days >= MinSleepDays && s.Hours >= MinSleepHours
	if s.Days == 0 {
		return s
	}
	start, length := quietWindow(days, -1)
	s.QuietStart, s.QuietMinutes = start*15, length*15
	half := int(math.Round(1.645 * startError(days, start) * 15))
	s.StartLow, s.StartHigh = s.QuietStart-half, s.QuietStart+half
	return s
}

// localDay is one local day's acts: 96 quarter-hours as bits.
type localDay struct {
	day  int64
	acts [2]uint64
}

func (d *localDay) set(quarter int) { d.acts[quarter>>6] |= 1 << (quarter & 63) }

// hours is the distinct hours with an act.
func (d *localDay) hours() int {
	n := 0
	for _, w := range d.acts {
		w |= w>>1 | w>>2 | w>>3 // no bit crosses into a lower hour's first
		n += bits.OnesCount64(w & 0x1111111111111111)
	}
	return n
}

// localDays returns the active days in claimed local time, in order.
func localDays(p *Profile, claim *time.Location, from, to time.Time) []localDay {
	var days []localDay
	clock := newClock(claim)
	lo, hi := window(from, to)
	for q := range p.Quarters() {
		if q < lo || q >= hi {
			continue
		}
		local := clock.local(q)
		day := floor(local, quartersADay)
		if n := len(days); n == 0 || days[n-1].day < day {
			days = append(days, localDay{day: day})
		}
		days[len(days)-1].set(int(local - floor(local, quartersADay)*quartersADay))
	}
	return days
}

// quietWindow returns the longest stretch of the circle of the day, in
// quarter-hours, in which at most quietShare of the days have an act, leaving out
// every eighth day from leave on (−1: none). Of equals the earliest stands.
func quietWindow(days []localDay, leave int) (start, length int) {
	kept := 0
	for i := range days {
		if i%jackknife != leave {
			kept++
		}
	}
	allowed := int(quietShare * float64(kept))
	busy := func(from, n int) bool {
		mask := stretch(from, n)
		hit := 0
		for i := range days {
			if i%jackknife != leave && (days[i].acts[0]&mask[0] != 0 || days[i].acts[1]&mask[1] != 0) {
				hit++
				if hit > allowed {
					return true
				}
			}
		}
		return false
	}
	n := 0 // a window cannot end before the end of the one that began earlier
	for from := range quartersADay {
		n = max(0, n-1)
		for n < quartersADay && !busy(from, n+1) {
			n++
		}
		if n > length {
			start, length = from, n
		}
	}
	return start, length
}

// stretch is n quarter-hours of the day from from on, around midnight.
func stretch(from, n int) (mask [2]uint64) {
	for i := range n {
		q := (from + i) % quartersADay
		mask[q>>6] |= 1 << (q & 63)
	}
	return mask
}

// jackknife is the number of groups of days left out in turn.
const jackknife = 8

// startError is the standard error of the beginning of the quiet window,
// quarter-hours, by leaving out an eighth of the days in turn (Tukey 1958).
func startError(days []localDay, start int) float64 {
	var diffs [jackknife]float64
	var mean float64
	for g := range jackknife {
		s, _ := quietWindow(days, g)
		d := ((s-start+quartersADay/2)%quartersADay+quartersADay)%quartersADay - quartersADay/2
		diffs[g] = float64(d)
		mean += float64(d) / jackknife
	}
	var sum float64
	for _, d := range diffs {
		sum += (d - mean) * (d - mean)
	}
	return math.Sqrt(sum * (jackknife - 1) / jackknife)
}

// restless counts dense days and, of those, the ones that no gap of five hours
// touches.
func (s *SleepFit) restless(days []localDay) {
	const none = math.MinInt64 / 2
	for i := range days {
		if days[i].hours() < denseHours {
			continue
		}
		s.DenseDays++
		last, next := int64(none), int64(-none)
		if i > 0 {
			last = days[i-1].day*quartersADay + int64(days[i-1].last())
		}
		if i+1 < len(days) {
			next = days[i+1].day*quartersADay + int64(days[i+1].first())
		}
		quiet := false
		for q := range quartersADay {
			if days[i].acts[q>>6]>>(q&63)&1 != 0 {
				at := days[i].day*quartersADay + int64(q)
				quiet = quiet || at-last >= fiveHourGap
				last = at
			}
		}
		if !quiet && next-last < fiveHourGap {
			s.Restless++
		}
	}
}

func (d *localDay) first() int {
	if d.acts[0] != 0 {
		return bits.TrailingZeros64(d.acts[0])
	}
	return 64 + bits.TrailingZeros64(d.acts[1])
}

func (d *localDay) last() int {
	if d.acts[1] != 0 {
		return 127 - bits.LeadingZeros64(d.acts[1])
	}
	return 63 - bits.LeadingZeros64(d.acts[0])
}

// runs finds the stretches without a gap of four hours.
func (s *SleepFit) runs(p *Profile, from, to time.Time) {
	lo, hi := window(from, to)
	const none = math.MinInt32
	first, last, hours := int32(none), int32(none), 0
	end := func() {
		if first == none {
			return
		}
		length := time.Duration(last-first+1) * 15 * time.Minute
		if length >= 24*time.Hour {
			s.LongRuns++
		}
		if length > s.LongestRun {
			s.LongestRun, s.RunHours = length, hours
			s.RunFrom = time.Unix(int64(first)*900, 0).UTC()
			s.RunTo = time.Unix(int64(last+1)*900, 0).UTC()
		}
	}
	for q := range p.Quarters() {
		if q < lo || q >= hi {
			continue
		}
		switch {
		case first == none || q-last >= fourHourGap:
			end()
			first, hours = q, 1
		case q/4 != last/4:
			hours++
		}
		last = q
	}
	end()
}
