// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var outputSwings = detect.Define(detect.Meta{
	ID:        "wrk.output_swings",
	Title:     "Quality and volume of work jump from week to week",
	Rationale: "Work that is handed around comes in several qualities.",
	Innocent: []string{
		"illness, a holiday, a newborn",
		"the phases of a project",
		"a new tool that writes part of the code",
	},
	References: []string{"SEAL"},
	Family:     detect.Rhythm,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"output_swings"},
	Present:    10,
	Absent:     0,
	Weighing:   "One dB, and half of it from one reviewer: work of everybody varies. Steady work is as common on either side.",
}, attestParams{One: 50}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "output_swings",
		found: "quality and volume of the work jumped from week to week",
		clear: "quality and volume of the work were steady",
	})
})
