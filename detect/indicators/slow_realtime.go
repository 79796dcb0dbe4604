// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var slowRealtime = detect.Define(detect.Meta{
	ID:        "int.slow_realtime",
	Title:     "The person could not be reached in real time in the hours they stated",
	Rationale: "Hours that are stated for one place and kept in another leave gaps in the day.",
	Innocent: []string{
		"care duties, a second job or shift work",
		"a telephone that is kept away while working",
		"hours that were written down wrongly",
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
	attest(p, cfg, attestation{
		check: "slow_replies",
		found: "the person could not be reached in real time in the hours they stated",
		clear: "the person was reached in real time in the hours they stated",
	})
})
