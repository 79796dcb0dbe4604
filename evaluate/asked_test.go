// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"math"
	"testing"

	"daylight/pipeline"
	"daylight/weigh"
)

// Two checks each of one deceptive and one genuine person who are reviewed: four
// for the one found, and two for three genuine people. Nobody is asked who is
// clear, whatever the assessment names.
func TestNextChecks(t *testing.T) {
	of := func(deceptive bool, state weigh.State) Outcome {
		s := &pipeline.Subject{}
		s.Assessment.Next = make([]weigh.Suggestion, 2)
		return Outcome{Deceptive: deceptive, State: state, Assessed: s}
	}
	got := newNextChecks([]Outcome{of(true, weigh.Escalate), of(true, weigh.Clear), of(false, weigh.FollowUp), of(false, weigh.Clear), of(false, weigh.Insufficient)})
	if want := (NextChecks{Deceptive: 2, Genuine: 2, PerFound: 4, PerGenuine: 2.0 / 3}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	none := newNextChecks(nil)
	if !math.IsNaN(float64(none.PerFound)) || !math.IsNaN(float64(none.PerGenuine)) || none.words() != "No next check was named for anybody." {
		t.Errorf("of nobody %+v: %s", none, none.words())
	}
}
