// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"cmp"
	"slices"
	"strings"

	"daylight/record"
	"daylight/source"
)

// This file reads SCIM 2.0 users (RFC 7643, sections 4.1 and 4.3). The
// attributes locale and preferredLanguage, photographs, titles of courtesy and
// roles are not read.

const (
	scimUser       = "urn:ietf:params:scim:schemas:core:2.0:User"
	scimEnterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
)

type scim struct {
	Schemas    []string `json:"schemas"`
	ID         loose    `json:"id"`
	ExternalID loose    `json:"externalId"`
	UserName   string   `json:"userName"`
	Name       struct {
		Formatted  string `json:"formatted"`
		FamilyName string `json:"familyName"`
		GivenName  string `json:"givenName"`
	} `json:"name"`
	DisplayName string        `json:"displayName"`
	Title       string        `json:"title"`
	Timezone    string        `json:"timezone"`
	Active      *bool         `json:"active"`
	Emails      []scimValue   `json:"emails"`
	Phones      []scimValue   `json:"phoneNumbers"`
	Addresses   []scimAddress `json:"addresses"`
	Meta        struct {
		ResourceType string `json:"resourceType"`
		Created      string `json:"created"`
		LastModified string `json:"lastModified"`
	} `json:"meta"`
	Enterprise struct {
		EmployeeNumber loose `json:"employeeNumber"`
		Manager        struct {
			Value       loose  `json:"value"`
			DisplayName string `json:"displayName"`
		} `json:"manager"`
	} `json:"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"`
}

type scimValue struct {
	Value   string `json:"value"`
	Type    string `json:"type"`
	Primary bool   `json:"primary"`
}

type scimAddress struct {
	Street     string `json:"streetAddress"`
	Locality   string `json:"locality"`
	Region     string `json:"region"`
	PostalCode string `json:"postalCode"`
	Country    string `json:"country"`
	Type       string `json:"type"`
	Primary    bool   `json:"primary"`
}

func matchesSCIM(s *Sample) bool {
	return s.Any(func(m Members) bool {
		schemas := string(m["schemas"])
		return m.Has("userName") && (strings.Contains(schemas, scimUser) || strings.Contains(schemas, scimEnterprise) ||
			m.Sub("meta").Text("resourceType") == "User")
	})
}

type scimDecoder struct {
	file  File
	lands *countries
}

func newSCIM(f File) RecordDecoder { return scimDecoder{f, newCountries()} }

// Decode implements [RecordDecoder].
func (d scimDecoder) Decode(row source.Row, emit func(record.Record)) error {
	var u scim
	if err := decode(row.JSON, &u); err != nil {
		return err
	}
	if u.UserName == "" {
		return NotEvent("not a user")
	}
	var bad troubles
	p := record.Person{
		Stage: record.Worker, Name: record.NewName(clean(cmp.Or(joined(u.Name.GivenName, u.Name.FamilyName), u.Name.Formatted, u.DisplayName))),
		Usernames: []string{clean(u.UserName)}, Address: d.address(u.Addresses), Role: clean(u.Title),
		Manager: cmp.Or(string(u.Enterprise.Manager.Value), clean(u.Enterprise.Manager.DisplayName)),
	}
	if u.Active != nil && !*u.Active {
		p.Stage = record.Leaver
	}
	if _, ok := zone(u.Timezone); ok {
		p.Address.TimeZone = strings.TrimSpace(u.Timezone)
	} else {
		bad.add("member timezone: unknown time zone")
	}
	var wrong bool
	if p.Emails, wrong = each(scimValues(u.Emails), Email); wrong {
		bad.add("member emails: value not understood")
	}
	if e := Email(u.UserName); e != "" && !slices.Contains(p.Emails, e) {
		p.Emails = append(p.Emails, e)
	}
	phones := slices.DeleteFunc(slices.Clone(u.Phones), func(v scimValue) bool { return v.Type == "fax" || v.Type == "pager" })
	if p.Phones, wrong = each(scimValues(phones), func(s string) record.Redacted { return Phone(s, p.Address.Country) }); wrong {
		bad.add("member phoneNumbers: value not understood")
	}
	created, ok := when(u.Meta.Created, utc)
	if !ok {
		bad.add("member meta.created: time not understood")
	}
	changed, ok := when(u.Meta.LastModified, utc)
	if !ok {
		bad.add("member meta.lastModified: time not understood")
	}
	switch {
	case !changed.After(created):
	case p.Stage == record.Leaver:
		// An account that is no longer active was last changed when that ended, or
		// later; when it was made says nothing of it.
		created = changed
	case u.Active != nil:
		p.ActiveAt = changed // it may have been made active again
	}
	id := cmp.Or(string(u.ID), string(u.ExternalID))
	var aliases []string
	for _, a := range []string{string(u.ExternalID), string(u.Enterprise.EmployeeNumber)} {
		if a != "" && a != id && !slices.Contains(aliases, a) {
			aliases = append(aliases, a)
		}
	}
	r, err := Seal(d.file.origin("scim.users", row), refOf(id, p, aliases), created, p)
	if err != nil {
		return err
	}
	emit(r)
	return bad.err()
}

// address returns where the person lives, or the place where they work without
// its street line: an office is what colleagues share, not what links them.
func (d scimDecoder) address(all []scimAddress) record.Address {
	rank := func(a scimAddress) int {
		switch {
		case a.Type == "home":
			return 0
		case a.Type != "work":
			return 1
		case a.Primary:
			return 2
		}
		return 3
	}
	if len(all) == 0 {
		return record.Address{}
	}
	best := slices.MinFunc(all, func(a, b scimAddress) int { return rank(a) - rank(b) })
	out := record.Address{City: clean(best.Locality), Region: clean(best.Region), Country: d.lands.read(best.Country)}
	if best.Type != "work" {
		out.Line, out.PostalCode = record.Redacted(clean(best.Street)), record.Redacted(clean(best.PostalCode))
	}
	return out
}

// scimValues returns the values, the primary one first.
func scimValues(all []scimValue) []string {
	var out []string
	for _, v := range all {
		if v.Primary {
			out = slices.Insert(out, 0, v.Value)
		} else {
			out = append(out, v.Value)
		}
	}
	return out
}

func joined(parts ...string) string { return strings.TrimSpace(strings.Join(parts, " ")) }
