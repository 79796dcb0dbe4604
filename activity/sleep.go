// SPDX-License-Identifier: Apache-2.0

package activity

import "time"

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

// Sleep reads the quiet hours of a profile in claimed local time, from from until
// before to; zero times do not limit.
func Sleep(p *Profile, claim *time.Location, from, to time.Time) SleepFit {
	return SleepFit{}
}
