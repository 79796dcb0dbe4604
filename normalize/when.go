// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"regexp"
	"strings"
	"time"

	"daylight/record"
)

// eitherOrder is a date in figures whose first part may be the day or the month.
// Even where one part is above 12 the others of the file are not decided: exports
// are edited by hand, and half a column read is worse than none.
var eitherOrder = regexp.MustCompile(`^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b`)

// layouts are the times that are understood. Day and month with slashes are
// not: which comes first cannot be known.
var layouts = []string{
	time.RFC3339Nano, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST",
	"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02",
	"2 Jan 2006", "Jan 2, 2006", "2-Jan-2006", "2 January 2006", "January 2, 2006",
}

// when reads a time and reports whether it could. A time without offset is one of
// loc. The result is in UTC; an empty cell, or the date that BambooHR and others
// write for none, is the zero time.
func when(s string, loc *time.Location) (time.Time, bool) {
	if s = strings.TrimSpace(s); s == "" || s == "0000-00-00" {
		return time.Time{}, true
	}
	for _, layout := range layouts {
		t, err := time.ParseInLocation(layout, s, loc)
		if err != nil {
			continue
		}
		if name, offset := t.Zone(); layout == "2006-01-02 15:04:05 MST" && offset == 0 && name != "UTC" && name != "GMT" {
			return time.Time{}, false // an abbreviation whose offset is not known
		}
		if t.Year() < 1900 || t.Year() > 2200 {
			return time.Time{}, false
		}
		return t.UTC(), true
	}
	return time.Time{}, false
}

// zone reads an IANA zone name or an offset such as "UTC+05:30" or "-03:00".
func zone(s string) (*time.Location, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.UTC, true
	}
	offset := strings.TrimPrefix(strings.TrimPrefix(s, "UTC"), "GMT")
	if t, err := time.Parse("-07:00", offset); err == nil {
		return t.Location(), true
	}
	if s == "Local" || len(s) > 64 {
		return time.UTC, false
	}
	loc, err := time.LoadLocation(s)
	if err != nil {
		return time.UTC, false
	}
	return loc, true
}

// date reads a day, month or year; ok is false for anything else.
func date(s string) (record.Date, bool) {
	s = strings.TrimSpace(s)
	if len(s) > len("2006-01-02") {
		t, ok := when(s, time.UTC)
		return record.DateOf(t), ok
	}
	for i, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		t, err := time.Parse(layout, s)
		if err != nil || t.Year() < 1900 || t.Year() > 2200 {
			continue
		}
		return []record.Date{
			record.DateOf(t),
			{Year: t.Year(), Month: int(t.Month())},
			{Year: t.Year()},
		}[i], true
	}
	return record.Date{}, s == ""
}
