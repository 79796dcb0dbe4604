// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"encoding/ascii85"
	"testing"

	"pgregory.net/rapid"
)

func TestFilters(t *testing.T) {
	for _, c := range []struct {
		name, filter, data, want string
	}{
		{"hexadecimal", "ASCIIHexDecode", "48 65 6C6c 6F>", "Hello"},
		{"base 85", "ASCII85Decode", "87cURDZ~>", "Hello"},
		{"runs", "RunLengthDecode", "\x04Hello\xfe!\x80junk", "Hello!!!"},
		{"unknown", "NoSuchDecode", "x", ""},
	} {
		f := &File{left: minBudget}
		s := &stream{dict: dict{"Filter": name(c.filter)}, raw: []byte(c.data)}
		if got := string(f.data(s)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestASCII85IsTheStandardOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "data")
		enc := make([]byte, ascii85.MaxEncodedLen(len(data)))
		enc = enc[:ascii85.Encode(enc, data)]
		if got := ascii85Decode(enc); !bytes.Equal(got, data) {
			t.Fatalf("%x, want %x", got, data)
		}
	})
}

// TestPredictors undoes each PNG filter on a row of 1 2 3 4 under one of 1 1 1 1.
// Sub: differences to the left; Up: to above; Average and Paeth worked by hand.
func TestPredictors(t *testing.T) {
	f := &File{left: minBudget}
	p := dict{"Predictor": 15.0, "Columns": 4.0}
	for filter, row := range map[byte][]byte{
		0: {1, 2, 3, 4},
		1: {1, 1, 1, 1},
		2: {0, 1, 2, 3},
		3: {1, 1, 2, 2}, // less (0+1)/2=0, (1+1)/2=1, (2+1)/2=1, (3+1)/2=2
		4: {0, 1, 1, 1}, // above is as near as any for the first, then the left one
	} {
		data := append([]byte{0, 1, 1, 1, 1, filter}, row...)
		if got := f.predict(data, p); !bytes.Equal(got, []byte{1, 1, 1, 1, 1, 2, 3, 4}) {
			t.Errorf("filter %d: %v", filter, got)
		}
	}
	if got := f.predict([]byte{1, 1, 1, 5}, dict{"Predictor": 2.0, "Columns": 4.0}); !bytes.Equal(got, []byte{1, 2, 3, 8}) {
		t.Errorf("TIFF: %v", got)
	}
}

func TestGlyphText(t *testing.T) {
	for glyph, want := range map[string]string{
		"A": "A", "eacute": "é", "Scaron": "Š", "f_f_i": "ffi", "uni00E9": "é", "u1F600": "😀", "a.sc": "a", "quoteright": "’",
		"afii10017": "А", "afii10071": "ё", "afii10097": "я", "space": " ", "x_y_z": "xyz", "nosuchglyph": "", "": "", "_": "_",
	} {
		if got := glyphText(glyph); got != want {
			t.Errorf("%q: %q, want %q", glyph, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for s, want := range map[string]float64{"12": 12, "-3.5": -3.5, "+.25": 0.25, "--5": -5, "4.": 4, "1.2.3": 1.2} {
		if got, ok := number([]byte(s)); !ok || got < want-1e-9 || got > want+1e-9 {
			t.Errorf("%q: %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"abc", "-", "1e5", "0x1"} {
		if got, ok := number([]byte(s)); ok {
			t.Errorf("%q is %v", s, got)
		}
	}
}
