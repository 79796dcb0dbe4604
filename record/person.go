// SPDX-License-Identifier: Apache-2.0

package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Stage is where in the working life a record was made.
type Stage string

// The stages.
const (
	Applicant Stage = "applicant"
	Worker    Stage = "worker"
	Leaver    Stage = "leaver"
)

// Date is a calendar day, month or year as a document writes it. Month and Day
// are 0 when not given. JSON holds it as {"y":2026,"m":2,"d":1}, and "2026-02-01",
// "2026-02" and "2026" are read too.
type Date struct {
	Year  int `json:"y,omitzero"`
	Month int `json:"m,omitzero"`
	Day   int `json:"d,omitzero"`
}

// UnmarshalJSON reads either form, strictly: an unknown field is an error, and so
// is a day that no calendar has in text.
func (d *Date) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '"' {
		type fields Date
		return strict(data, (*fields)(d))
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	if text == "" {
		*d = Date{}
		return nil
	}
	const year, month, day = len("2006"), len("2006-01"), len("2006-01-02")
	n := len(text)
	if n != year && n != month && n != day {
		return errDate
	}
	t, err := time.Parse("2006-01-02"[:n], text)
	if err != nil {
		return errDate
	}
	*d = Date{Year: t.Year()}
	if n >= month {
		d.Month = int(t.Month())
	}
	if n == day {
		d.Day = t.Day()
	}
	return nil
}

var errDate = errors.New("a date that is not of the form 2026-02-01, 2026-02 or 2026")

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d.Year == 0 }

// Time returns the first instant of the date, UTC; the zero time for no date.
func (d Date) Time() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(d.Year, time.Month(max(d.Month, 1)), max(d.Day, 1), 0, 0, 0, 0, time.UTC)
}

// String formats what is known of the date, such as "2024-03".
func (d Date) String() string {
	switch {
	case d.IsZero():
		return ""
	case d.Month == 0:
		return fmt.Sprintf("%04d", d.Year)
	case d.Day == 0:
		return fmt.Sprintf("%04d-%02d", d.Year, d.Month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// DateOf returns the UTC calendar day of t.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	y, m, d := t.UTC().Date()
	return Date{y, int(m), d}
}

// Address is a postal address or a part of one.
type Address struct {
	Line       Redacted `json:"line,omitzero"`
	City       string   `json:"city,omitzero"`
	Region     string   `json:"region,omitzero"`
	PostalCode Redacted `json:"postal_code,omitzero"`
	Country    Country  `json:"country,omitzero"`
	// Latitude and Longitude in degrees, when the source gives them.
	Latitude  *float64 `json:"latitude,omitzero"`
	Longitude *float64 `json:"longitude,omitzero"`
	// TimeZone is the IANA zone when the source gives it.
	TimeZone string `json:"time_zone,omitzero"`
}

// Key returns a canonical value for equality of whole addresses, or "" when
// there is no street line (two people in one city share nothing).
func (a Address) Key() Redacted {
	if a.Line == "" {
		return ""
	}
	fold := func(s string) string {
		return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
			return r == ' ' || r == ',' || r == '.' || r == '#' || r == '\t' || r == '\n' || r == '-'
		}), " ")
	}
	return Redacted(fold(string(a.Line)) + "|" + fold(string(a.PostalCode)) + "|" + fold(a.City) + "|" + strings.ToLower(a.Country.code))
}

// IsZero reports whether nothing is known of the address.
func (a Address) IsZero() bool { return a == Address{} }

// PlaceKey names a place for reference data: a city in its region and country,
// or coordinates.
type PlaceKey struct {
	City, Region string
	Country      Country
	Lat, Lon     float64
	HasPoint     bool
}

// Place returns the address as a place, without its street line.
func (a Address) Place() PlaceKey {
	k := PlaceKey{City: a.City, Region: a.Region, Country: a.Country}
	if a.Latitude != nil && a.Longitude != nil {
		k.Lat, k.Lon, k.HasPoint = *a.Latitude, *a.Longitude, true
	}
	return k
}

// Absence is a declared stay away from the claimed place or from work, or an
// approved place of work, inclusive of both days.
type Absence struct {
	From Date     `json:"from"`
	To   Date     `json:"to,omitzero"` // zero: open
	City string   `json:"city,omitzero"`
	Land Country  `json:"country,omitzero"`
	Note Redacted `json:"note,omitzero"`
}

// Covers reports whether day t (UTC) lies in the absence, widened by a day on
// each side for time zones.
func (a Absence) Covers(t time.Time) bool {
	from, to := a.From.Time().AddDate(0, 0, -1), a.To.Time()
	return !t.Before(from) && (a.To.IsZero() || t.Before(to.AddDate(0, 0, 2)))
}

// RelationKind is why two people may share what strangers do not.
type RelationKind string

// The relations a person or HR can declare.
const (
	Household  RelationKind = "household"
	Referral   RelationKind = "referral"
	AgencyOf   RelationKind = "agency"
	Coworking  RelationKind = "coworking"
	SamePerson RelationKind = "same_person"
)

// Relation is a declared relation to another subject, or to a named agency or
// co-working site that several subjects name.
type Relation struct {
	Kind RelationKind `json:"kind"`
	With string       `json:"with"` // a subject id, or the agency's or site's name
}

// Person is what one system says of one applicant or worker. A subject usually
// has several, from several systems and times.
type Person struct {
	hidden
	Stage     Stage      `json:"stage"`
	Name      Name       `json:"name,omitzero"`
	Former    []Name     `json:"former,omitzero"` // never shown; only keeps a mismatch from counting
	Emails    []Redacted `json:"emails,omitzero"`
	Phones    []Redacted `json:"phones,omitzero"`
	Usernames []string   `json:"usernames,omitzero"`
	Profiles  []Redacted `json:"profiles,omitzero"` // canonical URLs
	Address   Address    `json:"address,omitzero"`
	// ClientAddr and UserAgent are those of the application's submission.
	ClientAddr netip.Addr `json:"client_address,omitzero"`
	UserAgent  string     `json:"user_agent,omitzero"`

	AppliedAt time.Time `json:"applied_at,omitzero"`
	HiredAt   time.Time `json:"hired_at,omitzero"`
	LeftAt    time.Time `json:"left_at,omitzero"`
	// ActiveAt is when a directory last changed an account that it says is in use.
	ActiveAt time.Time `json:"active_at,omitzero"`

	Role        string   `json:"role,omitzero"`
	Requisition string   `json:"requisition,omitzero"`
	Employer    string   `json:"employer,omitzero"`
	Agency      string   `json:"agency,omitzero"`
	Referrer    string   `json:"referrer,omitzero"`
	Manager     string   `json:"manager,omitzero"`
	ResumeFiles []string `json:"resume_files,omitzero"` // attachment names

	// WorkingHours are what the employer's own records state; several where shifts
	// change.
	WorkingHours []Hours `json:"working_hours,omitzero"`

	Absences  []Absence  `json:"absences,omitzero"`
	Relations []Relation `json:"relations,omitzero"`
	// Accommodation is set when the person has one. Indicators that depend on
	// camera, speech, speed or attendance then answer unknown, and no output
	// shows that it is set.
	Accommodation bool `json:"accommodation,omitzero"`
	// Protected is set for an address-confidentiality programme or a former
	// name: address and former-name indicators then answer unknown, and the
	// values are masked in every output.
	Protected bool `json:"protected,omitzero"`
}

// Kind implements [Body].
func (Person) Kind() Kind { return KindPerson }

// Identifiers implements [Body].
func (p Person) Identifiers() []Identifier {
	var ids []Identifier
	for _, e := range p.Emails {
		ids = append(ids, Identifier{Email, e})
	}
	for _, t := range p.Phones {
		ids = append(ids, Identifier{Phone, t})
	}
	for _, u := range p.Profiles {
		ids = append(ids, Identifier{ProfileURL, u})
	}
	if k := p.Address.Key(); k != "" && !p.Protected {
		ids = append(ids, Identifier{PostalAddress, k})
	}
	if p.ClientAddr.IsValid() {
		ids = append(ids, Identifier{ClientAddr, Redacted(Site(p.ClientAddr).String())})
	}
	return ids
}

// Site returns the address by which a place on the network is compared: an IPv4
// address itself, of any other IPv6 address the beginning of its /64. A host
// chooses the rest of it anew every day (RFC 8981).
func Site(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if p, err := a.Prefix(64); err == nil && a.Is6() {
		return p.Addr()
	}
	return a
}
