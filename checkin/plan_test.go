// SPDX-License-Identifier: Apache-2.0

package checkin_test

import (
	"slices"
	"testing"

	"daylight/checkin"
	"daylight/interview"
	"daylight/store"
)

// TestPlanForAsksWhatThePostDoes: what a person is asked before the camera is what the
// plan of the post holds, and every challenge of a check-in can stand in one.
func TestPlanForAsksWhatThePostDoes(t *testing.T) {
	for _, slug := range checkin.Challenges() {
		st := newStore(t)
		update(t, st, func(w store.Writer) error {
			p := interview.Standard("R-1")
			p.Challenges = []string{interview.Camera, slug}
			if _, err := interview.SetPlan(w, hr, p, now); err != nil {
				return err
			}
			got, err := checkin.DefaultPlan().For(w, handle)
			if !slices.Equal(got.Asked, []string{slug}) {
				t.Errorf("by a plan of %s the check-in asks %q", slug, got.Asked)
			}
			return err
		})
	}
}

// TestLinkWaitsForDays: a link waits for three days at most, and for two where nobody
// set anything.
func TestLinkWaitsForDays(t *testing.T) {
	p := checkin.DefaultPlan()
	if p.Answer != 48 {
		t.Errorf("a link waits for %d hours", p.Answer)
	}
	for hours, want := range map[int]bool{3: false, 4: true, 72: true, 73: false, 168: false} {
		p.Answer = hours
		if err := p.Validate(); (err == nil) != want {
			t.Errorf("%d hours: %v", hours, err)
		}
	}
}
