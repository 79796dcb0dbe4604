// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var esignIP = detect.Define(detect.Meta{
	ID:        "onb.esign_ip",
	Title:     "The contract was signed from another place, or from the address of another hire",
	Rationale: "Whoever signs for somebody else signs from their own line. The certificate of the signature names the address.",
	Innocent: []string{
		"a VPN, or the telephone of a carrier whose exit is far away",
		"signed on a journey, or from the home of a relative",
		"two hires of one household, or at one agency",
	},
	References: []string{"MS26", "SEAL"},
	Family:     detect.Network,
	Lifecycle:  detect.Stable,
	// Who stays elsewhere while being hired signs there and has the laptop sent there.
	Observation: detect.HomeAddress,
	Needs:       []record.Kind{record.KindCheck},
	Asks:        []string{"signed_elsewhere"},
	Present:     75,
	Absent:      0,
	Weighing:    "Between five and six times likelier; addresses err, so one reading counts three quarters of it. Signing from home is the rule and costs nothing to arrange.",
}, attestParams{One: 75}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "signed_elsewhere",
		found: "the contract was signed from another place than the stated one, or from the address of another hire",
		clear: "the contract was signed from an address that fits the stated place",
	})
})
