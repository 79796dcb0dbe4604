// SPDX-License-Identifier: Apache-2.0

package weigh

import (
	"slices"
	"testing"

	"daylight/detect"
	"daylight/record"
)

// By hand, for weights of +100 and -100: r1 = 10, r0 = 0.1, P(present|G) =
// 0.9/9.9 = 0.0909 and P(present|D) = 0.9091, so the total moves 90.91 - 9.09 =
// 81.8 towards the truth on either side. Weights +100 and -10 are r1 = 10, r0 =
// 0.794328: P(present|G) = 0.205672/9.205672 = 0.0223419, P(present|D) = 0.223419.
// If deceptive it moves 22.3419 - 7.7658 = 14.576 up, if genuine 9.7766 - 2.2342 =
// 7.542 down; at 0.5 that is 11.06, and at 0.01 0.1458 + 7.467 = 7.61.
func TestExpectation(t *testing.T) {
	tests := []struct {
		prob                  float64
		present, absent, want record.Weight
	}{
		{0.5, 100, -100, 82},
		{0.01, 100, -100, 82},
		{0.5, 100, -10, 11},
		{0.01, 100, -10, 8},
		{0.5, 100, 0, 0},
		{0.5, -100, 0, 0},
		{0.5, 0, -10, 0},
	}
	for _, tt := range tests {
		if got := expectation(tt.prob, tt.present, tt.absent, tt.present, tt.absent); got != tt.want {
			t.Errorf("at %v with %d and %d: %d, want %d", tt.prob, tt.present, tt.absent, got, tt.want)
		}
	}
}

func TestNext(t *testing.T) {
	strong := ind("strong", detect.Device, 100, 0)
	other := ind("other", detect.Device, 10, -1)
	dear := ind("dear", detect.Pay, 100, -100, offering(8, 8))
	cheap := ind("cheap", detect.Interview, 60, -60, offering(1, 1))
	plain := ind("plain", detect.Document, 100, -100, offering(3, 3))
	camera := ind("camera", detect.Interview, 100, -100, offering(1, 1), waiving(detect.Accommodated))
	door := ind("door", detect.Logistics, 100, -100, offering(1, 1), waiving(detect.AddressProtected))
	young := ind("young", detect.Document, 100, -100, offering(1, 1), experimental)
	silent := ind("silent", detect.Document, 100, -100)
	catalog := []*detect.Indicator{strong, other, dear, cheap, plain, camera, door, young, silent}
	open := []detect.Finding{unknown("dear"), unknown("cheap"), unknown("plain"), unknown("camera"), unknown("door"), unknown("young"), unknown("silent")}
	ids := func(a Assessment) (out []string) {
		for _, s := range a.Next {
			out = append(out, s.Indicator)
		}
		return out
	}
	asked := func(v *detect.View, findings ...detect.Finding) []string {
		return ids(Assess(byHand(), catalog, v, append(findings, open...)))
	}
	v := applicant()
	if got, want := asked(v, present("strong")), []string{"camera", "door"}; !slices.Equal(got, want) {
		t.Errorf("suggested %v, want %v", got, want)
	}
	v.Accommodation = true
	if got, want := asked(v, present("strong")), []string{"door", "cheap"}; !slices.Equal(got, want) {
		t.Errorf("with an accommodation %v, want %v", got, want)
	}
	v.Protected = true
	a := Assess(byHand(), catalog, v, append(slices.Clone(open), present("strong")))
	if got, want := ids(a), []string{"cheap", "plain"}; !slices.Equal(got, want) {
		t.Errorf("with a protected address %v, want %v", got, want)
	}
	// 36/(1+1) before 82/(3+3); and nothing said gives the reason away. Weights of
	// +60 and -60 have P(present|G) = 0.2008 and move 0.5984·60 = 35.9.
	if a.Next[0].Expected != 36 || a.Next[0].Why != `bears on "cheap": adds +6.0 dB if so, −6.0 dB if not` {
		t.Errorf("%+v", a.Next[0])
	}
	if got := asked(applicant(), absent("strong"), absent("other")); got != nil {
		t.Errorf("a clear subject is asked for %v", got)
	}
	if got := asked(applicant()); got != nil {
		t.Errorf("a subject of whom nothing is known is asked for %v", got)
	}
	if got := asked(applicant(), present("other")); len(got) != 2 {
		t.Errorf("an insufficient subject with something to explain is asked for %v", got)
	}
}

// A check promises what one answer is worth, and is not offered once another that
// was passed has answered it.
func TestNextOneAnswer(t *testing.T) {
	half := func(m *detect.Meta) { m.Next.One, m.Next.Unless = 50, []string{"identity_document"} }
	catalog := []*detect.Indicator{ind("a", detect.Device, 100, 0), ind("b", detect.Interview, 80, -20, offering(1, 1), half)}
	findings := []detect.Finding{present("a"), unknown("b")}
	a := Assess(byHand(), catalog, applicant(), findings)
	if len(a.Next) != 1 || a.Next[0].Why != `bears on "b": adds +4.0 dB if so, −2.0 dB if not` {
		t.Errorf("offered %+v", a.Next)
	}
	for result, want := range map[string]int{"passed": 0, "mismatch": 1} {
		v := applicant()
		v.Records = []record.Record{{ID: "r", Subject: v.Subject, Body: record.Check{Check: "identity_document", Result: result}}}
		if a := Assess(byHand(), catalog, v, findings); len(a.Next) != want {
			t.Errorf("%s: offered %+v", result, a.Next)
		}
	}
}

// What is expected of a check shrinks with the doubt that it brings an answer, and one
// that cannot is not offered. By hand: a of +60 and -60 is expected to tell 36 (see
// [TestNext]) and b, of +40 and -40, r1 = 2.5119 and P(present|G) = 0.6019/2.1138 =
// 0.2847, 0.4305·40 = 17. A quarter of 36 is 9.
func TestNextByDoubt(t *testing.T) {
	catalog := []*detect.Indicator{
		ind("strong", detect.Device, 100, 0),
		ind("a", detect.Interview, 60, -60, offering(1, 1)), ind("b", detect.Document, 40, -40, offering(1, 1)),
	}
	for doubt, want := range map[int][]Suggestion{
		0:   {{Indicator: "a", Expected: 36}, {Indicator: "b", Expected: 17}},
		75:  {{Indicator: "b", Expected: 17}, {Indicator: "a", Expected: 9}},
		100: {{Indicator: "b", Expected: 17}},
	} {
		f := unknown("a")
		f.Doubt = doubt
		got := Assess(byHand(), catalog, applicant(), []detect.Finding{present("strong"), f, unknown("b")}).Next
		if !slices.EqualFunc(got, want, func(g, w Suggestion) bool { return g.Indicator == w.Indicator && g.Expected == w.Expected }) {
			t.Errorf("at a doubt of %d %%: %+v, want %+v", doubt, got, want)
		}
	}
}

// Where one more source can be asked, it is, unless the one that spoke against the
// person comes first. By hand, for weights of +100 and -40 that one answer gives at
// 60 % and 50 %: -20 becomes 30 (0 and half of +60) or -30 (and half of -20).
func TestNextMore(t *testing.T) {
	one := func(m *detect.Meta) { m.Next.One, m.Next.Comfort = 60, 50 }
	more := func(f detect.Finding) detect.Finding { f.More = true; return f }
	catalog := []*detect.Indicator{ind("a", detect.Device, 100, 0), ind("b", detect.History, 100, -40, lookingAgain(25), one)}
	cleared := detect.Finding{Indicator: "b", Outcome: detect.Absent, Strength: 50}
	for name, tc := range map[string]struct {
		finding detect.Finding
		why     string // "" where nothing is offered
	}{
		"nobody has been asked":          {unknown("b"), `bears on "b": adds +6.0 dB if so, −2.0 dB if not`},
		"who was asked confirmed":        {cleared, ""},
		"and there are others":           {more(cleared), `bears on "b": adds +5.0 dB if so, −1.0 dB if not`},
		"one denied, and there are more": {more(detect.Finding{Indicator: "b", Outcome: detect.Present, Strength: 60}), `asks "b" again, which was answered once: adds +4.0 dB if confirmed, −3.5 dB if not`},
		"one denied twice":               {more(detect.Finding{Indicator: "b", Outcome: detect.Present, Strength: 60, Repeated: true}), `bears on "b": adds +3.0 dB if so, −1.0 dB if not`},
	} {
		a := Assess(byHand(), catalog, applicant(), []detect.Finding{present("a"), tc.finding})
		switch {
		case tc.why == "" && len(a.Next) > 0, tc.why != "" && (len(a.Next) != 1 || a.Next[0].Why != tc.why):
			t.Errorf("%s: offered %+v, want %q", name, a.Next, tc.why)
		}
	}
}

// Of one indicator two checks may be open: what follows a repeated answer, and one more of
// several. One is offered, and beside it what another indicator asks: the one without which
// nobody is escalated, or else the one that is expected to tell more for its cost. By hand:
// 98 of +140 counts at 70 %, and a quarter of 140, 63 less, if a look takes it away; a
// record adds nothing, a third answer and one more of several what is left to 140. The
// latter takes half of 10 if not.
func TestNextOfEachIndicatorOne(t *testing.T) {
	const (
		paper = `asks "denied" again, which was answered twice: adds +0.0 dB if confirmed, −6.3 dB if not`
		third = `asks "denied" again, which was answered twice: adds +4.2 dB if confirmed, −6.3 dB if not`
		more  = `bears on "denied": adds +4.2 dB if so, −0.5 dB if not`
		other = `bears on "other": adds +1.0 dB if so, −1.0 dB if not`
	)
	for name, tc := range map[string]struct {
		settled bool
		tool    record.Weight
		held    bool
		want    []string
	}{
		"held for a record":      {false, 130, true, []string{paper, other}},
		"held for a third":       {true, 130, true, []string{third, other}},
		"a record tells nothing": {false, 60, false, []string{more, other}},
		"a third tells more":     {true, 60, false, []string{third, other}},
	} {
		catalog := []*detect.Indicator{
			ind("denied", detect.History, 140, -10, lookingAgain(25)), ind("tool", detect.Device, tc.tool, 0),
			ind("other", detect.Contact, 10, -10, offering(8, 8)),
		}
		denied := detect.Finding{Indicator: "denied", Outcome: detect.Present, Strength: 70, Repeated: true, More: true, Settled: tc.settled}
		a := Assess(byHand(), catalog, applicant(), []detect.Finding{denied, present("tool"), unknown("other")})
		var why []string
		for _, s := range a.Next {
			why = append(why, s.Why)
		}
		if a.Held != tc.held || !slices.Equal(why, tc.want) {
			t.Errorf("%s: held %v, offered %q, want %q", name, a.Held, why, tc.want)
		}
	}
}

// A check that only a worker's logs can answer is not offered to an applicant.
func TestNextByStage(t *testing.T) {
	workers := func(m *detect.Meta) { m.Next.Stages = []record.Stage{record.Worker} }
	catalog := []*detect.Indicator{ind("a", detect.Device, 100, 0), ind("b", detect.Network, 100, -100, offering(1, 1), workers)}
	findings := []detect.Finding{present("a"), unknown("b")}
	if a := Assess(byHand(), catalog, applicant(), findings); a.Next != nil {
		t.Errorf("offered an applicant %+v", a.Next)
	}
	worker := &detect.View{Subject: "w-1", Stage: record.Worker}
	if a := Assess(byHand(), catalog, worker, findings); len(a.Next) != 1 || a.Next[0].Indicator != "b" {
		t.Errorf("offered a worker %+v, want b", a.Next)
	}
}

// Nobody holds another interview with somebody who has left, but a check on paper can be
// made.
func TestNextOfALeaver(t *testing.T) {
	asking := func(places ...string) func(*detect.Meta) {
		return func(m *detect.Meta) { m.Next.Asks = places }
	}
	catalog := []*detect.Indicator{
		ind("a", detect.Device, 100, 0),
		ind("b", detect.Interview, 100, -100, offering(1, 1), asking("interviews.window")),
		ind("c", detect.History, 80, -80, offering(1, 1), asking("checks.employment")),
	}
	findings := []detect.Finding{present("a"), unknown("b"), unknown("c")}
	for stage, want := range map[record.Stage][]string{record.Worker: {"b", "c"}, record.Leaver: {"c"}} {
		var got []string
		for _, n := range Assess(byHand(), catalog, &detect.View{Subject: "w-1", Stage: stage}, findings).Next {
			got = append(got, n.Indicator)
		}
		if !slices.Equal(got, want) {
			t.Errorf("offered a %s %v, want %v", stage, got, want)
		}
	}
}

// A check whose family is already full would change nothing, and is not offered.
func TestNextCountsWhatIsKnown(t *testing.T) {
	p := byHand()
	p.CapAgainst[detect.Device] = 0
	catalog := []*detect.Indicator{ind("a", detect.Device, 200, 0), ind("b", detect.Device, 100, -100, offering(1, 1))}
	if a := Assess(p, catalog, applicant(), []detect.Finding{present("a"), unknown("b")}); a.Next != nil {
		t.Errorf("offered %+v", a.Next)
	}
}
