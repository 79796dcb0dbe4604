// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var changeFromRiskIP = detect.Define(detect.Meta{
	ID:        "pay.change_from_risk_ip",
	Title:     "The pay account was changed through an anonymous or shared address",
	Rationale: "Who collects the pay changes the account, from a line that serves several profiles or hides its user.",
	Innocent: []string{
		"a privacy VPN, or a hotel's network",
		"an office, a carrier or a household that several share",
		"payroll that was kept at work, through the company's own exit",
	},
	References:  []string{"MS26"},
	Family:      detect.Pay,
	Lifecycle:   detect.Stable,
	Observation: detect.SignInAddress,
	Needs:       []record.Kind{record.KindCheck},
	Asks:        []string{"changed_from_shared_address"},
	Present:     60,
	Absent:      0,
	Weighing:    "Four times likelier when payroll and the network's owner agree on the address; VPNs are common, so one reading counts three fifths. An account changed from home is the rule and easily arranged.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "changed_from_shared_address",
		found: "the pay account was changed through an anonymous or shared address",
		clear: "the pay account was changed from the person's usual address",
	})
})
