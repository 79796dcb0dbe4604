// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type emailYoungParams struct {
	One int `json:"one" doc:"percent of the weight when one source has found the address new and no other has; a starting value" min:"1" max:"100"`
}

var emailYoung = detect.Define(detect.Meta{
	ID:        "app.email_young",
	Title:     "An e-mail address without a history: of a service for short-lived mailboxes, or made lately",
	Rationale: "Mailboxes that delete themselves, or were made for the application, serve one purpose once; a career needs one that lasts.",
	Innocent: []string{
		"privacy, or an address kept apart for job-hunting",
		"an alias service that a list mistakes for a throw-away one",
	},
	References: []string{"DISPOSABLE", "CASES"},
	Family:     detect.Contact,
	Lifecycle:  detect.Stable,
	Either:     []record.Kind{record.KindPerson, record.KindCheck},
	Asks:       []string{"email_new"},
	Present:    15,
	Absent:     0,
	Weighing:   "A dB and a half: rare on either side, many keep an address apart for applications, and lists of such services err. The shape of the address is never read.",
}, emailYoungParams{One: 100}, func(p *detect.Pass, cfg emailYoungParams) {
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
	case attestFirst(p, cfg.One, attestation{
		check: "email_new",
		found: "the e-mail address or its domain was first seen less than 90 days before the application",
		clear: "the e-mail address is older than 90 days",
	}):
	case len(known) > 0:
		p.Clear(cites(known...), "No e-mail address on record is with a throw-away service.")
	default:
		p.Unknown("no e-mail address is on record, or no table knows its provider")
	}
})
