// SPDX-License-Identifier: Apache-2.0

package calibrate

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// people are so many samples with evidence of a ratio, of whom the first are
// deceptive; the labels have the given odds of it.
func people(ratio, odds float64, all, deceptive int) []sample {
	out := make([]sample, all)
	for i := range out {
		out[i] = sample{x: math.Log(ratio), offset: math.Log(odds), deceptive: i < deceptive}
	}
	return out
}

// Where three of four people with evidence of 3 to 1 are deceptive, and one of
// four with 1 to 3, sums are right as they are. So they are when the labels hold
// four times as many cleared as confirmed: evidence of 4 then means one of two,
// and of 12 three of four. Where evidence of 9 means 3 to 1 and of 1/9 1 to 3, it
// is worth half; where all evidence means three times its odds, the intercept is
// ln 3, 4.77 dB.
func TestMaximise(t *testing.T) {
	tests := []struct {
		name             string
		samples          []sample
		intercept, slope float64
	}{
		{"right", slices.Concat(people(3, 1, 4, 3), people(1./3, 1, 4, 1)), 0, 1},
		{"right among chosen labels", slices.Concat(people(4, 0.25, 2, 1), people(12, 0.25, 4, 3)), 0, 1},
		{"twice too much", slices.Concat(people(9, 1, 40000, 30000), people(1./9, 1, 40000, 10000)), 0, 0.5},
		{"three times too little", slices.Concat(people(1, 1, 40000, 30000), people(1./9, 1, 40000, 10000)), math.Log(3), 1},
		{"nobody", nil, 0, 1},
	}
	for _, tt := range tests {
		l := maximise(tt.samples, line{0, 1})
		a, b := l.intercept, l.slope
		if math.Abs(a-tt.intercept) > 1e-3 || math.Abs(b-tt.slope) > 1e-3 {
			t.Errorf("%s: intercept %.4f and slope %.4f, want %.4f and %.4f", tt.name, a, b, tt.intercept, tt.slope)
		}
	}
}

func TestFitScale(t *testing.T) {
	p := byHand()
	f := fitScale(slices.Concat(people(9, 1, 40000, 30000), people(1./9, 1, 40000, 10000)), p)
	// Before, by hand: ln(1 + 1/9) for three of four and ln 10 for one: 0.65467;
	// after, that of a coin of ¾: 0.56234.
	if f.Scale != (weigh.Scale{Slope: 50}) || math.Abs(f.Before-0.65467) > 1e-5 || math.Abs(f.After-0.56234) > 1e-5 {
		t.Errorf("%+v", f)
	}
	if !strings.Contains(f.Why, "80000 labels") || !strings.Contains(f.Why, "0.6547 before and 0.5623 after") {
		t.Error(f.Why)
	}
	// Perfectly separated labels end at the largest slope, not beyond.
	if f := fitScale(slices.Concat(people(3, 1, 500, 500), people(1./3, 1, 500, 0)), p); f.Scale.Slope != weigh.MaxSlope {
		t.Errorf("separated: %+v", f)
	}
	// Everybody confirmed whatever the evidence: the intercept stops where a person
	// of whom nothing is known would be asked for follow-up.
	p.PriorApplicant = 0.05 // -128, 33 below -95
	if f := fitScale(people(1, 1, 500, 500), p); f.Scale.Intercept != 32 {
		t.Errorf("all confirmed: %+v", f)
	}
	// Applicants and others have offsets of their own: 3.5/1.5 and 0.5/2.5.
	c := func(n int, stage record.Stage, deceptive bool) []Case {
		return slices.Repeat([]Case{{Stage: stage, Deceptive: deceptive}}, n)
	}
	got := stageOffsets(slices.Concat(c(3, record.Applicant, true), c(1, record.Applicant, false), c(1, record.Worker, false), c(1, record.Leaver, false)))
	if math.Abs(got[true]-math.Log(3.5/1.5)) > 1e-12 || math.Abs(got[false]-math.Log(0.2)) > 1e-12 {
		t.Errorf("offsets %v", got)
	}
}

// Whatever the samples, the fit ends at a maximum: no step away is better.
func TestFitProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var samples []sample
		for range rapid.IntRange(0, 60).Draw(t, "samples") {
			samples = append(samples, sample{
				x: rapid.Float64Range(-30, 30).Draw(t, "evidence"), offset: rapid.Float64Range(-6, 6).Draw(t, "offset"),
				deceptive: rapid.Bool().Draw(t, "deceptive"),
			})
		}
		l := maximise(samples, line{0, 1})
		a, b := l.intercept, l.slope
		at := penalised(samples, l, line{0, 1})
		for _, d := range [][2]float64{{1e-3, 0}, {-1e-3, 0}, {0, 1e-3}, {0, -1e-3}} {
			if other := penalised(samples, line{l.intercept + d[0], l.slope + d[1]}, line{0, 1}); other < at-1e-9 {
				t.Fatalf("%v at (%v, %v), and %v at a step of %v", at, a, b, other, d)
			}
		}
		p := byHand()
		p.Scale = fitScale(samples, p).Scale
		if err := p.Validate(); err != nil {
			t.Fatal(err)
		}
	})
}

// The total is scaled from 200 labels with 20 of each kind, and not before. Two
// indicators of one fact in two families are counted twice, so the evidence is
// worth less than its sum.
func TestLearnScale(t *testing.T) {
	catalog := []*detect.Indicator{ind("a", detect.Device, 100, -10), ind("b", detect.Pay, 100, -10), ind("c", detect.Contact, 100, -10)}
	labelled := func(confirmed, cleared int) []Case {
		cases := slices.Concat(group(true, confirmed, confirmed*2/3), group(false, cleared, cleared/20))
		for i := range cases {
			f := cases[i].Findings[0]
			for _, id := range []string{"b", "c"} {
				f.Indicator = id
				cases[i].Findings = append(cases[i].Findings, f)
			}
		}
		return cases
	}
	for _, n := range [][2]int{{20, 179}, {19, 400}, {400, 19}} {
		r, err := Learn(labelled(n[0], n[1]), catalog, byHand(), 20)
		if err != nil {
			t.Fatal(err)
		}
		if r.Fit != nil || r.Policy.Scale != (weigh.Scale{}) {
			t.Errorf("%v: scaled by %+v", n, r.Policy.Scale)
		}
	}
	cases := labelled(60, 400)
	r, err := Learn(cases, catalog, byHand(), 20)
	if err != nil {
		t.Fatal(err)
	}
	if r.Fit == nil || r.Policy.Scale != r.Fit.Scale || r.Fit.Scale.Slope >= 60 || r.Fit.After >= r.Fit.Before {
		t.Fatalf("%+v", r.Fit)
	}
	slices.Reverse(cases)
	again, err := Learn(cases, catalog, byHand(), 20)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r, again); d != "" {
		t.Errorf("order matters:\n%s", d)
	}
}

// byHand is the shipped policy with the round thresholds, discounts and caps that
// the tables here were worked out with by hand, and sums believed as they are.
func byHand() weigh.Policy {
	p := weigh.DefaultPolicy()
	p.FollowUpFamily, p.FollowUpProbability, p.EscalateFamily, p.Scale = 70, 0.10, 50, weigh.Scale{}
	p.EscalateProbability, p.FollowUpToward, p.Discount = 0.50, 0, []int{100, 50, 25, 12, 6, 3, 1, 0}
	p.CapToward[detect.History], p.CapToward[detect.Interview], p.CapToward[detect.Network], p.CapToward[detect.Logistics] = 150, 130, 130, 130
	return p
}
