// SPDX-License-Identifier: Apache-2.0

package activity

import "time"

// Season compares standard and saving time of the claimed zone.
func Season(p *Profile, claim *time.Location, from, to time.Time) SeasonFit {
	return SeasonFit{}
}

// Sleep reads the quiet hours of a profile in claimed local time, from from until
// before to; zero times do not limit.
func Sleep(p *Profile, claim *time.Location, from, to time.Time) SleepFit {
	return SleepFit{}
}
