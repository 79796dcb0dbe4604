// SPDX-License-Identifier: Apache-2.0

// Package source recognises the files of an export folder by their content and
// reads them as rows, streaming, in bounded memory. It knows shapes (JSON Lines,
// a JSON array, CSV, a document, a git repository), not vendors: which vendor
// wrote a row is the business of package normalize.
//
// Nothing is skipped in silence. What cannot be read becomes a [Rejection] that
// names the file, the line and the reason, and the rest goes on.
package source

import (
	"fmt"
	"io/fs"
	"strconv"
)

// Shape is how a file is laid out, whoever wrote it.
type Shape string

// The shapes.
const (
	JSONLines    Shape = "json_lines" // one value a line
	JSONArray    Shape = "json_array" // one array of values
	JSONPage     Shape = "json_page"  // objects that each hold one array of rows
	JSONDocument Shape = "json"       // values over several lines, usually one
	CSV          Shape = "csv"        // delimiter-separated, with a header row
	PDF          Shape = "pdf"
	DOCX         Shape = "docx"
	HTML         Shape = "html"
	Markdown     Shape = "markdown"
	Text         Shape = "text"
	Image        Shape = "image"   // PNG, JPEG, GIF, WebP
	MaxMind      Shape = "maxmind" // a MaxMind-format database
	Git          Shape = "git"     // a folder: a clone or a bare repository
	Empty        Shape = "empty"
	Unknown      Shape = "unknown"
)

// HasRows reports whether files of the shape are read as rows.
func (s Shape) HasRows() bool {
	switch s {
	case JSONLines, JSONArray, JSONPage, JSONDocument, CSV:
		return true
	case PDF, DOCX, HTML, Markdown, Text, Image, MaxMind, Git, Empty, Unknown:
	}
	return false
}

// The limits that protect the process. What exceeds one is rejected with a
// reason, and reading goes on where it can.
const (
	MaxLine     = 16 << 20 // bytes of one line, one row or one element
	MaxDocument = 64 << 20 // bytes of a file read whole
	MaxRatio    = 100      // decompressed bytes for each compressed byte
	MaxDepth    = 100      // nested arrays and objects
	// ratioFloor is decompressed before MaxRatio counts: small exports of very
	// uniform rows compress better than 100 to 1.
	ratioFloor = 10 << 20
)

// Rejection says that something was not read, and why. It is data, not a
// failure of the run. Reasons are short and hold no content of the file.
type Rejection struct { //nolint:errname // data first, and only Document returns it as an error
	Path   string // relative to the walked folder, with slashes
	Line   int    // 1-based; 0 for the file as a whole
	Reason string // lower case, no full stop
}

// Error implements error.
func (r *Rejection) Error() string {
	if r.Line == 0 {
		return fmt.Sprintf("%s: %s", r.Path, r.Reason)
	}
	return fmt.Sprintf("%s:%d: %s", r.Path, r.Line, r.Reason)
}

// Row is one row of a file. Its slices are valid until the next row is asked
// for; its cells are strings and stay.
type Row struct {
	Line  int      // 1-based line on which the row begins
	Index int      // 1-based among the rows of the file, rejected ones included
	JSON  []byte   // the value, for JSON shapes: strictly valid, see [CheckJSON]
	Cells []string // for CSV: as many as the header has
}

// File is one recognised file, or a git repository's folder. It holds no open
// handle; each reading method opens the file anew, so several may run at once.
type File struct {
	Path        string // relative to the walked folder, with slashes
	Shape       Shape
	Compression string // "gzip", "zstd" or ""
	Size        int64  // bytes as stored

	// Key is the member that holds the rows of a JSONPage.
	Key string
	// Header holds the column names of a CSV as written, outer space removed.
	Header []string
	// Why says in a few words what an Unknown file seems to be.
	Why string

	fsys  fs.FS
	comma byte
}

// Compressed reports whether the file is stored compressed.
func (f *File) Compressed() bool { return f.Compression != "" }

// Locator says where in the file a row is: "line N" where rows are lines, "row
// N" where several may share one.
func (f *File) Locator(r Row) string {
	if f.Shape == JSONLines || f.Shape == CSV {
		return "line " + strconv.Itoa(r.Line)
	}
	return "row " + strconv.Itoa(r.Index)
}

func (f *File) reject(line int, reason string) *Rejection {
	return &Rejection{Path: f.Path, Line: line, Reason: reason}
}
