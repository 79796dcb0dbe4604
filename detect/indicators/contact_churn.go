// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"maps"
	"slices"
	"time"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type contactChurnParams struct {
	Before  int `json:"before" doc:"days before the hire that are looked at, about an offer's; a starting value" min:"0" max:"365"`
	After   int `json:"after" doc:"days after the hire that are looked at; (from the row of the catalogue)" min:"1" max:"365"`
	Changes int `json:"changes" doc:"changes that count; (from the row of the catalogue)" min:"2" max:"100"`
	Full    int `json:"full" doc:"changes at which it counts in full; a starting value" min:"2" max:"100"`
	From    int `json:"from" doc:"percent of the weight at the first count; a starting value" min:"1" max:"100"`
}

var contactChurn = detect.Define(detect.Meta{
	ID:        "onb.contact_churn",
	Title:     "Telephone, mailbox or address changed again and again around the hire",
	Rationale: "Once the offer is safe, contact details move from those who applied to those who receive the laptop and the pay.",
	Innocent: []string{
		"moving house for the job, with a new telephone",
		"a private mailbox kept apart from work",
		"a clerk's corrections",
	},
	References:  []string{"FBI-2310", "CASES"},
	Family:      detect.Contact,
	Lifecycle:   detect.Stable,
	Observation: detect.HomeAddress,
	Waivers:     []detect.Waiver{detect.AddressProtected},
	Needs:       []record.Kind{record.KindPerson},
	Present:     40,
	Absent:      0,
	Weighing:    "Two and a half times likelier for three changes within weeks, less for two. All addresses together are one change, and a new number is part of it, for people move for a job; a new mailbox at work is none. Keeping one's number says nothing.",
}, contactChurnParams{Before: 14, After: 30, Changes: 2, Full: 3, From: 75}, func(p *detect.Pass, cfg contactChurnParams) {
	hired, ok := p.HiredAt()
	if !ok {
		p.Unknown("no day of hire is on record")
		return
	}
	around := window{hired.AddDate(0, 0, -cfg.Before), hired.AddDate(0, 0, cfg.After+1)}
	var most churn
	compared := 0
	entries := contactsAround(p, around)
	for _, feed := range slices.Sorted(maps.Keys(entries)) {
		c := churned(p, entries[feed])
		if len(entries[feed]) > 1 {
			compared += len(entries[feed])
		}
		if c.total() > most.total() {
			most = c
		}
	}
	switch n := most.total(); {
	case n >= cfg.Changes:
		p.Report(grow(cfg.From, float64(n), float64(cfg.Changes), float64(cfg.Full)), cites(most.rows...),
			"Between the offer and day %d after the hire on %s, contact details changed %s (a move and its new number are one): %s.", cfg.After, day(hired), times(n), most)
	case compared == 0:
		p.Unknown("no two entries of one system, dated around the hire, can be compared")
	default:
		p.Clear(nil, "Contact details changed fewer than %d times around the hire on %s.", cfg.Changes, day(hired))
	}
})

// contactsAround returns, by system, the entries about the person that were made
// in a stretch of time around the hire. Most systems date an entry by the
// application or the hire and not by its last change: such an entry was made in
// the stretch only if the assessment itself is.
func contactsAround(p *detect.Pass, around window) map[string][]record.Record {
	type moment struct {
		feed string
		at   time.Time
	}
	at := map[moment]int{}
	for r := range detect.Each[record.Person](p.View) {
		at[moment{r.Origin.Feed, r.At}]++
	}
	within := func(t time.Time) bool { return !t.Before(around.from) && t.Before(around.to) }
	out := map[string][]record.Record{}
	for r, b := range detect.Each[record.Person](p.View) {
		own := !r.At.Equal(b.AppliedAt) && !r.At.Equal(b.HiredAt) && !r.At.Equal(b.LeftAt) && at[moment{r.Origin.Feed, r.At}] == 1
		if own && within(r.At) || within(p.AsOf) && (!b.HiredAt.IsZero() || within(r.At)) {
			out[r.Origin.Feed] = append(out[r.Origin.Feed], r)
		}
	}
	return out
}

// churn counts changes of contact details among the entries of one system.
type churn struct {
	phones, mailboxes, addresses int
	rows                         []record.Record
}

// total counts a move and the new number that comes with it as one.
func (c churn) total() int { return max(c.phones, c.addresses) + c.mailboxes }

// String words the changes.
func (c churn) String() string {
	var words []string
	if c.phones > 0 {
		words = append(words, count(c.phones, "telephone number"))
	}
	if c.mailboxes > 0 {
		words = append(words, count(c.mailboxes, "private mailbox"))
	}
	if c.addresses > 0 {
		words = append(words, "the address")
	}
	return list(words)
}

// churned counts the changes among entries of one system. A mailbox of any
// domain but those of free and throw-away services may be the company's own and
// does not count.
func churned(p *detect.Pass, entries []record.Record) churn {
	var phones, mailboxes, addresses changes
	for _, r := range entries {
		b, ok := r.Body.(record.Person)
		if !ok {
			continue
		}
		phones.add(b.Phones)
		addresses.add([]record.Redacted{b.Address.Key()})
		var private []record.Redacted
		for _, e := range b.Emails {
			if class, known := p.Mail(e); known && class != enrich.MailOrdinary {
				private = append(private, e)
			}
		}
		mailboxes.add(private)
	}
	return churn{phones.count(), mailboxes.count(), min(addresses.count(), 1), entries}
}

// changes counts how often a detail was replaced, whatever the order of the
// entries: its distinct values beyond the most that one entry holds.
type changes struct {
	values map[record.Redacted]bool
	most   int
}

func (c *changes) add(values []record.Redacted) {
	if c.values == nil {
		c.values = map[record.Redacted]bool{}
	}
	held := 0
	for _, v := range values {
		if v != "" {
			c.values[v] = true
			held++
		}
	}
	c.most = max(c.most, held)
}

func (c *changes) count() int { return max(len(c.values)-c.most, 0) }
