// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"bytes"
	"net/netip"
	"strconv"

	"daylight/source"

	"github.com/go-json-experiment/json/jsontext"
)

// The reasons for which the event decoders reject a row.
const (
	// ErrNotObject says that the row is JSON, but not an object.
	ErrNotObject Bad = "not a JSON object"
	// ErrNoTime says that the row does not say when it happened.
	ErrNoTime Bad = "no time"
	// ErrBadTime says that the row gives a time in a form that is not known.
	ErrBadTime Bad = "time not understood"
	// ErrNoAct says that the row does not say what happened.
	ErrNoAct Bad = "does not say what happened"
	// ErrTwice says that the row gives one field in two spellings. Two readers
	// could then see two different events.
	ErrTwice Bad = "a field given in two spellings"
)

// walker reads chosen fields of one JSON object and allocates nothing once its
// buffer has grown. open checks the whole text strictly with jsontext first:
// duplicate names, invalid UTF-8 and bad numbers are errors, so the walk itself
// may trust the text. The slices it returns point into the text or into the
// walker's buffer and hold until the next open.
//
// Checking and then walking is faster than reading token by token, because
// jsontext checks a whole value in one call (BenchmarkOkta has both).
type walker struct {
	b    []byte
	i    int
	text []byte // strings that held escapes, unquoted
}

// open checks the text and stands at its start.
func (w *walker) open(raw []byte) error {
	w.b, w.i, w.text = raw, 0, w.text[:0]
	// The number of brackets bounds the depth, and counting them costs little.
	deep := bytes.Count(raw, []byte("{"))+bytes.Count(raw, []byte("[")) > source.MaxDepth
	if deep && source.Depth(raw) > source.MaxDepth || !jsontext.Value(raw).IsValid() {
		return Bad(source.CheckJSON(raw))
	}
	w.space()
	if w.b[w.i] != '{' {
		return ErrNotObject
	}
	return nil
}

// members yields the name of each member of the object at the cursor, which
// then stands at the member's value; a value that the loop does not read is
// skipped. A value that is no object is skipped as a whole.
func (w *walker) members(yield func(name []byte) bool) {
	if w.b[w.i] != '{' {
		w.skip()
		return
	}
	w.i++
	for more := true; ; {
		w.space()
		switch w.b[w.i] {
		case '}':
			w.i++
			return
		case ',':
			w.i++
			w.space()
		}
		name := w.str()
		w.space()
		w.i++ // the colon
		w.space()
		at := w.i
		if more = more && yield(name); w.i == at {
			w.skip()
		}
	}
}

// elements counts through the elements of the array at the cursor, which then
// stands at each element, as in members.
func (w *walker) elements(yield func(n int) bool) {
	if w.b[w.i] != '[' {
		w.skip()
		return
	}
	w.i++
	for n, more := 0, true; ; n++ {
		w.space()
		switch w.b[w.i] {
		case ']':
			w.i++
			return
		case ',':
			w.i++
			w.space()
		}
		at := w.i
		if more = more && yield(n); w.i == at {
			w.skip()
		}
	}
}

// space passes over white space: nothing else below '!' stands between tokens.
func (w *walker) space() {
	for w.i < len(w.b) && w.b[w.i] <= ' ' {
		w.i++
	}
}

// skip passes over the value at the cursor.
func (w *walker) skip() {
	b, i := w.b, w.i
	switch b[i] {
	case '"':
		w.i = closing(b, i) + 1
		return
	case '{', '[':
	default:
		w.literal()
		return
	}
	for depth := 0; ; i++ {
		switch b[i] {
		case '"':
			i = closing(b, i)
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				w.i = i + 1
				return
			}
		}
	}
}

// quoted passes over the string at the cursor and returns it with its quotes.
func (w *walker) quoted() []byte {
	start := w.i
	w.i = closing(w.b, start) + 1
	return w.b[start:w.i]
}

// closing returns the index of the quote that closes the string that opens at i.
// Most strings are too short for a search by vector instructions to pay.
func closing(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++ // whatever is escaped, a quote or a backslash, is passed over too
		}
	}
	return i
}

// literal passes over the number or word at the cursor and returns it.
func (w *walker) literal() []byte {
	start := w.i
	for w.i < len(w.b) {
		switch w.b[w.i] {
		case ',', '}', ']', ' ', '\t', '\r', '\n':
			return w.b[start:w.i]
		}
		w.i++
	}
	return w.b[start:w.i]
}

// str returns the string at the cursor, or nil if the value is no string.
func (w *walker) str() []byte {
	if w.b[w.i] != '"' {
		w.skip()
		return nil
	}
	b := w.b[w.i+1:]
	for i, c := range b {
		if c == '"' {
			w.i += i + 2
			return b[:i]
		}
		if c == '\\' {
			break
		}
	}
	return w.unquoted()
}

// unquoted returns the string at the cursor, which holds escapes.
func (w *walker) unquoted() []byte {
	q := w.quoted()
	start := len(w.text)
	text, err := jsontext.AppendUnquote(w.text, q)
	if err != nil {
		return nil // cannot happen: open has checked the text
	}
	w.text = text
	return text[start:]
}

// scalar returns a string, number or boolean as text, or nil.
func (w *walker) scalar() []byte {
	switch w.b[w.i] {
	case '"':
		return w.str()
	case '{', '[', 'n':
		w.skip()
		return nil
	}
	return w.literal()
}

// yes reports whether the value is true, or the string "true".
func (w *walker) yes() bool { return string(w.scalar()) == "true" }

// integer returns a whole number, or 0.
func (w *walker) integer() int {
	n := 0
	for _, c := range w.scalar() {
		if c < '0' || c > '9' || n > 1<<40 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// degrees returns a coordinate no larger than limit, if the value is one.
func (w *walker) degrees(limit float64) (float32, bool) {
	b := w.scalar()
	if len(b) == 0 || len(b) > 32 {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil || !(f >= -limit && f <= limit) {
		return 0, false
	}
	return float32(f), true
}

// addr is the IP address at the cursor.
func (w *walker) addr() netip.Addr { return parseAddr(w.scalar()) }

// when is the time at the cursor. absent is for null and the empty string.
func (w *walker) when() instant {
	b := w.scalar()
	if len(b) == 0 {
		return instant{}
	}
	ms, ok := parseTime(b)
	return instant{ms: ms, ok: ok, given: true}
}

// instant is a time as a row gives it.
type instant struct {
	ms        int64
	ok, given bool
}

// or returns the first of two times that can be read.
func (t instant) or(u instant) instant {
	if t.ok || (t.given && !u.ok) {
		return t
	}
	return u
}

// err says why there is no time.
func (t instant) err() error {
	switch {
	case t.ok:
		return nil
	case t.given:
		return ErrBadTime
	}
	return ErrNoTime
}

// known returns text, or nil where the vendor writes a word for "not known".
func known(b []byte) []byte {
	switch string(b) {
	case "", "unknown", "Unknown", "null", "N/A", "-":
		return nil
	}
	return b
}

// parseAddr reads an IP address without allocating, which [netip.ParseAddr]
// does for its errors. An address in IPv6 form that is an IPv4 address becomes
// one; a zone is refused. Anything else gives the zero address.
func parseAddr(b []byte) netip.Addr {
	if len(b) < 2 || len(b) > 45 {
		return netip.Addr{}
	}
	if bytes.IndexByte(b, ':') < 0 {
		four, ok := parse4(b)
		if !ok {
			return netip.Addr{}
		}
		return netip.AddrFrom4(four)
	}
	return parse6(b)
}

func parse4(b []byte) (a [4]byte, ok bool) {
	part, digits, n := 0, 0, 0
	for i := 0; ; i++ {
		if i == len(b) || b[i] == '.' {
			if digits == 0 || part > 3 {
				return a, false
			}
			a[part] = byte(n & 0xff)
			if i == len(b) {
				return a, part == 3
			}
			part, digits, n = part+1, 0, 0
			continue
		}
		c := b[i]
		if c < '0' || c > '9' || (digits > 0 && n == 0) {
			return a, false
		}
		if n = n*10 + int(c-'0'); n > 255 {
			return a, false
		}
		digits++
	}
}

func parse6(b []byte) netip.Addr {
	var a [16]byte
	at, gap := 0, -1
	if b[0] == ':' {
		if b[1] != ':' {
			return netip.Addr{}
		}
		if gap, b = 0, b[2:]; len(b) == 0 {
			return netip.AddrFrom16(a)
		}
	}
	for at < 15 {
		n, digits := 0, 0
		for digits < len(b) && hexDigit(b[digits]) >= 0 {
			if digits == 4 {
				return netip.Addr{}
			}
			n = n<<4 | hexDigit(b[digits])
			digits++
		}
		if digits == 0 {
			return netip.Addr{}
		}
		if digits < len(b) && b[digits] == '.' {
			four, ok := parse4(b)
			if !ok || at > 12 || (gap < 0 && at != 12) {
				return netip.Addr{}
			}
			copy(a[at:], four[:])
			at, b = at+4, nil
			break
		}
		a[at], a[at+1] = byte(n>>8&0xff), byte(n&0xff)
		at += 2
		if b = b[digits:]; len(b) == 0 {
			break
		}
		if b[0] != ':' || len(b) == 1 {
			return netip.Addr{}
		}
		if b = b[1:]; b[0] == ':' {
			if gap >= 0 {
				return netip.Addr{}
			}
			if gap, b = at, b[1:]; len(b) == 0 {
				break
			}
		}
	}
	if len(b) != 0 || (at < 16) != (gap >= 0) {
		return netip.Addr{}
	}
	if gap >= 0 {
		n := copy(a[16-(at-gap):], a[gap:at])
		clear(a[gap : 16-n])
	}
	return netip.AddrFrom16(a).Unmap()
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
