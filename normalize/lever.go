// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"daylight/record"
	"daylight/source"

	"github.com/go-json-experiment/json"
)

// This file reads opportunities of the Lever API, as its reference describes
// them. Tags, the headline (a mixture of employers and schools), answers to
// custom questions, feedback and everything of the equal opportunity survey are
// not read.

type leverOpportunity struct {
	ID           loose              `json:"id"`
	Name         string             `json:"name"`
	Contact      leverLink          `json:"contact"`
	Emails       []string           `json:"emails"`
	Phones       []leverPhone       `json:"phones"`
	Location     string             `json:"location"`
	Links        []string           `json:"links"`
	Origin       string             `json:"origin"`
	CreatedAt    loose              `json:"createdAt"`
	Anonymised   bool               `json:"isAnonymized"`
	Applications []leverApplication `json:"applications"`
	Resumes      []struct {
		File struct {
			Name string `json:"name"`
		} `json:"file"`
	} `json:"resumes"`
}

// leverApplication is an application. Unless the export was asked to expand
// them it is an id only.
type leverApplication struct {
	ID        loose      `json:"id"`
	Type      string     `json:"type"`
	Name      string     `json:"name"`
	Email     string     `json:"email"`
	Phone     leverPhone `json:"phone"`
	Company   string     `json:"company"`
	Links     []string   `json:"links"`
	Posting   leverLink  `json:"posting"`
	User      leverLink  `json:"user"`
	CreatedAt loose      `json:"createdAt"`
}

type leverPhone struct {
	Value string `json:"value"`
}

// leverLink is something that the row refers to, by its id or expanded.
type leverLink struct {
	ID   loose  `json:"id"`
	Text string `json:"text"`
	Name string `json:"name"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *leverLink) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '{' {
		type expanded leverLink
		return json.Unmarshal(raw, (*expanded)(l))
	}
	return json.Unmarshal(raw, &l.ID)
}

// UnmarshalJSON implements json.Unmarshaler.
func (a *leverApplication) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '{' {
		type expanded leverApplication
		return json.Unmarshal(raw, (*expanded)(a))
	}
	return json.Unmarshal(raw, &a.ID)
}

func matchesLever(s *Sample) bool {
	return s.Any(func(m Members) bool {
		return m.Has("id", "emails", "phones", "applications") && (m.Has("origin") || m.Has("stage", "archived"))
	})
}

type lever struct {
	file  File
	lands *countries
}

func newLever(f File) RecordDecoder { return lever{f, newCountries()} }

// Decode implements [RecordDecoder]: one record for the opportunity and one for
// each application within that is more than its id.
func (d lever) Decode(row source.Row, emit func(record.Record)) error {
	var o leverOpportunity
	if err := decode(row.JSON, &o); err != nil {
		return err
	}
	switch {
	case o.ID == "":
		return Bad("opportunity without id")
	case o.Anonymised:
		return NotEvent("anonymised")
	}
	var bad troubles
	p := record.Person{
		Stage: record.Applicant, Name: record.NewName(clean(o.Name)), Address: d.lands.address(o.Location),
	}
	for _, r := range o.Resumes {
		if name := clean(r.File.Name); name != "" && !slices.Contains(p.ResumeFiles, name) {
			p.ResumeFiles = append(p.ResumeFiles, name)
		}
	}
	var wrong bool
	if p.Emails, wrong = each(o.Emails, Email); wrong {
		bad.add("member emails: value not understood")
	}
	phones := make([]string, len(o.Phones))
	for i, v := range o.Phones {
		phones[i] = v.Value
	}
	if p.Phones, wrong = each(phones, d.phone(p.Address)); wrong {
		bad.add("member phones: value not understood")
	}
	if p.Profiles, wrong = each(o.Links, ProfileURL); wrong {
		bad.add("member links: value not understood")
	}
	created, ok := unix(o.CreatedAt)
	if !ok {
		bad.add("member createdAt: time not understood")
	}
	// Of an application that is not expanded only the opportunity says when.
	whole := func(a leverApplication) bool { return a.CreatedAt != "" }
	if o.Origin == "applied" && !slices.ContainsFunc(o.Applications, whole) {
		p.AppliedAt = created
	}
	// A contact is the person; each job they are considered for is an opportunity.
	id := cmp.Or(string(o.Contact.ID), string(o.ID))
	var aliases []string
	if id != string(o.ID) {
		aliases = []string{string(o.ID)}
	}
	ref := refOf(id, p, aliases)
	r, err := Seal(d.file.origin("lever.opportunities", row), ref, created, p)
	if err != nil {
		return err
	}
	emit(r)
	for _, a := range o.Applications {
		if !whole(a) {
			continue
		}
		if err := d.application(row, a, ref, p.Address, emit); err != nil {
			bad.add(err.Error())
		}
	}
	return bad.err()
}

func (d lever) application(row source.Row, a leverApplication, ref record.Ref, home record.Address, emit func(record.Record)) error {
	created, ok := unix(a.CreatedAt)
	if !ok {
		return Bad("member applications: time not understood")
	}
	p := record.Person{
		Stage: record.Applicant, Name: record.NewName(clean(a.Name)), Employer: clean(a.Company),
		Role: clean(a.Posting.Text), Requisition: string(a.Posting.ID),
	}
	switch a.Type {
	case "posting": // applied; the other types were entered by somebody else
		p.AppliedAt = created
	case "referral":
		p.AppliedAt, p.Referrer = created, clean(a.User.Name)
	}
	var wrong [3]bool
	p.Emails, wrong[0] = each([]string{a.Email}, Email)
	p.Phones, wrong[1] = each([]string{a.Phone.Value}, d.phone(home))
	p.Profiles, wrong[2] = each(a.Links, ProfileURL)
	r, err := Seal(d.file.origin("lever.opportunities", row), ref, created, p)
	if err != nil {
		return err
	}
	emit(r)
	if slices.Contains(wrong[:], true) {
		return Bad("member applications: e-mail, phone or link not understood")
	}
	return nil
}

// phone reads numbers without a country code as those of the person's country.
func (d lever) phone(home record.Address) func(string) record.Redacted {
	return func(s string) record.Redacted { return Phone(s, home.Country) }
}

// unix reads a Unix time, such as milliseconds; nothing is the zero time.
func unix(l loose) (time.Time, bool) {
	s := strings.TrimSpace(string(l))
	if s == "" {
		return time.Time{}, true
	}
	ms, ok := parseUnix([]byte(s))
	t := time.UnixMilli(ms).UTC()
	if !ok || t.Year() > 2200 {
		return time.Time{}, false
	}
	return t, true
}
