// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"strings"
	"time"

	"daylight/record"
	"daylight/source"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// osquery decodes result logs, as osqueryd and Fleet write them: snapshots,
// differential rows, events, and batches of differential rows.
//
// A row "added" by a differential query was not there at the last run, or there
// was no last run: it does not say when a program was installed.
type osquery struct {
	file       File
	neighbours neighbours
}

func newOsquery(f File) RecordDecoder { return &osquery{file: f} }

func matchesOsquery(s *Sample) bool {
	return s.Any(func(m Members) bool {
		switch m.Text("action") {
		case "added", "removed":
			return m.Text("name") != "" && m.Sub("columns") != nil
		case "snapshot":
			return m.Text("name") != "" && m.Has("snapshot")
		}
		return m.Text("name") != "" && (m.Has("hostIdentifier") || m.Has("host_identifier")) &&
			(m.Sub("columns") != nil || m.Has("snapshot") || m.Has("diffResults"))
	})
}

// result is what the rows of one log line share.
type result struct {
	table  string // "" if the query's name does not tell
	ref    record.Ref
	at     time.Time
	device record.Device // host and serial
	origin record.Origin

	neighbours *neighbours
}

// Decode implements [RecordDecoder].
func (d *osquery) Decode(row source.Row, emit func(record.Record)) error {
	m := membersOf(row.JSON)
	if m == nil {
		return ErrNotObject
	}
	if !m.Has("name") {
		return Bad("no query name")
	}
	var bad troubles
	at, err := d.when(m)
	if err != nil {
		return err
	}
	decorations := m.Sub("decorations")
	if decorations == nil {
		decorations = m.Sub("decorators") // the name before osquery 2.0
	}
	r := result{
		table: tableOf(m.Text("name")), at: at, ref: owner(decorations), origin: d.file.origin("osquery.results", row),
		neighbours: &d.neighbours,
		device: record.Device{
			Host:   firstText(m, "hostIdentifier", "host_identifier"),
			Serial: serial(firstText(decorations, "hardware_serial", "serial", "host_serial")),
		},
	}
	if r.device.Host == "" {
		r.device.Host = firstText(decorations, "host_uuid", "uuid", "hostname")
	}
	known := 0
	one := func(columns jsontext.Value, removed bool) {
		c := columnsText(columns)
		if c == nil {
			bad.add("columns that are no object")
			return
		}
		if ok := r.row(c, removed, emit, &bad); ok {
			known++
		}
	}
	rows := 0
	each := func(list jsontext.Value, removed bool) {
		for _, v := range valuesOf(list) {
			rows++
			one(v, removed)
		}
	}
	switch {
	case m.Has("snapshot"):
		each(m["snapshot"], false)
	case m.Has("diffResults"):
		diff := m.Sub("diffResults")
		each(diff["added"], false)
		each(diff["removed"], true)
	case m.Has("columns"):
		rows++
		one(m["columns"], m.Text("action") == "removed")
	default:
		return Bad("no rows")
	}
	switch err := bad.err(); {
	case err != nil:
		return err
	case rows == 0 && r.table == "", rows > 0 && known == 0:
		return NotEvent("a query whose answers are not used")
	}
	return nil
}

func (*osquery) when(m Members) (time.Time, error) {
	var given bool
	for _, name := range []string{"unixTime", "unix_time", "calendarTime", "calendar_time"} {
		text := scalarText(m[name])
		if text == "" || text == "0" {
			continue
		}
		given = true
		if ms, ok := parseTime([]byte(text)); ok {
			return time.UnixMilli(ms).UTC(), nil
		}
		if t, err := time.Parse("Mon Jan _2 15:04:05 2006 UTC", text); err == nil && t.Year() >= 1970 {
			return t, nil
		}
	}
	if given {
		return time.Time{}, ErrBadTime
	}
	return time.Time{}, ErrNoTime
}

// owner is the person whom the decorations name. The user column of a row is
// the owner of a process, which is another matter.
func owner(decorations Members) record.Ref {
	return account(firstText(decorations, "username", "user", "login", "primary_user"),
		firstText(decorations, "email", "user_email", "primary_user_email"))
}

// account names a person by an account name and an e-mail address, either of
// which may be empty. Accounts of the system itself are nobody's.
func account(name, email string) record.Ref {
	ref := record.Ref{Email: Email(email)}
	if mail := Email(name); strings.Contains(name, "@") && (ref.Email == "" || ref.Email == mail) {
		ref.Email, name = mail, ""
	}
	if i := strings.LastIndexByte(name, '\\'); i >= 0 {
		name = name[i+1:] // DOMAIN\user
	}
	switch strings.ToLower(name) {
	case "root", "system", "daemon", "nobody", "local service", "network service", "loginwindow", "_windowserver":
	default:
		ref.Username = name
	}
	return ref
}

// serial leaves out what firmware says when it has none.
func serial(s string) string {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "0", "none", "n/a", "not specified", "to be filled by o.e.m.", "system serial number", "default string", "unknown", "-1":
		return ""
	}
	return strings.TrimSpace(s)
}

func firstText(m Members, names ...string) string {
	for _, n := range names {
		if t := strings.TrimSpace(m.Text(n)); t != "" {
			return t
		}
	}
	return ""
}

// columnsText returns a row's columns. osquery writes every value as a string;
// forwarders sometimes turn them into numbers.
func columnsText(raw jsontext.Value) map[string]string {
	m := membersOf(raw)
	if m == nil {
		return nil
	}
	c := make(map[string]string, len(m))
	for name, v := range m {
		c[name] = strings.TrimSpace(scalarText(v))
	}
	return c
}

func scalarText(v jsontext.Value) string {
	if len(v) == 0 || v[0] == 'n' || v[0] == '{' || v[0] == '[' {
		return ""
	}
	if v[0] != '"' {
		return string(v)
	}
	s, err := jsontext.AppendUnquote(nil, v)
	if err != nil {
		return ""
	}
	return string(s)
}

// valuesOf returns the elements of an array, and none for anything else: an
// empty list of differences is written as "".
func valuesOf(v jsontext.Value) []jsontext.Value {
	var list []jsontext.Value
	if v.Kind() != '[' || json.Unmarshal(v, &list) != nil {
		return nil
	}
	return list
}
