// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"strings"
	"time"

	"daylight/record"
	"daylight/source"
)

// fleetHosts decodes hosts as Fleet's REST API lists them (GET /hosts, and GET
// /hosts/{id} with its software).
type fleetHosts struct{ file File }

func newFleetHosts(f File) RecordDecoder { return fleetHosts{f} }

func matchesFleetHosts(s *Sample) bool {
	return s.Any(func(m Members) bool {
		if host := m.Sub("host"); host != nil {
			m = host
		}
		return m.Has("hardware_serial", "last_enrolled_at", "osquery_version") || m.Has("hardware_serial", "seen_time", "hostname", "uuid")
	})
}

// Decode implements [RecordDecoder].
func (d fleetHosts) Decode(row source.Row, emit func(record.Record)) error {
	m := membersOf(row.JSON)
	if host := m.Sub("host"); host != nil {
		m = host
	}
	switch {
	case m == nil:
		return ErrNotObject
	case firstText(m, "hardware_serial", "uuid", "hostname") == "":
		return Bad("a host without serial, uuid and name")
	}
	var bad troubles
	d.host(m, machine{
		host: firstText(m, "uuid", "hostname"), serial: serial(m.Text("hardware_serial")), ref: fleetOwner(m),
		origin: d.file.origin("fleet.hosts", row), emit: emit, bad: &bad,
	})
	return bad.err()
}

func (fleetHosts) host(m Members, to machine) {
	// A host keeps created_at when it enrols again.
	to.enrolled(firstTime(m, "created_at", "last_enrolled_at"))
	// The address is the one the host was last seen from, not the first.
	to.seen(firstTime(m, "seen_time"), m.Text("public_ip"), m.Text("primary_mac"))
	list := valuesOf(m["software"])
	at := firstTime(m, "software_updated_at", "detail_updated_at", "updated_at")
	if len(list) > 0 && at.IsZero() {
		to.bad.add("software without a time")
		return
	}
	for _, v := range list {
		if device, ok := fleetSoftware(membersOf(v)); ok {
			to.give(at, device)
		}
	}
}

// fleetSoftware reads a program of a host's software. Packages of programming
// languages are left out; add-ons of browsers are extensions.
func fleetSoftware(item Members) (d record.Device, ok bool) {
	name, from := item.Text("name"), item.Text("source")
	d = record.Device{Name: name, Version: item.Text("version")}
	switch {
	case name == "":
		return d, false
	case from == "chrome_extensions", from == "firefox_addons":
		d.Fact, d.ModelID = record.Extension, item.Text("extension_id")
		return d, true
	case from == "apps", from == "programs", strings.HasSuffix(from, "_packages") && from != "python_packages" && from != "npm_packages":
		d.Fact, d.Name, d.Vendor = record.Software, strings.TrimSuffix(name, ".app"), firstText(item, "vendor", "bundle_identifier")
		if paths := valuesOf(item["installed_paths"]); len(paths) > 0 {
			d.Path = scalarText(paths[0])
		}
		return d, true
	}
	return d, false
}

// fleetOwner is the person whom Fleet says uses the host, if it names exactly
// one.
func fleetOwner(m Members) record.Ref {
	var mails []string
	for _, key := range []string{"device_mapping", "end_users"} {
		for _, v := range valuesOf(m[key]) {
			mails = append(mails, firstText(membersOf(v), "email", "idp_username"))
		}
	}
	return onlyOne(strings.Join(mails, ","))
}

// onlyOne is the person of some e-mail addresses, which "," separates, if they
// are all one.
func onlyOne(mails string) (ref record.Ref) {
	for s := range strings.SplitSeq(mails, ",") {
		mail := Email(s)
		switch {
		case mail == "":
		case ref.Email == "" || ref.Email == mail:
			ref.Email = mail
		default:
			return record.Ref{}
		}
	}
	return ref
}

// firstTime returns the first of the named times that can be read, or zero. The
// year 2000 is what Fleet writes for "never".
func firstTime(m Members, names ...string) time.Time {
	for _, n := range names {
		if ms, ok := parseTime([]byte(scalarText(m[n]))); ok {
			if t := time.UnixMilli(ms).UTC(); t.Year() > 2000 {
				return t
			}
		}
	}
	return time.Time{}
}
