// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"strings"
	"time"

	"daylight/record"
	"daylight/source"
)

// jamf decodes computers as the Jamf Pro API lists them
// (GET /v1/computers-inventory and its later versions).
type jamf struct{ file File }

func newJamf(f File) RecordDecoder { return jamf{f} }

func matchesJamf(s *Sample) bool {
	return s.Any(func(m Members) bool {
		general, hardware := m.Sub("general"), m.Sub("hardware")
		return general != nil && m.Has("udid") && (general.Has("lastEnrolledDate") || general.Has("reportDate") || general.Has("lastContactTime") ||
			hardware.Has("serialNumber"))
	})
}

// Decode implements [RecordDecoder].
func (d jamf) Decode(row source.Row, emit func(record.Record)) error {
	m := membersOf(row.JSON)
	general, hardware, user := m.Sub("general"), m.Sub("hardware"), m.Sub("userAndLocation")
	var bad troubles
	to := machine{
		host: firstFilled(firstText(m, "udid"), firstText(general, "name")), serial: serial(hardware.Text("serialNumber")),
		ref: account(user.Text("username"), user.Text("email")), origin: d.file.origin("jamf.computers", row), emit: emit, bad: &bad,
	}
	switch {
	case m == nil:
		return ErrNotObject
	case to.host == "" && to.serial == "":
		return Bad("a computer without serial, UDID and name")
	}
	// Jamf's first entry is a day; an enrolment on that day says when in it.
	to.enrolled(earliest(firstTime(general, "lastEnrolledDate"), dayTime(general.Text("initialEntryDate"))))
	mac := firstText(hardware, "macAddress", "altMacAddress")
	to.seen(firstTime(general, "lastContactTime", "reportDate"), firstText(general, "lastIpAddress", "lastReportedIp", "lastReportedIpV4"), mac)
	at := firstTime(general, "reportDate", "lastContactTime")
	list := valuesOf(m["applications"])
	if len(list) > 0 && at.IsZero() {
		bad.add("software without a time")
		list = nil
	}
	for _, v := range list {
		app := membersOf(v)
		if name := app.Text("name"); name != "" {
			to.give(at, record.Device{
				Fact: record.Software, Name: strings.TrimSuffix(name, ".app"), Version: app.Text("version"), Path: app.Text("path"),
				Vendor: app.Text("bundleId"),
			})
		}
	}
	return bad.err()
}

// earliest returns when a machine was first enrolled, of its latest enrolment
// and the day of its first entry.
func earliest(enrolled, entry time.Time) time.Time {
	if entry.IsZero() || !enrolled.IsZero() && enrolled.Sub(entry) < 24*time.Hour {
		return enrolled
	}
	return entry
}

func dayTime(s string) time.Time {
	at, ok := when(s, utc)
	if !ok || at.Year() <= 2000 {
		return time.Time{}
	}
	return at
}

func jamfColumns() columnsOf {
	return columnsOf{
		"name": {"computername"}, "udid": nil, "serial": {"serialnumber"}, "username": nil, "email": {"emailaddress"},
		"ip": {"ipaddress", "lastipaddress"}, "reported_ip": {"lastreportedipaddress", "lastreportedipv4address"},
		"mac": {"macaddress", "primarymacaddress"}, "enrolled": {"lastenrollment", "lastenrolment", "enrollmentdate"},
		"entered": {"initialentrydate", "initialentry"}, "seen": {"lastcheckin"}, "inventory": {"lastinventoryupdate"},
		"application": {"applicationtitle", "applications"}, "application_version": {"applicationversion"},
	}
}

func matchesJamfCSV(s *Sample) bool {
	c := jamfColumns()
	return s.Shape == source.CSV && s.Columns["computername"] && c.among(s, "serial") &&
		(c.among(s, "enrolled") || c.among(s, "seen") || c.among(s, "inventory"))
}

// jamfCSV decodes a computer inventory, or a search of it, as Jamf Pro's pages
// export it: a row a computer, or a row an application of a computer.
type jamfCSV struct{ *table }

func newJamfCSV(f File) RecordDecoder { return jamfCSV{newTable(f, "jamf.computers", jamfColumns())} }

// Decode implements [RecordDecoder].
func (d jamfCSV) Decode(row source.Row, emit func(record.Record)) error {
	d.begin(row)
	to := machine{
		host: firstFilled(d.text("udid"), d.text("name")), serial: serial(d.text("serial")), ref: account(d.text("username"), d.text("email")),
		origin: d.file.origin("jamf.computers", row), emit: emit, bad: &d.bad,
	}
	if to.host == "" && to.serial == "" {
		return Bad("a computer without serial, UDID and name")
	}
	seen, inventory := d.since("seen"), d.since("inventory")
	// An export need not have the column, and a search of applications has not.
	if at := earliest(d.since("enrolled"), d.since("entered")); !at.IsZero() || len(d.index["enrolled"]) > 0 && len(d.index["application"]) == 0 {
		to.enrolled(at)
	}
	to.seen(first(seen, inventory), firstFilled(d.text("ip"), d.text("reported_ip")), d.text("mac"))
	apps, at := d.list("application"), first(inventory, seen)
	if len(apps) > 0 && at.IsZero() {
		d.bad.add("software without a time")
		apps = nil
	}
	for _, name := range apps {
		device := record.Device{Fact: record.Software, Name: strings.TrimSuffix(name, ".app")}
		if len(apps) == 1 {
			device.Version = d.text("application_version")
		}
		to.give(at, device)
	}
	return d.bad.err()
}

// firstFilled returns the first text that is not empty.
func firstFilled(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
