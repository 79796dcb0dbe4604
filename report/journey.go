// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"time"
)

// journeyPicture is one line from application to today; a break in continuity is a gap
// in the line.
type journeyPicture struct {
	Label, Alt string
	Lines      []span
	Marks      []journeyMark
	From, To   string
	Omitted    Omitted
}

type journeyMark struct {
	X          pc
	Number     int
	Y          int // of the number in pixels; 0 where there is no room for it
	Break      bool
	When, What string
	Lane       string
	Stamp      string // machine-readable time
}

// DrawJourney draws the line from application to an instant, with more moments than
// those of the assessment, as an SVG with its list, safe to stand in a page; "" for
// nothing.
func DrawJourney(s *Subject, more []Moment, asOf time.Time) (template.HTML, error) {
	of := *s
	of.Journey = append(slices.Clone(s.Journey), more...)
	j := newJourney(&of, asOf)
	if j == nil {
		return "", nil
	}
	return j.HTML()
}

func newJourney(s *Subject, asOf time.Time) *journeyPicture {
	moments := slices.Clone(s.Journey)
	if len(moments) == 0 {
		return nil
	}
	slices.SortStableFunc(moments, func(a, b Moment) int { return a.At.Compare(b.At) })
	j := &journeyPicture{Label: "Journey of " + s.ID}
	moments, j.Omitted = thin(moments, journeyMost)
	j.Omitted.Moments += s.Omitted.Moments
	j.Omitted.Breaks += s.Omitted.Breaks
	first, last := moments[0].At, moments[len(moments)-1].At
	if asOf.After(last) {
		last = asOf
	}
	whole := last.Sub(first).Hours()
	const left, right, gap, near = 2.0, 98.0, 1.6, 3.4
	var numbers rows
	start := left
	prev := -100.0
	breaks := 0
	for i, m := range moments {
		x := left
		if whole > 0 {
			x += (right - left) * m.At.Sub(first).Hours() / whole
		}
		// Marks too close to tell apart, or to show a gap, are moved along while there
		// is room.
		apart := near
		if m.Break {
			apart = 2 * near
		}
		if room := right - near*float64(len(moments)-1-i); x < prev+apart && prev+apart <= room {
			x = prev + apart
		}
		k := journeyMark{
			X: pc(x), Number: i + 1, Y: numbers.place(x, i+1), Break: m.Break, When: instant(m.At), What: m.What, Lane: m.Lane,
			Stamp: m.At.UTC().Format(time.RFC3339),
		}
		if m.Break {
			breaks++
			middle := (max(prev, left) + x) / 2
			end := max(middle-gap, start)
			j.Lines = append(j.Lines, span{pc(start), pc(end - start)})
			start = min(middle+gap, right)
		}
		j.Marks = append(j.Marks, k)
		prev = x
	}
	j.Lines = append(j.Lines, span{pc(start), pc(right - start)})
	j.From, j.To = first.UTC().Format("2 January 2006"), last.UTC().Format("2 January 2006")
	j.Alt = fmt.Sprintf("%s from %s to %s, with %s in continuity. The list below says each in words.",
		plural(len(moments), "moment", "moments"), j.From, j.To, plural(breaks, "break", "breaks"))
	return j
}

// rows are the two rows of numbers above the line: where the last one of each ends, in
// hundredths of the width.
type rows struct {
	ends [2]float64
	any  [2]bool
}

// place returns how far down a number stands: in the lower row, or the upper one where
// the last number reaches too far; 0 where both do. A digit is as wide as on the
// narrowest page, a telephone's, whose line is 340 pixels long.
func (r *rows) place(x float64, number int) int {
	const digit, between = 2.4, 1.0
	half := digit * float64(len(strconv.Itoa(number))) / 2
	for row, y := range []int{30, 14} {
		if !r.any[row] || x-half >= r.ends[row]+between {
			r.any[row], r.ends[row] = true, x+half
			return y
		}
	}
	return 0
}
