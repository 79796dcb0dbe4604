// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var shipForwarder = detect.Define(detect.Meta{
	ID:        "onb.ship_forwarder",
	Title:     "The delivery address is a mail-box shop, a forwarder, a virtual office or vacant",
	Rationale: "An address at which nobody lives passes a laptop on.",
	Innocent: []string{
		"a mail-box rented for privacy, or because parcels are taken from the door",
		"people who live in a vehicle or move often",
		"a register that has not heard of a new building",
	},
	References:  []string{"FBI-2310", "RF"},
	Family:      detect.Logistics,
	Lifecycle:   detect.Stable,
	Observation: detect.HomeAddress,
	Needs:       []record.Kind{record.KindCheck},
	Asks:        []string{"address_forwarder"},
	Waivers:     []detect.Waiver{detect.AddressProtected},
	Present:     80,
	Absent:      0,
	Weighing:    "Six times likelier; registers of such addresses err, so one counts three quarters of it. An ordinary address is what intermediaries have too.",
}, attestParams{One: 75}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "address_forwarder",
		found: "the delivery address is a mail-box shop, a forwarder, a virtual office or vacant",
		clear: "the delivery address is a dwelling in use",
	})
})
