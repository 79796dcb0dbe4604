// SPDX-License-Identifier: Apache-2.0

package normalize

import (
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

// walker reads chosen fields of one JSON object in one pass, as strictly as
// jsontext with its defaults: what no field asks for is checked as it is passed
// over. Malformed text, duplicate names, invalid UTF-8 and nesting deeper than
// [source.MaxDepth] make the walk fail: the cursor then stands at the end of the
// text, every loop ends, and close gives the error. So what was read means
// nothing before close returned nil.
//
// It allocates nothing once its buffers have grown. The slices it returns point
// into the text or into a buffer and hold until the next open.
type walker struct {
	b      []byte
	i      int
	depth  int
	failed bool
	many   bool     // some object has more than maxMembers members
	text   []byte   // strings that held escapes, unquoted
	names  [][]byte // of the members so far of the objects that are open
}

// open stands at the start of the object that the text is said to be.
func (w *walker) open(raw []byte) error {
	*w = walker{b: raw, text: w.text[:0], names: w.names[:0]}
	if w.next() == '{' {
		return nil
	}
	if reason := source.CheckJSON(raw); reason != "" {
		return Bad(reason)
	}
	return ErrNotObject
}

// close says whether the text, all of which has been walked, is one JSON value.
func (w *walker) close() error {
	w.next()
	if !w.failed && w.i == len(w.b) && (!w.many || jsontext.Value(w.b).IsValid()) {
		return nil
	}
	return Bad(source.CheckJSON(w.b))
}

// members yields the name of each member of the object at the cursor, which
// then stands at the member's value; a value that the loop does not read is
// skipped. A value that is no object is skipped as a whole.
func (w *walker) members(yield func(name []byte) bool) {
	if w.peek() != '{' {
		w.skip()
		return
	}
	o := w.enter()
	for more := true; ; {
		name, ok := w.member(&o)
		if !ok {
			return
		}
		at := w.i
		if more = more && yield(name); w.i == at {
			w.skip()
		}
	}
}

// elements counts through the elements of the array at the cursor, which then
// stands at each element, as in members.
func (w *walker) elements(yield func(n int) bool) {
	if w.peek() != '[' {
		w.skip()
		return
	}
	w.enter()
	for n, more := 0, true; w.element(n == 0); n++ {
		at := w.i
		if more = more && yield(n); w.i == at {
			w.skip()
		}
	}
}

// str returns the string at the cursor, or nil if the value is no string.
func (w *walker) str() []byte {
	if w.peek() != '"' {
		w.skip()
		return nil
	}
	start := w.i
	if w.pass() {
		return w.b[start+1 : w.i-1]
	}
	if w.failed {
		return nil
	}
	from := len(w.text)
	text, err := jsontext.AppendUnquote(w.text, w.b[start:w.i])
	if err != nil {
		w.fail()
		return nil
	}
	w.text = text
	return text[from:]
}

// literal passes over the number or word at the cursor and returns it.
func (w *walker) literal() []byte {
	start := w.i
	w.skip()
	return w.b[start:w.i]
}

// scalar returns a string, number or boolean as text, or nil.
func (w *walker) scalar() []byte {
	switch w.peek() {
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
