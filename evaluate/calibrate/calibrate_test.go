// SPDX-License-Identifier: Apache-2.0

package calibrate

import (
	"fmt"
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

func ind(id string, family detect.Family, present, absent record.Weight, set ...func(*detect.Meta)) *detect.Indicator {
	m := detect.Meta{ID: id, Title: id, Family: family, Lifecycle: detect.Stable, Present: present, Absent: absent}
	for _, f := range set {
		f(&m)
	}
	return detect.Define(m, struct{}{}, func(*detect.Pass, struct{}) {})
}

func present(id string) detect.Finding {
	return detect.Finding{Indicator: id, Outcome: detect.Present, Strength: 100}
}

func absent(id string) detect.Finding {
	return detect.Finding{Indicator: id, Outcome: detect.Absent}
}

// group is so many people of one label, of whom the first see the thing.
func group(deceptive bool, people, see int) []Case {
	var out []Case
	for i := range people {
		c := Case{Subject: record.SubjectID(fmt.Sprintf("%t-%03d", deceptive, i)), Stage: record.Applicant, Deceptive: deceptive}
		f := absent("a")
		if i < see {
			f = present("a")
		}
		c.Findings = []detect.Finding{f}
		out = append(out, c)
	}
	return out
}

// By hand, N = 20. Shipped 10 with 20 and 200 people: π is ½, so a = b = 10, and
// the ratio is (10 + kD)/(10 + kG)·10; of s = 20, 20 observations count 20.
// Shipped 10^0.9 = 7.9433 with 20 and 400: nD·r + nG = 558.87, a = 5·558.87/400 =
// 6.9858, b = 5·558.87/158.87 = 17.589; with 14 and 3, 20.9858/20.589·20 =
// 20.386, which is 13.09 dB, and the 17 count 20·17/24.575 = 13.835.
func TestEstimate(t *testing.T) {
	tests := []struct {
		shipped, nD, nG, kD, kG float64
		ratio, effective        float64
	}{
		{10, 20, 200, 0, 0, 10, 0},
		{10, 20, 200, 10, 10, 10, 20},
		{10, 20, 200, 10, 0, 20, 10},
		{10, 20, 200, 0, 10, 5, 10},
		{10, 20, 200, 0.5, 0, 10.5, 0.5},
		{0.1, 200, 20, 10, 0, 0.2, 10},
		{math.Pow(10, 0.9), 20, 400, 14, 3, 20.3856, 13.8352},
	}
	for _, tt := range tests {
		got := estimate(tt.shipped, tt.nD, tt.nG, tt.kD, tt.kG, 20)
		if math.Abs(got.ratio-tt.ratio) > 1e-3 || math.Abs(got.effective-tt.effective) > 1e-3 {
			t.Errorf("%+v: %+v", tt, got)
		}
	}
	// Without end, the observed ratio: 30 % against 2 %, whatever shipped.
	if got := estimate(3, 1e9, 1e9, 3e8, 2e7, 20).ratio; math.Abs(got-15) > 1e-5 {
		t.Errorf("tends to %v, want 15", got)
	}
}

// The prior's precision on the logit scale is N/4, and neither parameter is
// below it.
func TestPriorPrecision(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := math.Pow(10, float64(rapid.IntRange(-250, 250).Draw(t, "weight"))/100)
		nD, nG := float64(rapid.IntRange(1, 5000).Draw(t, "confirmed")), float64(rapid.IntRange(1, 5000).Draw(t, "cleared"))
		n := float64(rapid.IntRange(1, 500).Draw(t, "pseudo-count"))
		one, two := estimate(r, nD, nG, 1, 0, n).ratio, estimate(r, nD, nG, 0, 1, n).ratio
		a, b := r/(one-r), 1/(r/two-1) // (a+1)/a = one/r, (b+1)/b = r/two
		if precision := a * b / (a + b); math.Abs(precision/(n/4)-1) > 1e-6 {
			t.Fatalf("precision %v with a %v and b %v, want %v", precision, a, b, n/4)
		}
	})
}

func TestLearn(t *testing.T) {
	catalog := []*detect.Indicator{
		ind("a", detect.Device, 90, -5), ind("young", detect.Device, 90, -5, func(m *detect.Meta) { m.Lifecycle = detect.Experimental }),
		ind("law", detect.Listed, 140, 0, func(m *detect.Meta) { m.Conclusive = true }),
	}
	cases := append(group(true, 20, 14), group(false, 400, 3)...)
	for i := range cases {
		f := cases[i].Findings[0]
		for _, id := range []string{"young", "law"} {
			f.Indicator = id
			cases[i].Findings = append(cases[i].Findings, f)
		}
	}
	r, err := Learn(cases, catalog, byHand(), 20)
	if err != nil {
		t.Fatal(err)
	}
	// Absent, by hand: shipped 10^-0.05 = 0.89125, nD·r + nG = 417.825, a = 5.2228,
	// b = 117.20; with 6 and 397, 11.2228/514.20·20 = 0.43651, −3.6 dB.
	want := []Change{
		{"a", detect.Present, 90, 131, "present in 14 of 20 confirmed and 3 of 400 cleared; shipped +9.0 dB; pseudo-count 20, effective sample 13.8; now +13.1 dB"},
		{"a", detect.Absent, -5, -36, "absent in 6 of 20 confirmed and 397 of 400 cleared; shipped −0.5 dB; pseudo-count 20, effective sample 65.8; now −3.6 dB"},
	}
	if d := cmp.Diff(want, r.Changes); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if d := cmp.Diff(map[string]weigh.Override{"a": {Present: 131, Absent: -36}}, r.Policy.Weights); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if r.Confirmed != 20 || r.Cleared != 400 {
		t.Errorf("%d confirmed, %d cleared", r.Confirmed, r.Cleared)
	}
	// Learning again from the same outcomes changes nothing more.
	again, err := Learn(cases, catalog, r.Policy, 20)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r.Policy.Weights, again.Policy.Weights); d != "" {
		t.Errorf("learned twice from the same:\n%s", d)
	}
}

// A limit is said, with what it held back: 9 dB may become 16.5 and no more, and
// no more than the family may add.
func TestLimits(t *testing.T) {
	cases := append(group(true, 200, 199), group(false, 2000, 2)...)
	for _, tt := range []struct {
		ind  *detect.Indicator
		want weigh.Override
	}{
		{ind("a", detect.Device, 90, -5), weigh.Override{Present: 165, Absent: -37}},
		{ind("a", detect.Interview, 90, -60), weigh.Override{Present: 130, Absent: -100}},
		{ind("a", detect.Rhythm, 90, 0), weigh.Override{Present: 90}}, // its cap is 70, and it shipped above
		{ind("a", detect.Device, -90, 0), weigh.Override{Present: -1}},
	} {
		r, err := Learn(cases, []*detect.Indicator{tt.ind}, byHand(), 20)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Policy.WeightsOf(tt.ind); got != tt.want {
			t.Errorf("%s %d: %+v, want %+v", tt.ind.Family, tt.ind.Present, got, tt.want)
		}
		for _, c := range r.Changes {
			if c.Side == detect.Present && !strings.Contains(c.Why, "its limit (the outcomes alone would make it") {
				t.Errorf("nothing says the limit: %s", c.Why)
			}
		}
	}
}

// A weight that too few answered keeps what the base has, and the base is left
// as it was.
func TestTooFew(t *testing.T) {
	catalog := []*detect.Indicator{ind("a", detect.Device, 90, -5)}
	base := byHand()
	base.Weights["a"] = weigh.Override{Present: 70, Absent: -3}
	for _, n := range [][2]int{{0, 0}, {9, 500}, {500, 19}} {
		r, err := Learn(append(group(true, n[0], n[0]), group(false, n[1], 0)...), catalog, base, 20)
		if err != nil {
			t.Fatal(err)
		}
		if r.Learned[0].Enough || r.Changes != nil || r.Policy.Weights["a"] != base.Weights["a"] {
			t.Errorf("%v: %+v", n, r)
		}
	}
	if _, err := Learn(append(group(true, 10, 10), group(false, 20, 0)...), catalog, base, 20); err != nil {
		t.Fatal(err)
	}
	if base.Weights["a"].Present != 70 {
		t.Error("learning wrote to the policy it started from")
	}
	for _, n := range []int{0, -1, MaxPseudoCount + 1} {
		if _, err := Learn(nil, catalog, base, n); err == nil {
			t.Errorf("a pseudo-count of %d is taken", n)
		}
	}
	if _, err := Learn(slices.Concat(group(true, 1, 0), group(true, 1, 0)), catalog, base, 20); err == nil {
		t.Error("one person is taken twice")
	}
}

// Findings at half strength are half an observation, unknown and failed ones
// none, and a one-sided indicator that had its records did not see the thing.
func TestCount(t *testing.T) {
	weak := present("a")
	weak.Strength = 40
	cases := []Case{
		{Subject: "1", Deceptive: true, Findings: []detect.Finding{weak}},
		{Subject: "2", Deceptive: true, Findings: []detect.Finding{present("a")}},
		{Subject: "3", Findings: []detect.Finding{{Indicator: "a", Outcome: detect.Unknown}}},
		{Subject: "4", Findings: []detect.Finding{{Indicator: "a", Outcome: detect.Failed}}, NotSeen: []string{"a"}},
		{Subject: "5", Findings: []detect.Finding{{Indicator: "a", Outcome: detect.Unknown}}, NotSeen: []string{"a"}},
		{Subject: "6", Findings: []detect.Finding{absent("a")}},
	}
	want := map[string]*Counts{"a": {Confirmed: Tally{Present: 2, Strength: 140}, Cleared: Tally{Absent: 2, Unknown: 2}}}
	if d := cmp.Diff(want, count(cases)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestNewCase(t *testing.T) {
	oneSided := func(m *detect.Meta) {
		m.OneSided, m.Needs, m.Waivers = true, []record.Kind{record.KindInterview}, []detect.Waiver{detect.Accommodated}
	}
	catalog := []*detect.Indicator{ind("a", detect.Interview, 50, 0, oneSided), ind("b", detect.Interview, 50, -5)}
	unknown := []detect.Finding{{Indicator: "a", Outcome: detect.Unknown}, {Indicator: "b", Outcome: detect.Unknown}}
	held := &detect.View{Subject: "c-1", Records: []record.Record{{Body: record.Interview{}}}}
	if got := NewCase(held, catalog, unknown, true).NotSeen; !slices.Equal(got, []string{"a"}) {
		t.Errorf("with its records: %v", got)
	}
	if got := NewCase(held, catalog, []detect.Finding{present("a")}, true).NotSeen; got != nil {
		t.Errorf("when present: %v", got)
	}
	if got := NewCase(&detect.View{}, catalog, unknown, true).NotSeen; got != nil {
		t.Errorf("without records: %v", got)
	}
	either := []*detect.Indicator{ind("a", detect.Interview, 50, 0, func(m *detect.Meta) {
		m.OneSided, m.Needs, m.Either = true, nil, []record.Kind{record.KindDevice, record.KindInterview}
	})}
	if got := NewCase(held, either, unknown, true).NotSeen; !slices.Equal(got, []string{"a"}) {
		t.Errorf("with one of two that are each enough: %v", got)
	}
	held.Accommodation = true
	if got := NewCase(held, catalog, unknown, true).NotSeen; got != nil {
		t.Errorf("when waived: %v", got)
	}
}

// drawn is a random catalogue with labelled answers.
func drawn(t *rapid.T) ([]*detect.Indicator, []Case) {
	var catalog []*detect.Indicator
	for i := range rapid.IntRange(1, 4).Draw(t, "indicators") {
		w, off := record.Weight(rapid.IntRange(1, 200).Draw(t, "present")), record.Weight(rapid.IntRange(-90, 0).Draw(t, "absent"))
		if rapid.IntRange(0, 4).Draw(t, "reassures") == 0 {
			w, off = -w, 0
		}
		catalog = append(catalog, ind(string(rune('a'+i)), rapid.SampledFrom(detect.Families).Draw(t, "family"), w, off))
	}
	var cases []Case
	for i := range rapid.IntRange(0, 60).Draw(t, "cases") {
		c := Case{Subject: record.SubjectID(fmt.Sprintf("p-%03d", i)), Deceptive: i%3 == 0, Stage: record.Worker}
		for _, x := range catalog {
			f := detect.Finding{Indicator: x.ID, Outcome: rapid.SampledFrom([]detect.Outcome{detect.Present, detect.Absent, detect.Absent, detect.Unknown}).Draw(t, "outcome")}
			if f.Outcome == detect.Present {
				f.Strength = rapid.IntRange(1, 100).Draw(t, "strength")
			}
			c.Findings = append(c.Findings, f)
		}
		cases = append(cases, c)
	}
	return catalog, cases
}

func learn(t *rapid.T, cases []Case, catalog []*detect.Indicator, n int) Result {
	r, err := Learn(cases, catalog, byHand(), n)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Whatever the outcomes: every weight keeps its sign, its limits and its place
// between what shipped and what was observed, the policy stands up to its own
// checks, and order, names and stages do not matter.
func TestLearnProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		catalog, cases := drawn(t)
		n := rapid.IntRange(1, 200).Draw(t, "pseudo-count")
		r := learn(t, cases, catalog, n)
		if err := r.Policy.Validate(); err != nil {
			t.Fatal(err)
		}
		for i, l := range r.Learned {
			meta := catalog[i]
			up, down := r.Policy.Cap(meta.Family)
			for _, side := range []struct {
				o            detect.Outcome
				shipped, now record.Weight
			}{{detect.Present, l.Shipped.Present, l.Now.Present}, {detect.Absent, l.Shipped.Absent, l.Now.Absent}} {
				if side.shipped == 0 && side.now != 0 || side.shipped*side.now < 0 || side.shipped != 0 && side.now == 0 {
					t.Fatalf("%s %s turned from %d to %d", l.Indicator, side.o, side.shipped, side.now)
				}
				if float64(size(side.now)) > 1.5*float64(size(side.shipped))+30 || side.now > max(up, side.shipped) || side.now < min(down, side.shipped) {
					t.Fatalf("%s %s went from %d to %d, with caps %d and %d", l.Indicator, side.o, side.shipped, side.now, up, down)
				}
				d, g := l.Counts.Confirmed, l.Counts.Cleared
				observed := 100 * math.Log10(d.seen(side.o)/float64(d.Answered())/(g.seen(side.o)/float64(g.Answered())))
				if !l.Enough || math.IsNaN(observed) || side.shipped == 0 {
					if side.now != side.shipped && !math.IsInf(observed, 0) {
						t.Fatalf("%s %s moved from %d to %d on nothing", l.Indicator, side.o, side.shipped, side.now)
					}
					continue
				}
				lo, hi := min(observed, float64(side.shipped)), max(observed, float64(side.shipped))
				// A weight held at its sign may be beyond what was observed.
				if now := float64(side.now); (now < lo-0.51 || now > hi+0.51) && size(side.now) > 1 {
					t.Fatalf("%s %s is %v, shipped %d and observed %v", l.Indicator, side.o, now, side.shipped, observed)
				}
			}
		}
		shuffled := rapid.Permutation(cases).Draw(t, "order")
		if d := cmp.Diff(r, learn(t, shuffled, rapid.Permutation(catalog).Draw(t, "catalogue"), n)); d != "" {
			t.Fatalf("order matters:\n%s", d)
		}
		for i := range shuffled {
			shuffled[i].Subject = record.SubjectID(fmt.Sprintf("other-%03d", i))
			shuffled[i].Stage = record.Applicant
		}
		if d := cmp.Diff(r.Policy.Weights, learn(t, shuffled, catalog, n).Policy.Weights); d != "" {
			t.Fatalf("who people are matters:\n%s", d)
		}
	})
}

// One confirmed person's answer turned from absent to present never lowers what
// present weighs nor raises what absent does, and moves either by no more than
// the pseudo-count allows; for a cleared person, the other way round.
func TestOneAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shipped := weigh.Override{Present: record.Weight(rapid.IntRange(1, 200).Draw(t, "present")), Absent: record.Weight(rapid.IntRange(-90, -1).Draw(t, "absent"))}
		catalog := []*detect.Indicator{ind("a", detect.Document, shipped.Present, shipped.Absent)}
		nD, nG := rapid.IntRange(MinConfirmed, 60).Draw(t, "confirmed"), rapid.IntRange(MinCleared, 60).Draw(t, "cleared")
		kD, kG := rapid.IntRange(0, nD-1).Draw(t, "confirmed seen"), rapid.IntRange(0, nG-1).Draw(t, "cleared seen")
		n := rapid.IntRange(1, 100).Draw(t, "pseudo-count")
		with := func(kD, kG int) weigh.Override {
			return learn(t, append(group(true, nD, kD), group(false, nG, kG)...), catalog, n).Policy.WeightsOf(catalog[0])
		}
		before := with(kD, kG)
		step := record.Weight(math.Ceil(100*math.Log10(1+4/float64(n)))) + 1 // both ends are rounded
		check := func(what string, after weigh.Override, sign record.Weight) {
			p, a := sign*(after.Present-before.Present), -sign*(after.Absent-before.Absent)
			if p < 0 || a < 0 || p > step || a > step {
				t.Fatalf("%s: from %+v to %+v, step %d", what, before, after, step)
			}
		}
		check("confirmed", with(kD+1, kG), 1)
		check("cleared", with(kD, kG+1), -1)
	})
}
