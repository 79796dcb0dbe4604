// SPDX-License-Identifier: Apache-2.0

package report

import (
	"strconv"
	"testing"
	"time"
)

func TestJourneyBreak(t *testing.T) {
	s := fixture().Subjects[0]
	j := newJourney(s, fixture().AsOf)
	if len(j.Lines) != 2 || j.Lines[0].X+j.Lines[0].Width >= j.Lines[1].X {
		t.Errorf("one break gives the lines %v", j.Lines)
	}
	for i := range j.Marks[1:] {
		if j.Marks[i+1].X < j.Marks[i].X {
			t.Errorf("mark %d stands before mark %d", i+2, i+1)
		}
	}
}

// TestJourneyNumbersApart: on a telephone, whose line is 340 pixels long, no number is
// written over another, and the thirteen of a full first month all have one.
func TestJourneyNumbersApart(t *testing.T) {
	day := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		moments int
		apart   time.Duration
		numbers int
	}{
		"thirteen within days, then months of work": {13, 24 * time.Hour, 13},
		"at one instant":              {3, 0, 3},
		"far apart":                   {4, 60 * 24 * time.Hour, 4},
		"more than there is room for": {40, time.Hour, 20},
	} {
		t.Run(name, func(t *testing.T) {
			s := &Subject{ID: "p-1"}
			for i := range c.moments {
				s.Journey = append(s.Journey, Moment{At: day.Add(time.Duration(i) * c.apart), Lane: "work", What: "x"})
			}
			const pixel, digit = 340.0 / 100, 8.0
			ends, shown := map[int]float64{}, 0
			for _, m := range newJourney(s, day.AddDate(0, 8, 0)).Marks {
				if m.Y == 0 {
					continue
				}
				shown++
				half := digit * float64(len(strconv.Itoa(m.Number))) / 2
				if from := float64(m.X)*pixel - half; ends[m.Y] > 0 && from < ends[m.Y]+3 {
					t.Errorf("number %d begins at %.1f px, and the one before it ends at %.1f", m.Number, from, ends[m.Y])
				}
				ends[m.Y] = float64(m.X)*pixel + half
			}
			if shown < c.numbers {
				t.Errorf("%d numbers of %d are shown, want %d at least", shown, c.moments, c.numbers)
			}
		})
	}
}
