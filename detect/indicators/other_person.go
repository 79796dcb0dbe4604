// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"time"

	"daylight/detect"
	"daylight/record"
)

// replacedAt returns when interviewers first recorded that they met another person
// than before, and true where two or more did and fewer saw the same one. That
// is where int.person_changed counts in full, under the same waiver and the same
// evenness. What was checked of the first person says nothing of the second, so
// from then on it must not reassure.
func replacedAt(p *detect.Pass) (first time.Time, ok bool) {
	if p.Accommodation || !p.AskedEvenly(detect.ItemSamePerson) {
		return first, false
	}
	var witnesses []string
	differ, same := 0, 0
	for r, iv := range detect.Each[record.Interview](p.View) {
		switch iv.SamePerson {
		case "no":
			if differ++; differ == 1 {
				first = r.At
			}
			if !slices.Contains(witnesses, iv.Interviewer) {
				witnesses = append(witnesses, iv.Interviewer)
			}
		case "yes":
			same++
		}
	}
	return first, differ > same && len(witnesses) > 1
}

// ofPresent keeps the records that are about the person met last: all of them,
// unless another was met before; then those from that time on.
func ofPresent(p *detect.Pass, records []record.Record) []record.Record {
	since, replaced := replacedAt(p)
	if !replaced {
		return records
	}
	return slices.DeleteFunc(slices.Clone(records), func(r record.Record) bool { return r.At.Before(since) })
}
