// SPDX-License-Identifier: Apache-2.0

package activity

import (
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
	// MinSeasonDays is the active days that [Season] asks for in each season.
	MinSeasonDays = 20
	// MinSleepDays is the densely active days that [Sleep] asks for.
	MinSleepDays = 20
	// MinShiftDays is the active days that [Shifts] asks for.
	MinShiftDays = 20
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
	// Offsets is the posterior, half an hour apart from UTC−12 to UTC+14; the
	// claim's clock changes are applied to every one of them.
	Offsets []OffsetMass
	// Best is the most probable offset; Low to High holds at least 90 %.
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
	return grid.fit()
}

// SeasonFit says whether activity followed the claimed zone's clock.
type SeasonFit struct {
	// Enough is false when the zone has no clock change or a season has fewer
	// than [MinSeasonDays] active days.
	Enough                 bool
	StandardDays, SaveDays int // active days in standard and in saving time
	// Shift is how far the rhythm moved in claimed local time from standard to
	// saving time, minutes: 0 follows the claimed clock, +60 stays on UTC.
	Shift     int
	Low, High int // 90 % interval of Shift
	// LogRatio is log10 of how much better "stayed on UTC" explains the hours
	// than "followed the claimed clock".
	LogRatio float64
}

// SleepFit is what a profile says of sleep.
type SleepFit struct {
	// Enough is false below [MinSleepDays] dense days.
	Enough bool
	// Days is the active local days; DenseDays those with acts in at least eight
	// distinct hours: the only ones a missing quiet gap can be seen on.
	Days, DenseDays int
	// QuietStart and QuietMinutes are the longest stable quiet window in claimed
	// local time: minutes after midnight, and length. Length 0: there is none.
	QuietStart, QuietMinutes int
	// StartLow and StartHigh are a 90 % interval of QuietStart, minutes; StartHigh
	// may pass 1440.
	StartLow, StartHigh int
	// Restless is the dense days without a quiet gap of five hours, from noon to
	// noon of claimed local time.
	Restless int
	// LongestRun is the longest stretch of acts without a gap of four hours,
	// RunFrom to RunTo its ends; RunHours its distinct active hours.
	LongestRun     time.Duration
	RunFrom, RunTo time.Time
	RunHours       int
	// LongRuns counts stretches of 24 hours or more without a gap of four hours.
	LongRuns int
}

// Block is one daily block of work.
type Block struct {
	From, To int     // claimed local time, minutes after midnight; To may pass 1440
	Days     int     // days with acts in it
	Share    float64 // of all presence
}

// ShiftFit says in how many daily blocks a subject works and whether the
// fingerprint (device, agent, network) changes with the block.
type ShiftFit struct {
	Enough bool // false below [MinShiftDays]
	Days   int
	Blocks []Block // by From
	// Covered is the hours of the day that lie in a block.
	Covered float64
	// Fingerprint is the kind that switches most: "endpoint", "browser", "agent"
	// or "network"; empty when no kind has two values.
	Fingerprint string
	// Observations is the days and blocks with a known fingerprint.
	Observations int
	// Information is the mutual information between block and fingerprint as a
	// share of the smaller entropy, 0-1. P is the share of permutations with as
	// much, corrected for having looked at several kinds, 0-1.
	Information, P float64
	// Relay is set when there are two blocks or more and block and fingerprint
	// switch together: P below 0.01 and Information above 0.5.
	Relay bool
}

// Overlap is two visits at distinct addresses within one quarter-hour.
type Overlap struct {
	Quarter int32 // since 1970, UTC
	A, B    Visit
}
