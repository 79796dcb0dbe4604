// SPDX-License-Identifier: Apache-2.0

package weigh

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"daylight/detect"
	"daylight/record"
)

// By hand: a prior of -200 with evidence of +155 is -45; at 80 % the evidence is
// 124, and with an intercept of -12 the whole counts -200 - 12 + 124 = -88.
func TestScale(t *testing.T) {
	tests := []struct {
		scale              Scale
		prior, total, want record.Weight
	}{
		{Scale{}, -200, -45, -45},
		{Scale{Slope: 100}, -200, -45, -45},
		{Scale{Slope: 80, Intercept: -12}, -200, -45, -88},
		{Scale{Slope: 80, Intercept: -12}, -200, -200, -212},
		{Scale{Slope: 80}, -200, -355, -324},
		{Scale{Slope: 150}, 0, 3, 4},  // 4.5 towards zero
		{Scale{Slope: 50}, 0, -3, -1}, // and -1.5
	}
	for _, tt := range tests {
		if got := tt.scale.LogOdds(tt.prior, tt.total); got != tt.want {
			t.Errorf("%+v: %d over %d counts %d, want %d", tt.scale, tt.total, tt.prior, got, tt.want)
		}
	}
	// -88 is 10^-0.88 = 0.131826 to one: 0.116471.
	a := Assessment{Prior: -200, Total: -45, Scale: Scale{Slope: 80, Intercept: -12}}
	if got := a.Probability(); math.Abs(got-0.116471) > 1e-6 {
		t.Errorf("probability %.6f, want 0.116471", got)
	}
	// Where -95 is reached: -200 + (-95 + 200 + 12)·100/80 = -200 + 146.25.
	if got := a.Scale.Total(-200, -95); got != -54 {
		t.Errorf("-95 is reached at %d, want -54", got)
	}
}

// A scale moves the thresholds on the probability, and neither the total nor the
// thresholds on families. By hand: +60 in each of two families over -200 is -80,
// above -95 (an absent -1 beside it); half of 119 is 59, and -141 is not.
func TestScaleInStates(t *testing.T) {
	p := byHand()
	catalog := []*detect.Indicator{ind("a", detect.Device, 60, -1), ind("b", detect.Pay, 60, -1), ind("c", detect.Pay, 80, 0), ind("d", detect.Device, 1, -1)}
	findings := []detect.Finding{present("a"), present("b"), absent("d")}
	if a := Assess(p, catalog, applicant(), findings); a.State != FollowUp {
		t.Fatalf("unscaled: %s at %d", a.State, a.Total)
	}
	p.Scale = Scale{Slope: 50}
	a := Assess(p, catalog, applicant(), findings)
	if a.State != Clear || a.Total != -81 || a.LogOdds() != -141 {
		t.Errorf("scaled: %s at %d, counting %d", a.State, a.Total, a.LogOdds())
	}
	if a := Assess(p, catalog, applicant(), append(findings, present("c"))); a.State != FollowUp {
		t.Errorf("a family above its threshold: %s", a.State)
	}
}

// Whatever the scale, more evidence never counts less, the sum stays exact, and
// a threshold stands where the sum reaches it.
func TestScaleProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Scale{
			Slope:     rapid.IntRange(MinSlope, MaxSlope).Draw(t, "slope"),
			Intercept: record.Weight(rapid.IntRange(-int(MaxIntercept), int(MaxIntercept)).Draw(t, "intercept")),
		}
		prior := record.Weight(rapid.IntRange(-400, 0).Draw(t, "prior"))
		x := record.Weight(rapid.IntRange(-2000, 2000).Draw(t, "total"))
		y := x + record.Weight(rapid.IntRange(0, 500).Draw(t, "more"))
		if s.LogOdds(prior, x) > s.LogOdds(prior, y) {
			t.Fatalf("%d counts more than %d", x, y)
		}
		if back := s.LogOdds(prior, s.Total(prior, x)); max(back-x, x-back) > 2 {
			t.Fatalf("%d comes back as %d", x, back)
		}
		catalog, findings := drawn(t)
		p := byHand()
		plain := Assess(p, catalog, applicant(), findings)
		p.Scale = s
		scaled := Assess(p, catalog, applicant(), findings)
		sum := scaled.Prior
		for _, c := range scaled.Contributions {
			sum += c.Counted
		}
		if scaled.Total != sum || scaled.Total != plain.Total {
			t.Fatalf("total %d, parts %d, unscaled %d", scaled.Total, sum, plain.Total)
		}
	})
}

func TestScaleIsChecked(t *testing.T) {
	for want, s := range map[string]Scale{
		"slope is 10 %":            {Slope: 10},
		"slope is -3 %":            {Slope: -3},
		"intercept is 200":         {Intercept: 200},
		"intercept is -101":        {Intercept: -101},
		"every applicant of whom ": {Intercept: 90},
	} {
		p := byHand()
		p.PriorApplicant = 0.02 // -169
		p.Scale = s
		if err := p.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", s, err, want)
		}
	}
	p := byHand()
	p.Scale = Scale{Slope: 80, Intercept: 100}
	if err := p.Validate(); err != nil {
		t.Errorf("-200 + 100 is below -95: %v", err)
	}
}

// Beside what strangers can send in, one weak sign of a person's own escalates
// nobody, however much the strangers send.
func TestFramedAndOneWeakSign(t *testing.T) {
	p := DefaultPolicy()
	for weight, want := range map[record.Weight]State{30: FollowUp, 59: FollowUp, 60: Escalate} {
		catalog := []*detect.Indicator{
			ind("text", detect.History, 150, 0, framable), ind("phone", detect.Contact, 180, 0, framable), ind("own", detect.Network, weight, 0),
		}
		a := Assess(p, catalog, applicant(), []detect.Finding{present("text"), present("phone"), present("own")})
		if a.State != want || a.Probability() < p.EscalateProbability {
			t.Errorf("%v of one's own: %s at %.2f, want %s", weight, a.State, a.Probability(), want)
		}
	}
}
