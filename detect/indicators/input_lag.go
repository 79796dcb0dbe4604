// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var inputLag = detect.Define(detect.Meta{
	ID:        "dev.input_lag",
	Title:     "Input arrived with the delay of a network",
	Rationale: "Keys pressed far away travel to the laptop, and their rhythm shows the transport.",
	Innocent: []string{
		"a virtual desktop that the company provides",
		"software of assistance, or a switch that types",
		"a slow or busy machine",
		"a wireless keyboard with a weak battery",
	},
	References: []string{"CASES"},
	Family:     detect.Device,
	Lifecycle:  detect.Experimental,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"input_delayed"},
	Present:    50,
	Absent:     -5,
	Weighing:   "No published method says how often it is right, so it is shown and weighs nothing until outcomes have calibrated it; then three times likelier would be a careful start.",
	Waivers:    []detect.Waiver{detect.Accommodated},
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "input_delayed",
		found: "the laptop's input arrived with the delay of a network",
		clear: "the laptop's input arrived without the delay of a network",
	})
})
