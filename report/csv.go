// SPDX-License-Identifier: Apache-2.0

package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"daylight/record"
)

// columnNames are the header of the CSV form.
var columnNames = []string{
	"subject", "stage", "state", "probability", "weight_db_total", "indicator", "family", "weight_db",
	"statement", "innocent", "related", "path", "locator", "at", "ring",
}

// WriteCSV writes a row per piece of evidence, and one with empty cells for a
// person without any (RFC 4180, UTF-8, CRLF). Several
// values in one cell are separated by ";", and the n-th path belongs to the
// n-th locator. A cell that a spreadsheet would read as a formula begins with
// an apostrophe; control characters are written as visible escapes.
func (r *Report) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(columnNames); err != nil {
		return fmt.Errorf("write header: %w", err)
	}
	for _, s := range r.canonical().Subjects {
		if len(s.Evidence) == 0 {
			if err := out.Write(csvRow(s, nil)); err != nil {
				return fmt.Errorf("write a subject: %w", err)
			}
		}
		for _, e := range s.Evidence {
			if err := out.Write(csvRow(s, &e)); err != nil {
				return fmt.Errorf("write evidence of a subject: %w", err)
			}
		}
	}
	out.Flush()
	return out.Error()
}

// csvRow is the row of one piece of evidence, or of a person without any.
func csvRow(s *Subject, e *Evidence) []string {
	row := []string{
		cell(s.ID), cell(string(s.Stage)), cell(string(s.State)),
		strconv.FormatFloat(s.Probability, 'f', 4, 64), number(s.WeightDB),
	}
	ring := cell(s.Ring)
	if e == nil {
		row = append(row, make([]string, len(columnNames)-len(row)-1)...)
		return append(row, ring)
	}
	paths, locators := make([]string, len(e.Records)), make([]string, len(e.Records))
	for i, c := range e.Records {
		paths[i], locators[i] = c.Path, c.Locator
	}
	at := ""
	if e.At != nil {
		at = e.At.Format(time.RFC3339)
	}
	return append(row,
		cell(e.Indicator), cell(string(e.Family)), number(e.WeightDB),
		cell(e.Statement), cells(e.Innocent), cells(subjects(e.Related)), cells(paths), cells(locators), at, ring)
}

func subjects(ids []record.SubjectID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// number formats one of our own figures, which may begin with a minus.
func number(db float64) string { return strconv.FormatFloat(db, 'f', 1, 64) }

// cell makes text harmless in a spreadsheet.
func cell(s string) string {
	safe := visible(s)
	if s == "" {
		return ""
	}
	// The full-width forms are read as operators by some spreadsheets.
	for _, lead := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, lead) {
			return "'" + safe
		}
	}
	return safe
}

// cells makes a list harmless: each value by itself too, since a reader may
// split the cell into cells again.
func cells(values []string) string {
	safe := make([]string, len(values))
	for i, v := range values {
		safe[i] = cell(v)
	}
	return strings.Join(safe, ";")
}
