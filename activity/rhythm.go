// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"math"
	"time"

	"daylight/record"
)

// Minimums below which the readings say Enough false: less is unknown, neither
// for nor against anybody.
const (
	// MinRhythmDays and MinRhythmHours are the active days and the distinct
	// active hours that [Rhythm] asks for.
	MinRhythmDays  = 20
	MinRhythmHours = 60
)

// OffsetMass is the posterior mass of one UTC offset.
type OffsetMass struct {
	Minutes int // east of UTC, standard time
	Mass    float64
}

// RhythmFit says which UTC offsets a rhythm fits, and how the claim fares.
type RhythmFit struct {
	// Enough is false below [MinRhythmDays] or [MinRhythmHours]; the numbers
	// below then say nothing.
	Enough      bool
	Days, Hours int // active days, distinct active hours
	// Claim is the claimed zone's standard offset, minutes east of UTC.
	Claim int
	// Offsets is the posterior, half an hour apart from UTC−12 to UTC+14, from
	// west to east; the claim's clock changes are applied to every one of them.
	Offsets []OffsetMass
	// Best is the most probable offset; Low to High holds at least 90 %.
	Best, Low, High int
	// Error is how far the median of the posterior, which of all estimates has the
	// least absolute error, is from the claim on the circle of the day: minutes,
	// −720 to 720, positive when the rhythm fits a place east of the claim.
	Error int
	// ClaimMass is the posterior mass within two hours of the claim.
	ClaimMass float64
	// LogRatio is log10 of how much better "wrong by five hours or more" explains
	// the rhythm than "right within two hours"; negative supports the claim.
	LogRatio float64
	// Stated is set when all this is by working hours that the employer states.
	Stated bool
}

// Rhythm weighs the presence of a profile against the claimed zone, from from
// until before to; zero times do not limit. All classes count when none is given.
// Where the employer states working hours that are not an ordinary day's, presence
// in them at the claimed place fits as well as a day there does: the reading that is
// better for the claim is returned. An entry may be out of date.
func Rhythm(p *Profile, claim *time.Location, stated []record.Hours, from, to time.Time, classes ...record.Class) RhythmFit {
	grid := presenceGrid(p, claim, from, to, classes)
	fit := builtin.fit(&grid)
	if m := modelOf(stated); m != nil {
		if byShift := m.fit(&grid); byShift.LogRatio < fit.LogRatio {
			byShift.Stated = true
			return byShift
		}
	}
	return fit
}

// hourGrid counts active hours of the week in claimed local time, in hours that
// begin on the hour (phase 0) and on the half hour (phase 1): a shift of the
// clock by half an hour makes other hours of the same acts.
type hourGrid struct {
	count [2][168]float64
	days  int
	hours int
	claim int // standard offset, minutes
}

func presenceGrid(p *Profile, claim *time.Location, from, to time.Time, classes []record.Class) hourGrid {
	g := hourGrid{claim: standardOffset(claim, p)}
	clock := newClock(claim)
	lo, hi := window(from, to)
	last := [2]int64{math.MinInt64, math.MinInt64}
	lastDay := int64(math.MinInt64)
	for q := range p.Quarters(classes...) {
		if q < lo || q >= hi {
			continue
		}
		local := clock.local(q)
		for phase := range int64(2) {
			hour := floor(local-2*phase, 4)
			if hour != last[phase] {
				last[phase] = hour
				day := floor(hour, 24)
				g.count[phase][int64(weekday(day))*24+hour-day*24]++
				if phase == 0 {
					g.hours++
				}
			}
		}
		if day := floor(local, quartersADay); day != lastDay {
			lastDay = day
			g.days++
		}
	}
	return g
}

// window turns limits into quarter-hours; zero times do not limit.
func window(from, to time.Time) (lo, hi int32) {
	lo, hi = 0, math.MaxInt32
	if !from.IsZero() {
		lo = int32(min(max(floor(from.Unix()+899, 900), 0), math.MaxInt32))
	}
	if !to.IsZero() {
		hi = int32(min(max(floor(to.Unix()+899, 900), 0), math.MaxInt32))
	}
	return lo, hi
}

// standardOffset returns the zone's offset outside saving time, minutes, in the
// year of the newest act.
func standardOffset(loc *time.Location, p *Profile) int {
	if loc == nil {
		return 0
	}
	_, last, _ := p.Span()
	year := max(last.Year(), 1970)
	offset := math.MaxInt
	for _, month := range []time.Month{time.January, time.July} {
		t := time.Date(year, month, 1, 12, 0, 0, 0, loc)
		if _, o := t.Zone(); !t.IsDST() {
			offset = min(offset, o/60)
		}
	}
	if offset == math.MaxInt {
		_, o := time.Date(year, time.January, 1, 12, 0, 0, 0, loc).Zone()
		offset = o / 60
	}
	return offset
}

func (m *model) fit(g *hourGrid) RhythmFit {
	f := RhythmFit{Days: g.days, Hours: g.hours, Claim: g.claim}
	f.Enough = g.days >= MinRhythmDays && g.hours >= MinRhythmHours
	if g.hours == 0 {
		return f
	}
	l := m.logLikelihood(g)
	total := logSum(l.ll)
	best := 0
	f.Offsets = make([]OffsetMass, len(l.ll))
	for i, v := range l.ll {
		f.Offsets[i] = OffsetMass{Minutes: g.claim + (l.from+i)*30, Mass: math.Exp(v - total)}
		if apart(l.from+i, 0) <= rightHalves {
			f.ClaimMass += f.Offsets[i].Mass
		}
		if v > l.ll[best] {
			best = i
		}
	}
	f.Best = f.Offsets[best].Minutes
	f.Error = wrap(f.Best + fromBest(f.Offsets, f.Best) - g.claim)
	f.LogRatio = l.logRatio(0)
	lo, hi := interval(f.Offsets, best, 0.9)
	f.Low, f.High = f.Offsets[lo].Minutes, f.Offsets[hi].Minutes
	return f
}

const (
	rightHalves = 4  // half-hours within which a claim is right
	wrongHalves = 10 // half-hours from which it is wrong
)

// logRatio compares the mean likelihood of the offsets five hours or more from a
// claim with that of those within two hours of it; log10.
func (l *likelihood) logRatio(claim int) float64 {
	var right, wrong []float64
	for i, v := range l.ll {
		switch d := apart(l.from+i, claim); {
		case d <= rightHalves:
			right = append(right, v)
		case d >= wrongHalves:
			wrong = append(wrong, v)
		}
	}
	mean := func(x []float64) float64 { return logSum(x) - math.Log(float64(len(x))) }
	return (mean(wrong) - mean(right)) / math.Ln10
}

// apart is how far two clocks are apart on the circle of the day, half-hours.
func apart(a, b int) int {
	d := ((a-b)%48 + 48) % 48
	return min(d, 48-d)
}

// interval grows around best until it holds the share, and returns its ends.
func interval(offsets []OffsetMass, best int, share float64) (lo, hi int) {
	lo, hi = best, best
	for sum := offsets[best].Mass; sum < share && (lo > 0 || hi < len(offsets)-1); {
		if hi == len(offsets)-1 || lo > 0 && offsets[lo-1].Mass > offsets[hi+1].Mass {
			lo--
			sum += offsets[lo].Mass
		} else {
			hi++
			sum += offsets[hi].Mass
		}
	}
	return lo, hi
}

// fromBest returns the median of the posterior, in minutes from the most probable
// offset. The circle of the day is cut opposite that one, and the mass of each
// offset is spread evenly over its half hour.
func fromBest(offsets []OffsetMass, best int) int {
	var mass [49]float64 // by half-hours from best, -24 to 24
	for _, o := range offsets {
		mass[24+wrap(o.Minutes-best)/30] += o.Mass
	}
	var below float64
	for i, m := range mass {
		if below+m >= 0.5 {
			return (i-24)*30 - 15 + int(math.Round(30*(0.5-below)/m))
		}
		below += m
	}
	return 0 // only if the masses do not sum to one
}

// wrap brings a difference of clocks into −720 < m ≤ 720 minutes.
func wrap(m int) int {
	for m > 720 {
		m -= 1440
	}
	for m <= -720 {
		m += 1440
	}
	return m
}
