// SPDX-License-Identifier: Apache-2.0

package activity

import "time"

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

// Season compares standard and saving time of the claimed zone.
func Season(p *Profile, claim *time.Location, from, to time.Time) SeasonFit {
	return SeasonFit{}
}
