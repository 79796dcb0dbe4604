// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"runtime"
	"strings"
	"testing"
)

// jpegPart is a segment of a JPEG.
func jpegPart(marker byte, content ...byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(content)+2)), content...)
}

// flatJPEG is a square grey JPEG of so many components, each of whose blocks is one bit.
func flatJPEG(frame byte, side, components int) []byte {
	table := append(make([]byte, 1), bytes.Repeat([]byte{1}, 64)...)
	sof := []byte{8, byte(side >> 8), byte(side), byte(side >> 8), byte(side), byte(components)}
	sos := []byte{byte(components)}
	for i := range components {
		sof = append(sof, byte(i+1), 0x11, 0)
		sos = append(sos, byte(i+1), 0)
	}
	codes := append([]byte{0, 1}, make([]byte, 16)...) // one code, of one bit
	bits := components
	last := byte(0)
	if frame != 0xc2 { // a baseline scan has the other coefficients too: their end is a bit
		codes = append(codes, append([]byte{0x10, 1}, make([]byte, 16)...)...)
		bits, last = 2*bits, 63
	}
	blocks := (side + 7) / 8 * ((side + 7) / 8)
	return bytes.Join([][]byte{
		{0xff, 0xd8},
		jpegPart(0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00")...),
		jpegPart(0xfe, 0xff, 0xc0, 0, 9), // a comment that looks like a frame
		{0, 0xff, 0},                     // bytes between segments, which the decoder skips
		jpegPart(0xdb, table...), jpegPart(frame, sof...), jpegPart(0xc4, codes...), jpegPart(0xda, append(sos, 0, last, 0)...),
		make([]byte, blocks*bits/8+1),
		{0xff, 0xd9},
	}, nil)
}

// TestMemory holds the estimate against what decoding takes: not less, and not more than
// three times as much.
func TestMemory(t *testing.T) {
	const side = 1024
	wide := image.Rect(0, 0, side, side)
	deep := image.NewNRGBA64(wide)
	deep.Pix[6] = 1 // not opaque
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, image.NewRGBA(wide), nil); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data  []byte
		bytes int64 // a pixel
	}{
		"progressive, four colours":  {flatJPEG(0xc2, side, 4), 24},
		"progressive, three colours": {flatJPEG(0xc2, side, 3), 19},
		"progressive, grey":          {flatJPEG(0xc2, side, 1), 5},
		"baseline, four colours":     {flatJPEG(0xc0, side, 4), 8},
		"baseline, grey":             {flatJPEG(0xc1, side, 1), 1},
		"PNG":                        {pngOf(t, image.NewNRGBA(wide)), 4},
		"PNG of 16 bits":             {pngOf(t, deep), 8},
	} {
		config, format, err := image.DecodeConfig(bytes.NewReader(c.data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := memory(c.data, format, config)
		if want != c.bytes*side*side {
			t.Errorf("%s: %d bytes a pixel, want %d", name, want/side/side, c.bytes)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, _, err := image.Decode(bytes.NewReader(c.data)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		runtime.ReadMemStats(&after)
		const around = 256 << 10 // buffers of the decoder
		if took := int64(after.TotalAlloc - before.TotalAlloc); took > want+around || 3*took < want {
			t.Errorf("%s: decoding took %d bytes, %d were estimated", name, took, want)
		}
	}
	config, _, err := image.DecodeConfig(&plain)
	if err != nil || jpegMemory([]byte("not one"), config) != 24*side*side {
		t.Errorf("%v: a JPEG whose frame is not found is not counted in full", err)
	}
}

// TestLargeInMemory holds that a picture which is small as a file and within the pixels, and
// takes more memory than is given, is refused before it is decoded.
func TestLargeInMemory(t *testing.T) {
	data := flatJPEG(0xc2, 6000, 4)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Read("x.jpg", data)
	runtime.ReadMemStats(&after)
	if took := (after.TotalAlloc - before.TotalAlloc) >> 20; !errors.Is(err, ErrTooLarge) || took > 16 {
		t.Errorf("%d KB took %d MB: %v", len(data)>>10, took, err)
	}
}

// TestLargeWithinADocument holds that pictures which are not looked at are counted: for
// their pixels, for what decoding takes, for what the file unfolds into, and for their
// number. Those that are looked at are not.
func TestLargeWithinADocument(t *testing.T) {
	const grey = "/Subtype /Image /BitsPerComponent 8 /ColorSpace /DeviceGray"
	pdfOf := func(images ...func(*pdfFile) int) []byte {
		var p pdfFile
		var names strings.Builder
		for i, add := range images {
			fmt.Fprintf(&names, " /I%d %d 0 R", i, add(&p))
		}
		p.page(at(72, 700, "x"), helveticaFont+" /XObject <<"+names.String()+" >>")
		return p.bytes()
	}
	small := func(i int) func(*pdfFile) int {
		return func(p *pdfFile) int {
			return p.stream(grey+" /Width 1 /Height 1", string(rune('0'+i)))
		}
	}
	many := make([]func(*pdfFile) int, maxMedia+3)
	for i := range many {
		many[i] = small(i)
	}
	for name, c := range map[string]struct {
		data   []byte
		images int
		large  int
	}{
		"small":       {pdfOf(small(1), small(2)), 2, 0},
		"many pixels": {pdfOf(small(1), func(p *pdfFile) int { return p.stream(grey+" /Width 7000 /Height 7000", "x") }), 2, 1},
		"much memory": {pdfOf(func(p *pdfFile) int {
			return p.stream("/Subtype /Image /Width 6000 /Height 6000 /Filter /DCTDecode", string(flatJPEG(0xc2, 6000, 4)))
		}), 1, 1},
		"unfolds": {pdfOf(func(p *pdfFile) int {
			return p.compressed(t, grey+" /Width 4000 /Height 4000", strings.Repeat("\x7f", 4000*4000))
		}), 1, 1},
		"many":    {pdfOf(many...), maxMedia, 3},
		"no size": {pdfOf(func(p *pdfFile) int { return p.stream(grey, "x") }), 1, 0},
	} {
		d, err := Read("x.pdf", c.data)
		if err != nil || d.Large != c.large || len(d.Images) != c.images {
			t.Errorf("%s: %d of %d pictures are not looked at, want %d of %d: %v", name, d.Large, len(d.Images), c.large, c.images, err)
		}
	}
}
