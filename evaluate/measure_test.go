// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"daylight/detect"
	"daylight/pipeline"
	"daylight/record"
	"daylight/weigh"
)

// TestCurve: deceptive 50, 30, 30; genuine 30, 10, 10, 10. Of the 12 pairs, 10
// are in order and 2 are ties: (10 + 1)/12. Thresholds: 50 finds 1 of 1; 30 finds
// 3 of 4: average precision 1/3·1 + 2/3·3/4.
func TestCurve(t *testing.T) {
	outcomes := append(at(true, 50, 30, 30), at(false, 30, 10, 10, 10)...)
	c := newCurve(outcomes)
	near(t, "area", float64(c.AUC.Value), 11.0/12, 1e-12)
	near(t, "average precision", float64(c.AveragePrecision), 1.0/3+2.0/3*3/4, 1e-12)
	near(t, "base rate", float64(c.BaseRate), 3.0/7, 1e-12)
	if d := cmp.Diff([]Point{{5, 1, 0}, {3, 3, 1}, {1, 3, 4}}, c.Points); d != "" {
		t.Error(d)
	}
	// Neither budget allows one of four, so only the person above all genuine ones
	// is found.
	for _, r := range c.Recall {
		if r.Allowed != 0 || r.Recall.Count != 1 || r.False.Count != 0 || r.ThresholdDB != 5 {
			t.Errorf("%+v", r)
		}
	}
	if r := recallAt(c.Points, .25, 3, 4); r.Allowed != 1 || r.Recall.Count != 3 || r.ThresholdDB != 3 {
		t.Errorf("one of four allowed: %+v", r)
	}
	// The highest total is shared: no threshold keeps within the budget.
	tied := newCurve(append(at(true, 50), at(false, 50)...))
	if r := tied.Recall[0]; r.Recall.Count != 0 || !math.IsInf(float64(r.ThresholdDB), 1) {
		t.Errorf("a tie at the top: %+v", r)
	}
	for _, one := range [][]Outcome{nil, at(true, 1), at(false, 1)} {
		if c := newCurve(one); c.AUC.Known || c.AUC.Low != 0 || c.AUC.High != 1 {
			t.Errorf("%d outcomes of one kind: %+v", len(one), c.AUC)
		}
	}
}

// TestAreaIsMannWhitney compares with counting every pair.
func TestAreaIsMannWhitney(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.IntRange(-3, 3), 1, 12)
		var all []scored
		sum, d, g := 0.0, weights.Draw(t, "deceptive"), weights.Draw(t, "genuine")
		for _, x := range d {
			all = append(all, scored{record.Weight(x), true})
			for _, y := range g {
				switch {
				case x > y:
					sum++
				case x == y:
					sum += .5
				}
			}
		}
		for _, y := range g {
			all = append(all, scored{record.Weight(y), false})
		}
		if got, want := area(points(all)), sum/float64(len(d)*len(g)); math.Abs(got-want) > 1e-12 {
			t.Fatalf("area %v, counted %v", got, want)
		}
	})
}

// TestPrecision: at 1 in 343 a test with 95 % sensitivity and 99 % specificity is
// right 22 % of the time, and at 1 in 2,000 4.5 %.
func TestPrecision(t *testing.T) {
	d, g := NewRate(950, 1000), NewRate(10, 1000)
	near(t, "1 in 343", float64(precisionAt(343, d, g).Value), 95.0/(95+342), 1e-12)
	near(t, "1 in 2,000", float64(precisionAt(2000, d, g).Value), 95.0/(95+1999), 1e-12)
	near(t, "1 in 343", float64(precisionAt(343, d, g).Value), .22, .005)
	s := precisionAt(343, d, g)
	if !(s.Low < s.Value && s.Value < s.High && s.High < 1) {
		t.Errorf("%+v", s)
	}
	if s := precisionAt(50, d, NewRate(0, 1000)); !s.Known || s.Value != 1 || s.Low <= 0 || s.Low >= 1 {
		t.Errorf("no mistake: %+v", s)
	}
	if s := precisionAt(50, NewRate(0, 10), g); !s.Known || s.Value != 0 || s.Low != 0 || s.High <= 0 {
		t.Errorf("no find: %+v", s)
	}
	if s := precisionAt(50, NewRate(0, 10), NewRate(0, 10)); s.Known {
		t.Errorf("nobody looked at: %+v", s)
	}
}

// TestWhatIsAsked: recall is asked at one and at ten false alarms in 1,000 genuine
// people, and precision where one person in 50, 343 and 2,000 is deceptive.
func TestWhatIsAsked(t *testing.T) {
	totals := make([]record.Weight, 1000)
	for i := range totals {
		totals[i] = record.Weight(-i)
	}
	outcomes := append(at(false, totals...), at(true, 1, -1, -9, -10)...)
	var allowed, found []int
	for _, r := range newCurve(outcomes).Recall {
		allowed, found = append(allowed, r.Allowed), append(found, r.Recall.Count)
	}
	// A threshold of -1 takes in the genuine people of 0 and of -1: one too many.
	if !slices.Equal(allowed, []int{1, 10}) || !slices.Equal(found, []int{1, 3}) {
		t.Errorf("%v genuine people are allowed and %v deceptive ones found", allowed, found)
	}
	var oneIn []int
	for _, p := range precisions(newTruths(outcomes)) {
		oneIn = append(oneIn, p.OneIn)
	}
	if !slices.Equal(oneIn, []int{50, 343, 2000}) {
		t.Errorf("one in %v", oneIn)
	}
}

// TestCalibration: two applicants at -20 dB (1/101) one of them deceptive, and
// two genuine. The prior is 1/101 (−20 dB), four people, one deceptive: they weigh
// 4/101 and 4·(100/101)/3 each, together 4. All have one total, so stated and
// observed are both the prior, and the error is 0. Unweighted, 1/4 is observed.
func TestCalibration(t *testing.T) {
	c := newCalibration(append(at(true, -200), at(false, -200, -200, -200)...))
	near(t, "at the prior", float64(c.AtPrior.ECE), 0, 1e-12)
	near(t, "observed at the prior", float64(c.AtPrior.Observed), 1.0/101, 1e-12)
	near(t, "unweighted", float64(c.Unweighted.ECE), .25-1.0/101, 1e-12)
	if len(c.Unweighted.Bins) != 1 {
		t.Fatalf("%d bins", len(c.Unweighted.Bins))
	}
	b := c.Unweighted.Bins[0]
	low, high := wilson(1, 4)
	if b.FromDB != -20 || b.ToDB != -15 || b.Deceptive != 1 || b.Genuine != 3 || float64(b.Low) != low || float64(b.High) != high {
		t.Errorf("%+v", b)
	}

	// One who is found at 0 dB (1/2), one who is not at −10 dB (1/11): the error is
	// the mean of 1/2 and 1/11 when each counts once.
	c = newCalibration(append(at(true, 0), at(false, -100)...))
	near(t, "two bins", float64(c.Unweighted.ECE), (.5+1.0/11)/2, 1e-12)
	// At the prior the deceptive one counts 1/101 of all.
	near(t, "two bins at the prior", float64(c.AtPrior.ECE), .5/101+100.0/101/11, 1e-12)

	c = newCalibration(at(false, -100))
	if len(c.LeftOut) != 1 || c.LeftOut[0] != record.Applicant || len(c.AtPrior.Bins) != 0 {
		t.Errorf("a stage of one kind: %+v", c)
	}
}

// TestCalibrationIsOfWhatIsSaid: what the diagram calls stated is the probability that
// the assessment states, whatever the policy's scale makes of the evidence.
func TestCalibrationIsOfWhatIsSaid(t *testing.T) {
	s := &pipeline.Subject{View: &detect.View{}, Assessment: weigh.Assessment{
		Stage: record.Applicant, Prior: -200, Total: -100, Scale: weigh.Scale{Slope: 150},
	}}
	o := newOutcome(s, []Person{{ID: "p-1", Deceptive: true}})
	c := newCalibration([]Outcome{o})
	near(t, "stated", float64(c.Unweighted.Stated), s.Assessment.Probability(), 1e-12)
	// -20 dB and half as much again of +10 dB are -5 dB: 1 in 4.16.
	near(t, "stated", float64(c.Unweighted.Stated), 1/(1+math.Pow(10, .5)), 1e-12)
}

// TestImplied: nobody says nothing, a count of 0 leaves one bound, and an experimental
// indicator has no weight in force.
func TestImplied(t *testing.T) {
	// Koopman's own example: 36 of 40 and 16 of 80, 4.5 with 2.94 to 7.15.
	low, high := koopman(36, 40, 16, 80)
	near(t, "low", low, 2.94, .005)
	near(t, "high", high, 7.15, .005)
	if w := implied(0, 60, 0, 18_062, 3); w.Seen() || !w.Fits {
		t.Errorf("nobody: %+v", w)
	}
	if w := implied(0, 60, 40, 1000, 20); w.ImpliedDB != none || w.LowDB != -none || w.Fits || !w.Seen() {
		t.Errorf("no deceptive person, and declared +20 dB: %+v", w)
	}
	if w := implied(40, 60, 0, 1000, 3); w.ImpliedDB != none || w.HighDB != none || w.Fits {
		t.Errorf("no genuine person, and declared +3 dB: %+v", w)
	}
	// Comfort that counts a third, of one of two people who have it, is two thirds.
	told := &detect.Indicator{}
	told.ID, told.Present, told.Absent, told.Lifecycle = "int.told", 30, -30, detect.Stable
	answers := &tally{people: 2}
	answers.add(detect.Finding{Outcome: detect.Absent, Strength: 34})
	answers.add(detect.Finding{Outcome: detect.Absent})
	if x := newIndicator(told, weigh.DefaultPolicy(), &tally{people: 2}, answers, Marginal{}); x.Absent == nil || math.Abs(float64(x.Absent.DeclaredDB)+4.5*.67) > 1e-9 {
		t.Errorf("the mean comfort in force is %+v, want -3 dB half as much again, two thirds of it", x.Absent)
	}
	tested := &detect.Indicator{}
	tested.ID, tested.Present, tested.Lifecycle = "int.tested", 30, detect.Experimental
	if x := newIndicator(tested, weigh.DefaultPolicy(), &tally{people: 4}, &tally{people: 4}, Marginal{}); x.Present.DeclaredDB != 0 {
		t.Errorf("an experimental indicator declares %v dB", x.Present.DeclaredDB)
	}
}

func TestBins(t *testing.T) {
	for total, want := range map[record.Weight][2]Number{
		-900: {none, -25}, -251: {none, -25}, -250: {-25, -20}, -1: {-5, 0}, 0: {0, 5}, 49: {0, 5}, 50: {5, 10}, 249: {20, 25}, 250: {25, none}, 900: {25, none},
	} {
		i := binOf(total)
		if got := [2]Number{binEdge(i), binEdge(i + 1)}; got != want {
			t.Errorf("%d is in %v, want %v", total, got, want)
		}
	}
}

// TestStates counts by hand: of three deceptive, one escalated, one followed up,
// one not; of two genuine, one lacks data.
func TestStates(t *testing.T) {
	outcomes := append(at(true, 0, 0, 0), at(false, 0, 0)...)
	for i, s := range []weigh.State{weigh.Escalate, weigh.FollowUp, weigh.Clear, weigh.Insufficient, weigh.Clear} {
		outcomes[i].State = s
	}
	outcomes[0].Tactic, outcomes[1].Tactic = "easy", "hard"
	outcomes[3].Groups = []string{"night", "rural"}
	all := newTruths(outcomes)
	d, g := all.Deceptive, all.Genuine
	if d.Escalated.Count != 1 || d.Reviewed.Count != 2 || d.FollowUp.Count != 1 || d.Clear.Count != 1 || d.People != 3 {
		t.Errorf("deceptive %+v", d)
	}
	if g.Insufficient.Count != 1 || g.Clear.Count != 1 || g.Reviewed.Count != 0 || g.People != 2 {
		t.Errorf("genuine %+v", g)
	}
	names := func(all []Slice) (out []string) {
		for _, s := range all {
			out = append(out, s.Name)
		}
		return out
	}
	if got := names(byTactic(outcomes)); !slices.Equal(got, []string{noTactic, "hard", "easy"}) {
		t.Errorf("tactics %q", got)
	}
	if got := names(byGroup(outcomes)); !slices.Equal(got, []string{noGroup, "night", "rural"}) {
		t.Errorf("groups %q", got)
	}
}

// TestRings: true rings a (1 2 3 4 5) and b (6 7 8), found 1-2-3-4, 5-6 and a
// couple. Pairs: true 10 + 3, found 6 + 1 + 1, common 6. Ring a overlaps the
// first by 4 of 5 and is whole; b overlaps 5-6 by 1 of 4.
func TestRings(t *testing.T) {
	var outcomes []Outcome
	for i := range 12 {
		o := at(i < 9, 0)[0]
		switch {
		case i < 5:
			o.Ring = "a"
		case i < 8:
			o.Ring = "b"
		case i == 8:
			o.Ring = "alone"
		}
		o.Found = []int{0, 0, 0, 0, 1, 1, -1, -1, -1, 2, 2, 3}[i]
		outcomes = append(outcomes, o)
	}
	r := newRings(outcomes)
	if r.True != 2 || r.Found != 3 || r.Honest != 1 || r.TruePairs != 13 || r.FoundPairs != 8 || r.Common != 6 {
		t.Errorf("%+v", r)
	}
	near(t, "precision", float64(r.Precision.Value), 6.0/8, 1e-12)
	near(t, "recall", float64(r.Recall.Value), 6.0/13, 1e-12)
	if len(r.Each) != 2 {
		t.Fatalf("%+v", r)
	}
	// One of two true rings is whole, and pure; it is one of three found rings, of
	// which two hold somebody deceptive.
	for _, x := range []struct {
		what      string
		got       Rate
		count, of int
	}{{"recall", r.Whole, 1, 2}, {"pure", r.Pure, 1, 2}, {"precision", r.WholePrecision, 1, 3}, {"precision without households", r.WholeDeceptive, 1, 2}} {
		if x.got != NewRate(x.count, x.of) {
			t.Errorf("whole rings, %s: %+v, want %d of %d", x.what, x.got, x.count, x.of)
		}
	}
	near(t, "lower end of one in three", float64(r.WholePrecision.Low), .0615, 5e-5)
	near(t, "upper end of one in three", float64(r.WholePrecision.High), .7923, 5e-5)
	b, a := r.Each[0], r.Each[1]
	if a.ID != "a" || a.Overlap != .8 || a.Purity != 1 || !a.Whole || a.Common != 4 || a.Best != 4 {
		t.Errorf("%+v", a)
	}
	if b.ID != "b" || b.Overlap != .25 || b.Purity != .5 || b.Whole {
		t.Errorf("%+v", b)
	}
}

// TestWholeRings: a true ring of five in found rings of other people. One stranger
// is 5 of 6 and whole, two are 5 of 7 and not; without one member 4 of 5 is whole,
// and with a stranger besides 4 of 6 is not. In two halves neither is.
func TestWholeRings(t *testing.T) {
	for name, test := range map[string]struct {
		in, strangers, elsewhere int // members in the found ring, others in it, members in another
		whole, pure              bool
		found                    int
	}{
		"all": {5, 0, 0, true, true, 1}, "one stranger": {5, 1, 0, true, false, 1}, "two strangers": {5, 2, 0, false, false, 1},
		"one is missing": {4, 0, 0, true, true, 1}, "one for another": {4, 1, 0, false, false, 1}, "two halves": {3, 0, 2, false, false, 2},
		"alone": {1, 0, 0, false, false, 0}, "none": {0, 0, 0, false, false, 0},
	} {
		members, others := at(true, make([]record.Weight, 5)...), at(false, make([]record.Weight, test.strangers)...)
		for i := range members {
			members[i].Ring = "a"
			switch {
			case i < test.in:
				members[i].Found = 0
			case i < test.in+test.elsewhere:
				members[i].Found = 1
			}
		}
		for i := range others {
			others[i].Found = 0
		}
		r := newRings(append(members, others...))
		whole, pure := 0, 0
		if test.whole {
			whole = 1
		}
		if test.pure {
			pure = 1
		}
		if r.Whole != NewRate(whole, 1) || r.Pure != NewRate(pure, 1) || r.WholePrecision != NewRate(whole, test.found) || r.WholeDeceptive != NewRate(whole, test.found) {
			t.Errorf("%s: whole %+v, pure %+v, precision %+v and %+v", name, r.Whole, r.Pure, r.WholePrecision, r.WholeDeceptive)
		}
	}
}

// TestIndicators: of 4 deceptive, 3 present and 1 absent; of 8 genuine, 1
// present, 5 absent, 2 unknown. The weight of present is that of 3.5/5 over
// 1.5/7; of absent, of 1.5/5 over 5.5/7. Three of the four who have it are
// deceptive, of a third in all: lift 2.25.
func TestIndicators(t *testing.T) {
	answers := []detect.Outcome{
		detect.Present, detect.Present, detect.Present, detect.Absent,
		detect.Present, detect.Absent, detect.Absent, detect.Absent, detect.Absent, detect.Absent, detect.Unknown, detect.Unknown,
	}
	var people []said
	for i, o := range answers {
		p := said{Person: Person{ID: string(rune('a' + i)), Deceptive: i < 4, Stage: record.Worker}, answers: map[string]detect.Outcome{"dev.one": o}}
		if i < 2 {
			p.answers["dev.two"] = detect.Present
		}
		people = append(people, p)
	}
	e := measured(t, Options{}, people...)
	x := find(t, e.Indicators, "dev.one")
	near(t, "present", float64(x.Present.ImpliedDB), 10*math.Log10(3./4/(1./6)), 1e-9)
	near(t, "absent", float64(x.Absent.ImpliedDB), 10*math.Log10(1./4/(5./6)), 1e-9)
	near(t, "declared", float64(x.Present.DeclaredDB), 18, 1e-9) // +12 dB, half as much again
	near(t, "lift", float64(x.Lift), 2.25, 1e-9)
	if x.Genuine.Unknown.Count != 2 || x.Deceptive.Present.Count != 3 || x.Genuine.Present.Of != 8 || x.Deceptive.Strength != 100 {
		t.Errorf("%+v", x)
	}
	// One that never answers absent is compared among everybody: 2 of 4 and 0 of 8 have
	// a bound below and none above.
	y := find(t, e.Indicators, "dev.two")
	low, _ := koopman(2, 4, 0, 8)
	near(t, "one-sided", float64(y.Present.LowDB), 10*math.Log10(low), 1e-9)
	if y.Present.ImpliedDB != none || y.Present.HighDB != none || !y.Present.Seen() {
		t.Errorf("one-sided: %+v", y.Present)
	}
	if y.Absent != nil {
		t.Errorf("one-sided has an absent weight: %+v", y.Absent)
	}
}

// TestLeaveOneOut compares with weighing everything again without the indicator,
// from the findings and with the whole catalogue.
func TestLeaveOneOut(t *testing.T) {
	scaled := weigh.DefaultPolicy()
	scaled.Scale = weigh.Scale{Slope: 140, Intercept: -30}
	for name, policy := range map[string]weigh.Policy{"as shipped": weigh.DefaultPolicy(), "scaled": scaled} {
		t.Run(name, func(t *testing.T) { leavesOneOut(t, policy) })
	}
}

func leavesOneOut(t *testing.T, policy weigh.Policy) {
	t.Helper()
	people := crowd(300, 3)
	res, truth := scanned(policy, people...)
	outcomes, _ := Match(res, truth)
	for _, workers := range []int{1, 3} {
		got, err := leaveOneOut(t.Context(), outcomes, catalog(), policy, workers)
		if err != nil {
			t.Fatal(err)
		}
		moved := 0
		for i, ind := range catalog() {
			without := slices.Clone(people)
			for j := range without {
				rest := map[string]detect.Outcome{}
				for id, o := range without[j].answers {
					if id != ind.ID {
						rest[id] = o
					}
				}
				without[j].answers = rest
			}
			other, _ := scanned(policy, without...)
			after, _ := Match(other, truth)
			a, b := newTruths(after), newTruths(outcomes)
			want := Marginal{
				Recall: a.Deceptive.Escalated.Value - b.Deceptive.Escalated.Value, Reviewed: a.Deceptive.Reviewed.Value - b.Deceptive.Reviewed.Value,
				False: a.Genuine.Escalated.Value - b.Genuine.Escalated.Value, Bothered: a.Genuine.Reviewed.Value - b.Genuine.Reviewed.Value,
				AUC: newCurve(after).AUC.Value - newCurve(outcomes).AUC.Value,
			}
			for j := range after {
				if after[j].Total != outcomes[j].Total || after[j].State != outcomes[j].State {
					want.Changed++
				}
			}
			moved += want.Changed
			near := cmp.Comparer(func(x, y Number) bool { return math.Abs(float64(x-y)) < 1e-9 })
			if d := cmp.Diff(want, got[i], near); d != "" {
				t.Errorf("%s, %d workers:\n%s", ind.ID, workers, d)
			}
		}
		if moved < 300 {
			t.Errorf("only %d assessments changed: the crowd tries nothing", moved)
		}
	}
}

// TestMeasureStops when its context is done.
func TestMeasureStops(t *testing.T) {
	policy := weigh.DefaultPolicy()
	res, truth := scanned(policy, crowd(20, 1)...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Measure(ctx, res, catalog(), policy, truth, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
