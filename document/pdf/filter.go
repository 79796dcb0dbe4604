// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"

	"golang.org/x/image/tiff/lzw"
)

// data decodes a stream, as far as it can be decoded: viewers show what comes
// before the damage. What exceeds the budget sets f.over and returns nil.
func (f *File) data(s *stream) []byte {
	if s == nil || s.decoded {
		if s == nil {
			return nil
		}
		return s.data
	}
	s.decoded = true
	data, picture := f.decode(s)
	if picture == "" {
		s.data = data
	}
	return s.data
}

// decode applies the filters of a stream, up to one that holds a picture, whose
// name it returns.
func (f *File) decode(s *stream) (data []byte, picture name) {
	filters, params := f.list(s.dict["Filter"], s.dict["F"]), f.list(s.dict["DecodeParms"], s.dict["DP"])
	data = s.raw
	for i, o := range filters {
		if i >= 8 || f.over != nil {
			return nil, ""
		}
		var p dict
		if i < len(params) {
			p = f.dict(params[i])
		}
		switch kind := f.name(o); kind {
		case "FlateDecode", "Fl":
			data = f.predict(f.inflate(data), p)
		case "LZWDecode", "LZW":
			data = f.predict(f.unLZW(data, p), p)
		case "ASCII85Decode", "A85":
			data = f.spend(ascii85Decode(data))
		case "ASCIIHexDecode", "AHx":
			l := lexer{b: append([]byte("<"), data...)}
			data = []byte(l.hex())
		case "RunLengthDecode", "RL":
			data = f.spend(unRunLength(data, f.left))
		case "DCTDecode", "DCT", "JPXDecode", "CCITTFaxDecode", "CCF", "JBIG2Decode":
			return data, kind
		default:
			return nil, ""
		}
	}
	return data, ""
}

// list returns a value that may be one or an array of several.
func (f *File) list(os ...object) array {
	for _, o := range os {
		switch o := f.resolve(o).(type) {
		case nil:
		case array:
			return o
		default:
			return array{o}
		}
	}
	return nil
}

// spend takes decoded bytes from the budget.
func (f *File) spend(b []byte) []byte {
	if f.left -= int64(len(b)); f.left < 0 {
		f.over = fmt.Errorf("streams decompress to more than is allowed: %w", ErrTooLarge)
		return nil
	}
	return b
}

func (f *File) inflate(data []byte) []byte {
	// The two bytes of the zlib header and the checksum at the end are skipped:
	// writers get the checksum wrong and viewers do not look.
	if len(data) < 2 {
		return nil
	}
	return f.readAll(flate.NewReader(bytes.NewReader(data[2:])))
}

func (f *File) unLZW(data []byte, p dict) []byte {
	if f.number(p["EarlyChange"], 1) == 0 {
		return nil // hardly ever written, and not what the decoder reads
	}
	return f.readAll(lzw.NewReader(bytes.NewReader(data), lzw.MSB, 8))
}

func (f *File) readAll(r io.ReadCloser) []byte {
	b, _ := io.ReadAll(io.LimitReader(r, f.left+1)) // what comes before damage counts
	_ = r.Close()                                   // nothing to learn from it
	return f.spend(b)
}

// ascii85Decode decodes as far as it can. Source: ISO 32000-1, 7.4.3.
func ascii85Decode(data []byte) []byte {
	var out []byte
	var group [5]uint32
	n := 0
	flush := func(have int) {
		for i := have; i < 5; i++ {
			group[i] = 84
		}
		v := uint32(0)
		for _, g := range group {
			v = v*85 + g
		}
		out = append(out, []byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}[:have-1]...)
	}
	for _, c := range data {
		switch {
		case c == '~':
			if n > 1 {
				flush(n)
			}
			return out
		case c == 'z' && n == 0:
			out = append(out, 0, 0, 0, 0)
		case c >= '!' && c <= 'u':
			group[n] = uint32(c - '!')
			if n++; n == 5 {
				flush(5)
				n = 0
			}
		}
	}
	if n > 1 {
		flush(n)
	}
	return out
}

func unRunLength(data []byte, limit int64) []byte {
	var out []byte
	for i := 0; i < len(data) && int64(len(out)) <= limit; {
		n := int(data[i])
		i++
		switch {
		case n < 128:
			end := min(i+n+1, len(data))
			out = append(out, data[i:end]...)
			i = end
		case n > 128 && i < len(data):
			out = append(out, bytes.Repeat(data[i:i+1], 257-n)...)
			i++
		default:
			return out
		}
	}
	return out
}

// predict undoes the PNG and TIFF predictors. Source: ISO 32000-1, 7.4.4.4.
func (f *File) predict(data []byte, p dict) []byte {
	kind := f.number(p["Predictor"], 1)
	if kind < 2 || len(data) == 0 {
		return data
	}
	colours, bits, columns := f.number(p["Colors"], 1), f.number(p["BitsPerComponent"], 8), f.number(p["Columns"], 1)
	if colours < 1 || colours > 32 || bits < 1 || bits > 16 || columns < 1 || columns > 1<<20 {
		return nil
	}
	unit := max(1, int(colours*bits)/8)
	row := (int(colours*bits*columns) + 7) / 8
	if kind == 2 {
		if bits == 8 {
			for start := 0; start+row <= len(data); start += row {
				for i := start + unit; i < start+row; i++ {
					data[i] += data[i-unit]
				}
			}
		}
		return data
	}
	out := make([]byte, 0, len(data))
	before := make([]byte, row)
	for len(data) > 1 {
		filter, line := data[0], data[1:min(len(data), row+1)]
		data = data[1+len(line):]
		from := len(out)
		out = append(out, line...)
		cur := out[from:]
		for i := range cur {
			var left, upLeft byte
			if i >= unit {
				left, upLeft = cur[i-unit], before[i-unit]
			}
			switch filter {
			case 1:
				cur[i] += left
			case 2:
				cur[i] += before[i]
			case 3:
				cur[i] += left/2 + before[i]/2 + left&before[i]&1
			case 4:
				cur[i] += paeth(left, before[i], upLeft)
			}
		}
		copy(before, cur)
	}
	return out
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	distance := func(x byte) int { return max(p-int(x), int(x)-p) }
	switch da, db, dc := distance(a), distance(b), distance(c); {
	case da <= db && da <= dc:
		return a
	case db <= dc:
		return b
	}
	return c
}
