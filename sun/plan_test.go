// SPDX-License-Identifier: Apache-2.0

package sun

import (
	"maps"
	"math"
	"slices"
	"testing"
	"time"
)

// farTowns is a small world: people spread over six longitudes.
var farTowns = []Town{
	{40.7, -74, 20e6}, {51.5, 0, 9e6}, {28.6, 77.2, 30e6}, {35.7, 139.7, 37e6}, {-33.9, 151.2, 5e6}, {-23.5, -46.6, 22e6},
}

func TestPlan(t *testing.T) {
	chicago := zone(t, "America/Chicago")
	from := time.Date(2026, 1, 12, 0, 0, 0, 0, chicago) // a Monday
	r := Request{Lat: 30.27, Lon: -97.74, Zone: chicago, From: from, To: from.AddDate(0, 0, 7), World: farTowns, Best: 1000}
	slots := Plan(r)
	if len(slots) == 0 {
		t.Fatal("no slots")
	}
	for i, s := range slots {
		if s.Elevation <= 6 || Elevation(s.From, r.Lat, r.Lon) <= 6 || Elevation(s.To, r.Lat, r.Lon) <= 6 {
			t.Errorf("%s: the sun is at %.1f°", s.From, s.Elevation)
		}
		if h := s.From.Hour(); h < 8 || s.To.Hour()*60+s.To.Minute() > 18*60 || s.From.Weekday() == time.Saturday || s.From.Weekday() == time.Sunday {
			t.Errorf("%s is not in working hours", s.From)
		}
		if sum := s.Dark + s.Dim + s.Bright; math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s: shares add up to %g", s.From, sum)
		}
		if s.IfDark < 0 || s.IfBright > 0 || s.Information < 0 {
			t.Errorf("%s: weights of the wrong sign: %+v", s.From, s)
		}
		if i > 0 && slots[i-1].Information < s.Information {
			t.Errorf("slot %d is worth more than the one before", i)
		}
	}
	// Asia, most of this world, is dark at noon in Texas (18:00 UTC) and the
	// Americas are not; later India is asleep and Japan wakes. The best slot must
	// have the largest share of darkness of all.
	dark := func(s Slot) float64 { return s.Dark + s.Dim/2 }
	if best := slices.MaxFunc(slots, func(a, b Slot) int { return compare(dark(a), dark(b)) }); dark(best) > dark(slots[0])+1e-9 {
		t.Errorf("best slot %s has %.2f dark, %s has %.2f", slots[0].From, dark(slots[0]), best.From, dark(best))
	}
}

// TestPlanOffersSeveralHours: of ten slots, two at most begin at one time of day, half an
// hour apart, and they are the best of that time.
func TestPlanOffersSeveralHours(t *testing.T) {
	chicago := zone(t, "America/Chicago")
	from := time.Date(2026, 1, 12, 0, 0, 0, 0, chicago)
	r := Request{Lat: 30.27, Lon: -97.74, Zone: chicago, From: from, To: from.AddDate(0, 0, 60), World: farTowns, Best: 10}
	clocks := func(slots []Slot) map[string]int {
		out := map[string]int{}
		for _, s := range slots {
			out[s.From.Format("15:04")]++
		}
		return out
	}
	most := func(slots []Slot) int { return slices.Max(slices.Collect(maps.Values(clocks(slots)))) }
	if most(Plan(r)) < 3 {
		t.Fatal("without a limit no three slots begin at one time: the test shows nothing")
	}
	best := Plan(r)[0]
	r.Alike = 2
	slots := Plan(r)
	if len(slots) != 10 || most(slots) != 2 || !slots[0].From.Equal(best.From) {
		t.Errorf("%d slots at %v, the first %s, want the best, %s", len(slots), clocks(slots), slots[0].From, best.From)
	}
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// TestWeights works one slot by hand: three quarters of the rest dark, the rest
// bright, read rightly 19 times in 20. Dark elsewhere: .75·.95 + .25·.05 = .725;
// here .05. So +11.61 dB; bright .275 against .95, -5.38 dB. A dark window is seen
// with (.725 + .05)/2, so .3875·11.614 + .6125·5.384 = 7.798.
func TestWeights(t *testing.T) {
	s := Slot{Dark: 0.75, Bright: 0.25}
	s.weigh(0.95)
	near(t, "if dark", s.IfDark, 11.614, 0.001)
	near(t, "if bright", s.IfBright, -5.384, 0.001)
	near(t, "information", s.Information, 7.798, 0.002)
}

func TestPlanHasNone(t *testing.T) {
	loc := zone(t, "Europe/Oslo")
	winter := time.Date(2026, 12, 14, 0, 0, 0, 0, loc)
	if s := Plan(Request{Lat: 69.65, Lon: 18.96, Zone: loc, From: winter, To: winter.AddDate(0, 0, 7), World: farTowns}); len(s) != 0 {
		t.Errorf("%d slots in a polar night", len(s))
	}
	// Nobody lives elsewhere: nothing can be learnt.
	noon := time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC)
	if s := Plan(Request{Lat: 51.5, Lon: 0, From: noon, To: noon.AddDate(0, 0, 1), World: []Town{{51.6, 0.1, 1e6}}}); len(s) != 0 {
		t.Errorf("%d slots in a world of one town", len(s))
	}
	if s := Plan(Request{}); len(s) != 0 {
		t.Errorf("%d slots from an empty request", len(s))
	}
}

func BenchmarkPlan(b *testing.B) {
	world := make([]Town, 3000)
	for i := range world {
		world[i] = Town{math.Mod(float64(i)*7.7, 130) - 60, math.Mod(float64(i)*11.3, 360) - 180, 1e6}
	}
	from := time.Date(2026, 1, 12, 0, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		Plan(Request{Lat: 51.5, From: from, To: from.AddDate(0, 0, 14), World: world})
	}
}
