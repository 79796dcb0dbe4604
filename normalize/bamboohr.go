// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"cmp"

	"daylight/record"
	"daylight/source"
)

// This file reads employees of the BambooHR API: the directory, reports as JSON,
// and single employees. Birth dates, gender, pronouns, marital status,
// ethnicity, nationality, tax numbers and photographs are not read.

type bambooEmployee struct {
	ID             loose  `json:"id"`
	Number         loose  `json:"employeeNumber"`
	DisplayName    string `json:"displayName"`
	FirstName      string `json:"firstName"`
	LastName       string `json:"lastName"`
	JobTitle       string `json:"jobTitle"`
	WorkEmail      string `json:"workEmail"`
	HomeEmail      string `json:"homeEmail"`
	MobilePhone    string `json:"mobilePhone"`
	HomePhone      string `json:"homePhone"`
	Address1       string `json:"address1"`
	City           string `json:"city"`
	State          string `json:"state"`
	Zip            loose  `json:"zipcode"`
	Country        string `json:"country"`
	LinkedIn       string `json:"linkedIn"`
	Supervisor     string `json:"supervisor"`
	SupervisorID   loose  `json:"supervisorId"`
	SupervisorEID  loose  `json:"supervisorEId"`
	HireDate       string `json:"hireDate"`
	TerminatedOn   string `json:"terminationDate"`
	Status         string `json:"status"`
	EmployedStatus string `json:"employmentHistoryStatus"`
}

func matchesBambooJSON(s *Sample) bool {
	return s.Any(func(m Members) bool {
		if !m.Has("id") || !m.Has("displayName") && !m.Has("firstName") {
			return false
		}
		known := 0
		for _, name := range []string{"photoUploaded", "employeeNumber", "workEmail", "jobTitle", "hireDate", "supervisor"} {
			if m.Has(name) {
				known++
			}
		}
		return known >= 2
	})
}

type bamboo struct {
	file  File
	lands *countries
}

func newBambooJSON(f File) RecordDecoder { return bamboo{f, newCountries()} }

// Decode implements [RecordDecoder].
func (d bamboo) Decode(row source.Row, emit func(record.Record)) error {
	var e bambooEmployee
	if err := decode(row.JSON, &e); err != nil {
		return err
	}
	if e.ID == "" {
		return Bad("employee without id")
	}
	var bad troubles
	p := record.Person{
		Stage: record.Worker, Name: record.NewName(clean(cmp.Or(joined(e.FirstName, e.LastName), e.DisplayName))), Role: clean(e.JobTitle),
		Manager: cmp.Or(string(e.SupervisorEID), string(e.SupervisorID), clean(e.Supervisor)),
		Address: record.Address{
			Line: record.Redacted(clean(e.Address1)), City: clean(e.City), Region: clean(e.State), PostalCode: record.Redacted(e.Zip),
			Country: d.lands.read(e.Country),
		},
	}
	if e.Country != "" && p.Address.Country.IsZero() {
		bad.add("member country: unknown country")
	}
	var ok1, ok2 bool
	p.HiredAt, ok1 = when(e.HireDate, utc)
	p.LeftAt, ok2 = when(e.TerminatedOn, utc)
	if !ok1 || !ok2 {
		bad.add("member hireDate or terminationDate: time not understood")
	}
	if !p.LeftAt.IsZero() || gone(e.Status) || gone(e.EmployedStatus) {
		p.Stage = record.Leaver
	}
	var wrong [3]bool
	p.Emails, wrong[0] = each([]string{e.WorkEmail, e.HomeEmail}, Email)
	p.Phones, wrong[1] = each([]string{e.MobilePhone, e.HomePhone}, func(s string) record.Redacted { return Phone(s, p.Address.Country) })
	p.Profiles, wrong[2] = each([]string{e.LinkedIn}, func(s string) record.Redacted { return profileOn("linkedin.com/in", s) })
	for i, what := range []string{"workEmail or homeEmail", "mobilePhone or homePhone", "linkedIn"} {
		if wrong[i] {
			bad.add("member " + what + ": value not understood")
		}
	}
	var aliases []string
	if e.Number != "" && e.Number != e.ID {
		aliases = []string{string(e.Number)}
	}
	r, err := Seal(d.file.origin("bamboohr.employees", row), refOf(string(e.ID), p, aliases), first(p.HiredAt, p.LeftAt), p)
	if err != nil {
		return err
	}
	emit(r)
	return bad.err()
}
