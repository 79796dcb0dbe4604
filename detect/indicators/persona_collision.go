// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var personaCollision = detect.Define(detect.Meta{
	ID:        "int.persona_collision",
	Title:     "Two candidates were never available at the same time",
	Rationale: "One person who plays two cannot be in two meetings at once.",
	Innocent: []string{
		"chance, with few slots",
		"similar jobs or care duties in one place, which leave the same hours free",
		"a shared room or computer that two people use in turn",
	},
	References: []string{"RF"},
	Family:     detect.Interview,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"never_together"},
	Present:    15,
	Absent:     0,
	Weighing:   "One and a half dB: it happens by chance among a handful of candidates, so it only adds to something that the two share. Having been free at the same time says nothing.",
}, attestParams{One: 100}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "never_together",
		found: "this and another candidate were never available at the same time over six slots or more",
		clear: "other candidates were available at the same times",
	})
})
