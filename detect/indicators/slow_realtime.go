// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var slowRealtime = detect.Define(detect.Meta{
	ID:        "int.slow_realtime",
	Title:     "The person was not reached in real time in the hours they stated, or declined",
	Rationale: "Hours that are stated for one place and kept in another leave gaps in the day.",
	Innocent: []string{
		"care duties, a second job or shift work",
		"a telephone that is kept away while working",
		"hours that were written down wrongly",
		"not wanting to be called without notice, which needs no reason",
	},
	References: []string{"GUIDE22", "method §4"},
	Family:     detect.Interview,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"slow_replies"},
	Waivers:    []detect.Waiver{detect.Accommodated},
	Present:    15,
	Absent:     -5,
	Weighing:   "One and a half dB: lives are full, and slow replies are ordinary. Answering within minutes, in the hours stated, is slight comfort.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	found, _ := attested(p, "slow_replies")
	attest(p, cfg, attestation{
		check: "slow_replies",
		found: unreached(found),
		clear: "the person was reached in real time in the hours they stated",
	})
})

// unreached words that somebody was not reached: one who said no was reached, and one
// who missed a call did not say no. An answer that does not tell the two apart is of
// somebody who was not reached, which is what the check says.
func unreached(found []record.Record) string {
	declined, missed := false, len(found) == 0
	for _, r := range found {
		if c, ok := r.Body.(record.Check); ok {
			declined = declined || c.Declined > 0
			missed = missed || c.Missed > 0 || c.Declined == 0
		}
	}
	switch {
	case declined && missed:
		return "the person declined to be reached in real time in the hours they stated, or could not be"
	case declined:
		return "the person declined to be reached in real time in the hours they stated"
	}
	return "the person could not be reached in real time in the hours they stated"
}
