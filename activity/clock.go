// SPDX-License-Identifier: Apache-2.0

package activity

import (
	"math"
	"time"
)

// clock turns quarter-hours of UTC into quarter-hours of a zone's local time. It
// asks the zone once for each stretch between clock changes.
type clock struct {
	loc        *time.Location
	start, end int64 // the stretch in which shift holds, quarter-hours
	shift      int64 // quarter-hours east of UTC
}

func newClock(loc *time.Location) *clock {
	if loc == nil {
		loc = time.UTC
	}
	return &clock{loc: loc}
}

// local returns the local quarter-hour since 1970. Offsets that are not whole
// quarters, all of them historical, are rounded down.
func (c *clock) local(quarter int32) int64 {
	q := int64(quarter)
	if q < c.start || q >= c.end {
		t := time.Unix(q*900, 0).In(c.loc)
		_, offset := t.Zone()
		c.shift = floor(int64(offset), 900)
		from, to := t.ZoneBounds()
		c.start, c.end = math.MinInt64, q+1
		if !from.IsZero() {
			c.start = floor(from.Unix()+899, 900)
		}
		if !to.IsZero() {
			c.end = floor(to.Unix(), 900)
		}
		if to.IsZero() {
			c.end = math.MaxInt64
		}
		// A change within a quarter-hour counts from its beginning or its end.
		c.start, c.end = min(c.start, q), max(c.end, q+1)
	}
	return q + c.shift
}

func floor(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// weekday returns the weekday of a local day since 1970, Monday 0. 1970-01-01
// was a Thursday.
func weekday(day int64) int { return int(((day+3)%7 + 7) % 7) }
