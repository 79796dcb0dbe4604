// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"strings"

	"daylight/detect"
	"daylight/record"
)

type cryptoRequestParams struct {
	One  int `json:"one" doc:"percent of the weight when one source says so and no other; a starting value" min:"1" max:"100"`
	Paid int `json:"paid" doc:"percent of the weight when pay goes to a wallet and nobody says who wanted it; a starting value" min:"1" max:"100"`
}

var cryptoRequest = detect.Define(detect.Meta{
	ID:        "pay.crypto_request",
	Title:     "Pay into a wallet or through somebody else was asked for, or is on record",
	Rationale: "Pay that leaves the banks' ways at once cannot be followed or returned.",
	Innocent: []string{
		"a trade in which pay into wallets is the custom",
		"a country whose banks take much of a transfer, or none at all",
		"a company that offers it",
	},
	References: []string{"GUIDE22", "OFSI", "SEAL"},
	Family:     detect.Pay,
	Lifecycle:  detect.Stable,
	// Not payroll alone: the question is asked before anything is paid.
	Either:   []record.Kind{record.KindPayout, record.KindCheck},
	Asks:     []string{"crypto_asked"},
	Present:  40,
	Absent:   0,
	Weighing: "Two and a half times likelier where it is not the company's way; one who was asked counts three quarters. Where pay goes to a wallet already, the company offers it, so a quarter. Pay by bank is the rule.",
}, cryptoRequestParams{One: 75, Paid: 25}, func(p *detect.Pass, cfg cryptoRequestParams) {
	if attestFirst(p, cfg.One, attestation{
		check: "crypto_asked",
		found: "the person asked to be paid in a way that is not the company's, or through somebody else",
		clear: "the person is paid in the company's way",
	}) {
		return
	}
	var wallets, others []record.Record
	for r, b := range detect.Each[record.Payout](p.View) {
		switch strings.ToLower(b.Method) {
		case "wallet", "crypto":
			wallets = append(wallets, r)
		default:
			others = append(others, r)
		}
	}
	switch {
	case len(wallets) > 0:
		p.Report(cfg.Paid, cites(wallets...), "Pay goes, or went, to a wallet (%s); who wanted it is not on record.", count(len(wallets), "entry"))
	case len(others) > 0:
		p.Clear(cites(others...), "No pay to a wallet is on record.")
	default:
		p.Unknown("no way of pay is on record")
	}
})
