// SPDX-License-Identifier: Apache-2.0

package source

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// splitter finds where JSON values begin and end in a stream. It looks at
// brackets and strings only, so that one bad element does not hide those after
// it; whether a value is valid is checked when it is whole.
type splitter struct {
	r        io.Reader
	buf      []byte
	pos, end int
	line     int
	err      error
}

func newSplitter(r io.Reader) *splitter {
	return &splitter{r: r, buf: make([]byte, 64<<10), line: 1}
}

func (s *splitter) fill() bool {
	for s.err == nil {
		var n int
		n, s.err = s.r.Read(s.buf)
		if n > 0 {
			s.pos, s.end = 0, n
			return true
		}
	}
	return false
}

// peek skips white space and returns the next byte, or 0 at the end.
func (s *splitter) peek() byte {
	for {
		for ; s.pos < s.end; s.pos++ {
			switch s.buf[s.pos] {
			case '\n':
				s.line++
			case ' ', '\t', '\r':
			default:
				return s.buf[s.pos]
			}
		}
		if !s.fill() {
			return 0
		}
	}
}

// take consumes the byte that peek returned.
func (s *splitter) take() { s.pos++ }

// accept consumes the next byte if it is c.
func (s *splitter) accept(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.take()
	return true
}

// extent is what scanning one value found.
type extent struct {
	long  bool // more than limit bytes: the rest was dropped
	deep  bool // nested deeper than MaxDepth
	whole bool // the end of the value was seen
	none  bool // there is no value where one should be
}

// value appends the next value to dst, at most limit bytes of it.
func (s *splitter) value(dst []byte, limit int) ([]byte, extent) {
	var x extent
	start := len(dst)
	var st state
	s.peek()
	for {
		if s.pos == s.end && !s.fill() {
			// A number or a literal ends where the stream does.
			x.whole = st.depth == 0 && !st.quoted && len(dst) > start && errors.Is(s.err, io.EOF)
			break
		}
		n, done := st.scan(s.buf[s.pos:s.end], &s.line)
		if room := limit - (len(dst) - start); n > room {
			x.long = true
			dst = append(dst, s.buf[s.pos:s.pos+room]...)
		} else {
			dst = append(dst, s.buf[s.pos:s.pos+n]...)
		}
		s.pos += n
		if done {
			x.whole, x.none = true, n == 0 && len(dst) == start && !x.long
			break
		}
	}
	x.deep = st.deepest > MaxDepth
	return dst, x
}

// state is where in a value a scan is.
type state struct {
	depth, deepest  int
	quoted, escaped bool
}

// scan goes through a chunk to the end of the value or of the chunk. It returns
// how many bytes belong to the value and whether it is whole.
func (st *state) scan(chunk []byte, line *int) (int, bool) {
	for i := 0; i < len(chunk); i++ {
		if st.quoted {
			i += st.quote(chunk[i:], line)
			if st.quoted {
				break
			}
			if st.depth == 0 {
				return i + 1, true
			}
			continue
		}
		c := chunk[i]
		switch c {
		case '"':
			st.quoted = true
		case '{', '[':
			st.depth++
			st.deepest = max(st.deepest, st.depth)
		case '}', ']':
			if st.depth == 0 {
				return i, true // the end of what a number or literal is in
			}
			if st.depth--; st.depth == 0 {
				return i + 1, true
			}
		case ',', ':', ' ', '\t', '\r', '\n':
			if st.depth == 0 {
				return i, true
			}
			if c == '\n' {
				*line++
			}
		}
	}
	return len(chunk), false
}

// quote goes on in a string and returns the index of the quote that ends it, if
// that is in the chunk: most of a file is strings, so it looks for the next sign
// that matters rather than at each byte.
func (st *state) quote(chunk []byte, line *int) int {
	for i := 0; i < len(chunk); {
		if st.escaped {
			st.escaped = false
			if chunk[i] == '\n' {
				*line++
			}
			i++
			continue
		}
		end := bytes.IndexByte(chunk[i:], '"')
		rest := chunk[i:]
		if end >= 0 {
			rest = rest[:end]
		}
		if slash := bytes.IndexByte(rest, '\\'); slash >= 0 {
			*line += bytes.Count(rest[:slash], []byte("\n"))
			st.escaped = true
			i += slash + 1
			continue
		}
		*line += bytes.Count(rest, []byte("\n"))
		if end >= 0 {
			st.quoted = false
			return i + end
		}
		break
	}
	return len(chunk)
}

// elements reads the rows of arrays, of pages, and of several values in one
// file, and gathers them into blocks.
type elements struct {
	f     *File
	s     *splitter
	yield func(*Block, *Rejection) bool
	block *Block
	index int
	done  bool // nobody wants more
}

func (e *elements) run() {
	for !e.done && e.s.peek() != 0 {
		ok := false
		switch e.f.Shape {
		case JSONArray:
			ok = e.array()
		case JSONPage:
			ok = e.page()
		case JSONDocument, JSONLines, CSV, PDF, DOCX, HTML, Markdown, Text, Image, MaxMind, Git, Empty, Unknown:
			ok = e.row()
		}
		if !ok {
			break
		}
	}
	e.flush()
	if e.s.err != nil && !errors.Is(e.s.err, io.EOF) {
		e.reject(e.s.line, e.f.reason(e.s.err))
	}
}

// array reads the rows of one array and reports whether reading can go on.
func (e *elements) array() bool {
	if !e.s.accept('[') {
		return e.broken("not JSON: content after the end of the rows")
	}
	if e.s.accept(']') {
		return true
	}
	for {
		if !e.row() {
			return false
		}
		if e.s.accept(']') {
			return true
		}
		if !e.s.accept(',') {
			return e.broken("not JSON: rows are not separated by commas; the rest is not read")
		}
		if e.s.peek() == ']' {
			return e.broken("not JSON: comma after the last row")
		}
	}
}

// page reads one object and, of it, the rows.
func (e *elements) page() bool {
	if !e.s.accept('{') {
		return e.broken("not JSON: content after the end of the page")
	}
	if e.s.accept('}') {
		return true
	}
	seen := map[string]bool{}
	for {
		name, ok := e.s.name()
		switch {
		case !ok:
			return e.broken("not JSON: the page is broken; the rest is not read")
		case seen[name]:
			return e.broken("not JSON: the same key twice in the page; the rest is not read")
		}
		seen[name] = true
		if name == e.f.Key && e.s.peek() == '[' {
			if !e.array() {
				return false
			}
		} else if _, x := e.s.value(nil, 0); !x.whole || x.none || x.deep {
			return e.broken("not JSON: the page is broken; the rest is not read")
		}
		if e.s.accept('}') {
			return true
		}
		if !e.s.accept(',') {
			return e.broken("not JSON: the page is broken; the rest is not read")
		}
	}
}

// name reads a member's name and the colon after it.
func (s *splitter) name() (string, bool) {
	if s.peek() != '"' {
		return "", false
	}
	raw, x := s.value(nil, 1<<10)
	if !x.whole || x.long {
		return "", false
	}
	name, err := jsontext.AppendUnquote(nil, raw)
	return string(name), err == nil && s.accept(':')
}

// row reads one value and reports whether reading can go on.
func (e *elements) row() bool {
	if e.block == nil {
		e.block = blocks.Get().(*Block) // the pool holds nothing else
	}
	b := e.block
	e.s.peek()
	e.index++
	at := span{start: len(b.data), line: e.s.line, index: e.index}
	var x extent
	b.data, x = e.s.value(b.data, MaxLine)
	at.end = len(b.data)
	switch {
	case !x.whole && e.s.err != nil && !errors.Is(e.s.err, io.EOF):
		b.data = b.data[:at.start] // damaged data: run says so
		return false
	case x.long || x.deep || x.none || !x.whole:
		b.data = b.data[:at.start]
		return e.refuse(at.line, x)
	}
	b.spans = append(b.spans, at)
	if len(b.data) >= blockSize {
		e.flush()
	}
	return !e.done
}

func (e *elements) refuse(line int, x extent) bool {
	switch {
	case x.none:
		return e.broken("not JSON: a value is missing; the rest is not read")
	case x.long:
		e.reject(line, "row "+overLong)
	case !x.whole:
		e.reject(line, "not JSON: unexpected end of input")
	case x.deep:
		e.reject(line, tooDeep)
	}
	return x.whole && !e.done
}

// broken reports what keeps the rest from being read. At a damaged or early end
// of the stream that is said instead.
func (e *elements) broken(reason string) bool {
	if e.s.peek() == 0 {
		if !errors.Is(e.s.err, io.EOF) {
			return false
		}
		reason = "not JSON: unexpected end of input"
	}
	e.reject(e.s.line, reason)
	return false
}

func (e *elements) reject(line int, reason string) {
	e.flush()
	if !e.done {
		e.done = !e.yield(nil, e.f.reject(line, reason))
	}
}

func (e *elements) flush() {
	b := e.block
	if b == nil {
		return
	}
	e.block = nil
	if len(b.spans) == 0 || e.done {
		b.Release()
		return
	}
	e.done = !e.yield(b, nil)
}
