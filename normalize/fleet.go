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
	base := record.Device{Host: firstText(m, "uuid", "hostname"), Serial: serial(m.Text("hardware_serial"))}
	ref, origin := fleetOwner(m), d.file.origin("fleet.hosts", row)
	var bad troubles
	give := func(at time.Time, device record.Device) {
		device.Host, device.Serial = base.Host, base.Serial
		r, err := Seal(origin, ref, at, device)
		if err != nil {
			bad.add(err.Error())
			return
		}
		emit(r)
	}
	// A host keeps created_at when it enrols again.
	enrolled := firstTime(m, "created_at", "last_enrolled_at")
	if enrolled.IsZero() {
		bad.add("no time of enrolment")
	} else {
		give(enrolled, record.Device{Fact: record.Enrolled})
	}
	// The address is the one the host was last seen from, not the first.
	if seen := firstTime(m, "seen_time"); !seen.IsZero() {
		a := parseAddr([]byte(m.Text("public_ip")))
		mac := strings.ToLower(m.Text("primary_mac"))
		if a.IsValid() || mac != "" {
			device := record.Device{Fact: record.Interface, MAC: mac}
			if a.IsValid() {
				device.Addr = a.String()
			}
			give(seen, device)
		}
	}
	d.software(m, &bad, give)
	return bad.err()
}

func (fleetHosts) software(m Members, bad *troubles, give func(time.Time, record.Device)) {
	list := valuesOf(m["software"])
	at := firstTime(m, "software_updated_at", "detail_updated_at", "updated_at")
	if len(list) > 0 && at.IsZero() {
		bad.add("software without a time")
		return
	}
	for _, v := range list {
		item := membersOf(v)
		from := item.Text("source")
		if name := item.Text("name"); name != "" && (from == "apps" || from == "programs" || strings.HasSuffix(from, "_packages") &&
			from != "python_packages" && from != "npm_packages") {
			device := record.Device{
				Fact: record.Software, Name: strings.TrimSuffix(name, ".app"), Version: item.Text("version"),
				Vendor: firstText(item, "vendor", "bundle_identifier"),
			}
			if paths := valuesOf(item["installed_paths"]); len(paths) > 0 {
				device.Path = scalarText(paths[0])
			}
			give(at, device)
		}
	}
}

// fleetOwner is the person whom Fleet says uses the host, if it names exactly
// one.
func fleetOwner(m Members) record.Ref {
	found := map[record.Redacted]bool{}
	for _, key := range []string{"device_mapping", "end_users"} {
		for _, v := range valuesOf(m[key]) {
			if mail := Email(firstText(membersOf(v), "email", "idp_username")); mail != "" {
				found[mail] = true
			}
		}
	}
	if len(found) == 1 {
		for mail := range found {
			return record.Ref{Email: mail}
		}
	}
	return record.Ref{}
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
