// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// font turns the bytes of a shown string into characters and widths.
type font struct {
	wide   bool // codes of two bytes
	name   string
	unit   float64 // glyph space to text space: 1/1000, or a Type 3 font's own
	widths map[int]float64
	width  float64 // of what has no entry
	uni    map[int]string
	table  [256]string // of fonts with codes of one byte, for codes without uni
	ucs2   bool        // codes are UTF-16 themselves
}

// next splits the first code from s.
func (f *font) next(s string) (code, size int) {
	if f.wide {
		if len(s) < 2 {
			return int(s[0]), 1
		}
		return int(s[0])<<8 | int(s[1]), 2
	}
	return int(s[0]), 1
}

func (f *font) text(code int) string {
	if u, ok := f.uni[code]; ok {
		return u
	}
	if f.wide {
		if f.ucs2 {
			return string(utf16.Decode([]uint16{uint16(code)})) //nolint:gosec // two bytes
		}
		return ""
	}
	return f.table[code&0xff]
}

// advance returns the width of a code in text space.
func (f *font) advance(code int) float64 {
	if w, ok := f.widths[code]; ok {
		return w * f.unit
	}
	return f.width * f.unit
}

func (f *File) font(o object) *font {
	d := f.dict(o)
	if d == nil {
		return nil
	}
	key := reflect.ValueOf(d).Pointer() // a font is its dictionary, named or inline
	if known, ok := f.fonts[key]; ok {
		return known
	}
	ft := &font{name: string(f.name(d["BaseFont"])), unit: 0.001, widths: map[int]float64{}}
	if f.name(d["Subtype"]) == "Type0" {
		f.loadWide(ft, d)
	} else {
		f.loadSimple(ft, d)
	}
	if s := f.stream(d["ToUnicode"]); s != nil {
		ft.uni = parseToUnicode(f.data(s))
	}
	f.fonts[key] = ft
	return ft
}

func (f *File) loadWide(ft *font, d dict) {
	ft.wide, ft.width = true, 1000
	encoding := string(f.name(d["Encoding"]))
	ft.ucs2 = strings.Contains(encoding, "UCS2") || strings.Contains(encoding, "UTF16")
	kids := f.array(d["DescendantFonts"])
	if len(kids) == 0 {
		return
	}
	kid := f.dict(kids[0])
	ft.width = f.number(kid["DW"], 1000)
	w := f.array(kid["W"])
	for i := 0; i+1 < len(w) && len(ft.widths) < 1<<16; {
		first := int(f.number(w[i], 0))
		if list := f.array(w[i+1]); list != nil {
			for j, v := range list {
				ft.widths[first+j] = f.number(v, 0)
			}
			i += 2
			continue
		}
		if i+2 >= len(w) {
			return
		}
		last, v := int(f.number(w[i+1], 0)), f.number(w[i+2], 0)
		for c := first; c <= last && c < first+1<<16; c++ {
			ft.widths[c] = v
		}
		i += 3
	}
}

func (f *File) loadSimple(ft *font, d dict) {
	descriptor := f.dict(d["FontDescriptor"])
	first := int(f.number(d["FirstChar"], 0))
	for i, w := range f.array(d["Widths"]) {
		if i < 256 {
			ft.widths[first+i] = f.number(w, 0)
		}
	}
	ft.width = f.number(descriptor["MissingWidth"], 0)
	if len(ft.widths) == 0 {
		ft.width = 556
		fixed := strings.Contains(ft.name, "Courier") || strings.Contains(ft.name, "Mono")
		for c := 32; c < 127; c++ {
			ft.widths[c] = float64(helvetica[c-32])
			if fixed {
				ft.widths[c] = 600
			}
		}
	}
	if f.name(d["Subtype"]) == "Type3" {
		if m := f.array(d["FontMatrix"]); len(m) == 6 {
			ft.unit = f.number(m[0], 0.001)
		}
	}
	// The encoding: a base, then differences.
	base := f.name(d["Encoding"])
	e := f.dict(d["Encoding"])
	if b := f.name(e["BaseEncoding"]); b != "" {
		base = b
	}
	trueType := f.name(d["Subtype"]) == "TrueType"
	for c := range 256 {
		switch {
		case base == "WinAnsiEncoding" || base == "" && trueType:
			ft.table[c] = decodeByte(charmap.Windows1252, c)
		case base == "MacRomanEncoding":
			ft.table[c] = decodeByte(charmap.Macintosh, c)
		default:
			ft.table[c] = standardEncoding(c)
		}
	}
	if base == "" && e == nil {
		f.builtIn(ft, descriptor)
	} else if base == "" {
		f.builtIn(ft, descriptor)
	}
	code := 0
	for _, o := range f.array(e["Differences"]) {
		switch v := f.resolve(o).(type) {
		case float64:
			code = int(v)
		case name:
			if code >= 0 && code < 256 {
				ft.table[code] = glyphText(string(v))
			}
			code++
		}
	}
}

func decodeByte(m *charmap.Charmap, c int) string {
	if c < 32 {
		return ""
	}
	r := m.DecodeByte(byte(c)) //nolint:gosec // below 256
	if r == '\ufffd' {
		return ""
	}
	return string(r)
}

var dupPut = regexp.MustCompile(`dup\s+(\d{1,3})\s*/([A-Za-z0-9._]+)\s+put`)

// builtIn reads the encoding in the clear part of an embedded Type 1 font.
func (f *File) builtIn(ft *font, descriptor dict) {
	s := f.stream(descriptor["FontFile"])
	if s == nil {
		return
	}
	data := f.data(s)
	for _, m := range dupPut.FindAllSubmatch(data[:min(len(data), 64<<10)], 256) {
		c, _ := strconv.Atoi(string(m[1])) // digits by the expression
		if c < 256 {
			ft.table[c] = glyphText(string(m[2]))
		}
	}
}

// parseToUnicode reads the bfchar and bfrange sections of a CMap. Source: ISO
// 32000-1, 9.10.3.
func parseToUnicode(data []byte) map[int]string {
	m := map[int]string{}
	l := lexer{b: data}
	var stack []object
	for len(m) < 1<<17 {
		o, err := l.next()
		if err != nil {
			return m
		}
		op, ok := o.(operator)
		if !ok {
			if len(stack) < 4096 {
				stack = append(stack, o)
			}
			continue
		}
		switch op {
		case "endbfchar":
			for i := 0; i+1 < len(stack); i += 2 {
				from, ok1 := stack[i].(text)
				to, ok2 := stack[i+1].(text)
				if ok1 && ok2 {
					m[codeOf(from)] = utf16Text(to)
				}
			}
		case "endbfrange":
			for i := 0; i+2 < len(stack); i += 3 {
				lo, ok1 := stack[i].(text)
				hi, ok2 := stack[i+1].(text)
				if ok1 && ok2 {
					mapRange(m, codeOf(lo), codeOf(hi), stack[i+2])
				}
			}
		}
		stack = stack[:0]
	}
	return m
}

func mapRange(m map[int]string, lo, hi int, to object) {
	switch to := to.(type) {
	case array:
		for i, o := range to {
			if t, ok := o.(text); ok && lo+i <= hi {
				m[lo+i] = utf16Text(t)
			}
		}
	case text:
		first := []rune(utf16Text(to))
		if len(first) == 0 {
			return
		}
		for c := lo; c <= hi && c-lo < 1<<16; c++ {
			rs := append([]rune(nil), first...)
			rs[len(rs)-1] += rune(c - lo) //nolint:gosec // below 2^16
			m[c] = string(rs)
		}
	}
}

func codeOf(t text) int {
	c := 0
	for i := range min(len(t), 4) {
		c = c<<8 | int(t[i])
	}
	return c
}

// utf16Text reads big-endian UTF-16; one byte is a character by itself.
func utf16Text(t text) string {
	if len(t) == 1 {
		return string(rune(t[0]))
	}
	units := make([]uint16, 0, len(t)/2)
	for i := 0; i+1 < len(t) && i < 64; i += 2 {
		units = append(units, uint16(t[i])<<8|uint16(t[i+1]))
	}
	return strings.Trim(string(utf16.Decode(units)), "\x00\ufffd")
}
