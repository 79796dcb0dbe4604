// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"cmp"
	"slices"
	"strings"

	"daylight/record"
	"daylight/source"
)

// This file reads candidates and applications of the Greenhouse Harvest API, as
// its reference describes them: of versions 1 and 2, where each holds the other, and
// of version 3, where they refer to each other by id only. Custom fields, most answers, tags, educations,
// photographs and everything about equal opportunity are not read.

type greenhouseCandidate struct {
	ID              loose                   `json:"id"`
	FirstName       string                  `json:"first_name"`
	LastName        string                  `json:"last_name"`
	Company         string                  `json:"company"`
	CreatedAt       string                  `json:"created_at"`
	Attachments     []greenhouseFile        `json:"attachments"`
	PhoneNumbers    []greenhouseValue       `json:"phone_numbers"`
	Addresses       []greenhouseValue       `json:"addresses"`
	EmailAddresses  []greenhouseValue       `json:"email_addresses"`
	Websites        []greenhouseValue       `json:"website_addresses"`
	SocialAddresses []greenhouseValue       `json:"social_media_addresses"`
	Applications    []greenhouseApplication `json:"applications"`
}

type greenhouseApplication struct {
	ID          loose  `json:"id"`
	CandidateID loose  `json:"candidate_id"`
	Prospect    bool   `json:"prospect"`
	AppliedAt   string `json:"applied_at"`
	CreatedAt   string `json:"created_at"`       // version 3
	JobID       loose  `json:"job_id"`           // version 3
	Address     string `json:"location_address"` // version 3
	Location    struct {
		Address string `json:"address"`
	} `json:"location"`
	Source struct {
		PublicName string `json:"public_name"`
	} `json:"source"`
	CreditedTo struct {
		Name       string `json:"name"`
		EmployeeID loose  `json:"employee_id"`
	} `json:"credited_to"`
	Jobs []struct {
		ID   loose  `json:"id"`
		Name string `json:"name"`
	} `json:"jobs"`
	Answers []struct {
		Question string `json:"question"`
		Answer   string `json:"answer"`
	} `json:"answers"`
	Attachments []greenhouseFile `json:"attachments"`
}

type greenhouseFile struct {
	Filename string `json:"filename"`
	Type     string `json:"type"`
}

type greenhouseValue struct {
	Value string `json:"value"`
	Type  string `json:"type"`
}

func matchesGreenhouseCandidates(s *Sample) bool {
	return s.Any(func(m Members) bool {
		return m.Has("id", "email_addresses", "phone_numbers") && (m.Has("application_ids") || m.Has("applications") || m.Has("website_addresses", "social_media_addresses"))
	})
}

func matchesGreenhouseApplications(s *Sample) bool {
	return s.Any(func(m Members) bool {
		return m.Has("id", "candidate_id") && (m.Has("applied_at", "jobs") || m.Has("job_id", "prospect", "created_at"))
	})
}

type greenhouse struct {
	file  File
	lands *countries
}

type greenhouseCandidates struct{ greenhouse }

type greenhouseApplications struct{ greenhouse }

func newGreenhouseCandidates(f File) RecordDecoder {
	return greenhouseCandidates{greenhouse{f, newCountries()}}
}

func newGreenhouseApplications(f File) RecordDecoder {
	return greenhouseApplications{greenhouse{f, newCountries()}}
}

// Decode implements [RecordDecoder]: one record for the candidate and one for
// each application within.
func (d greenhouseCandidates) Decode(row source.Row, emit func(record.Record)) error {
	var c greenhouseCandidate
	if err := decode(row.JSON, &c); err != nil {
		return err
	}
	if c.ID == "" {
		return Bad("candidate without id")
	}
	var bad troubles
	p := record.Person{
		Stage: record.Applicant, Name: record.NewName(clean(c.FirstName) + " " + clean(c.LastName)),
		Address: d.home(c.Addresses), Employer: clean(c.Company), ResumeFiles: resumes(c.Attachments),
	}
	var wrong [3]bool
	p.Emails, wrong[0] = each(values(c.EmailAddresses), Email)
	region := p.Address.Country
	for _, a := range c.Applications {
		if region.IsZero() {
			region = d.lands.address(a.Location.Address).Country
		}
	}
	phones := slices.DeleteFunc(slices.Clone(c.PhoneNumbers), func(v greenhouseValue) bool { return v.Type == "skype" })
	p.Phones, wrong[1] = each(values(phones), func(s string) record.Redacted { return Phone(s, region) })
	p.Profiles, wrong[2] = each(append(values(c.Websites), values(c.SocialAddresses)...), ProfileURL)
	for i, what := range []string{"email_addresses", "phone_numbers", "website_addresses"} {
		if wrong[i] {
			bad.add("member " + what + ": value not understood")
		}
	}
	created, ok := when(c.CreatedAt, utc)
	if !ok {
		bad.add("member created_at: time not understood")
	}
	ref := refOf(string(c.ID), p, nil)
	r, err := Seal(d.file.origin("greenhouse.candidates", row), ref, created, p)
	if err != nil {
		return err
	}
	emit(r)
	for _, a := range c.Applications {
		if err := d.application(row, a, ref, "greenhouse.candidates", emit); err != nil {
			bad.add(err.Error())
		}
	}
	return bad.err()
}

// Decode implements [RecordDecoder].
func (d greenhouseApplications) Decode(row source.Row, emit func(record.Record)) error {
	var a greenhouseApplication
	if err := decode(row.JSON, &a); err != nil {
		return err
	}
	if a.CandidateID == "" {
		return Bad("application without candidate_id")
	}
	return d.application(row, a, record.Ref{ID: string(a.CandidateID)}, "greenhouse.applications", emit)
}

func (d greenhouse) application(row source.Row, a greenhouseApplication, ref record.Ref, feed string, emit func(record.Record)) error {
	applied, ok := when(cmp.Or(a.AppliedAt, a.CreatedAt), utc)
	if !ok {
		return Bad("member applied_at: time not understood")
	}
	p := record.Person{
		Stage: record.Applicant, Address: d.lands.address(cmp.Or(a.Location.Address, a.Address)),
		Requisition: string(a.JobID), ResumeFiles: resumes(a.Attachments),
	}
	if !a.Prospect { // a prospect was found, and has not applied
		p.AppliedAt = applied
	}
	if len(a.Jobs) > 0 {
		p.Role, p.Requisition = clean(a.Jobs[0].Name), string(a.Jobs[0].ID)
	}
	if strings.Contains(strings.ToLower(a.Source.PublicName), "referral") {
		p.Referrer = cmp.Or(clean(string(a.CreditedTo.EmployeeID)), clean(a.CreditedTo.Name))
	}
	for _, answer := range a.Answers {
		var profile record.Redacted
		switch Column(answer.Question) {
		case "linkedin", "linkedinprofile", "linkedinurl":
			profile = profileOn("linkedin.com/in", answer.Answer)
		case "github", "githubprofile", "githuburl":
			profile = profileOn("github.com", answer.Answer)
		case "website", "portfolio":
			profile = ProfileURL(answer.Answer)
		}
		if profile != "" && !slices.Contains(p.Profiles, profile) {
			p.Profiles = append(p.Profiles, profile)
		}
	}
	r, err := Seal(d.file.origin(feed, row), ref, applied, p)
	if err != nil {
		return err
	}
	emit(r)
	return nil
}

// home returns the address of the person rather than of their work.
func (d greenhouse) home(all []greenhouseValue) record.Address {
	for _, kind := range []string{"home", "other", ""} {
		for _, v := range all {
			if v.Type == kind && strings.TrimSpace(v.Value) != "" {
				return d.lands.address(v.Value)
			}
		}
	}
	return record.Address{}
}

func values(all []greenhouseValue) []string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = v.Value
	}
	return out
}

// resumes returns the names of the attachments that are résumés.
func resumes(all []greenhouseFile) []string {
	var out []string
	for _, f := range all {
		if name := clean(f.Filename); f.Type == "resume" && name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
