// SPDX-License-Identifier: Apache-2.0

// Package pdf reads the text of a PDF file as a person sees it, and what the
// file says of its own making. It is written for files from strangers: every
// loop is bounded by the size of the file or by a limit, nothing recurses
// without a bound, and damage that viewers repair is repaired.
//
// It finds objects by scanning the file rather than by its cross-reference
// table: a table may be wrong, may point at itself, or may declare more entries
// than there is memory for. Where an object is written twice the later one
// holds, which is what incremental updates mean.
package pdf

import (
	"bytes"
	"errors"
	"fmt"
)

// Why a file cannot be read. Errors wrap one of these.
var (
	ErrEncrypted = errors.New("encrypted")
	ErrBroken    = errors.New("broken")
	ErrTooLarge  = errors.New("too large")
)

const (
	maxDepth   = 100
	maxPages   = 500
	maxOps     = 2_000_000  // operators in all pages
	maxGlyphs  = 2_000_000  // in all pages
	maxVisits  = 20_000_000 // of segments, in search of columns
	maxForms   = 12         // nested form objects
	maxObjects = 1_000_000
	maxRatio   = 100
	minBudget  = 10 << 20
)

// File is one PDF file.
type File struct {
	objects map[int]object
	trailer dict
	pages   []page
	fonts   map[uintptr]*font
	left    int64 // bytes that may still be decompressed
	ops     int   // operators that may still be run
	glyphs  int   // glyphs that may still be shown
	visits  int   // segments that may still be looked at for columns
	wasted  int   // bytes read in vain while scanning
	// over is set when a limit was met; everything after is skipped.
	over error
}

type page struct {
	dict      dict
	resources dict
	box       [4]float64
	rotate    int
}

// Open reads the structure of a file.
func Open(data []byte) (*File, error) {
	head := bytes.Index(data[:min(len(data), 1024)], []byte("%PDF-"))
	if head < 0 {
		return nil, fmt.Errorf("no PDF header: %w", ErrBroken)
	}
	if !bytes.Contains(data[max(0, len(data)-4096):], []byte("%%EOF")) {
		return nil, fmt.Errorf("no end-of-file mark, the file is cut short: %w", ErrBroken)
	}
	f := &File{
		objects: map[int]object{},
		trailer: dict{},
		fonts:   map[uintptr]*font{},
		left:    max(int64(len(data))*maxRatio, minBudget),
		ops:     maxOps,
		glyphs:  maxGlyphs,
		visits:  maxVisits,
	}
	f.scan(data)
	if f.over != nil {
		return nil, f.over
	}
	if f.trailer["Encrypt"] != nil {
		return nil, ErrEncrypted
	}
	root := f.dict(f.trailer["Root"])
	if root == nil { // no trailer that can be read: look for the catalogue itself
		for _, o := range f.objects {
			if d, ok := o.(dict); ok && d["Type"] == name("Catalog") {
				if root == nil || f.number(d["Pages"], 0) > 0 {
					root = d
				}
			}
		}
	}
	if root == nil {
		return nil, fmt.Errorf("no catalogue: %w", ErrBroken)
	}
	f.trailer["Root"] = root
	seen := map[int]bool{}
	f.walk(root["Pages"], page{resources: dict{}, box: [4]float64{0, 0, 612, 792}}, seen, 0)
	switch {
	case f.over != nil:
		return nil, f.over
	case len(f.pages) == 0:
		return nil, fmt.Errorf("no pages: %w", ErrBroken)
	}
	return f, nil
}

// scan finds every "N G obj", in file order, and every trailer.
func (f *File) scan(data []byte) {
	for pos := 0; pos < len(data) && f.over == nil; {
		o := bytes.Index(data[pos:], []byte("obj"))
		t := bytes.Index(data[pos:min(len(data), pos+max(o, 0)+len("trailer"))], []byte("trailer"))
		if o < 0 {
			t = bytes.Index(data[pos:], []byte("trailer"))
		}
		if t >= 0 && (o < 0 || t < o) {
			l := lexer{b: data, pos: pos + t + len("trailer")}
			if d, err := l.next(); err == nil {
				f.addTrailer(d)
				pos = l.pos
				continue
			}
			pos += t + len("trailer")
			continue
		}
		if o < 0 {
			return
		}
		at := pos + o
		num, ok := objectNumber(data[:at])
		if !ok {
			pos = at + len("obj")
			continue
		}
		pos = f.scanObject(data, at+len("obj"), num)
	}
}

// objectNumber reads "N G " backwards from the end of b.
func objectNumber(b []byte) (int, bool) {
	i := len(b)
	field := func() (int, bool) {
		for i > 0 && isSpace(b[i-1]) {
			i--
		}
		end := i
		for i > 0 && b[i-1] >= '0' && b[i-1] <= '9' && end-i < 10 {
			i--
		}
		n := 0
		for _, c := range b[i:end] {
			n = n*10 + int(c-'0')
		}
		return n, end > i
	}
	if _, ok := field(); !ok {
		return 0, false
	}
	return field()
}

func (f *File) scanObject(data []byte, pos, num int) int {
	l := lexer{b: data, pos: pos}
	o, err := l.next()
	if errors.Is(err, ErrTooLarge) {
		f.over = fmt.Errorf("objects nested more than %d deep: %w", maxDepth, ErrTooLarge)
	}
	if err != nil {
		// What is no object is read again from its second word on; a file made so
		// that this never ends is given up.
		if f.wasted += l.pos - pos; f.wasted > 16*len(data) {
			f.over = fmt.Errorf("too much damage to repair: %w", ErrBroken)
		}
		return pos
	}
	if d, ok := o.(dict); ok {
		if raw := l.streamAfter(d); raw != nil {
			s := &stream{dict: d, raw: raw}
			o = s
			switch d["Type"] {
			case name("ObjStm"):
				f.unpack(s)
			case name("XRef"):
				f.addTrailer(d)
			}
		}
	}
	if n, ok := o.(float64); ok { // "5 0 obj 3 0 R": one object that is another
		if g, err := l.next(); err == nil {
			if op, err := l.next(); err == nil && op == operator("R") {
				gen, _ := g.(float64)
				o = ref{int(n), int(gen)}
			}
		}
	}
	f.set(num, o)
	return max(l.pos, pos)
}

func (f *File) set(num int, o object) {
	if len(f.objects) >= maxObjects {
		f.over = fmt.Errorf("more than %d objects: %w", maxObjects, ErrTooLarge)
		return
	}
	f.objects[num] = o
}

// addTrailer keeps the entries of a trailer; a later one overrides.
func (f *File) addTrailer(o object) {
	d, ok := o.(dict)
	if !ok {
		return
	}
	for _, k := range []name{"Root", "Info", "ID", "Encrypt"} {
		if v, ok := d[k]; ok && v != nil {
			f.trailer[k] = v
		}
	}
}

// unpack reads the objects in an object stream.
func (f *File) unpack(s *stream) {
	data := f.data(s)
	n, first := int(f.number(s.dict["N"], 0)), int(f.number(s.dict["First"], 0))
	if first < 0 || first > len(data) {
		return
	}
	head := lexer{b: data[:first]}
	for range min(n, first) {
		num, err1 := head.next()
		off, err2 := head.next()
		id, ok1 := num.(float64)
		at, ok2 := off.(float64)
		if err1 != nil || err2 != nil || !ok1 || !ok2 || at < 0 || at > float64(len(data)-first) {
			return
		}
		l := lexer{b: data, pos: first + int(at)}
		o, err := l.next()
		if errors.Is(err, ErrTooLarge) {
			f.over = fmt.Errorf("objects nested more than %d deep: %w", maxDepth, ErrTooLarge)
		}
		if err == nil {
			f.set(int(id), o)
		}
	}
}

// resolve follows references, a bounded number of them.
func (f *File) resolve(o object) object {
	for range 16 {
		r, ok := o.(ref)
		if !ok {
			return o
		}
		o = f.objects[r.num]
	}
	return nil
}

// dict returns the dictionary of a value or of its stream, or nil.
func (f *File) dict(o object) dict {
	switch o := f.resolve(o).(type) {
	case dict:
		return o
	case *stream:
		return o.dict
	}
	return nil
}

func (f *File) array(o object) array {
	a, _ := f.resolve(o).(array)
	return a
}

func (f *File) stream(o object) *stream {
	s, _ := f.resolve(o).(*stream)
	return s
}

func (f *File) name(o object) name {
	n, _ := f.resolve(o).(name)
	return n
}

func (f *File) number(o object, otherwise float64) float64 {
	if n, ok := f.resolve(o).(float64); ok {
		return n
	}
	return otherwise
}

// walk collects the pages of a tree, with what they inherit.
func (f *File) walk(node object, inherited page, seen map[int]bool, depth int) {
	if r, ok := node.(ref); ok {
		if seen[r.num] {
			return
		}
		seen[r.num] = true
	}
	d := f.dict(node)
	if d == nil || depth > maxDepth || f.over != nil {
		return
	}
	if r := f.dict(d["Resources"]); r != nil {
		inherited.resources = r
	}
	for _, k := range []name{"MediaBox", "CropBox"} {
		if b := f.array(d[k]); len(b) == 4 {
			for i := range b {
				inherited.box[i] = f.number(b[i], 0)
			}
		}
	}
	inherited.rotate = int(f.number(d["Rotate"], float64(inherited.rotate)))
	kids := f.array(d["Kids"])
	if kids == nil {
		if len(f.pages) == maxPages {
			f.over = fmt.Errorf("more than %d pages: %w", maxPages, ErrTooLarge)
			return
		}
		inherited.dict = d
		f.pages = append(f.pages, inherited)
		return
	}
	for _, k := range kids {
		f.walk(k, inherited, seen, depth+1)
	}
}

// NumPages returns the number of pages, at least 1.
func (f *File) NumPages() int { return len(f.pages) }
