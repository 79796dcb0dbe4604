// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var ownDeviceInsisted = detect.Define(detect.Meta{
	ID:        "onb.own_device_insisted",
	Title:     "Asked for a device of their own after the company offered one",
	Rationale: "A company's laptop has to stand somewhere and shows who uses it. A device of one's own does neither.",
	Innocent: []string{
		"a set-up that somebody needs, whatever the reason",
		"a preference for a system or a keyboard that the company does not offer",
		"a laptop that could not be delivered in time",
	},
	References: []string{"GTIG25", "CASES"},
	Family:     detect.Logistics,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"own_device_insisted"},
	Waivers:    []detect.Waiver{detect.Accommodated}, // many need a set-up of their own
	Present:    35,
	Absent:     0,
	Weighing:   "Twice as likely: some insist, most of them for plain reasons. Taking the company's laptop is the rule, on both sides.",
}, attestParams{One: 80}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "own_device_insisted",
		found: "the person insisted on a device of their own after the company offered one",
		clear: "the person took the company's device",
	})
})
