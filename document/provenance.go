// SPDX-License-Identifier: Apache-2.0

package document

import (
	"strconv"
	"strings"
	"time"

	"daylight/record"
)

// setCreated keeps a creation time written as in ISO 8601 and the offset from
// UTC, if it is written too. A trailing Z is what software writes that knows no
// other zone, and says nothing of where it ran.
func setCreated(p *record.Provenance, s string) {
	t, offset, ok := parseISO(s)
	if t.IsZero() {
		return
	}
	p.Created = t
	if ok {
		p.OffsetMinutes = &offset
	}
}

// parseISO reads an ISO 8601 date or time. offset is in minutes; ok says
// whether one was written.
func parseISO(s string) (t time.Time, offset int, ok bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02"} {
		t, err := time.Parse(layout, s)
		if err != nil || !plausible(t) {
			continue
		}
		_, seconds := t.Zone()
		written := !strings.HasSuffix(s, "Z") && strings.Contains(layout, "07:00")
		return t.UTC(), seconds / 60, written
	}
	return time.Time{}, 0, false
}

// parsePDFDate reads "D:20240131120000+02'00'". Source: ISO 32000-1, 7.9.4.
func parsePDFDate(s string) (t time.Time, offset int, ok bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "D:")
	digits := 0
	for digits < len(s) && digits < 14 && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	const layout = "20060102150405"
	if digits < 4 || digits%2 == 1 {
		return time.Time{}, 0, false
	}
	t, err := time.Parse(layout[:digits], s[:digits])
	if err != nil || !plausible(t) {
		return time.Time{}, 0, false
	}
	zone := strings.NewReplacer("'", "", ":", "").Replace(s[digits:])
	if len(zone) >= 3 && (zone[0] == '+' || zone[0] == '-') {
		h, err1 := strconv.Atoi(zone[1:3])
		m, err2 := 0, error(nil)
		if len(zone) >= 5 {
			m, err2 = strconv.Atoi(zone[3:5])
		}
		if err1 == nil && err2 == nil && h <= 14 && m < 60 {
			offset = h*60 + m
			if zone[0] == '-' {
				offset = -offset
			}
			return t.Add(-time.Duration(offset) * time.Minute).UTC(), offset, true
		}
	}
	return t.UTC(), 0, false
}

// plausible refuses times before personal computers and the zero times of
// software that does not know the time.
func plausible(t time.Time) bool { return t.Year() >= 1985 && t.Year() <= maxYear }
