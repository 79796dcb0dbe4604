// SPDX-License-Identifier: Apache-2.0

package activity

import "time"

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

// Shifts looks for a relay of hands. seed starts the permutation test's own
// generator; the same seed gives the same answer.
func Shifts(p *Profile, claim *time.Location, from, to time.Time, seed uint64) ShiftFit {
	return ShiftFit{}
}

// Overlaps returns pairs of visits at distinct addresses that share a
// quarter-hour, by time. Whether one person can be at both is for a judge of
// places to say.
func Overlaps(p *Profile) []Overlap {
	var out []Overlap
	visits := p.Visits()
	for i, a := range visits {
		for _, b := range visits[i+1:] {
			if b.First.At.After(a.Last.At.Add(15 * time.Minute)) {
				break
			}
			if a.Addr == b.Addr {
				continue
			}
			from := max(a.First.At.Unix(), b.First.At.Unix()) / 900
			to := min(a.Last.At.Unix(), b.Last.At.Unix()) / 900
			if from <= to {
				out = append(out, Overlap{Quarter: int32(from), A: a, B: b}) //nolint:gosec // before 2200
			}
		}
	}
	return out
}
