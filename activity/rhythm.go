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
	// Offsets is the posterior, half an hour apart from 12 h west to 11½ h east
	// of the claim; the claim's clock changes are applied to every one of them.
	Offsets []OffsetMass
	// Best is the most probable offset, −690 to 720; Low to High holds at least
	// 90 % and may pass those ends.
	Best, Low, High int
	// Error is how far Best is from the claim on the circle of the day, minutes,
	// −720 to 720, positive when the rhythm fits a place east of the claim.
	Error int
	// ClaimMass is the posterior mass within two hours of the claim.
	ClaimMass float64
	// LogRatio is log10 of how much better "wrong by five hours or more" explains
	// the rhythm than "right within two hours"; negative supports the claim.
	LogRatio float64
}

// Rhythm weighs the presence of a profile against the claimed zone, from from
// until before to; zero times do not limit. All classes count when none is given.
func Rhythm(p *Profile, claim *time.Location, from, to time.Time, classes ...record.Class) RhythmFit {
	grid := presenceGrid(p, claim, from, to, classes)
	return builtin.fit(&grid)
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

const shifts = 48 // half-hours around the clock

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
		lo = int32(min(max(floor(from.Unix()+899, 900), 0), math.MaxInt32)) //nolint:gosec // clamped
	}
	if !to.IsZero() {
		hi = int32(min(max(floor(to.Unix()+899, 900), 0), math.MaxInt32)) //nolint:gosec // clamped
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
	ll := m.logLikelihood(g)
	total := logSum(ll[:])
	var mass [shifts]float64
	best := 0
	for s := range shifts {
		mass[s] = math.Exp(ll[s] - total)
		if ll[s] > ll[best] {
			best = s
		}
	}
	f.Error = signed(best) * 30
	f.Best = wrap(g.claim + f.Error)
	for s := range shifts {
		if abs(signed(s)) <= 4 {
			f.ClaimMass += mass[s]
		}
	}
	f.LogRatio = logRatio(ll)
	lo, hi := interval(mass[:], best, 0.9)
	f.Low, f.High = g.claim+(signed(best)+lo)*30, g.claim+(signed(best)+hi)*30
	for s := range shifts {
		at := (s + shifts/2) % shifts
		f.Offsets = append(f.Offsets, OffsetMass{Minutes: g.claim + signed(at)*30, Mass: mass[at]})
	}
	return f
}

// logRatio compares the mean likelihood of the shifts of five hours or more with
// that of the shifts of two hours or less; log10.
func logRatio(ll [shifts]float64) float64 {
	var right, wrong []float64
	for s := range shifts {
		switch d := abs(signed(s)); {
		case d <= 4:
			right = append(right, ll[s])
		case d >= 10:
			wrong = append(wrong, ll[s])
		}
	}
	mean := func(x []float64) float64 { return logSum(x) - math.Log(float64(len(x))) }
	return (mean(wrong) - mean(right)) / math.Ln10
}

// interval grows around best, on the circle, until it holds the share; it
// returns its ends relative to best.
func interval(mass []float64, best int, share float64) (lo, hi int) {
	n := len(mass)
	sum := mass[best]
	for sum < share && hi-lo < n-1 {
		left, right := mass[((best+lo-1)%n+n)%n], mass[(best+hi+1)%n]
		if left > right {
			lo--
			sum += left
		} else {
			hi++
			sum += right
		}
	}
	return lo, hi
}

// signed maps a shift on the circle to −24…23 half-hours.
func signed(s int) int {
	if s >= shifts/2 {
		return s - shifts
	}
	return s
}

// wrap brings an offset into −720 < m ≤ 720 minutes.
func wrap(m int) int {
	for m > 720 {
		m -= 1440
	}
	for m <= -720 {
		m += 1440
	}
	return m
}

func abs(x int) int { return max(x, -x) }
