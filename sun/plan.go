// SPDX-License-Identifier: Apache-2.0

package sun

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Town is where some of the world's people live.
type Town struct {
	Lat, Lon float64 // degrees
	People   float64
}

// Request asks for times at which a look out of the window tells most about
// whether its owner is at the claimed place.
type Request struct {
	Lat, Lon float64        // the claimed place
	Zone     *time.Location // its clock
	// From and To bound the slots; both are instants, To exclusive.
	From, To time.Time
	World    []Town // where a person could be instead
	// Length of a slot (30 minutes if zero) and Step between starts (30 minutes
	// if zero).
	Length, Step time.Duration
	// Opens and Closes bound the working day in local hours (8 and 18 if both
	// are zero). Weekends are left out unless Weekends is set.
	Opens, Closes int
	Weekends      bool
	// NearKM is how far around the claimed place people count as being there
	// (500 km if zero).
	NearKM float64
	// Reliability is the probability that a window which is shown is read
	// rightly as bright or dark (0.95 if zero). It is an assumption.
	Reliability float64
	// Best is how many slots to return (10 if zero).
	Best int
	// Alike is how many of them may begin at the same time of day (any number if zero).
	// The most telling hour is the same on each day: whoever cannot meet then is to be
	// offered others.
	Alike int
}

// Slot is a time to ask, with what the answer is worth.
type Slot struct {
	From, To  time.Time // in the claimed place's zone
	Elevation float64   // the lowest at the claimed place during the slot, degrees; always above 6
	// Dark, Dim and Bright are the shares of people elsewhere for whom it is
	// then dark, low sun or twilight, and day; they add up to 1.
	Dark, Dim, Bright float64
	// IfDark and IfBright are the weights of the two answers in decibans: what a
	// dark window adds to, and a bright one takes from, the odds of being
	// elsewhere.
	IfDark, IfBright float64
	// Information is the expected size of the weight in decibans when being there
	// and being elsewhere are equally likely: Σ P(o)·|w(o)|.
	Information float64
}

const (
	defaultSlot        = 30 * time.Minute
	defaultNear        = 500
	defaultReliability = 0.95
	defaultBest        = 10
)

func (r Request) withDefaults() Request {
	r.Length, r.Step = cmp.Or(r.Length, defaultSlot), max(cmp.Or(r.Step, defaultSlot), time.Minute)
	if r.Opens == 0 && r.Closes == 0 {
		r.Opens, r.Closes = 8, 18
	}
	r.NearKM = cmp.Or(r.NearKM, defaultNear)
	r.Reliability = min(cmp.Or(r.Reliability, defaultReliability), 0.999)
	r.Best = cmp.Or(r.Best, defaultBest)
	if r.Zone == nil {
		r.Zone = time.UTC
	}
	return r
}

// Plan returns the slots within working hours of the claimed place during which
// a window there is in full day, most informative first, then earliest. It is
// empty when there is none, as in a polar winter.
func Plan(r Request) []Slot {
	r = r.withDefaults()
	elsewhere := elsewhere(r)
	var slots []Slot
	first := r.From.In(r.Zone)
	for day := 0; ; day++ {
		open := time.Date(first.Year(), first.Month(), first.Day()+day, r.Opens, 0, 0, 0, r.Zone)
		if !open.Before(r.To) {
			break
		}
		if w := open.Weekday(); !r.Weekends && (w == time.Saturday || w == time.Sunday) {
			continue
		}
		closes := time.Date(first.Year(), first.Month(), first.Day()+day, r.Closes, 0, 0, 0, r.Zone)
		for t := open; !t.Add(r.Length).After(closes); t = t.Add(r.Step) {
			if t.Before(r.From) || t.Add(r.Length).After(r.To) {
				continue
			}
			if s, ok := r.slot(t, elsewhere); ok {
				slots = append(slots, s)
			}
		}
	}
	slices.SortFunc(slots, func(a, b Slot) int {
		return cmp.Or(cmp.Compare(b.Information, a.Information), a.From.Compare(b.From))
	})
	slots = r.varied(slots)
	return slots[:min(len(slots), r.Best)]
}

// varied leaves out slots that begin at a time of day at which enough better ones begin.
func (r Request) varied(slots []Slot) []Slot {
	if r.Alike == 0 {
		return slots
	}
	begin := map[string]int{}
	return slices.DeleteFunc(slots, func(s Slot) bool {
		clock := s.From.Format("15:04")
		begin[clock]++
		return begin[clock] > r.Alike
	})
}

// elsewhere leaves out the people around the claimed place.
func elsewhere(r Request) []Town {
	sinLat, cosLat := math.Sincos(r.Lat * rad)
	limit := math.Cos(min(r.NearKM/6371, math.Pi))
	var out []Town
	for _, w := range r.World {
		sin, cos := math.Sincos(w.Lat * rad)
		if sinLat*sin+cosLat*cos*math.Cos((w.Lon-r.Lon)*rad) < limit && w.People > 0 {
			out = append(out, w)
		}
	}
	return out
}

func (r Request) slot(t time.Time, elsewhere []Town) (Slot, bool) {
	end := t.Add(r.Length)
	// Within a working day the sun's elevation has no dip between two points
	// that are both high, so its lowest is at an end of the slot.
	s := Slot{From: t, To: end, Elevation: min(Elevation(t, r.Lat, r.Lon), Elevation(end, r.Lat, r.Lon))}
	if ClassOf(s.Elevation) != Day {
		return Slot{}, false
	}
	e := Ephemerides(t.Add(r.Length / 2))
	total := 0.0
	for _, w := range elsewhere {
		total += w.People
		switch ClassOf(e.Elevation(w.Lat, w.Lon)) {
		case Dark:
			s.Dark += w.People
		case Day:
			s.Bright += w.People
		case Twilight, LowSun:
			s.Dim += w.People
		}
	}
	if total == 0 {
		return Slot{}, false
	}
	s.Dark, s.Dim, s.Bright = s.Dark/total, s.Dim/total, s.Bright/total
	s.weigh(r.Reliability)
	return s, true
}

// weigh compares two hypotheses: at the claimed place, where it is day; or
// somewhere else, at random among the world's people. A dim window is read
// either way with equal chance.
func (s *Slot) weigh(reliability float64) {
	darkHere := 1 - reliability
	darkElsewhere := s.Dark*reliability + s.Dim/2 + s.Bright*(1-reliability)
	s.IfDark = 10 * math.Log10(darkElsewhere/darkHere)
	s.IfBright = 10 * math.Log10((1-darkElsewhere)/(1-darkHere))
	dark := (darkHere + darkElsewhere) / 2
	s.Information = dark*math.Abs(s.IfDark) + (1-dark)*math.Abs(s.IfBright)
}
