// SPDX-License-Identifier: Apache-2.0

package weigh

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"

	"daylight/detect"
	"daylight/record"
)

// TestGuideSaysWhatAWeightDoes holds the sentence of CONTRIBUTING.md by which a
// weight is chosen against the policy that ships.
func TestGuideSaysWhatAWeightDoes(t *testing.T) {
	guide, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`a finding of ([\d.]+) dB alone asks nobody to look, and one of ([\d.]+) dB asks for a follow-up of an applicant and of a worker`).FindStringSubmatch(string(guide))
	if m == nil {
		t.Fatal("CONTRIBUTING.md does not say what a finding alone does")
	}
	centibans := func(s string) record.Weight {
		dB, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return record.Weight(math.Round(10 * dB))
	}
	quiet, asks := centibans(m[1]), centibans(m[2])
	for _, stage := range []record.Stage{record.Applicant, record.Worker} {
		for _, tt := range []struct {
			name     string
			family   detect.Family
			weight   record.Weight
			habit    bool
			followed bool
		}{
			{"the weight that asks nobody", detect.Network, quiet, false, false},
			{"the weight that asks", detect.Network, asks, false, true},
			{"as much as a weight can be", detect.Network, maxWeight, false, true},
			{"rhythm", detect.Rhythm, maxWeight, false, false},
			{"a habit", detect.Network, maxWeight, true, false},
		} {
			one := ind("one", tt.family, tt.weight, 0, func(m *detect.Meta) { m.Habit = tt.habit })
			a := Assess(DefaultPolicy(), []*detect.Indicator{one}, &detect.View{Subject: "s1", Stage: stage}, []detect.Finding{present("one")})
			if a.State == Escalate || (a.State == FollowUp) != tt.followed {
				t.Errorf("%s of a %s, %v: %s; want follow-up: %v", tt.name, stage, tt.weight, a.State, tt.followed)
			}
		}
	}
}
