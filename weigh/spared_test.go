// SPDX-License-Identifier: Apache-2.0

package weigh

import (
	"testing"

	"daylight/detect"
	"daylight/record"

	"pgregory.net/rapid"
)

// TestSpared holds by hand what an answer counts for that is lacking through no doing
// of the person's where follow-up is decided: half of its comfort where a declaration
// waives it, all of it where nobody answered, and nothing else anywhere.
func TestSpared(t *testing.T) {
	camera := ind("camera", detect.Interview, 100, -60, waiving(detect.Accommodated))
	several := func(m *detect.Meta) { m.Next.Comfort = 34 } // -15 of -45
	catalog := []*detect.Indicator{ind("phone", detect.Contact, 100, 0), ind("home", detect.Logistics, 100, 0), camera, ind("posts", detect.History, 100, -45, offering(1, 1), several)}
	p := byHand()
	p.FollowUpFamily, p.FollowUpProbability, p.FollowUpToward, p.SparedShare = 200, 0.09, 0, 50 // prior 1 %: -200; 0.09 is -100.5
	spared := unknown("camera")
	spared.Spared = true
	silent, accommodated := applicant(), applicant()
	accommodated.Accommodation = true
	for _, tt := range []struct {
		name     string
		view     *detect.View
		findings []detect.Finding
		total    record.Weight
		spared   record.Weight
		state    State
	}{
		{"nobody asked", silent, []detect.Finding{present("phone"), unknown("camera")}, -100, 0, FollowUp},
		{"waived", accommodated, []detect.Finding{present("phone"), spared}, -100, -30, Insufficient},
		{"nobody answered", silent, []detect.Finding{present("phone"), spared}, -100, -60, Insufficient},
		{"one of several answers", silent, []detect.Finding{present("phone"), {Indicator: "posts", Outcome: detect.Unknown, Spared: true}}, -100, -15, Insufficient},
		{"answered", silent, []detect.Finding{present("phone"), absent("camera")}, -160, 0, Insufficient},
		{"escalated all the same", accommodated, []detect.Finding{present("phone"), present("home"), spared}, 0, -30, Escalate},
	} {
		a := Assess(p, catalog, tt.view, tt.findings)
		if a.Total != tt.total || a.Spared != tt.spared || a.State != tt.state {
			t.Errorf("%s: total %d, spared %d, %s; want %d, %d, %s", tt.name, a.Total, a.Spared, a.State, tt.total, tt.spared, tt.state)
		}
	}
}

// Whatever the findings, to be spared an answer never makes a state stronger, moves
// no total and takes nobody out of escalation.
func TestSparedProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		catalog, findings := drawn(t)
		p := byHand()
		p.SparedShare = record.Weight(rapid.IntRange(0, 100).Draw(t, "share"))
		before := Assess(p, catalog, applicant(), findings)
		for i, f := range findings {
			if f.Outcome == detect.Unknown && rapid.Bool().Draw(t, "spared") {
				findings[i].Spared = true
			}
		}
		after := Assess(p, catalog, applicant(), findings)
		if after.Total != before.Total || after.Spared > 0 || after.State != before.State && before.State != FollowUp || after.State == Escalate && before.State != Escalate {
			t.Fatalf("from %s at %d to %s at %d, spared %d", before.State, before.Total, after.State, after.Total, after.Spared)
		}
	})
}
