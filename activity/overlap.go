// SPDX-License-Identifier: Apache-2.0

package activity

import "time"

// Overlap is two visits at distinct addresses within one quarter-hour.
type Overlap struct {
	Quarter int32 // since 1970, UTC: the first they share
	A, B    Visit
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
			from := max(a.First.At.Unix(), b.First.At.Unix()) / 900
			to := min(a.Last.At.Unix(), b.Last.At.Unix()) / 900
			if a.Addr != b.Addr && from <= to {
				out = append(out, Overlap{Quarter: int32(from), A: a, B: b}) //nolint:gosec // before 2200
			}
		}
	}
	return out
}
