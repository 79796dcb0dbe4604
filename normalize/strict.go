// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"daylight/source"
)

// maxMembers is how many members of an object are compared with each other one by
// one. Beyond, jsontext, which keeps a map, is left to find duplicates.
const maxMembers = 64

// object is an object that is being read.
type object struct {
	first int // its first name in walker.names
	// seen has a bit for each name, so that names are compared only with others
	// of the same bit. It is 0 before the first member.
	seen uint64
}

// enter goes into the object or array at the cursor.
func (w *walker) enter() object {
	w.i++
	if w.depth++; w.depth > source.MaxDepth {
		w.fail()
	}
	return object{first: len(w.names)}
}

// member moves to the value of the object's next member, or behind the object.
func (w *walker) member(o *object) (name []byte, ok bool) {
	c := w.next()
	switch {
	case c == '}':
		w.i++
		w.depth--
		w.names = w.names[:o.first]
		return nil, false
	case o.seen == 0:
	case c == ',':
		w.i++
		c = w.next()
	default:
		c = 0
	}
	if c != '"' {
		w.fail()
		return nil, false
	}
	name = w.str()
	if !w.fresh(o, name) || w.next() != ':' {
		w.fail()
		return nil, false
	}
	w.i++
	w.next()
	return name, true
}

// fresh reports whether the object has no other member of that name so far.
func (w *walker) fresh(o *object, name []byte) bool {
	bit := uint64(1)
	if n := len(name); n > 0 {
		bit <<= (13*uint(n) + 7*uint(name[n-1]) + uint(name[0])) & 63
	}
	names := w.names[o.first:]
	if o.seen&bit != 0 && slices.ContainsFunc(names, func(x []byte) bool { return bytes.Equal(x, name) }) {
		return false
	}
	o.seen |= bit
	if w.many = w.many || len(names) == maxMembers; len(names) < maxMembers {
		w.names = append(w.names, name)
	}
	return true
}

// element moves to the array's next element, or behind the array.
func (w *walker) element(first bool) bool {
	switch c := w.next(); {
	case c == ']':
		w.i++
		w.depth--
		return false
	case w.failed:
		return false
	case first:
	case c == ',':
		w.i++
		w.next()
	default:
		w.fail()
		return false
	}
	return true
}

// skip passes over the value at the cursor.
func (w *walker) skip() {
	switch c := w.peek(); c {
	case '"':
		w.pass()
	case '{':
		o := w.enter()
		for _, ok := w.member(&o); ok; _, ok = w.member(&o) {
			w.skip()
		}
	case '[':
		w.enter()
		for first := true; w.element(first); first = false {
			w.skip()
		}
	case 't':
		w.word("true")
	case 'f':
		w.word("false")
	case 'n':
		w.word("null")
	default:
		w.number()
	}
}

// fail ends the walk.
func (w *walker) fail() { w.failed, w.i = true, len(w.b) }

// peek is the byte at the cursor, 0 at the end.
func (w *walker) peek() byte {
	if w.i < len(w.b) {
		return w.b[w.i]
	}
	return 0
}

// next passes over white space.
func (w *walker) next() byte {
	for ; w.i < len(w.b); w.i++ {
		if c := w.b[w.i]; c > ' ' || c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c
		}
	}
	return 0
}

func (w *walker) word(s string) {
	if n := w.i + len(s); n <= len(w.b) && string(w.b[w.i:n]) == s {
		w.i = n
		return
	}
	w.fail()
}

// number passes over a number (RFC 8259, section 6).
func (w *walker) number() {
	if w.peek() == '-' {
		w.i++
	}
	if w.peek() == '0' {
		w.i++
	} else {
		w.digits()
	}
	if w.peek() == '.' {
		w.i++
		w.digits()
	}
	if c := w.peek(); c == 'e' || c == 'E' {
		w.i++
		if c := w.peek(); c == '+' || c == '-' {
			w.i++
		}
		w.digits()
	}
}

// digits passes over one digit or more.
func (w *walker) digits() {
	start := w.i
	for w.i < len(w.b) && w.b[w.i]-'0' <= 9 {
		w.i++
	}
	if w.i == start {
		w.fail()
	}
}

// pass passes over the string at the cursor and reports whether it is well formed
// and holds no escapes.
func (w *walker) pass() bool {
	i := plainRun(w.b, w.i+1)
	if i < len(w.b) && w.b[i] == '"' {
		w.i = i + 1
		return true
	}
	return w.passFrom(i)
}

// passFrom goes on at a byte that is not plain.
func (w *walker) passFrom(i int) bool {
	escaped := false
	for ; i < len(w.b); i = plainRun(w.b, i) {
		switch c := w.b[i]; {
		case c == '"':
			w.i = i + 1
			return !escaped
		case c == '\\':
			n := escape(w.b[i:])
			if n == 0 {
				w.fail()
				return false
			}
			escaped = true
			i += n
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRune(w.b[i:])
			if r == utf8.RuneError && n == 1 {
				w.fail()
				return false
			}
			i += n
		default: // a control character
			w.fail()
			return false
		}
	}
	w.fail()
	return false
}

// plainRun returns the index of the first byte from i on that is not plain text of
// a string, but a quote, a backslash, a control character or no ASCII.
//
// It looks at eight bytes at once, which BenchmarkOkta measures to be worth it. In each byte of m the high bit is set if the
// byte is such a one, in the order of the operands: not ASCII, below ' ', '"',
// '\\'. A borrow can set it wrongly, but only above a byte where it is rightly
// set, and the lowest counts.
func plainRun(b []byte, i int) int {
	const ones = 0x0101010101010101
	for ; i+8 <= len(b); i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		m := x | (x - ' '*ones) | ((x ^ '"'*ones) - ones) | ((x ^ '\\'*ones) - ones)
		if m &= 0x80 * ones; m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for ; i < len(b); i++ {
		if c := b[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			break
		}
	}
	return i
}

// escape returns the length of the escape sequence that b begins with (of both
// halves of a surrogate pair), 0 if it is none.
func escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		r, ok := unit(b)
		switch {
		case !ok:
			return 0
		case !utf16.IsSurrogate(r):
			return 6
		}
		if low, ok := unit(b[6:]); ok && utf16.DecodeRune(r, low) != utf8.RuneError {
			return 12
		}
	}
	return 0
}

// unit reads the UTF-16 code unit of "\u20ac".
func unit(b []byte) (r rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	for _, c := range b[2:6] {
		d := hexDigit(c)
		if d < 0 {
			return 0, false
		}
		r = r<<4 | rune(d&15)
	}
	return r, true
}
