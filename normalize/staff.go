// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"slices"
	"strings"

	"daylight/record"
	"daylight/source"
)

// This file reads the reports of HR systems that list an employer's own people:
// a BambooHR report and a Workday one, both as CSV. Of addresses only the
// person's own is read: the one of the site stands in columns of its own, and is
// what colleagues share.

func bambooColumns() columnsOf {
	return columnsOf{
		"id":   {"employee#", "employeenumber", "employeeid", "eeid"},
		"name": {"displayname", "fullname", "employeename", "preferredfullname"}, "first_name": {"firstname", "preferredname"}, "last_name": {"lastname"},
		"email": {"workemail", "homeemail", "bestemail", "personalemail"}, "phone": {"mobilephone", "homephone"},
		"address": {"addressline1", "address1"}, "city": nil, "region": {"state", "province", "state/province", "stateprovince"},
		"postal_code": {"zipcode", "zip", "postalcode"}, "country": nil,
		"hired_at": {"hiredate"}, "left_at": {"terminationdate"}, "role": {"jobtitle"},
		"manager": {"supervisor", "reportingto", "reportsto", "managername", "supervisorname"}, "stage": {"status", "employmentstatus"},
		"linkedin": {"linkedinurl"}, "working_hours": workingHoursColumns(),
	}
}

func workdayColumns() columnsOf {
	home := func(parts ...string) []string {
		var all []string
		for _, p := range parts {
			all = append(all, "homeaddress"+p, "primaryhomeaddress"+p)
		}
		return all
	}
	return columnsOf{
		"id": {"employeeid", "workerid"}, "worker": nil, "name": {"legalname", "legalfullname", "preferredname", "fullname", "fulllegalname"},
		"first_name": {"firstname", "legalfirstname", "legalnamefirstname", "preferredfirstname"},
		"last_name":  {"lastname", "legallastname", "legalnamelastname", "preferredlastname"},
		"email": {
			"workemail", "homeemail", "emailwork", "emailhome", "emailprimarywork", "emailprimaryhome", "primaryworkemail", "primaryhomeemail",
			"personalemail", "emailaddress",
		},
		"phone":   {"homephone", "mobilephone", "primaryhomephone", "primarymobilephone", "phoneprimaryhome", "phonehome", "phonemobile"},
		"address": home("line1", "addressline1", "street"), "city": home("city", "municipality"), "region": home("state", "stateprovince", "state/province", "region"),
		"postal_code": home("postalcode", "zip", "zipcode"), "country": home("country"),
		"hired_at": {"hiredate", "mostrecenthiredate", "originalhiredate"}, "left_at": {"terminationdate", "lastdayofwork"},
		"role": {"businesstitle", "jobtitle", "positiontitle"}, "manager": {"managerid", "manageremployeeid", "workersmanager"},
		"username": {"workdayaccount", "workdayusername"}, "stage": {"workerstatus", "employeestatus", "status"},
		"working_hours": workingHoursColumns(),
	}
}

func matchesBamboo(s *Sample) bool {
	return s.Shape == source.CSV && s.Columns["employee#"] && (bambooColumns().among(s, "first_name") || bambooColumns().among(s, "name") || bambooColumns().among(s, "email"))
}

// matchesWorkday looks for what other people tables do not have: the worker
// beside their id, or the parts of an address that is called the home's.
func matchesWorkday(s *Sample) bool {
	own := s.Columns["worker"]
	for folded := range s.Columns {
		own = own || strings.HasPrefix(folded, "homeaddress") && folded != "homeaddress" || strings.HasPrefix(folded, "primaryhomeaddress")
	}
	return s.Shape == source.CSV && own && workdayColumns().among(s, "id")
}

func newBamboo(f File) RecordDecoder { return newStaff(f, "bamboohr.report", bambooColumns()) }

// newWorkday leaves out a "City" or "Country" that is not called the home's: it
// is the site's, unless the configuration says otherwise.
func newWorkday(f File) RecordDecoder {
	d := newStaff(f, "workday.report", workdayColumns())
	for _, name := range []string{"address", "city", "region", "postal_code", "country"} {
		d.index[name] = slices.DeleteFunc(d.index[name], func(i int) bool {
			_, mapped := f.Columns[f.Header[i]]
			site := !mapped && Column(f.Header[i]) == Column(name)
			if site {
				d.unknown = append(d.unknown, f.Header[i])
			}
			return site
		})
	}
	return d
}

func newStaff(f File, feed string, columns columnsOf) *people {
	return &people{table: newTable(f, feed, columns), phones: map[string]record.Redacted{}, staff: true}
}

// staffStage tells leavers from the rest. Words for the kind of employment, such
// as "Full-Time", say neither.
func (d *people) staffStage(p record.Person) record.Stage {
	if !p.LeftAt.IsZero() || slices.ContainsFunc(d.list("stage"), gone) {
		return record.Leaver
	}
	return record.Worker
}

// gone reports whether a word of an HR system says that somebody left.
func gone(word string) bool {
	return slices.Contains([]string{"terminated", "inactive", "former", "left", "resigned", "retired"}, Column(word))
}

// withoutMark drops what Workday writes behind a name in parentheses: an id, "On
// Leave", "Terminated".
func withoutMark(worker string) string {
	if i := strings.LastIndexByte(worker, '('); i > 0 && strings.HasSuffix(worker, ")") {
		return strings.TrimSpace(worker[:i])
	}
	return worker
}
