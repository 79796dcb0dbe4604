// SPDX-License-Identifier: Apache-2.0

package report

import (
	"io"
	"strings"
	"testing"
	"time"

	"daylight/detect"
	"daylight/internal/htmlcheck"
	"daylight/pipeline"
	"daylight/record"
	"daylight/weigh"

	"github.com/google/go-cmp/cmp"
)

// TestAskedBy: what asked for a follow-up is said in full, and that it was one
// kind of evidence alone.
func TestAskedBy(t *testing.T) {
	phone := part{id: "con.shared_phone", outcome: detect.Present, strength: 100, weight: 120, counted: 120}
	tool := part{id: "dev.remote_access_tool", outcome: detect.Present, strength: 100, weight: 80, counted: 80}
	moved := part{id: "log.address_changed", outcome: detect.Present, strength: 100, weight: 60, counted: 60}
	hours := part{id: "rhy.zone_fit", outcome: detect.Present, strength: 100, weight: 70, counted: 70}
	phoneSign := ` The strongest single sign: "A phone number is shared by strangers", +12.0 dB.`
	for _, c := range []struct {
		name  string
		prior record.Weight
		parts []part
		want  string
	}{
		{
			"one family alone", -270,
			[]part{tool},
			`Asked for by one kind of evidence only: device (+8.0 dB), above +7.0 dB. No other kind of evidence speaks for a mismatch.` +
				` The strongest single sign: "A remote-access tool runs on the company's device", +8.0 dB.`,
		},
		{ // −20 + 12 = −8 dB, 13.7 %
			"one family and the sum", -200,
			[]part{phone},
			`Asked for by contact (+12.0 dB), above +7.0 dB, and by the sum, at 10 % or more. No other kind of evidence speaks for a mismatch.` + phoneSign,
		},
		{
			"two families and the sum", -200,
			[]part{tool, phone},
			`Asked for by contact (+12.0 dB) and device (+8.0 dB), each above +7.0 dB, and by the sum, at 10 % or more.` + phoneSign,
		},
		{ // −20 + 6 + 7 = −7 dB, 16.6 %
			"the sum alone", -200,
			[]part{moved, hours},
			`Asked for by the sum, at 10 % or more; no one kind of evidence is above +7.0 dB.` +
				` The strongest single sign: "The hours fit another zone better", +7.0 dB.`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewSubject(assess("x", record.Applicant, weigh.FollowUp, c.prior, c.parts), fixtureCardMap())
			got := fixture().chance(s)
			_, got, _ = strings.Cut(got, " dB. ")
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got := fixture().askedBy(assess("x", record.Applicant, weigh.FollowUp, -100, []part{hours})); got != "" {
		t.Errorf("hours alone asked for a follow-up: %q", got)
	}
}

func TestChance(t *testing.T) {
	r := fixture()
	for want, s := range map[string]*Subject{
		"By the assumed rate of 1 % and the weights below, 95 % that the profile is not one consistent person; the evidence adds +33.0 dB.": r.Subjects[0],
		"By the assumed rate of 0.2 % and the weights below, under 0.1 % that":                                                              r.Subjects[5],
	} {
		if got := r.chance(s); !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for p, want := range map[float64]string{0.99: "99 %", 0.9901: "over 99 %", 0.99999: "over 99 %", 0.5: "50 %", 0.0001: "under 0.1 %"} {
		if got := likely(p); got != want {
			t.Errorf("%v is %q, want %q", p, got, want)
		}
	}
}

func TestShifted(t *testing.T) {
	for minutes, want := range map[int]string{
		570: "9½ hours from the claimed one", -720: "12 hours from the claimed one", 60: "1 hour from the claimed one",
		30: "½ hour from the claimed one", -90: "1½ hours from the claimed one", 719: "12 hours from the claimed one",
	} {
		if got := shifted(minutes); got != want {
			t.Errorf("%d: %q, want %q", minutes, got, want)
		}
	}
	for minutes, want := range map[int]int{-616: -630, 824: 810, 345: 345, -570: -570, 7: 0} {
		if got := onDial(minutes); got != want {
			t.Errorf("%d on the dial is %d, want %d", minutes, got, want)
		}
	}
	for minutes, want := range map[int]string{0: "00", 570: "09:30", -30: "23:30", -600: "14", 24*60 + 330: "05:30"} {
		if got := clockHour(minutes); got != want {
			t.Errorf("%d: %q, want %q", minutes, got, want)
		}
	}
	for minutes, want := range map[int]string{330: "+05:30", -300: "−05:00"} {
		if got := signed(minutes); got != want {
			t.Errorf("%d: %q, want %q", minutes, got, want)
		}
	}
}

// TestOutcomesAreShown: what people concluded is said in every form for people,
// and changes no figure.
func TestOutcomesAreShown(t *testing.T) {
	r := fixture()
	newest := "Cleared on 2026-04-14 by analyst-2; before that, unresolved on 2026-04-02 by analyst-4."
	for name, write := range map[string]func(io.Writer) error{
		"text":    func(w io.Writer) error { return r.WriteText(w, TextOptions{Width: 200}) },
		"explain": func(w io.Writer) error { return r.WriteExplain(w, "u-1187", TextOptions{Width: 200}) },
		"html":    r.WriteHTML,
	} {
		if out := string(written(t, write)); !strings.Contains(out, newest) {
			t.Errorf("%s does not say %q", name, newest)
		}
	}
	text := string(written(t, func(w io.Writer) error { return r.WriteText(w, TextOptions{}) }))
	if want := "u-2005: Cleared on 2026-01-20 by analyst-2. Now: clear."; !strings.Contains(text, want) {
		t.Errorf("of someone who is clear the text does not say %q", want)
	}
	pageOf(t, r).In(t, "#clear tbody tr", htmlcheck.Says("Cleared on 2026-01-20 by analyst-2."))

	records := []record.Record{
		{At: at(5, 9), Body: record.Outcome{Outcome: "cleared", By: "analyst-1"}},
		{At: at(4, 9), Body: record.Outcome{Outcome: "unresolved"}},
		{At: at(5, 9), Body: record.Outcome{Outcome: "cleared", By: "analyst-1"}},
		{At: at(3, 9), Body: record.Person{}},
	}
	want := []Outcome{{"unresolved", at(4, 9), ""}, {"cleared", at(5, 9), "analyst-1"}}
	if diff := cmp.Diff(want, outcomes(records)); diff != "" {
		t.Error(diff)
	}
}

// TestFailedIsSaid: an indicator that broke is counted in the notes and named
// under what was not known.
func TestFailedIsSaid(t *testing.T) {
	r := fixture()
	note, words := "1 indicator failed, for 1 person: con.shared_phone.", "the indicator con.shared_phone failed: index out of range"
	for name, c := range map[string]struct {
		write func(io.Writer) error
		want  []string
	}{
		"text":    {func(w io.Writer) error { return r.WriteText(w, TextOptions{Width: 300}) }, []string{note, words}},
		"explain": {func(w io.Writer) error { return r.WriteExplain(w, "u-1187", TextOptions{Width: 300}) }, []string{"The " + words[4:]}},
		"html":    {r.WriteHTML, []string{note, words}},
	} {
		out := string(written(t, c.write))
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
	}
}

func TestOverridesAreListed(t *testing.T) {
	r := fixture()
	r.Policy.Weights["con.shared_phone"] = weigh.Override{Present: 120, Absent: -5} // as the catalogue
	want := []string{"Weight set by the organisation, when present / absent: int.daylight_mismatch: +9.0 / −6.0 dB instead of +11.0 / −6.0 dB."}
	if diff := cmp.Diff(want, r.overrides()); diff != "" {
		t.Error(diff)
	}
}

func TestUndated(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	view := func(at time.Time) *pipeline.Subject {
		return &pipeline.Subject{View: &detect.View{AsOf: now, Records: []record.Record{{At: at, Body: record.Outcome{}}}}}
	}
	for _, c := range []struct {
		name string
		res  pipeline.Result
		want string
	}{
		{"nothing", pipeline.Result{AsOf: now}, "No record has a date."},
		{"no dates", pipeline.Result{AsOf: now, Subjects: []*pipeline.Subject{view(time.Time{})}}, "No record has a date."},
		{"a date", pipeline.Result{AsOf: now, Subjects: []*pipeline.Subject{view(time.Time{}), view(at(2, 2))}}, "As of 2026-05-01 12:00 UTC."},
		{"events of nobody", pipeline.Result{AsOf: now, Inputs: []pipeline.Input{{Unattributed: 3}}}, "As of 2026-05-01 12:00 UTC."},
	} {
		if got := (&Report{AsOf: c.res.AsOf, Undated: undated(&c.res)}).asOf(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestPersonAnswersFirst: a section begins with the strongest signs, then what
// to do, then the balance, then the evidence, most pressing family first.
func TestPersonAnswersFirst(t *testing.T) {
	r := fixture()
	p := pageOf(t, r)
	why := p.Find("#p-c-0042 .why li")
	if len(why) != 3 {
		t.Fatalf("%d signs", len(why))
	}
	for i, want := range []string{"+13.2 dB61 % of this résumé's", "+12.0 dBThe phone number", "+8.0 dBSigned in from two places"} {
		if got := htmlcheck.Text(why[i]); !strings.HasPrefix(got, want) {
			t.Errorf("sign %d is %q, want %q", i+1, got, want)
		}
		if !strings.Contains(htmlcheck.Text(why[i]), "Would also explain it: ") {
			t.Errorf("sign %d has no innocent explanation", i+1)
		}
	}
	var order []string
	for _, h := range p.Find("#p-c-0042 h3") {
		order = append(order, htmlcheck.Text(h))
	}
	want := []string{"What to do next", "Balance", "Evidence", "What was not known", "Journey", "Rhythm", "Group ring-1"}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Error(diff)
	}
	order = nil
	for _, h := range p.Find("#p-c-0042 h4") {
		family, _, _ := strings.Cut(htmlcheck.Text(h), ":")
		order = append(order, family)
	}
	// +14.8, +12.0, +11.0, +4.2; then −8.0, −1.0; then 0.0.
	if diff := cmp.Diff([]string{"History", "Contact", "Network", "Rhythm", "Document", "Logistics", "Pay"}, order); diff != "" {
		t.Error(diff)
	}
	if got := len(p.Find("#p-c-0042 details .sum")); got != 1 {
		t.Errorf("%d folded sums", got)
	}
}

// What ships is not said to be learned, and a scale that changes nothing is not
// mentioned.
func TestScaleWords(t *testing.T) {
	for _, c := range []struct {
		name  string
		scale weigh.Scale
		want  string
	}{
		{"none", weigh.Scale{}, ""},
		{"shipped", weigh.DefaultPolicy().Scale, "For the probability, 150 % of the evidence counts, since the weights that ship are cautious one by one, and more so in sum; weights and sums are shown unscaled."},
		{"learned", weigh.Scale{Slope: 84, Intercept: -12}, "For the probability, 84 % of the evidence counts, and −1.2 dB are added, as the organisation's own outcomes suggest; weights and sums are shown unscaled."},
		{"slope alone", weigh.Scale{Slope: 84}, "For the probability, 84 % of the evidence counts, as the organisation's own outcomes suggest; weights and sums are shown unscaled."},
		{"as they are, in words", weigh.Scale{Slope: 100}, ""},
	} {
		if got := scaleWords(c.scale); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
