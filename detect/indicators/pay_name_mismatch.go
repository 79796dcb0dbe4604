// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type payNameMismatchParams struct {
	Own   int `json:"own" doc:"percent of the weight of our own comparison of names; the bank's own check counts in full; a starting value" min:"1" max:"100"`
	Cover int `json:"cover" doc:"percent that the weight keeps when a declared household explains the other holder; a starting value" min:"1" max:"100"`
}

var payNameMismatch = detect.Define(detect.Meta{
	ID:        "pay.name_mismatch",
	Title:     "The pay account is under another name, or the bank's check did not match",
	Rationale: "Pay that goes to somebody else's account goes to somebody else.",
	Innocent: []string{
		"a maiden, business or joint account",
		"another spelling of one name in another script",
		"an account of a partner or a parent",
	},
	References: []string{"GUIDE22", "CASES"},
	Family:     detect.Pay,
	Lifecycle:  detect.Stable,
	Waivers:    []detect.Waiver{detect.AddressProtected}, // a holder may have a former name
	Either:     []record.Kind{record.KindPayout, record.KindCheck},
	Checks:     []string{"account_holder"},
	Present:    55,
	Absent:     -5,
	Weighing:   "Three to four times likelier when the bank itself found no match. Our own comparison of two names sees only their words, so it weighs half of that; a partial agreement weighs nothing. A holder whom the bank confirms speaks half a dB for the person; one that only payroll wrote down does not.",
}, payNameMismatchParams{Own: 50, Cover: 10}, func(p *detect.Pass, cfg payNameMismatchParams) {
	// The newest answer of the bank counts: a mismatch is often a typing error that
	// a second check settles.
	var denied, matched []record.Record
	for r, c := range detect.Each[record.Check](p.View) {
		if c.Check != "account_holder" {
			continue
		}
		switch c.Result {
		case "mismatch", "denied":
			denied, matched = append(denied, r), nil
		case "passed", "close":
			denied, matched = nil, append(matched, r)
		}
	}
	// So does the newest account whose holder can be compared.
	var differ, agree []record.Record
	for r, b := range detect.Each[record.Payout](p.View) {
		if invoiced(b) { // a company may have any name: pay.third_party_payee
			continue
		}
		switch holderMatch(p, b.Holder) {
		case record.NameDifferent:
			differ, agree = []record.Record{r}, nil
		case record.NameSame:
			differ, agree = nil, []record.Record{r}
		case record.NameClose:
			differ, agree = nil, nil
		case record.NameUnknown:
		}
	}
	household := 100
	for _, b := range detect.Each[record.Person](p.View) {
		for _, rel := range b.Relations {
			if rel.Kind == record.Household {
				household = cfg.Cover
			}
		}
	}
	switch {
	case len(denied) > 0 && renamed(p):
		p.Spare("the bank's check of the account's holder did not match, and a former name is on record: the account may stand under that one")
	case len(denied) > 0:
		p.Report(household, cites(denied...), "The bank's check of the account's holder did not match, %s.", times(len(denied)))
	case len(matched) > 0:
		p.Clear(cites(matched...), "The bank's check of the account's holder matched, at least in part.")
	case len(differ) > 0:
		p.Report(max(cfg.Own*household/100, 1), cites(differ...), "The newest pay account on record is held under another name.")
	case len(agree) > 0:
		// Payroll writes down what it is told: only the bank can confirm it.
		p.Unknown("the holder on record agrees with the person's name, and no bank has checked it")
	default:
		p.Unknown("no holder of a pay account is on record, or it agrees in part only")
	}
})

// holderMatch is the best agreement of an account holder's name with any of the
// person's names, former ones included.
func holderMatch(p *detect.Pass, holder record.Name) record.NameMatch {
	best := record.NameUnknown
	better := func(m record.NameMatch) {
		if m != record.NameUnknown && (best == record.NameUnknown || m < best) {
			best = m
		}
	}
	for _, b := range detect.Each[record.Person](p.View) {
		better(holder.Compare(b.Name))
		for _, f := range b.Former {
			better(holder.Compare(f))
		}
	}
	return best
}
