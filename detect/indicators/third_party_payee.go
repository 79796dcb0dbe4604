// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"strings"

	"daylight/detect"
	"daylight/record"
)

type thirdPartyPayeeParams struct {
	One    int `json:"one" doc:"percent of the weight when one source says so and no other; a starting value" min:"1" max:"100"`
	Holder int `json:"holder" doc:"percent of the weight when invoices are paid to another name and no register was asked; a starting value" min:"1" max:"100"`
}

var thirdPartyPayee = detect.Define(detect.Meta{
	ID:        "pay.third_party_payee",
	Title:     "Invoices are paid to a company formed lately, or to somebody else",
	Rationale: "A company formed for the purpose collects the pay of several profiles, at one address, with one telephone.",
	Innocent: []string{
		"freelancers who found a company when they begin, as the law often asks",
		"a formation agent's address, which thousands of companies share",
		"a company with a name of its own, or that of a partner",
	},
	References: []string{"DOJ-WANG", "GUIDE22"},
	Family:     detect.Pay,
	Lifecycle:  detect.Stable,
	// Not payroll alone: contractors stand in the list of suppliers.
	Either:   []record.Kind{record.KindPayout, record.KindCheck},
	Asks:     []string{"payee_new_company"},
	Waivers:  []detect.Waiver{detect.AddressProtected}, // names and addresses are compared
	Present:  90,
	Absent:   -10,
	Weighing: "Eight times likelier when register and supplier list agree that a young company shares its address or telephone with other payees; one of them counts three fifths, as agents' addresses are shared by thousands. Another name on the invoice alone is mostly a freelancer's company: under two dB, and nothing under pay.name_mismatch, which leaves invoices out. A payee of some age, or the person's own, is a dB of comfort.",
}, thirdPartyPayeeParams{One: 60, Holder: 20}, func(p *detect.Pass, cfg thirdPartyPayeeParams) {
	if attestFirst(p, cfg.One, attestation{
		check: "payee_new_company",
		found: "the payee is a company younger than a year that shares its address or telephone with other payees",
		clear: "the payee is older than a year, shares nothing with other payees, or is the person",
	}) {
		return
	}
	// The newest payee that can be compared counts.
	var other []record.Record
	invoices := 0
	for r, b := range detect.Each[record.Payout](p.View) {
		if !invoiced(b) {
			continue
		}
		invoices++
		switch holderMatch(p, b.Holder) {
		case record.NameDifferent:
			other = []record.Record{r}
		case record.NameSame, record.NameClose:
			other = nil
		case record.NameUnknown:
		}
	}
	switch {
	case len(other) > 0:
		p.Report(cfg.Holder, cites(other...), "The newest payee of the person's invoices has another name; no register was asked about it.")
	case invoices > 0:
		p.Unknown("invoices are paid to the person's own name, or to a name that cannot be compared, and no register was asked")
	default:
		p.Unknown("no payee of invoices is on record")
	}
})

// invoiced reports whether a way of pay is an invoice's: its holder is then the
// payee, who may be a company of any name.
func invoiced(b record.Payout) bool { return strings.EqualFold(b.Method, "invoice") }
