// SPDX-License-Identifier: Apache-2.0

// Package normalize turns raw rows into typed records and events, or into
// rejections that say why. It is total: no row stops the others. One file a
// vendor; [Formats] is the closed table of what is understood.
package normalize

import (
	"errors"
	"slices"

	"daylight/record"
	"daylight/source"

	"github.com/go-json-experiment/json/jsontext"
)

// Format is one export format of one vendor. One of NewEvents, NewRecords and
// NewListed is set, or the first two: files of events that hold inventory as well
// are read once for each.
type Format struct {
	// Name is lower-case, "vendor.export", such as "okta.system_log".
	Name string
	// Matches reports whether the first rows are of this format. It looks at
	// content only; the file's name is not known here.
	Matches func(*Sample) bool

	// NewEvents makes a decoder of high-volume acts that are folded.
	NewEvents func() EventDecoder
	// NewRecords makes a decoder of records that are stored. Beside NewEvents it
	// passes over every row that is no inventory, malformed ones too, for which the
	// events' decoder answers.
	NewRecords func(File) RecordDecoder
	// NewListed makes a decoder of known identifiers.
	NewListed func(File) ListedDecoder
}

// EventDecoder reads events of one format. It keeps buffers: one decoder serves
// one goroutine.
type EventDecoder interface {
	// Decode fills e (resetting it first) from one JSON value. The byte slices
	// of e are valid until the next call or until raw changes. The error says in
	// a few words, without content of the row, why there is no event; for rows
	// that are legitimately no act of a person it matches [ErrNotEvent].
	Decode(raw []byte, e *record.Event) error
}

// RecordDecoder reads records of one file. It may keep state of the file; one
// decoder serves one goroutine.
type RecordDecoder interface {
	// Decode calls emit for each record in the row. An error says, without
	// content of the row, why it or a part of it was not read; records already
	// emitted stand. Strings in records do not alias the row.
	Decode(row source.Row, emit func(record.Record)) error
}

// ListedDecoder reads known identifiers of one file.
type ListedDecoder interface {
	// Decode calls emit for each identifier in the row; errors as for
	// [RecordDecoder].
	Decode(row source.Row, emit func(record.Listed)) error
}

// Noter is a decoder that has something to say about the file as a whole, such
// as columns it does not know. Notes are asked for after the last row.
type Noter interface {
	Notes() []string
}

// File is what a record decoder knows of the file beside its rows.
type File struct {
	Path    string
	Shape   source.Shape
	Header  []string          // of a CSV, as written
	Columns map[string]string // configuration: a header as written → one of ours
}

// ErrNotEvent is matched by the error of rows that are in order and are not an
// act of a person, such as an act of the system itself.
var ErrNotEvent = errors.New("not an act of a person")

// NotEvent is an error that says why a row is legitimately not an event. It
// matches [ErrNotEvent]. As a constant it is returned without allocating.
type NotEvent string //nolint:errname // it is returned as NotEvent("..."), which reads as what it says

// Error implements error.
func (n NotEvent) Error() string { return string(n) }

// Is reports whether target is [ErrNotEvent].
func (n NotEvent) Is(target error) bool { return target == ErrNotEvent }

// Bad is an error that says why a row cannot be read. As a constant it is
// returned without allocating.
type Bad string //nolint:errname // it is returned as Bad("..."), which reads as what it says

// Error implements error.
func (b Bad) Error() string { return string(b) }

// Members are the members of one JSON object.
type Members map[string]jsontext.Value

// Has reports whether all the names are there.
func (m Members) Has(names ...string) bool {
	for _, n := range names {
		if _, ok := m[n]; !ok {
			return false
		}
	}
	return true
}

// Text returns the named member if it is a string, otherwise "".
func (m Members) Text(name string) string {
	v := m[name]
	if len(v) == 0 || v[0] != '"' {
		return ""
	}
	s, err := jsontext.AppendUnquote(nil, v)
	if err != nil {
		return ""
	}
	return string(s)
}

// Sub returns the members of the named object, or nil.
func (m Members) Sub(name string) Members { return membersOf(m[name]) }

// Sample is the beginning of a file, prepared for recognition.
type Sample struct {
	source.Sample
	Rows    []Members       // of JSON rows that are objects
	Columns map[string]bool // of a CSV: header names folded by [Column], after mapping
}

// Any reports whether some row holds.
func (s *Sample) Any(holds func(Members) bool) bool {
	return slices.ContainsFunc(s.Rows, holds)
}

// Prepare makes the beginning of a file ready for recognition; columns is the
// configuration's mapping of CSV headers, or nil.
func Prepare(first source.Sample, columns map[string]string) *Sample {
	s := &Sample{Sample: first}
	for _, raw := range first.JSON {
		if m := membersOf(raw); m != nil {
			s.Rows = append(s.Rows, m)
		}
	}
	if first.Shape == source.CSV {
		s.Columns = map[string]bool{}
		for _, h := range first.Header {
			s.Columns[column(h, columns)] = true
		}
	}
	return s
}

// Recognise names the format of a file from its first rows; columns is the
// configuration's mapping of CSV headers, or nil. Without a format it gives the
// reason.
func Recognise(first source.Sample, columns map[string]string) (*Format, string) {
	s := Prepare(first, columns)
	for _, f := range Formats() {
		if f.Matches(s) {
			return f, ""
		}
	}
	switch {
	case first.Shape == source.CSV:
		return nil, "columns of no known format"
	case len(s.Rows) == 0:
		return nil, "no rows that are JSON objects"
	}
	return nil, "rows of no known format"
}
