// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"slices"
	"strings"
	"time"

	"daylight/record"
	"daylight/source"
)

// table reads rows by column, whatever the order and the spelling of the header.
type table struct {
	file    File
	feed    string
	index   map[string][]int
	unknown []string
	cells   []string
	bad     troubles
	lands   *countries
}

// columnsOf is a closed set of columns: each name with its synonyms, folded by
// [Column].
type columnsOf map[string][]string

// canonical returns the column that a folded header names, or "".
func (c columnsOf) canonical(folded string) string {
	for name, synonyms := range c {
		if Column(name) == folded || slices.Contains(synonyms, folded) {
			return name
		}
	}
	return ""
}

// among reports whether the sample has all the named columns.
func (c columnsOf) among(s *Sample, names ...string) bool {
	have := map[string]bool{}
	for folded := range s.Columns {
		have[c.canonical(folded)] = true
	}
	for _, n := range names {
		if !have[n] {
			return false
		}
	}
	return true
}

func newTable(file File, feed string, columns columnsOf) *table {
	t := &table{file: file, feed: feed, index: map[string][]int{}, lands: newCountries()}
	for i, h := range file.Header {
		name := columns.canonical(column(h, file.Columns))
		switch {
		case name != "":
			t.index[name] = append(t.index[name], i)
		case strings.TrimSpace(h) != "":
			t.unknown = append(t.unknown, h)
		}
	}
	return t
}

// Notes implements [Noter].
func (t *table) Notes() []string {
	if len(t.unknown) == 0 {
		return nil
	}
	names := make([]string, len(t.unknown))
	for i, u := range t.unknown {
		names[i] = heading(u)
	}
	return []string{"columns that are not read: " + strings.Join(names, ", ")}
}

// begin turns to a row.
func (t *table) begin(row source.Row) {
	t.cells, t.bad = row.Cells, t.bad[:0]
}

// text returns the first cell of the column that is not blank.
func (t *table) text(name string) string {
	for _, i := range t.index[name] {
		if i < len(t.cells) {
			if s := clean(t.cells[i]); s != "" {
				return s
			}
		}
	}
	return ""
}

// list returns the values of the column's cells, which ";" separates.
func (t *table) list(name string) []string {
	var out []string
	for _, i := range t.index[name] {
		if i >= len(t.cells) {
			continue
		}
		for s := range strings.SplitSeq(t.cells[i], ";") {
			if s = clean(s); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

// word returns a cell that must be one of a closed set of words. Any other is a
// trouble that names it.
func (t *table) word(name string, allowed ...string) string {
	cell := t.text(name)
	if cell == "" {
		return ""
	}
	w := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(cell))
	w = strings.NewReplacer("organization", "organisation", "call_center", "call_centre").Replace(w)
	if slices.Contains(allowed, w) {
		return w
	}
	t.bad.add("column " + name + ": unknown word " + shape(cell))
	return ""
}

// yes reports whether a cell says yes: any word but no.
func (t *table) yes(name string) bool {
	switch strings.ToLower(t.text(name)) {
	case "", "no", "n", "false", "0", "none", "-":
		return false
	}
	return true
}

// at returns the time in a cell; without an offset it is one of loc.
func (t *table) at(name string, loc *time.Location) time.Time {
	cell := t.text(name)
	got, ok := when(cell, loc)
	switch {
	case ok:
	case eitherOrder.MatchString(cell):
		t.bad.add("column " + name + ": which is the day and which the month cannot be told; write 2026-03-04")
	default:
		t.bad.add("column " + name + ": time not understood")
	}
	return got
}

// zone returns the row's time zone and its name, or UTC.
func (t *table) zone(name string) (*time.Location, string) {
	cell := t.text(name)
	loc, ok := zone(cell)
	if !ok {
		t.bad.add("column " + name + ": unknown time zone")
		return loc, ""
	}
	return loc, cell
}

// country returns the country in a cell.
func (t *table) country(name string) record.Country {
	cell := t.text(name)
	c := t.lands.read(cell)
	if cell != "" && c.IsZero() {
		t.bad.add("column " + name + ": unknown country")
	}
	return c
}

// canon returns the canonical values of a column.
func (t *table) canon(name string, canonical func(string) record.Redacted) []record.Redacted {
	out, bad := each(t.list(name), canonical)
	if bad {
		t.bad.add("column " + name + ": value not understood")
	}
	return out
}

// person returns who the row is about, from a column that holds an id or an
// e-mail address.
func (t *table) person() record.Ref {
	who := t.text("person")
	if e := Email(who); e != "" {
		return record.Ref{Email: e}
	}
	ref := record.Ref{ID: who, Username: t.text("username")}
	if e := t.text("email"); e != "" {
		ref.Email = Email(e)
	}
	return ref
}

// emit seals a record of the row and hands it on.
func (t *table) emit(row source.Row, ref record.Ref, at time.Time, body record.Body, emit func(record.Record)) error {
	r, err := Seal(t.file.origin(t.feed, row), ref, at, body)
	if err != nil {
		return err
	}
	emit(r)
	return t.bad.err()
}
