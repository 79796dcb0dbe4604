// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"math"
)

// rhythmPicture is the picture of when a subject was active: an hour a column, a
// weekday a row, in the claimed local time, shaded by the sun at the claimed
// place.
type rhythmPicture struct {
	Label, Alt string
	Height     int
	Rows       []rhythmRow
	Cells      []shade
	Dots       []dot
	Sleep      []span
	SleepText  string
	Hours      []tick // claimed local hours, below
	Others     []tick // hours in the alternative zone, above
	Zone       string
	Other      string
	Top, Below int // where the rows begin, and where the hours stand
	RowsHeight int
	HasSun     bool
}

type rhythmRow struct {
	Name string
	Y    int
}

type shade struct {
	X, Width  pc
	Y, Height int
	Class     string
}

type dot struct {
	X     pc
	Y     int
	R     float64
	Class string
}

type span struct {
	X, Width pc
}

const (
	rhythmLeft   = 9.0  // percent, for the weekday's name
	rhythmColumn = 3.75 // percent an hour
	rhythmRowPx  = 22
)

var weekdays = [7]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}

func hourX(h float64) pc { return pc(rhythmLeft + rhythmColumn*h) }

// shadeClass parts the share of weeks in which the hour is dark into the four
// shades from night to day.
func shadeClass(night float64) string {
	switch {
	case night > 0.75:
		return "n0"
	case night > 0.4:
		return "n1"
	case night > 0.05:
		return "n2"
	}
	return "n3"
}

func newRhythm(s *Subject) *rhythmPicture {
	a := s.Activity
	if a == nil {
		return nil
	}
	g := &rhythmPicture{Label: "Hours of activity of " + s.ID, Zone: a.Zone, Top: 6, HasSun: a.Night != nil}
	if a.Alternative != "" {
		g.Other, g.Top = a.Alternative, 26
	}
	g.RowsHeight = 7 * rhythmRowPx
	g.Below = g.Top + g.RowsHeight + 16
	g.Height = g.Below + 8
	most := 1
	for d := range 7 {
		for h := range 24 {
			most = max(most, a.Count[d][h])
		}
	}
	for d := range 7 {
		y := g.Top + d*rhythmRowPx
		g.Rows = append(g.Rows, rhythmRow{weekdays[d], y + rhythmRowPx/2 + 4})
		for h := 0; h < 24; {
			class, n := "n4", 1
			if a.Night != nil {
				class = shadeClass(a.Night[d][h])
			}
			for h+n < 24 && (a.Night == nil || shadeClass(a.Night[d][h+n]) == class) {
				n++
			}
			g.Cells = append(g.Cells, shade{hourX(float64(h)), pc(rhythmColumn * float64(n)), y, rhythmRowPx - 1, class})
			h += n
		}
		for h, k := range a.Count[d] {
			if k <= 0 {
				continue
			}
			class := "d4"
			if a.Night != nil {
				class = "d" + shadeClass(a.Night[d][h])[1:]
			}
			radius := math.Round(10*max(1.6, 5.5*math.Sqrt(float64(k)/float64(most)))) / 10
			g.Dots = append(g.Dots, dot{hourX(float64(h) + 0.5), y + (rhythmRowPx-1)/2, radius, class})
		}
	}
	for h := 0; h <= 24; h += 6 {
		g.Hours = append(g.Hours, tick{hourX(float64(h)), fmt.Sprintf("%02d", h), hourSide(h)})
		if a.Alternative != "" {
			g.Others = append(g.Others, tick{hourX(float64(h)), clockHour(60*h + onDial(a.ShiftMinutes)), hourSide(h)})
		}
	}
	if a.HasSleep {
		from, to := wrapHour(a.SleepFrom), wrapHour(a.SleepTo)
		if from < to {
			g.Sleep = []span{{hourX(float64(from)), pc(rhythmColumn * float64(to-from))}}
		} else {
			g.Sleep = []span{
				{hourX(float64(from)), pc(rhythmColumn * float64(24-from))},
				{hourX(0), pc(rhythmColumn * float64(to))},
			}
		}
		g.SleepText = fmt.Sprintf("quiet from %02d:00 to %02d:00", from, to)
	}
	g.Alt = a.words()
	return g
}

func hourSide(h int) string {
	if h == 24 {
		return "end"
	}
	return "middle"
}

func wrapHour(h int) int { return ((h % 24) + 24) % 24 }

// clockHour words minutes after midnight for a scale: "09", or "09:30".
func clockHour(minutes int) string {
	h, m := wrapHour(minutes/60), minutes%60
	if m < 0 {
		h, m = wrapHour(h-1), m+60
	}
	if m == 0 {
		return fmt.Sprintf("%02d", h)
	}
	return fmt.Sprintf("%02d:%02d", h, m)
}

// onDial rounds a shift that is a mean over a change of daylight saving time to the
// half hour that the words name; one that is a clock's own, to the quarter, stands.
func onDial(minutes int) int {
	if minutes%15 == 0 {
		return minutes
	}
	return int(math.Round(float64(minutes)/30)) * 30
}

// shifted words how far a clock is from the claimed one, the shorter way round: which
// of two clocks on opposite sides of the world is ahead, the hours cannot say.
func shifted(minutes int) string {
	minutes = max(minutes, -minutes)
	n := count(minutes / 60)
	if half := (minutes%60 + 15) / 30; half == 2 {
		n = count(minutes/60 + 1)
	} else if half == 1 && minutes < 60 {
		n = "½"
	} else if half == 1 {
		n += "½"
	}
	unit := " hours "
	if n == "1" || n == "½" {
		unit = " hour "
	}
	return n + unit + "from the claimed one"
}

// words says what the picture of the rhythm shows.
func (a *Activity) words() string {
	total, dark := 0, 0.0
	for d := range 7 {
		for h, n := range a.Count[d] {
			total += n
			if a.Night != nil {
				dark += float64(n) * a.Night[d][h]
			}
		}
	}
	words := fmt.Sprintf("Active on %s, drawn in the claimed local time (%s).", plural(a.Days, "day", "days"), a.Zone)
	if a.Night != nil && total > 0 {
		words += fmt.Sprintf(" %.0f %% of the activity fell in hours when the sun was down at the claimed place.", 100*dark/float64(total))
	}
	if a.HasSleep {
		words += fmt.Sprintf(" Usually quiet from %02d:00 to %02d:00.", wrapHour(a.SleepFrom), wrapHour(a.SleepTo))
	}
	if a.Alternative != "" {
		words += fmt.Sprintf(" %s fits the hours better, a clock that is %s, the shorter way round. Night work, care for a child or a team elsewhere would explain it too.", a.Alternative, shifted(a.ShiftMinutes))
	} else {
		words += " The claimed zone fits the hours best."
	}
	return words
}
