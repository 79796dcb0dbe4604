// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"errors"
	"strconv"
)

// object is nil, bool, float64, name, text, array, dict, *stream, ref or
// operator.
type object any

type (
	name     string
	text     string
	operator string
	array    []object
	dict     map[name]object
	ref      struct{ num, gen int }
)

// stream is a dictionary and the bytes that follow it, as stored.
type stream struct {
	dict dict
	raw  []byte
	// data is the decoded content, once decoded.
	data    []byte
	decoded bool
}

var errSyntax = errors.New("syntax")

// lexer reads objects from bytes. It never reads beyond them and nests no
// deeper than maxDepth.
type lexer struct {
	b     []byte
	pos   int
	depth int
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

func (l *lexer) skipSpace() {
	for l.pos < len(l.b) {
		c := l.b[l.pos]
		if c == '%' {
			for l.pos < len(l.b) && l.b[l.pos] != '\n' && l.b[l.pos] != '\r' {
				l.pos++
			}
			continue
		}
		if !isSpace(c) {
			return
		}
		l.pos++
	}
}

// next reads one object or operator. At the end it returns errSyntax.
func (l *lexer) next() (object, error) {
	l.skipSpace()
	if l.pos >= len(l.b) {
		return nil, errSyntax
	}
	c := l.b[l.pos]
	switch {
	case c == '/':
		return l.name(), nil
	case c == '(':
		return l.literal(), nil
	case c == '<' && l.pos+1 < len(l.b) && l.b[l.pos+1] == '<':
		l.pos += 2
		return l.dict()
	case c == '<':
		return l.hex(), nil
	case c == '[':
		l.pos++
		return l.array()
	case c == ']' || c == '>' || c == '{' || c == '}' || c == ')':
		l.pos++
		return operator(c), nil
	}
	start := l.pos
	for l.pos < len(l.b) && !isSpace(l.b[l.pos]) && !isDelimiter(l.b[l.pos]) {
		l.pos++
	}
	word := l.b[start:l.pos]
	if n, ok := number(word); ok {
		return n, nil
	}
	switch string(word) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "null":
		return nil, nil
	}
	return operator(word), nil
}

// number reads a number; PDF has no exponents, and writers err with "--5" and
// "1.2.3", of which what can be read is kept.
func number(w []byte) (float64, bool) {
	if c := w[0]; c != '+' && c != '-' && c != '.' && (c < '0' || c > '9') {
		return 0, false
	}
	sign, v, scale, digits := 1.0, 0.0, 0.0, 0
	for i, c := range w {
		switch {
		case c >= '0' && c <= '9':
			digits++
			if scale > 0 {
				v += float64(c-'0') * scale
				scale /= 10
			} else if digits < 16 {
				v = v*10 + float64(c-'0')
			}
		case c == '-' && digits == 0 && scale == 0:
			sign = -1
		case c == '+' && i == 0:
		case c == '.' && scale == 0:
			scale = 0.1
		case c == '-' || c == '.':
			return sign * v, digits > 0
		default:
			return 0, false
		}
	}
	return sign * v, digits > 0 || scale > 0
}

func (l *lexer) name() name {
	l.pos++
	var out []byte
	for l.pos < len(l.b) && !isSpace(l.b[l.pos]) && !isDelimiter(l.b[l.pos]) {
		c := l.b[l.pos]
		if c == '#' && l.pos+2 < len(l.b) {
			if v, err := strconv.ParseUint(string(l.b[l.pos+1:l.pos+3]), 16, 8); err == nil {
				c = byte(v)
				l.pos += 2
			}
		}
		out = append(out, c)
		l.pos++
	}
	return name(out)
}

func (l *lexer) literal() text {
	l.pos++
	var out []byte
	for depth := 1; l.pos < len(l.b); l.pos++ {
		c := l.b[l.pos]
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				l.pos++
				return text(out)
			}
		case '\\':
			l.pos++
			if l.pos >= len(l.b) {
				return text(out)
			}
			switch c = l.b[l.pos]; {
			case c == 'n':
				c = '\n'
			case c == 'r':
				c = '\r'
			case c == 't':
				c = '\t'
			case c == 'b':
				c = '\b'
			case c == 'f':
				c = '\f'
			case c == '\n':
				continue
			case c == '\r':
				if l.pos+1 < len(l.b) && l.b[l.pos+1] == '\n' {
					l.pos++
				}
				continue
			case c >= '0' && c <= '7':
				v := 0
				for k := 0; k < 3 && l.pos < len(l.b) && l.b[l.pos] >= '0' && l.b[l.pos] <= '7'; k++ {
					v = v<<3 | int(l.b[l.pos]-'0')
					l.pos++
				}
				l.pos--
				c = byte(v & 0xff)
			}
		}
		out = append(out, c)
	}
	return text(out)
}

func (l *lexer) hex() text {
	l.pos++
	var out []byte
	half, have := byte(0), false
	for ; l.pos < len(l.b); l.pos++ {
		c := l.b[l.pos]
		if c == '>' {
			l.pos++
			break
		}
		var v byte
		switch {
		case c >= '0' && c <= '9':
			v = c - '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = c | 0x20 - 'a' + 10
		default:
			continue
		}
		if have {
			out = append(out, half<<4|v)
		}
		half, have = v, !have
	}
	if have {
		out = append(out, half<<4)
	}
	return text(out)
}

func (l *lexer) array() (object, error) {
	if l.depth++; l.depth > maxDepth {
		return nil, ErrTooLarge
	}
	defer func() { l.depth-- }()
	out := array{}
	for {
		o, err := l.next()
		if err != nil {
			return nil, err
		}
		switch o {
		case operator("]"):
			return out, nil
		case operator("R"):
			if n := len(out); n >= 2 {
				num, ok1 := out[n-2].(float64)
				gen, ok2 := out[n-1].(float64)
				if ok1 && ok2 {
					out = append(out[:n-2], ref{int(num), int(gen)})
					continue
				}
			}
		}
		if op, ok := o.(operator); ok && (op == "endobj" || op == ">") {
			return nil, errSyntax
		}
		out = append(out, o)
	}
}

func (l *lexer) dict() (object, error) {
	if l.depth++; l.depth > maxDepth {
		return nil, ErrTooLarge
	}
	defer func() { l.depth-- }()
	out := dict{}
	var pending []object // values of the key, of which a reference has three
	var key name
	open := false
	store := func() {
		switch {
		case !open || len(pending) == 0:
		case len(pending) == 3 && pending[2] == operator("R"):
			num, ok1 := pending[0].(float64)
			gen, ok2 := pending[1].(float64)
			if ok1 && ok2 {
				out[key] = ref{int(num), int(gen)}
			}
		default:
			out[key] = pending[0]
		}
		pending = pending[:0]
	}
	for {
		l.skipSpace()
		if l.pos+1 < len(l.b) && l.b[l.pos] == '>' && l.b[l.pos+1] == '>' {
			l.pos += 2
			store()
			return out, nil
		}
		o, err := l.next()
		if err != nil {
			return nil, err
		}
		if o == operator("endobj") || o == operator("stream") {
			return nil, errSyntax
		}
		if k, ok := o.(name); ok && (!open || len(pending) > 0) {
			store()
			key, open = k, true
			continue
		}
		if len(pending) < 4 {
			pending = append(pending, o)
		}
	}
}

// streamAfter returns the bytes between "stream" and "endstream" that follow a
// dictionary, and leaves the lexer behind them; nil when there is no stream.
func (l *lexer) streamAfter(d dict) []byte {
	l.skipSpace()
	if !bytes.HasPrefix(l.b[l.pos:], []byte("stream")) {
		return nil
	}
	start := l.pos + len("stream")
	if start < len(l.b) && l.b[start] == '\r' {
		start++
	}
	if start < len(l.b) && l.b[start] == '\n' {
		start++
	}
	start = min(start, len(l.b))
	if n, ok := d["Length"].(float64); ok && n >= 0 && n <= float64(len(l.b)-start) {
		end := start + int(n)
		tail := l.b[end:min(len(l.b), end+16)]
		if bytes.HasPrefix(bytes.TrimLeft(tail, "\r\n \t"), []byte("endstream")) {
			l.pos = end
			return l.b[start:end]
		}
	}
	// The length is a reference or wrong: the keyword ends the stream.
	end := bytes.Index(l.b[start:], []byte("endstream"))
	if end < 0 {
		l.pos = len(l.b)
		return l.b[start:]
	}
	l.pos = start + end
	return l.b[start:l.pos]
}
