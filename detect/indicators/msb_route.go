// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var msbRoute = detect.Define(detect.Meta{
	ID:        "pay.msb_route",
	Title:     "Pay goes to a money service or a prepaid account",
	Rationale: "Money services pass pay on quickly and under little more than a name.",
	Innocent: []string{
		"no bank account, or none yet: people new to a place, and many others",
		"a service that costs less than banks do",
		"a register that takes a young bank for a money service",
	},
	References: []string{"method §9", "GTIG25", "CASES"},
	Family:     detect.Pay,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"money_service"},
	Present:    10,
	Absent:     0,
	Weighing:   "One dB and never more: this hits people without a bank, people new to a place and people with little money first, who have nothing to do with the question. It can only tip what other families already show. A bank account says nothing.",
}, attestParams{One: 100}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "money_service",
		found: "pay goes to a money service or a prepaid account",
		clear: "pay goes to a bank",
	})
})
