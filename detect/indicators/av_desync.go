// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var avDesync = detect.Define(detect.Meta{
	ID:        "int.av_desync",
	Title:     "Lips and voice were apart in several interviews",
	Rationale: "Software that draws a face, or a person who speaks for another, puts picture and sound apart.",
	Innocent: []string{
		"jitter on the link, or wireless headphones",
		"a camera and a microphone on different devices",
		"interpreting, or a relay service",
	},
	References:  []string{"FBI-2206", "MS25"},
	Family:      detect.Interview,
	Lifecycle:   detect.Stable,
	Observation: detect.CameraSession,
	Needs:       []record.Kind{record.KindCheck},
	Asks:        []string{"lips_out_of_step"},
	Waivers:     []detect.Waiver{detect.Accommodated},
	Present:     30,
	Absent:      -5,
	Weighing:    "Twice as likely when two interviewers rate it so on the same fixed scale, and three fifths of that weight from one: networks do this every day. In step is what nearly everybody is, and what good software is too.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "lips_out_of_step",
		found: "lips and voice were apart in two rounds or more",
		clear: "lips and voice were in step",
	})
})
