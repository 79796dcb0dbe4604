// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"daylight/record"
	"daylight/source"
)

// peopleColumns are the columns of a people CSV. A column for anything else, a
// nationality or a birth date among them, is never read.
func peopleColumns() columnsOf {
	return columnsOf{
		"id":         {"personid", "person", "candidateid", "applicantid", "employeeid", "employeenumber", "workerid", "userid"},
		"alias":      {"aliases", "externalid", "otherid", "otherids"},
		"stage":      {"employmentstatus"},
		"name":       {"fullname", "displayname", "candidatename", "employeename", "preferredname", "legalname"},
		"first_name": {"givenname", "firstname", "forename"}, "last_name": {"familyname", "surname", "lastname"},
		"former_name": {"formernames", "previousname", "maidenname"},
		"email":       {"emails", "emailaddress", "mail", "workemail", "homeemail", "personalemail", "candidateemail"},
		"phone":       {"phones", "phonenumber", "mobile", "mobilephone", "homephone", "cell", "telephone"},
		"address":     {"street", "streetaddress", "address1", "addressline1", "homeaddress", "addressline"},
		"city":        {"town", "locality", "homecity"},
		"location":    {"candidatelocation", "homelocation"},
		"region":      {"state", "province", "county", "stateprovince"},
		"postal_code": {"zip", "zipcode", "postcode"},
		"country":     {"countrycode", "homecountry", "land"},
		"time_zone":   {"timezone", "tz"}, "latitude": {"lat"}, "longitude": {"lon", "lng", "long"},
		"applied_at": {"applied", "applicationdate", "applieddate", "dateapplied", "createdat"},
		"hired_at":   {"hired", "hiredate", "startdate", "dateofhire", "employmentdate"},
		"left_at":    {"left", "enddate", "terminationdate", "leavingdate", "lastday"},
		"role":       {"title", "jobtitle", "position", "job"}, "requisition": {"requisitionid", "reqid", "req", "jobid"},
		"employer": {"company", "currentemployer"}, "agency": {"staffingagency", "vendor", "recruitingagency"},
		"referrer": {"referredby", "referral"}, "linkedin": {"linkedinurl", "linkedinprofile"},
		"github": {"githuburl", "githubprofile"}, "website": {"websites", "url", "portfolio", "homepage", "websiteurl"},
		"ip": {"ipaddress", "clientaddress", "clientip", "remoteip"}, "user_agent": {"browser"},
		"resume": {"resumefile", "cv", "attachment", "attachments"}, "manager": {"managerid", "reportsto", "supervisor"},
		"username":         {"login", "user", "accountname", "samaccountname"},
		"declared_absence": {"absence", "absences", "leave", "declaredabsences"}, "declared_relation": {"relation", "relations", "declaredrelations"},
		"accommodation": {"accommodations"}, "protected": {"addressprotected", "confidential"},
		"working_hours": workingHoursColumns(),
	}
}

func matchesPeople(s *Sample) bool {
	columns := peopleColumns()
	if s.Shape != source.CSV || !columns.among(s, "id") && !columns.among(s, "email") && !columns.among(s, "username") {
		return false
	}
	known := map[string]bool{}
	for folded := range s.Columns {
		known[columns.canonical(folded)] = true
	}
	delete(known, "")
	return len(known) >= 2
}

// people reads a people CSV, whole or with some of the columns.
type people struct {
	*table
	phones map[string]record.Redacted
	staff  bool // the table lists an employer's own people and nobody else
}

func newPeople(f File) RecordDecoder {
	return &people{table: newTable(f, "csv.people", peopleColumns()), phones: map[string]record.Redacted{}}
}

// Decode implements [RecordDecoder].
func (d *people) Decode(row source.Row, emit func(record.Record)) error {
	d.begin(row)
	loc, zoneName := d.zone("time_zone")
	p := record.Person{
		Emails: d.canon("email", Email), Usernames: d.list("username"), Profiles: d.profiles(), Address: d.address(zoneName),
		UserAgent: d.text("user_agent"), AppliedAt: d.at("applied_at", loc), HiredAt: d.at("hired_at", loc), LeftAt: d.at("left_at", loc),
		Role: d.text("role"), Requisition: d.text("requisition"), Employer: d.text("employer"), Agency: d.text("agency"),
		Referrer: d.text("referrer"), Manager: d.text("manager"), ResumeFiles: d.list("resume"),
		Absences: d.absences(), Relations: d.relations(), Accommodation: d.yes("accommodation"), Protected: d.yes("protected"),
	}
	p.Phones = d.canon("phone", func(s string) record.Redacted { return d.phone(s, p.Address.Country) })
	p.Name = record.NewName(cmp.Or(d.text("name"), withoutMark(d.text("worker"))))
	if p.Name.IsZero() {
		p.Name = record.NewName(d.text("first_name") + " " + d.text("last_name"))
	}
	for _, n := range d.list("former_name") {
		p.Former = append(p.Former, record.NewName(n))
	}
	if ip := d.text("ip"); ip != "" {
		if p.ClientAddr = ClientAddr(ip); !p.ClientAddr.IsValid() {
			d.bad.add("column ip: not an address")
		}
	}
	p.Stage = d.stage(p)
	p.WorkingHours = d.workingHours(p.Stage)
	ref := refOf(d.text("id"), p, d.list("alias"))
	if ref.ID == "" && ref.Email == "" && ref.Username == "" {
		return Bad("no id, e-mail or username")
	}
	return d.emit(row, ref, first(p.AppliedAt, p.HiredAt, p.LeftAt), p, emit)
}

// refOf names a person as the source does.
func refOf(id string, p record.Person, aliases []string) record.Ref {
	ref := record.Ref{ID: id, Aliases: aliases}
	if len(p.Emails) > 0 {
		ref.Email = p.Emails[0]
	}
	if len(p.Usernames) > 0 {
		ref.Username = p.Usernames[0]
	}
	if len(p.Phones) > 0 {
		ref.Phone = p.Phones[0]
	}
	return ref
}

// first returns the first instant that is known.
func first(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// phone canonicalises with a memory: parsing a number costs microseconds, and
// files repeat them.
func (d *people) phone(s string, region record.Country) record.Redacted {
	key := region.Reveal() + "|" + s
	got, ok := d.phones[key]
	if !ok {
		got = Phone(s, region)
		if len(d.phones) < 1<<16 {
			d.phones[key] = got
		}
	}
	return got
}

func (d *people) stage(p record.Person) record.Stage {
	if d.staff {
		return d.staffStage(p)
	}
	switch w := Column(d.text("stage")); w {
	case "applicant", "candidate", "prospect", "applied":
		return record.Applicant
	case "worker", "employee", "contractor", "contingent", "active", "hired", "onleave":
		return record.Worker
	case "leaver", "former", "terminated", "left", "inactive", "departed":
		return record.Leaver
	case "":
	default:
		d.bad.add("column stage: unknown word " + shape(d.text("stage")))
	}
	switch {
	case !p.LeftAt.IsZero():
		return record.Leaver
	case !p.HiredAt.IsZero():
		return record.Worker
	case !p.AppliedAt.IsZero():
		return record.Applicant
	}
	return "" // a file of a few columns does not say
}

func (d *people) profiles() []record.Redacted {
	on := func(site string) func(string) record.Redacted {
		return func(s string) record.Redacted { return profileOn(site, s) }
	}
	all := d.canon("linkedin", on("linkedin.com/in"))
	all = append(all, d.canon("github", on("github.com"))...)
	return append(all, d.canon("website", ProfileURL)...)
}

func (d *people) address(zoneName string) record.Address {
	a := record.Address{
		Line: record.Redacted(d.text("address")), City: d.text("city"), Region: d.text("region"),
		PostalCode: record.Redacted(d.text("postal_code")), Country: d.country("country"), TimeZone: zoneName,
	}
	if where := d.text("location"); where != "" && a.City == "" && a.Line == "" {
		a = d.lands.address(where)
		a.TimeZone = zoneName
	}
	lat, lon := d.degrees("latitude", 90), d.degrees("longitude", 180)
	if lat != nil && lon != nil {
		a.Latitude, a.Longitude = lat, lon
	}
	return a
}

func (d *people) degrees(name string, limit float64) *float64 {
	cell := d.text(name)
	if cell == "" {
		return nil
	}
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil || !(v >= -limit && v <= limit) { // NaN is neither
		d.bad.add("column " + name + ": not degrees")
		return nil
	}
	return &v
}

// absences reads "2026-03-01/2026-03-21 @City, CC": an ISO 8601 interval of
// days, open without its end, with or without a place.
func (d *people) absences() []record.Absence {
	var out []record.Absence
	for _, s := range d.list("declared_absence") {
		days, place, _ := strings.Cut(s, "@")
		from, to, interval := strings.Cut(strings.TrimSpace(days), "/")
		start, ok1 := date(from)
		end, ok2 := date(to)
		if !interval {
			end = start
		}
		a := record.Absence{From: start, To: end}
		if !ok1 || !ok2 || a.From.IsZero() || (!a.To.IsZero() && a.To.Time().Before(a.From.Time())) {
			d.bad.add("column declared_absence: interval not understood")
			continue
		}
		a.City = strings.TrimSpace(place)
		if i := strings.LastIndexByte(place, ','); i >= 0 {
			if c := d.lands.read(place[i+1:]); !c.IsZero() {
				a.City, a.Land = strings.TrimSpace(place[:i]), c
			}
		}
		out = append(out, a)
	}
	return out
}

// relations reads "household:ID", "referral:ID", "agency:NAME", "coworking:NAME"
// and "same_person:ID".
func (d *people) relations() []record.Relation {
	var out []record.Relation
	for _, s := range d.list("declared_relation") {
		kind, with, _ := strings.Cut(s, ":")
		if with = strings.TrimSpace(with); with == "" {
			d.bad.add("column declared_relation: not of the form kind:id")
			continue
		}
		switch k := Column(kind); k {
		case "household", "referral", "agency", "coworking":
			out = append(out, record.Relation{Kind: record.RelationKind(k), With: with})
		case "sameperson":
			out = append(out, record.Relation{Kind: record.SamePerson, With: with})
		default:
			d.bad.add("column declared_relation: unknown word " + shape(kind))
		}
	}
	return out
}
