// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"daylight/record"
	"daylight/weigh"
)

// honest makes n people of a group of whom so many are reviewed.
func honest(group string, n, reviewed int) []Outcome {
	var out []Outcome
	for i, o := range at(false, make([]record.Weight, n)...) {
		if group != "" {
			o.Groups = []string{group}
		}
		o.State = weigh.Clear
		if i < reviewed {
			o.State = weigh.FollowUp
		}
		out = append(out, o)
	}
	return out
}

func comparison(t *testing.T, f *Fairness, group, what string) Comparison {
	t.Helper()
	i := slices.IndexFunc(f.Review, func(c Comparison) bool { return c.Group == group && c.What == what })
	if i < 0 {
		t.Fatalf("no comparison of %s", group)
	}
	return f.Review[i]
}

func TestFairnessVerdicts(t *testing.T) {
	for _, c := range []struct {
		name     string
		outcomes []Outcome
		want     Verdict
		fails    bool
	}{
		{"many more, many people", append(honest("g", 400, 80), honest("", 400, 20)...), Exceeds, true},
		{"many more, few people", append(honest("g", 4, 1), honest("", 400, 20)...), NotShown, false},
		{"everybody of five", append(honest("g", 5, 5), honest("", 400, 20)...), Exceeds, true},
		{"a little more, very many people", append(honest("g", 20000, 2200), honest("", 20000, 2000)...), Shown, false},
		{"just within the limit", append(honest("g", 5000, 620), honest("", 5000, 500)...), Inside, false},
		{"just above the limit", append(honest("g", 5000, 630), honest("", 5000, 500)...), Exceeds, true},
		{"a little more", append(honest("g", 200, 11), honest("", 200, 10)...), Inside, false},
		{"nobody at all", append(honest("g", 200, 0), honest("", 200, 0)...), NoData, false},
		{"nobody of a small group", append(honest("g", 10, 0), honest("", 200, 10)...), NotShown, false},
		// The others then exceed the limit, and stand as those in no group.
		{"left alone", append(honest("g", 400, 4), honest("", 400, 60)...), Below, true},
		{"nobody outside", honest("g", 40, 4), NoData, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFairness(c.outcomes, nil, nil)
			got := comparison(t, f, "g", "reviewed")
			if got.Verdict != c.want || f.Fails != c.fails {
				t.Errorf("verdict %q, fails %v; %+v", got.Verdict, f.Fails, got)
			}
		})
	}
	if f := newFairness(honest("", 40, 4), nil, nil); len(f.Review) != 0 || f.Fails {
		t.Errorf("without a group: %+v", f)
	}
}

// TestFailsFrom: a group with as many as the ratio says fails, and with one fewer does
// not; and a group that is too small never does.
func TestFailsFrom(t *testing.T) {
	for _, of := range []int{20, 190, 1_000} {
		with := func(k int) Comparison {
			return comparison(t, newFairness(append(honest("g", of, k), honest("", 5_000, 170)...), nil, nil), "g", "reviewed")
		}
		from := int(math.Round(float64(with(0).FailsFrom) * 170 / 5_000 * float64(of)))
		if with(from).Verdict != Exceeds || with(from-1).Verdict == Exceeds {
			t.Errorf("%d people: fails from %d of them; with %d it is %q, with %d %q", of, from, from, with(from).Verdict, from-1, with(from-1).Verdict)
		}
	}
	if got := comparison(t, newFairness(append(honest("g", 1, 0), honest("", 5_000, 500)...), nil, nil), "g", "reviewed").FailsFrom; got != none {
		t.Errorf("one person fails from %v", got)
	}
}

// TestOutsideTheLimit: a group for which the limit does not hold is shown with its
// rate, fails nothing, and does not make the others harder to find.
func TestOutsideTheLimit(t *testing.T) {
	away := honest("away", 400, 200)
	for i := range away {
		away[i].Outside = []string{"away"}
	}
	f := newFairness(slices.Concat(away, honest("", 4000, 100)), nil, nil)
	got := comparison(t, f, "away", "reviewed")
	if got.Verdict != Outside || got.Rate.Count != 200 || got.Ratio.Value < 10 || f.Fails {
		t.Errorf("fails %v; %+v", f.Fails, got)
	}
	if v := comparison(t, f, "away", "escalated").Verdict; v != NoData {
		t.Errorf("where nobody was escalated: %q", v)
	}
	some := NewRate(1, 10)
	cs := []Comparison{{Rate: some, Others: some, P: .01}, {Rate: some, Others: some, P: .02, outside: true}}
	holm(cs)
	near(t, "the only one of a family", float64(cs[0].P), .01, 1e-12)
	for i := range away {
		away[i].Outside = nil
	}
	held := newFairness(slices.Concat(away, honest("", 4000, 100)), nil, nil)
	if v := comparison(t, held, "away", "reviewed").Verdict; v != Exceeds || !held.Fails {
		t.Errorf("held to the limit: %q", v)
	}
}

// TestFairnessBearsManyGroups: forty groups of equal rates, each a sample of its
// own, do not fail by being many, and one that is unlike is still found.
func TestFairnessBearsManyGroups(t *testing.T) {
	var outcomes []Outcome
	for g := range 40 {
		// The counts of forty draws of 100 at 5 %, as a binomial spreads them.
		outcomes = append(outcomes, honest(fmt.Sprintf("g-%02d", g), 100, []int{1, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8, 9, 10}[g%16])...)
	}
	if f := newFairness(outcomes, nil, nil); f.Fails {
		t.Errorf("fails by chance: %+v", f.Review[0])
	}
	outcomes = append(outcomes, honest("burdened", 100, 30)...)
	f := newFairness(outcomes, nil, nil)
	if !f.Fails || f.Review[0].Group != "burdened" || f.Review[0].Verdict != Exceeds {
		t.Errorf("not found: %+v", f.Review[0])
	}
}

// TestHolm: 0.01, 0.04, 0.03 become 0.03, 0.06 and 0.06 (Holm's step-down: times
// 3, 2 and 1, and never falling).
func TestHolm(t *testing.T) {
	some := NewRate(1, 10)
	cs := []Comparison{{Rate: some, Others: some, P: .01}, {Rate: some, Others: some, P: .04}, {Rate: some, Others: some, P: .03}, {P: 1}}
	holm(cs)
	for i, want := range []float64{.03, .06, .06} {
		near(t, fmt.Sprint(i), float64(cs[i].P), want, 1e-12)
	}
}

// TestSelfIdentification: a group is compared with those who named another of
// the same attribute, and not with those who said nothing.
func TestSelfIdentification(t *testing.T) {
	people := crowd(400, 11)
	self := &SelfIdentification{}
	for i, p := range people {
		switch {
		case i < 100:
			self.Answers = append(self.Answers, Answer{p.ID, "hand", "left"})
		case i < 300:
			self.Answers = append(self.Answers, Answer{p.ID, "hand", "right"})
		case i < 304:
			self.Answers = append(self.Answers, Answer{p.ID, "hand", "both"})
		}
	}
	self.Answers = append(self.Answers, Answer{"nobody", "hand", "left"})
	e := measured(t, Options{SelfIdentification: self}, people...)
	f := e.Fairness
	left := comparison(t, f, "left", "reviewed")
	// One in five of the crowd is deceptive; of the four of "both" it is one.
	if left.Attribute != "hand" || left.Rate.Of != 80 || left.Others.Of != 160+3 {
		t.Errorf("%+v", left)
	}
	if left.Missed == nil {
		t.Error("deceptive people of the group are not compared")
	}
	if f.Small != 1 || f.Unmatched != 1 {
		t.Errorf("%d small groups, %d unmatched", f.Small, f.Unmatched)
	}
	if slices.ContainsFunc(f.Review, func(c Comparison) bool { return c.Group == "both" }) {
		t.Error("a group of four is shown")
	}
	if len(f.Attributes) != 2 || f.Attributes[0].Attribute != "hand" || f.Attributes[1].Attribute != truthAttribute {
		t.Errorf("spans %+v", f.Attributes)
	}
}

// TestIndicatorsByGroup: the group of the VPN habit has the indicators of its
// crowd more often, and is found beyond chance.
func TestIndicatorsByGroup(t *testing.T) {
	f := measured(t, Options{Fairness: true}, crowd(1000, 5)...).Fairness
	if f.Compared == 0 || len(f.Indicators) == 0 {
		t.Fatalf("compared %d", f.Compared)
	}
	if c := f.Indicators[0]; c.Group != "vpn-habit" || c.Verdict != Exceeds || c.Ratio.Value <= fairLimit {
		t.Errorf("%+v", c)
	}
	for _, c := range f.Indicators {
		if c.What == "doc.seen" {
			t.Error("an indicator that speaks for people is compared as a burden")
		}
	}
}
