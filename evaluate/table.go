// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxTable bounds a file, bytes: some sixty for each of a million people.
const maxTable = 64 << 20

// maxCell bounds a value, bytes: an id or a slug, and the groups of a person.
const maxCell = 4096

// maxWrong is how many wrong lines an error names.
const maxWrong = 20

// readTable reads a CSV file with a header and calls row once a line, with the
// values of the columns without white space around them. Both files are written
// for this program, so an unknown column is a mistake and not somebody's extra.
func readTable(name string, r io.Reader, required, optional []string, row func(line int, values map[string]string) error) error {
	limited := &io.LimitedReader{R: r, N: maxTable + 1}
	b := bufio.NewReader(limited)
	if head, err := b.Peek(3); err == nil && string(head) == "\ufeff" {
		_, _ = b.Discard(3) // a byte order mark, as spreadsheets write it
	}
	in := csv.NewReader(b)
	in.ReuseRecord = true
	header, err := in.Read()
	switch {
	case limited.N == 0:
		return tooLarge(name)
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s: it is empty; the first line names the columns: %s", name, strings.Join(slices.Concat(required, optional), ","))
	case err != nil:
		return unreadable(name, err)
	}
	columns := slices.Clone(header)
	if err := checkHeader(columns, required, optional); err != nil {
		return fmt.Errorf("%s: line 1: %w", name, err)
	}
	var wrong []error
	for {
		fields, err := in.Read()
		if limited.N == 0 {
			return tooLarge(name)
		}
		if errors.Is(err, io.EOF) {
			return errors.Join(wrong...)
		}
		if err != nil {
			return errors.Join(append(wrong, unreadable(name, err))...)
		}
		line, _ := in.FieldPos(0)
		values := make(map[string]string, len(columns))
		var bad error
		for i, c := range columns {
			values[c] = strings.TrimSpace(fields[i])
			switch {
			case len(values[c]) > maxCell:
				bad = fmt.Errorf("%s is longer than %d bytes", c, maxCell)
			case !printable(values[c]):
				bad = fmt.Errorf("%s holds characters that do not show: %q", c, values[c])
			}
		}
		if bad == nil {
			bad = row(line, values)
		}
		if bad == nil {
			continue
		}
		if len(wrong) == maxWrong {
			return errors.Join(append(wrong, fmt.Errorf("%s: line %d and perhaps more are wrong too", name, line))...)
		}
		wrong = append(wrong, fmt.Errorf("%s: line %d: %s", name, line, strings.ReplaceAll(bad.Error(), "\n", "; ")))
	}
}

func checkHeader(columns, required, optional []string) error {
	for i, c := range columns {
		c = strings.ToLower(strings.TrimSpace(c))
		columns[i] = c
		switch {
		case len(c) > maxCell:
			return fmt.Errorf("the name of column %d is longer than %d bytes", i+1, maxCell)
		case slices.Contains(columns[:i], c):
			return fmt.Errorf("column %q is there twice", c)
		case !slices.Contains(required, c) && !slices.Contains(optional, c):
			return fmt.Errorf("column %q is unknown; the columns are %s", c, strings.Join(slices.Concat(required, optional), ","))
		}
	}
	for _, c := range required {
		if !slices.Contains(columns, c) {
			return fmt.Errorf("there is no column %q", c)
		}
	}
	return nil
}

// printable reports whether every character of s shows: nothing in it can steer
// a terminal, hide text or reorder it.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

func tooLarge(name string) error {
	return fmt.Errorf("%s: it is larger than %d MiB", name, maxTable>>20)
}

// unreadable words an error of the CSV reader.
func unreadable(name string, err error) error {
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		return fmt.Errorf("%s: line %d: %w", name, p.Line, p.Err)
	}
	return fmt.Errorf("%s: %w", name, err)
}
