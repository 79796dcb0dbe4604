// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type emailYoungParams struct{}

var emailYoung = detect.Define(detect.Meta{
	ID:        "app.email_young",
	Title:     "An e-mail address of a service for short-lived mailboxes",
	Rationale: "Mailboxes that delete themselves serve one purpose once; a career needs one that lasts.",
	Innocent: []string{
		"privacy, or an address kept apart for job-hunting",
		"an alias service that a list mistakes for a throw-away one",
	},
	References: []string{"DISPOSABLE", "CASES"},
	Family:     detect.Contact,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindPerson},
	Present:    15,
	Absent:     0,
	Weighing:   "A dB and a half: rare on either side, and lists of such services err. The shape of the address is never read.",
}, emailYoungParams{}, func(p *detect.Pass, _ emailYoungParams) {
	var disposable, known []record.Record
	for r, b := range detect.Each[record.Person](p.View) {
		for _, e := range b.Emails {
			class, ok := p.Mail(e)
			switch {
			case class == enrich.MailDisposable:
				disposable = append(disposable, r)
			case ok:
				known = append(known, r)
			}
		}
	}
	switch {
	case len(disposable) > 0:
		p.Report(100, cites(disposable...), "An e-mail address on record is with a service that gives out throw-away mailboxes.")
	case len(known) > 0:
		p.Clear(cites(known...), "No e-mail address on record is with a throw-away service.")
	default:
		p.Unknown("no e-mail address is on record, or no table knows its provider")
	}
})
