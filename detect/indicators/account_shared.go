// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type accountSharedParams struct{}

var accountShared = detect.Define(detect.Meta{
	ID:        "pay.account_shared",
	Title:     "Pay goes to an account that others are paid into",
	Rationale: "Accounts are personal. Several people paid into one account suggests one beneficiary behind several profiles.",
	Innocent: []string{
		"a couple with a joint account, who have not said so",
		"parents or children who share one",
		"an agency or an employer of record that is paid for its people",
	},
	References: []string{"method §7", "FBI-2405", "CASES"},
	Family:     detect.Pay,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindPayout},
	Present:    120,
	Absent:     0,
	Weighing:   "Sixteen times likelier between strangers of other names: undeclared couples among colleagues are about one in a hundred and mostly share a home as well, which linking takes into account. An account of one's own is the rule on both sides.",
}, accountSharedParams{}, func(p *detect.Pass, _ accountSharedParams) {
	accounts := false
	for _, b := range detect.Each[record.Payout](p.View) {
		accounts = accounts || b.Account != ""
	}
	if !accounts {
		p.Unknown("no pay account is on record")
		return
	}
	best, strength, others := strongest(p, 120, record.BankAccount, record.Wallet)
	if strength == 0 {
		p.Clear(nil, "No unrelated person is paid into the same account.")
		return
	}
	p.Relate(others...)
	p.Report(strength, best.Cites, "Shares %s for pay with %s; %s hold it.", called(best.Via), among(best, others), count(best.Holders, "profile"))
})
