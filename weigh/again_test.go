// SPDX-License-Identifier: Apache-2.0

package weigh

import (
	"slices"
	"testing"

	"daylight/detect"
)

// lookingAgain lets a finding be asked again, which leaves a share of its weight.
func lookingAgain(left int) func(*detect.Meta) {
	return func(m *detect.Meta) {
		offering(2, 1)(m)
		m.Next.Asks = []string{"checks.education"}
		m.Again = &detect.SecondLook{
			Do: "ask once more", Left: left,
			Then: &detect.SecondLook{
				Do: "let them open a record", Left: left, Asks: []string{"checks.education_record"},
				Then: &detect.SecondLook{Do: "ask a third", Left: left, Asks: []string{"checks.in_person"}},
			},
		}
	}
}

// TestHeld holds that nobody is escalated on what a second look could take away.
// By hand, at even odds and +5 dB: the prior is -200, so 205 and two families of
// 50 escalate.
func TestHeld(t *testing.T) {
	catalog := []*detect.Indicator{
		ind("denied", detect.History, 140, -10, lookingAgain(25)), ind("tool", detect.Device, 130, 0), ind("ship", detect.Logistics, 60, 0),
		ind("place", detect.Network, 130, 0), ind("other", detect.Contact, 50, -50, offering(1, 1)),
	}
	once := func(strength int) detect.Finding {
		return detect.Finding{Indicator: "denied", Outcome: detect.Present, Strength: strength}
	}
	repeated := func(f detect.Finding) detect.Finding { f.Repeated = true; return f }
	settled := func(f detect.Finding) detect.Finding { f.Repeated, f.Settled = true, true; return f }
	for name, tc := range map[string]struct {
		findings []detect.Finding
		want     State
		held     bool
	}{
		"said once, and needed":          {[]detect.Finding{once(70), present("tool")}, FollowUp, true},
		"said in full":                   {[]detect.Finding{once(100), present("tool")}, Escalate, false},
		"said twice":                     {[]detect.Finding{repeated(once(100)), present("tool")}, FollowUp, true},
		"said twice, beside others":      {[]detect.Finding{repeated(once(70)), present("tool")}, FollowUp, true},
		"said twice, and no record":      {[]detect.Finding{settled(once(100)), present("tool")}, Escalate, false},
		"no record, and a third to ask":  {[]detect.Finding{settled(once(90)), present("tool")}, FollowUp, true},
		"and the third speaks for them":  {[]detect.Finding{settled(once(25)), present("tool")}, FollowUp, false},
		"said twice, and others suffice": {[]detect.Finding{repeated(once(70)), present("tool"), present("place")}, Escalate, false},
		"answered":                       {[]detect.Finding{once(25), present("tool")}, FollowUp, false},
		"said once, and others suffice":  {[]detect.Finding{once(70), present("tool"), present("place")}, Escalate, false},
		"said once, beside a weaker one": {[]detect.Finding{once(70), present("tool"), present("ship")}, Escalate, false},
	} {
		a := Assess(byHand(), catalog, applicant(), append(slices.Clone(tc.findings), unknown("other")))
		if a.State != tc.want || a.Held != tc.held {
			t.Errorf("%s: %s, held %v; want %s, %v", name, a.State, a.Held, tc.want, tc.held)
		}
		if i := slices.IndexFunc(a.Next, func(n Suggestion) bool { return n.Indicator == "denied" }); tc.held && i != 0 {
			t.Errorf("%s: the second look comes not first in %+v", name, a.Next)
		}
	}
	// A second look that more often than not brings no answer does not keep others waiting.
	doubtful := once(70)
	doubtful.Doubt = 60
	for _, tt := range []struct {
		f     detect.Finding
		first string
	}{{once(70), "denied"}, {doubtful, "other"}} {
		a := Assess(byHand(), catalog, applicant(), []detect.Finding{tt.f, present("tool"), unknown("other")})
		if !a.Held || len(a.Next) != 2 || a.Next[0].Indicator != tt.first {
			t.Errorf("at a doubt of %d %%: held %v, offered %+v, want %s first", tt.f.Doubt, a.Held, a.Next, tt.first)
		}
	}
	// 98 counts now: 42 more if confirmed, 63 less if not.
	a := Assess(byHand(), catalog, applicant(), []detect.Finding{once(70), present("tool")})
	if want := `asks "denied" again, which was answered once: adds +4.2 dB if confirmed, −6.3 dB if not`; len(a.Next) != 1 || a.Next[0].Why != want || !slices.Equal(a.Next[0].Asks, []string{"checks.education"}) {
		t.Errorf("offered %+v, want %q", a.Next, want)
	}
	// What two said and no record answers counts 126: 14 more if a third says so too, and
	// a quarter of 140 is left if not.
	a = Assess(byHand(), catalog, applicant(), []detect.Finding{settled(once(90)), present("tool")})
	if want := `asks "denied" again, which was answered twice: adds +1.4 dB if confirmed, −9.1 dB if not`; len(a.Next) != 1 || a.Next[0].Why != want || !slices.Equal(a.Next[0].Asks, []string{"checks.in_person"}) {
		t.Errorf("offered %+v, want %q", a.Next, want)
	}
	// Of what was said twice nothing is added for want of a record.
	a = Assess(byHand(), catalog, applicant(), []detect.Finding{repeated(once(100)), present("tool")})
	if want := `asks "denied" again, which was answered twice: adds +0.0 dB if confirmed, −10.5 dB if not`; len(a.Next) != 1 || a.Next[0].Why != want || !slices.Equal(a.Next[0].Asks, []string{"checks.education_record"}) {
		t.Errorf("offered %+v, want %q", a.Next, want)
	}
}
