// SPDX-License-Identifier: Apache-2.0

package source

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// maxSpan is how many lines a quoted cell may cover. A quote that is never
// closed costs its own row, not the rest of the file.
const maxSpan = 1000

// records yields the rows of a CSV after its header (RFC 4180; the separator is
// the header's).
func (f *File) records(ctx context.Context, yield func(Row, *Rejection) bool) {
	r, err := f.open(ctx)
	if err != nil {
		yield(Row{}, f.reject(0, f.reason(err)))
		return
	}
	defer r.Close() //nolint:errcheck // read only: content.Close returns nil
	c := &records{lines: bufio.NewReaderSize(r, 64<<10), comma: f.comma, width: len(f.Header)}
	header, index := true, 0
	for {
		row, reason, err := c.next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				yield(Row{}, f.reject(c.line, f.reason(err)))
			}
			return
		}
		if header {
			header = false
			continue
		}
		index++
		row.Index = index
		var bad *Rejection
		if reason != "" {
			bad = f.reject(row.Line, reason)
			row = Row{}
		}
		if !yield(row, bad) {
			return
		}
	}
}

// records cuts a stream into the records of a CSV.
type records struct {
	lines *bufio.Reader
	comma byte
	width int
	line  int // the last line that was read

	ahead []ahead // lines read while looking for the end of a quoted cell
	first bool    // whether a record has been read: the header has no width
	text  []byte
	ends  []int
	cells []string
}

// ahead is a line that was read before its turn, or the reason it cannot be used.
type ahead struct{ line, reason string }

// next returns the next record that is not blank, with the reason if it cannot be
// read, or the error that ends the stream.
func (c *records) next() (Row, string, error) {
	for {
		line, reason, err := c.read()
		if err != nil {
			return Row{}, "", err
		}
		at := c.line
		if reason == "" && strings.TrimSpace(line) == "" {
			continue
		}
		if reason == "" {
			reason = c.record(line)
		}
		row := Row{Line: at}
		if reason == "" {
			row.Cells = c.strings()
			if c.first && len(row.Cells) != c.width {
				reason = fmt.Sprintf("row has %d cells, the header has %d", len(row.Cells), c.width)
			}
		}
		c.first = true
		return row, reason, nil
	}
}

// record parses the record that begins with the line, reading on while a quoted
// cell is open.
func (c *records) record(line string) string {
	open, reason := c.parse(line)
	if !open {
		return reason
	}
	start, more, whole := c.line, []ahead(nil), []byte(line)
	for len(more) < maxSpan && len(whole) <= MaxLine {
		next, bad, err := c.read()
		if err != nil {
			break // the end of the stream is met again by the next read
		}
		more = append(more, ahead{next, bad})
		if bad != "" {
			break
		}
		whole = append(append(whole, '\n'), next...)
		if strings.Contains(next, `"`) {
			if open, reason = c.parse(string(whole)); !open {
				if reason == "" {
					return ""
				}
				break
			}
		}
	}
	c.ahead = append(more, c.ahead...)
	c.line = start
	if reason == "" {
		reason = "quote is not closed"
	}
	return reason
}

// parse cuts one record into c.text and c.ends and reports whether it ends
// inside quotes.
func (c *records) parse(s string) (open bool, reason string) {
	c.text, c.ends = c.text[:0], c.ends[:0]
	for {
		trimmed := strings.TrimLeft(s, " \t")
		if c.comma == '\t' {
			trimmed = s
		}
		if !strings.HasPrefix(trimmed, `"`) {
			n := strings.IndexByte(s, c.comma)
			cell := s
			if n >= 0 {
				cell = s[:n]
			}
			if strings.Contains(cell, `"`) {
				return false, "quote within an unquoted cell"
			}
			c.text = append(c.text, cell...)
			c.ends = append(c.ends, len(c.text))
			if n < 0 {
				return false, ""
			}
			s = s[n+1:]
			continue
		}
		s = trimmed[1:]
		for {
			n := strings.IndexByte(s, '"')
			if n < 0 {
				return true, ""
			}
			c.text = append(c.text, s[:n]...)
			if s = s[n+1:]; !strings.HasPrefix(s, `"`) {
				break
			}
			c.text = append(c.text, '"')
			s = s[1:]
		}
		c.ends = append(c.ends, len(c.text))
		if s == "" {
			return false, ""
		}
		if s[0] != c.comma {
			return false, "text after a quoted cell"
		}
		s = s[1:]
	}
}

// strings returns the cells of the parsed record. They share one string.
func (c *records) strings() []string {
	all, start := string(c.text), 0
	c.cells = c.cells[:0]
	for _, end := range c.ends {
		c.cells = append(c.cells, all[start:end])
		start = end
	}
	return c.cells
}

// read returns the next line without its end, or the reason it cannot be used.
func (c *records) read() (string, string, error) {
	c.line++
	if len(c.ahead) > 0 {
		next := c.ahead[0]
		c.ahead = c.ahead[1:]
		return next.line, next.reason, nil
	}
	chunk, err := c.lines.ReadSlice('\n')
	var whole []byte
	long := false
	for errors.Is(err, bufio.ErrBufferFull) {
		if long = long || len(whole)+len(chunk) > MaxLine; !long {
			whole = append(whole, chunk...)
		}
		chunk, err = c.lines.ReadSlice('\n')
	}
	if whole != nil {
		chunk = append(whole, chunk...)
	}
	switch {
	case err != nil && (!errors.Is(err, io.EOF) || len(chunk) == 0):
		return "", "", err // with damaged data the started line is dropped
	case long || len(bytes.TrimRight(chunk, "\r\n")) > MaxLine:
		return "", "line " + overLong, nil
	case !utf8.Valid(chunk):
		return "", "not UTF-8", nil
	}
	return string(bytes.TrimRight(chunk, "\r\n")), "", nil
}

func newLines(head []byte) *bufio.Reader { return bufio.NewReader(bytes.NewReader(head)) }
