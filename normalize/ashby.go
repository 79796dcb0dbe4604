// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"cmp"
	"net/netip"
	"strings"

	"daylight/record"
	"daylight/source"
)

// This file reads candidates and applications of the Ashby API (candidate.list,
// application.list), and client information (candidate.listClientInfo) to which
// the exporting program has added whose it is. Custom fields, schools, tags,
// answers and surveys are not read.

type ashbyCandidate struct {
	ID           loose         `json:"id"`
	Name         string        `json:"name"`
	CreatedAt    string        `json:"createdAt"`
	Anonymised   bool          `json:"isAnonymized"`
	Email        ashbyValue    `json:"primaryEmailAddress"`
	Emails       []ashbyValue  `json:"emailAddresses"`
	Phone        ashbyValue    `json:"primaryPhoneNumber"`
	Phones       []ashbyValue  `json:"phoneNumbers"`
	Links        []ashbyLink   `json:"socialLinks"`
	Company      string        `json:"company"`
	Timezone     string        `json:"timezone"`
	Location     ashbyLocation `json:"location"`
	PrimaryPlace ashbyLocation `json:"primaryLocation"` // its name in older responses
	Resume       ashbyFile     `json:"resumeFileHandle"`
	ClientInfo   []ashbyClient `json:"clientInfo"`
}

type ashbyApplication struct {
	ID        loose          `json:"id"`
	CreatedAt string         `json:"createdAt"`
	Status    string         `json:"status"`
	Candidate ashbyCandidate `json:"candidate"`
	Job       struct {
		ID    loose  `json:"id"`
		Title string `json:"title"`
	} `json:"job"`
	Source struct {
		Title string `json:"title"`
		Type  struct {
			Title string `json:"title"`
		} `json:"sourceType"`
	} `json:"source"`
	CreditedTo struct {
		FirstName string `json:"firstName"`
		LastName  string `json:"lastName"`
	} `json:"creditedToUser"`
	ClientInfo []ashbyClient `json:"clientInfo"`
}

type ashbyValue struct {
	Value string `json:"value"`
}

type ashbyLink struct {
	URL string `json:"url"`
}

type ashbyFile struct {
	Name string `json:"name"`
}

type ashbyLocation struct {
	Summary    string `json:"locationSummary"`
	Components []struct {
		Type string `json:"type"`
		Name string `json:"name"`
	} `json:"locationComponents"`
	City    string `json:"city"`
	Region  string `json:"region"`
	Country string `json:"country"`
}

type ashbyClient struct {
	CandidateID loose  `json:"candidateId"`
	IP          string `json:"ipAddress"`
	UserAgent   string `json:"userAgent"`
	CreatedAt   string `json:"createdAt"`
}

func matchesAshbyCandidates(s *Sample) bool {
	return s.Any(func(m Members) bool {
		return m.Has("id", "primaryEmailAddress") && (m.Has("emailAddresses") || m.Has("socialLinks") || m.Has("applicationIds"))
	})
}

func matchesAshbyApplications(s *Sample) bool {
	return s.Any(func(m Members) bool {
		return m.Has("id", "candidate", "job", "createdAt") && (m.Has("currentInterviewStage") || m.Sub("candidate").Has("primaryEmailAddress"))
	})
}

func matchesAshbyClients(s *Sample) bool {
	return s.Any(func(m Members) bool { return m.Has("candidateId", "ipAddress", "userAgent") })
}

type ashby struct {
	file  File
	lands *countries
}

type ashbyCandidates struct{ ashby }

type ashbyApplications struct{ ashby }

type ashbyClients struct{ ashby }

func newAshbyCandidates(f File) RecordDecoder { return ashbyCandidates{ashby{f, newCountries()}} }

func newAshbyApplications(f File) RecordDecoder { return ashbyApplications{ashby{f, newCountries()}} }

func newAshbyClients(f File) RecordDecoder { return ashbyClients{ashby{f, newCountries()}} }

// Decode implements [RecordDecoder].
func (d ashbyCandidates) Decode(row source.Row, emit func(record.Record)) error {
	var c ashbyCandidate
	if err := decode(row.JSON, &c); err != nil {
		return err
	}
	switch {
	case c.ID == "":
		return Bad("candidate without id")
	case c.Anonymised:
		return NotEvent("anonymised")
	}
	var bad troubles
	p := d.person(c, &bad)
	p.Employer = clean(c.Company)
	created, ok := when(c.CreatedAt, utc)
	if !ok {
		bad.add("member createdAt: time not understood")
	}
	ref := refOf(string(c.ID), p, nil)
	r, err := Seal(d.file.origin("ashby.candidates", row), ref, created, p)
	if err != nil {
		return err
	}
	emit(r)
	d.clients(row, "ashby.candidates", c.ClientInfo, ref, &bad, emit)
	return bad.err()
}

// Decode implements [RecordDecoder].
func (d ashbyApplications) Decode(row source.Row, emit func(record.Record)) error {
	var a ashbyApplication
	if err := decode(row.JSON, &a); err != nil {
		return err
	}
	created, ok := when(a.CreatedAt, utc)
	switch {
	case a.Candidate.ID == "":
		return Bad("application without candidate")
	case !ok || created.IsZero():
		return Bad("member createdAt: time not understood")
	}
	var bad troubles
	p := d.person(a.Candidate, &bad)
	p.Role, p.Requisition = clean(a.Job.Title), string(a.Job.ID)
	if a.Status != "Lead" { // a lead was found, and has not applied
		p.AppliedAt = created
	}
	if strings.Contains(strings.ToLower(a.Source.Type.Title+" "+a.Source.Title), "referral") {
		p.Referrer = clean(joined(a.CreditedTo.FirstName, a.CreditedTo.LastName))
	}
	// The first is where the application came from; others are later visits.
	clients := append(a.ClientInfo, a.Candidate.ClientInfo...)
	if len(clients) > 0 {
		p.ClientAddr, p.UserAgent = clients[0].read(&bad)
		clients = clients[1:]
	}
	ref := refOf(string(a.Candidate.ID), p, nil)
	r, err := Seal(d.file.origin("ashby.applications", row), ref, created, p)
	if err != nil {
		return err
	}
	emit(r)
	d.clients(row, "ashby.applications", clients, ref, &bad, emit)
	return bad.err()
}

// Decode implements [RecordDecoder].
func (d ashbyClients) Decode(row source.Row, emit func(record.Record)) error {
	var c ashbyClient
	if err := decode(row.JSON, &c); err != nil {
		return err
	}
	if c.CandidateID == "" {
		return Bad("client information without candidateId")
	}
	var bad troubles
	d.clients(row, "ashby.client_info", []ashbyClient{c}, record.Ref{ID: string(c.CandidateID)}, &bad, emit)
	return bad.err()
}

func (d ashby) person(c ashbyCandidate, bad *troubles) record.Person {
	p := record.Person{Stage: record.Applicant, Name: record.NewName(clean(c.Name)), Address: d.place(c.Location)}
	if p.Address.IsZero() {
		p.Address = d.place(c.PrimaryPlace)
	}
	if _, ok := zone(c.Timezone); ok {
		p.Address.TimeZone = strings.TrimSpace(c.Timezone)
	} else {
		bad.add("member timezone: unknown time zone")
	}
	if name := clean(c.Resume.Name); name != "" {
		p.ResumeFiles = []string{name}
	}
	var wrong bool
	if p.Emails, wrong = each(ashbyValues(c.Email, c.Emails), Email); wrong {
		bad.add("member emailAddresses: value not understood")
	}
	number := func(s string) record.Redacted { return Phone(s, p.Address.Country) }
	if p.Phones, wrong = each(ashbyValues(c.Phone, c.Phones), number); wrong {
		bad.add("member phoneNumbers: value not understood")
	}
	links := make([]string, len(c.Links))
	for i, l := range c.Links {
		links[i] = l.URL
	}
	if p.Profiles, wrong = each(links, ProfileURL); wrong {
		bad.add("member socialLinks: value not understood")
	}
	return p
}

// place reads a location by its parts, or else its summary.
func (d ashby) place(l ashbyLocation) record.Address {
	city, region, country := l.City, l.Region, l.Country
	for _, c := range l.Components {
		switch strings.ToLower(c.Type) {
		case "city":
			city = cmp.Or(city, c.Name)
		case "region":
			region = cmp.Or(region, c.Name)
		case "country":
			country = cmp.Or(country, c.Name)
		}
	}
	a := record.Address{City: clean(city), Region: clean(region), Country: d.lands.read(country)}
	if a.IsZero() {
		return d.lands.address(l.Summary)
	}
	return a
}

// clients emits a record for each place on the network an application came from.
func (d ashby) clients(row source.Row, feed string, all []ashbyClient, ref record.Ref, bad *troubles, emit func(record.Record)) {
	for _, c := range all {
		at, ok := when(c.CreatedAt, utc)
		if !ok {
			bad.add("member clientInfo: time not understood")
		}
		p := record.Person{Stage: record.Applicant}
		if p.ClientAddr, p.UserAgent = c.read(bad); !p.ClientAddr.IsValid() && p.UserAgent == "" {
			continue
		}
		r, err := Seal(d.file.origin(feed, row), ref, at, p)
		if err != nil {
			bad.add(err.Error())
			continue
		}
		emit(r)
	}
}

func (c ashbyClient) read(bad *troubles) (netip.Addr, string) {
	a := ClientAddr(c.IP)
	if c.IP != "" && !a.IsValid() {
		bad.add("member ipAddress: not an address")
	}
	return a, clean(c.UserAgent)
}

// ashbyValues returns the values, the primary one first.
func ashbyValues(primary ashbyValue, all []ashbyValue) []string {
	out := []string{primary.Value}
	for _, v := range all {
		out = append(out, v.Value)
	}
	return out
}
