// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"daylight/record"
	"daylight/source"
)

// intune decodes devices as Microsoft Graph lists them
// (GET /deviceManagement/managedDevices, with detectedApps if expanded).
type intune struct{ file File }

func newIntune(f File) RecordDecoder { return intune{f} }

func matchesIntune(s *Sample) bool {
	return s.Any(func(m Members) bool {
		return m.Has("id", "deviceName", "enrolledDateTime") || m.Has("deviceName", "serialNumber", "lastSyncDateTime")
	})
}

// Decode implements [RecordDecoder].
func (d intune) Decode(row source.Row, emit func(record.Record)) error {
	m := membersOf(row.JSON)
	var bad troubles
	to := machine{
		host: firstText(m, "id", "deviceName"), serial: serial(m.Text("serialNumber")),
		ref:    account(m.Text("userPrincipalName"), m.Text("emailAddress")),
		origin: d.file.origin("intune.devices", row), emit: emit, bad: &bad,
	}
	switch {
	case m == nil:
		return ErrNotObject
	case to.host == "" && to.serial == "":
		return Bad("a device without id, serial and name")
	}
	to.enrolled(firstTime(m, "enrolledDateTime"))
	at := firstTime(m, "lastSyncDateTime")
	for _, name := range []string{"ethernetMacAddress", "wiFiMacAddress"} {
		to.seen(at, "", m.Text(name))
	}
	list := valuesOf(m["detectedApps"])
	if len(list) > 0 && at.IsZero() {
		bad.add("software without a time")
		list = nil
	}
	for _, v := range list {
		app := membersOf(v)
		if name := app.Text("displayName"); name != "" {
			to.give(at, record.Device{Fact: record.Software, Name: name, Version: app.Text("version"), Vendor: app.Text("publisher")})
		}
	}
	return bad.err()
}

func intuneColumns() columnsOf {
	return columnsOf{
		"id": {"deviceid", "intunedeviceid"}, "name": {"devicename"}, "serial": {"serialnumber"},
		"upn": {"primaryuserupn", "upn", "userprincipalname"}, "email": {"primaryuseremailaddress", "emailaddress"},
		"enrolled": {"enrollmentdate", "enrolmentdate", "enrolleddatetime", "createddate"}, "seen": {"lastcheckin", "lastsyncdatetime", "lastcontact"},
		"wifi_mac": {"wifimac", "wifimacaddress"}, "ethernet_mac": {"ethernetmac", "ethernetmacaddress"},
	}
}

func matchesIntuneCSV(s *Sample) bool {
	c := intuneColumns()
	return s.Shape == source.CSV && s.Columns["devicename"] && c.among(s, "serial") && (c.among(s, "enrolled") || c.among(s, "seen"))
}

// intuneCSV decodes the list of all devices as Intune's pages and its reports
// export it.
type intuneCSV struct{ *table }

func newIntuneCSV(f File) RecordDecoder {
	return intuneCSV{newTable(f, "intune.devices", intuneColumns())}
}

// Decode implements [RecordDecoder].
func (d intuneCSV) Decode(row source.Row, emit func(record.Record)) error {
	d.begin(row)
	to := machine{
		host: firstFilled(d.text("id"), d.text("name")), serial: serial(d.text("serial")), ref: account(d.text("upn"), d.text("email")),
		origin: d.file.origin("intune.devices", row), emit: emit, bad: &d.bad,
	}
	if to.host == "" && to.serial == "" {
		return Bad("a device without id, serial and name")
	}
	if len(d.index["enrolled"]) > 0 {
		to.enrolled(d.since("enrolled"))
	}
	for _, name := range []string{"ethernet_mac", "wifi_mac"} {
		to.seen(d.since("seen"), "", d.text(name))
	}
	return d.bad.err()
}

func intuneAppColumns() columnsOf {
	return columnsOf{
		"id": {"deviceid"}, "device": {"devicename"}, "application": {"applicationname"}, "publisher": {"applicationpublisher"},
		"version": {"applicationversion"}, "short_version": {"applicationshortversion"}, "email": {"emailaddress"},
		"at": {"lastcheckin", "lastseen", "exportedat", "date"},
	}
}

func matchesIntuneApps(s *Sample) bool {
	return s.Shape == source.CSV && s.Columns["applicationname"] && s.Columns["deviceid"] && s.Columns["devicename"]
}

// intuneApps decodes the report of discovered apps (AppInvRawData): a row an
// application of a device. It has no time; a column for one may be added.
type intuneApps struct{ *table }

func newIntuneApps(f File) RecordDecoder {
	return intuneApps{newTable(f, "intune.apps", intuneAppColumns())}
}

// Decode implements [RecordDecoder].
func (d intuneApps) Decode(row source.Row, emit func(record.Record)) error {
	d.begin(row)
	name := d.text("application")
	to := machine{
		host: firstFilled(d.text("id"), d.text("device")), ref: account("", d.text("email")),
		origin: d.file.origin("intune.apps", row), emit: emit, bad: &d.bad,
	}
	if to.host == "" || name == "" {
		return Bad("an application without its name or device")
	}
	to.give(d.since("at"), record.Device{
		Fact: record.Software, Name: name, Vendor: d.text("publisher"), Version: firstFilled(d.text("short_version"), d.text("version")),
	})
	return d.bad.err()
}
