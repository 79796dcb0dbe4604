// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"strings"
	"time"

	"daylight/record"
	"daylight/source"

	"github.com/go-json-experiment/json/jsontext"
)

// This file reads what Fleet exports beside its list of hosts: hosts as CSV
// (GET /hosts/report), and the stored answers to a query as JSON
// (GET /queries/{id}/report) or CSV (its page's export).

func fleetHostColumns() columnsOf {
	return columnsOf{
		"hostname": nil, "uuid": nil, "serial": {"hardwareserial"}, "enrolled": {"createdat"}, "again": {"lastenrolledat"},
		"seen": {"seentime"}, "ip": {"publicip"}, "mac": {"primarymac"}, "people": {"devicemapping"},
	}
}

func matchesFleetCSV(s *Sample) bool {
	return s.Shape == source.CSV && fleetHostColumns().among(s, "serial", "uuid", "hostname") && (s.Columns["lastenrolledat"] || s.Columns["seentime"])
}

// fleetCSV decodes hosts as CSV. Its many other columns are Fleet's own and are
// not named.
type fleetCSV struct{ *table }

func newFleetCSV(f File) RecordDecoder {
	return fleetCSV{newTable(f, "fleet.hosts", fleetHostColumns())}
}

// Notes implements [Noter].
func (fleetCSV) Notes() []string { return nil }

// Decode implements [RecordDecoder].
func (d fleetCSV) Decode(row source.Row, emit func(record.Record)) error {
	d.begin(row)
	to := machine{
		host: firstFilled(d.text("uuid"), d.text("hostname")), serial: serial(d.text("serial")), ref: onlyOne(d.text("people")),
		origin: d.file.origin("fleet.hosts", row), emit: emit, bad: &d.bad,
	}
	if to.host == "" && to.serial == "" {
		return Bad("a host without serial, uuid and name")
	}
	to.enrolled(first(d.since("enrolled"), d.since("again")))
	to.seen(d.since("seen"), d.text("ip"), d.text("mac"))
	return d.bad.err()
}

// since returns the time in a cell, or zero where an inventory writes one from
// before there were any for "never".
func (t *table) since(name string) time.Time {
	if strings.HasPrefix(t.text(name), "0001-") {
		return time.Time{}
	}
	at := t.at(name, utc)
	if at.Year() <= 2000 {
		return time.Time{}
	}
	return at
}

// fleetReport decodes the stored answers to a query: one row of a table of
// osquery, the host it is from and when it was fetched.
type fleetReport struct {
	file       File
	neighbours neighbours
}

func newFleetReport(f File) RecordDecoder { return &fleetReport{file: f} }

func matchesFleetReport(s *Sample) bool {
	if s.Shape == source.CSV {
		return s.Columns["lastfetched"] && (s.Columns["host"] || s.Columns["hostdisplayname"] || s.Columns["hostname"])
	}
	return s.Any(func(m Members) bool { return m.Has("host_name", "last_fetched") && m.Sub("columns") != nil })
}

// Decode implements [RecordDecoder].
func (d *fleetReport) Decode(row source.Row, emit func(record.Record)) error {
	columns, host, fetched := map[string]string{}, "", ""
	if row.JSON != nil {
		m := membersOf(row.JSON)
		if m == nil {
			return ErrNotObject
		}
		columns, host, fetched = columnsText(m["columns"]), m.Text("host_name"), m.Text("last_fetched")
	} else {
		for i, h := range d.file.Header {
			if i >= len(row.Cells) {
				break
			}
			switch cell := clean(row.Cells[i]); column(h, d.file.Columns) {
			case "host", "hostdisplayname", "hostname":
				host = cell
			case "lastfetched":
				fetched = cell
			default:
				columns[h] = cell
			}
		}
	}
	at := firstTime(Members{"at": jsontext.Value(`"` + fetched + `"`)}, "at")
	switch {
	case host == "":
		return Bad("an answer without its host")
	case fetched == "":
		return ErrNoTime
	case at.IsZero():
		return ErrBadTime
	}
	var bad troubles
	r := result{
		at: at, origin: d.file.origin("fleet.report", row), device: record.Device{Host: host, Serial: serial(columns["hardware_serial"])},
		neighbours: &d.neighbours,
	}
	if !r.row(columns, false, emit, &bad) {
		return NotEvent("a query whose answers are not used")
	}
	return bad.err()
}
