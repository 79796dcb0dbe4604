// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"cmp"
	"net/url"
	"path"
	"strings"

	"daylight/record"
	"daylight/source"
)

// This file reads candidates of the Workable API (version 3), as its reference
// describes them. The picture, education, experience, answers, summary, cover
// letter and tags are not read.

type workableCandidate struct {
	ID             loose  `json:"id"`
	Name           string `json:"name"`
	FirstName      string `json:"firstname"`
	LastName       string `json:"lastname"`
	Email          string `json:"email"`
	Phone          string `json:"phone"`
	Address        string `json:"address"`
	Sourced        bool   `json:"sourced"`
	CreatedAt      string `json:"created_at"`
	HiredAt        string `json:"hired_at"`
	ResumeURL      string `json:"resume_url"`
	SocialProfiles []struct {
		URL string `json:"url"`
	} `json:"social_profiles"`
	Job struct {
		Shortcode string `json:"shortcode"`
		Title     string `json:"title"`
	} `json:"job"`
	Location struct {
		City        string `json:"city"`
		Region      string `json:"region"`
		Country     string `json:"country"`
		CountryCode string `json:"country_code"`
		ZipCode     loose  `json:"zip_code"`
	} `json:"location"`
}

func matchesWorkable(s *Sample) bool {
	return s.Any(func(m Members) bool {
		return m.Has("id", "firstname", "lastname") && (m.Has("job") || m.Has("profile_url") || m.Has("resume_url"))
	})
}

type workable struct {
	file  File
	lands *countries
}

func newWorkable(f File) RecordDecoder { return workable{f, newCountries()} }

// Decode implements [RecordDecoder].
func (d workable) Decode(row source.Row, emit func(record.Record)) error {
	var c workableCandidate
	if err := decode(row.JSON, &c); err != nil {
		return err
	}
	if c.ID == "" {
		return Bad("candidate without id")
	}
	var bad troubles
	p := record.Person{
		Stage: record.Applicant, Name: record.NewName(clean(cmp.Or(joined(c.FirstName, c.LastName), c.Name))),
		Address: d.home(c), Role: clean(c.Job.Title), Requisition: clean(c.Job.Shortcode),
	}
	created, ok1 := when(c.CreatedAt, utc)
	hired, ok2 := when(c.HiredAt, utc)
	if !ok1 {
		bad.add("member created_at: time not understood")
	}
	if !ok2 {
		bad.add("member hired_at: time not understood")
	}
	if !c.Sourced { // who was found has not applied
		p.AppliedAt = created
	}
	if p.HiredAt = hired; !hired.IsZero() {
		p.Stage = record.Worker
	}
	var wrong [3]bool
	p.Emails, wrong[0] = each([]string{c.Email}, Email)
	p.Phones, wrong[1] = each([]string{c.Phone}, func(s string) record.Redacted { return Phone(s, p.Address.Country) })
	links := make([]string, len(c.SocialProfiles))
	for i, s := range c.SocialProfiles {
		links[i] = s.URL
	}
	p.Profiles, wrong[2] = each(links, ProfileURL)
	for i, what := range []string{"email", "phone", "social_profiles"} {
		if wrong[i] {
			bad.add("member " + what + ": value not understood")
		}
	}
	if name := fileName(c.ResumeURL); name != "" {
		p.ResumeFiles = []string{name}
	}
	r, err := Seal(d.file.origin("workable.candidates", row), refOf(string(c.ID), p, nil), created, p)
	if err != nil {
		return err
	}
	emit(r)
	return bad.err()
}

// home returns the address as written, completed by the location's parts.
func (d workable) home(c workableCandidate) record.Address {
	a := d.lands.address(c.Address)
	land := d.lands.read(c.Location.CountryCode)
	if land.IsZero() {
		land = d.lands.read(c.Location.Country)
	}
	if c.Location.City != "" {
		a.City, a.Region = clean(c.Location.City), clean(c.Location.Region)
		a.PostalCode = cmp.Or(a.PostalCode, record.Redacted(c.Location.ZipCode))
	}
	if a.Country.IsZero() {
		a.Country = land
	}
	return a
}

// fileName returns the name of the file that an address leads to, "" if it
// names none.
func fileName(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || path.Ext(u.Path) == "" {
		return ""
	}
	return clean(path.Base(u.Path))
}
