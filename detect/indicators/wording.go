// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"daylight/record"
)

// Statements are read by people, so numbers and times are worded in one way.

// count words a number of things: "1 session", "3 sessions".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	if stem, ok := strings.CutSuffix(thing, "ry"); ok { // inquiry, repository
		return record.Grouped(n) + " " + stem + "ries"
	}
	if strings.HasSuffix(thing, "s") || strings.HasSuffix(thing, "ch") { // address, stretch
		return record.Grouped(n) + " " + thing + "es"
	}
	return record.Grouped(n) + " " + thing + "s"
}

// times words how often: "once", "twice", "3 times".
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	default:
		return record.Grouped(n) + " times"
	}
}

// none words a number in a sentence that counts others: "none", "1", "2".
func none(n int) string {
	if n == 0 {
		return "none"
	}
	return strconv.Itoa(n)
}

// kilometres words a distance in whole kilometres: "412", "8,950".
func kilometres(x float64) string { return record.Grouped(int(math.Round(x))) }

// day words the UTC day of an instant.
func day(t time.Time) string { return t.UTC().Format("2006-01-02") }

// clock words an instant in UTC, to the minute.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// moment words an instant whose source may give only the day: one at midnight
// UTC exactly is shown as a day.
func moment(t time.Time) string {
	if t.UTC().Equal(t.UTC().Truncate(24 * time.Hour)) {
		return day(t)
	}
	return clock(t)
}

// percent words a share of 0-1 as "61 %".
func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

// signed words a number with a true minus sign.
func signed(n int) string {
	if n < 0 {
		return fmt.Sprintf("−%d", -n)
	}
	return strconv.Itoa(n)
}

// list words some items: "a", "a and b", "a, b and c".
func list[T ~string](items []T) string {
	words := make([]string, len(items))
	for i, x := range items {
		words[i] = string(x)
	}
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}

// grow returns how strongly x counts, in percent: from at lo and below it to
// 100 at hi and above. Settings may put hi at or below lo: then it is a step at lo.
func grow(from int, x, lo, hi float64) int {
	if hi <= lo {
		if x < lo {
			return from
		}
		return 100
	}
	part := min(max((x-lo)/(hi-lo), 0), 1)
	return from + int(part*float64(100-from)+0.5)
}

// cites returns the citations of records.
func cites(records ...record.Record) []record.Citation {
	out := make([]record.Citation, len(records))
	for i, r := range records {
		out[i] = r.Cite()
	}
	return out
}
