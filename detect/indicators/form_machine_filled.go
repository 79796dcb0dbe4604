// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var formMachineFilled = detect.Define(detect.Meta{
	ID:        "app.form_machine_filled",
	Title:     "The application form was filled in by a program",
	Rationale: "Who sends dozens of applications a day does not type them.",
	Innocent: []string{
		"a password manager, or a browser that fills in forms",
		"a service or an assistant that helps people apply",
		"assistive technology",
	},
	References: []string{"RF", "CASES"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"form_by_machine"},
	Waivers:    []detect.Waiver{detect.Accommodated},
	Present:    15,
	Absent:     0,
	Weighing:   "One and a half dB: helpers that fill in forms are ordinary, so it only adds to something else. Typing by hand says nothing.",
}, attestParams{One: 100}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "form_by_machine",
		found: "the form was filled in by a program",
		clear: "the form was filled in by hand",
	})
})
