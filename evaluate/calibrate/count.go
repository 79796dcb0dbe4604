// SPDX-License-Identifier: Apache-2.0

package calibrate

import "daylight/detect"

// Tally counts the answers of one indicator among people of one label.
type Tally struct {
	// Present counts people, and Strength adds up the percents of their findings.
	// A finding at 40 % strength is 0.4 of an observation: a weight is that of a
	// finding at full strength, so a weak one says less about it, and where strong
	// ones are found among the confirmed and weak ones among the cleared the
	// weight rises as it should.
	Present, Strength int
	// Absent also counts one-sided indicators that did not see the thing.
	Absent int
	// Lacking adds up what absent findings fall short of full strength, percent.
	Lacking int
	Unknown int // no answer, or a failed one
}

// Answered is how many people the indicator had something to say about.
func (t Tally) Answered() int { return t.Present + t.Absent }

// seen is how much was observed of an outcome, in people at full strength.
func (t Tally) seen(o detect.Outcome) float64 {
	if o == detect.Present {
		return float64(t.Strength) / 100
	}
	return float64(t.Absent) - float64(t.Lacking)/100
}

// people counts those with an outcome.
func (t Tally) people(o detect.Outcome) int {
	if o == detect.Present {
		return t.Present
	}
	return t.Absent
}

// Counts are the answers of one indicator under both labels.
type Counts struct{ Confirmed, Cleared Tally }

// count counts the answers of all cases, by indicator.
func count(cases []Case) map[string]*Counts {
	out := map[string]*Counts{}
	for _, c := range cases {
		notSeen := map[string]bool{}
		for _, id := range c.NotSeen {
			notSeen[id] = true
		}
		for _, f := range c.Findings {
			n := out[f.Indicator]
			if n == nil {
				n = &Counts{}
				out[f.Indicator] = n
			}
			t := &n.Cleared
			if c.Deceptive {
				t = &n.Confirmed
			}
			switch {
			case f.Outcome == detect.Present:
				t.Present++
				t.Strength += min(max(f.Strength, 0), 100)
			case f.Outcome == detect.Absent, f.Outcome == detect.Unknown && notSeen[f.Indicator]:
				t.Absent++
				if f.Outcome == detect.Absent && f.Strength > 0 {
					t.Lacking += 100 - min(f.Strength, 100)
				}
			default:
				t.Unknown++
			}
		}
	}
	return out
}
