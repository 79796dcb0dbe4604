// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var privPush = detect.Define(detect.Meta{
	ID:        "dat.priv_push",
	Title:     "Asked repeatedly, before probation ended, for rights that peers do not have",
	Rationale: "Rights to administer, publish or sign reach further than the work of a newcomer mostly needs.",
	Innocent: []string{
		"ambition, or work that was blocked without them",
		"on-call duty that needs them",
		"a predecessor who had them",
	},
	References: []string{"SEAL"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"privileges_pressed"},
	Present:    20,
	Absent:     0,
	Weighing:   "Half as likely again, two dB at most, and half of it from one desk: asking is what good engineers do when they are blocked. Not asking says nothing.",
}, attestParams{One: 50}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "privileges_pressed",
		found: "the person pressed, before probation ended, for rights beyond their peers'",
		clear: "the person asked for no more rights than their peers",
	})
})
