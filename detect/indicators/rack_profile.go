// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var rackProfile = detect.Define(detect.Meta{
	ID:        "dev.rack_profile",
	Title:     "The laptop was always on mains, closed, wired and at one address",
	Rationale: "A laptop that is kept for somebody else stays where it was put: on mains, closed, wired, never moved.",
	Innocent: []string{
		"a laptop docked on a desk at home, closed under a screen",
		"somebody who works at one desk and never travels",
		"a build machine or a test machine",
	},
	References: []string{"HUNT"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"rack_profile"},
	Present:    75,
	Absent:     -10,
	Weighing:   "Between five and six times likelier when two sources say so: described laptops stood like that, and so do the laptops of many who work at one desk with a screen. One that is opened and moved is a dB of comfort, as whoever keeps it can do that too.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "rack_profile",
		found: "the laptop was always on mains, closed, wired and at one address",
		clear: "the laptop was opened, moved or run on battery",
	})
})
