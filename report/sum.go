// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"

	"daylight/record"
	"daylight/weigh"
)

// correction is a line between the sum of the weights and the log-odds that the
// probability is read from: with these lines, what is shown adds up for a reader.
type correction struct {
	Words   string
	Counted record.Weight // centibans
	Running record.Weight // the sum with it, centibans
}

// corrections are what the policy's scale adds to a sum, and none where it changes
// nothing. The last running sum is the assessment's log-odds.
func corrections(a weigh.Assessment) []correction {
	var out []correction
	evidence := a.Total - a.Prior
	counts := a.Scale.Of(evidence)
	running := a.Prior + counts
	if percent := slope(a.Scale); percent != 100 {
		out = append(out, correction{
			Words:   fmt.Sprintf("%d %% of the evidence counts for the probability", percent),
			Counted: counts - evidence, Running: running,
		})
	}
	if a.Scale.Intercept != 0 {
		out = append(out, correction{
			Words:   "added by the policy, whatever the evidence is",
			Counted: a.Scale.Intercept, Running: running + a.Scale.Intercept,
		})
	}
	return out
}

// slope is how much of the evidence counts for the probability, percent.
func slope(s weigh.Scale) int {
	if s.Slope == 0 {
		return 100
	}
	return s.Slope
}

// sumWords says in one sentence how a prior and evidence make a probability.
func sumWords(a weigh.Assessment) string {
	evidence := a.Total - a.Prior
	words := fmt.Sprintf("A prior of %s and evidence of %s", dB(a.Prior), dB(evidence))
	if percent := slope(a.Scale); percent != 100 {
		words += fmt.Sprintf(", counted %d %% (%s),", percent, dB(a.Scale.Of(evidence)))
	}
	if a.Scale.Intercept != 0 {
		words += fmt.Sprintf(" and the %s that the policy adds", dB(a.Scale.Intercept))
	}
	return words + fmt.Sprintf(" make %s, which is %s.", dB(a.LogOdds()), likely(a.Probability()))
}
