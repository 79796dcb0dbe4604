// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"strings"

	"daylight/detect"
	"daylight/record"
)

type contactReuseParams struct {
	MaxHolders int `json:"max_holders" doc:"profiles that hold a contact point before it is an agency's or an office's; a starting value" min:"1" max:"1000"`
}

var contactReuse = detect.Define(detect.Meta{
	ID:        "app.contact_reuse",
	Title:     "A contact point is shared with a person of another name",
	Rationale: "One operator who keeps several profiles has to be reached on all of them, and runs short of phones, mailboxes and profile pages.",
	Innocent: []string{
		"members of one household",
		"a recruiter's or agency's shared mailbox or phone",
		"a married or changed name, or a second application",
	},
	References: []string{"method §7", "FBI-2501", "MANDIANT", "CASES"},
	Family:     detect.Contact,
	Lifecycle:  detect.Stable,
	Framable:   true,
	Needs:      []record.Kind{record.KindPerson},
	Present:    90,
	Absent:     0,
	Weighing:   "Linking weighs each share by its kind and by how many hold it; one that it weighs at ten dB, as two strangers' personal mailbox or phone, counts in full, eight times likelier: couples who have told nobody share a telephone too. Not sharing says nothing: most people share no contact point, whoever they are.",
}, contactReuseParams{MaxHolders: 12}, func(p *detect.Pass, cfg contactReuseParams) {
	var held int
	var holders []record.Record
	for r, b := range detect.Each[record.Person](p.View) {
		if n := len(b.Emails) + len(b.Phones) + len(b.Profiles); n > 0 {
			held += n
			holders = append(holders, r)
		}
	}
	best, strength, others := strongest(p, 100, record.Email, record.Phone, record.ProfileURL)
	switch {
	case strength > 0 && best.Holders <= cfg.MaxHolders:
		p.Relate(others...)
		p.Report(strength, best.Cites, "Shares %s with %s; %s hold it.", called(best.Via), among(best, others), count(best.Holders, "profile"))
	case held == 0:
		p.Unknown("no e-mail address, phone number or profile page is on record")
	case crowd(p) > 0:
		p.Unknown("a contact point is on %s, as an agency's or an office's is; whether it is one cannot be told from here", count(crowd(p), "profile"))
	default:
		p.Clear(cites(holders...), "No contact point is shared with a person of another name in a way that tells strangers apart.%s", namesakes(p))
	}
})

// crowd is how many profiles hold a contact point that linking takes for a hub's
// and gives no weight, 0 when there is none. It may be an agency's, or one
// operator's on very many applications: neither clears anybody.
func crowd(p *detect.Pass) int {
	most := 0
	for e := range p.EdgesVia(record.Email, record.Phone, record.ProfileURL) {
		if e.Weight <= 0 && e.Relation == "" && !samePerson(e) && e.Names == record.NameDifferent {
			most = max(most, e.Holders)
		}
	}
	return most
}

// namesakes words contact points that are shared with a person of the same name
// whom nothing shows to be this person: they may be one, so they do not count.
func namesakes(p *detect.Pass) string {
	for e := range p.EdgesVia(record.Email, record.Phone, record.ProfileURL) {
		if e.Names == record.NameSame && !samePerson(e) {
			what := called(e.Via)
			return " " + strings.ToUpper(what[:1]) + what[1:] + " is shared with " + string(e.Other) + ", under the same name, which is not counted."
		}
	}
	return ""
}
