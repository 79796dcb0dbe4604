// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"encoding/hex"
	"image"
	"image/color"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// Info is what a file says of its own making, as written.
type Info struct {
	Producer, Creator, Author string
	Created, Modified         string   // dates of ISO 32000-1, 7.9.4, or of XMP
	IDs                       []string // XMP document and instance ids, trailer ids; unique
	Fonts                     []string // base fonts with their subset prefixes, sorted
	Links                     []string // targets of link annotations
}

var (
	xmpID = regexp.MustCompile(`(?:xmpMM:|stRef:)?(DocumentID|InstanceID|OriginalDocumentID)\s*(?:=\s*["']([^"'<>]{8,200})["']|>\s*([^"'<>]{8,200}?)\s*<)`)
	xmpOf = map[string]*regexp.Regexp{
		"creator":  regexp.MustCompile(`xmp:CreatorTool\s*(?:=\s*["']([^"'<>]{1,200})["']|>([^<]{1,200})<)`),
		"producer": regexp.MustCompile(`pdf:Producer\s*(?:=\s*["']([^"'<>]{1,200})["']|>([^<]{1,200})<)`),
		"created":  regexp.MustCompile(`xmp:CreateDate\s*(?:=\s*["']([^"'<>]{1,40})["']|>([^<]{1,40})<)`),
		"modified": regexp.MustCompile(`xmp:ModifyDate\s*(?:=\s*["']([^"'<>]{1,40})["']|>([^<]{1,40})<)`),
		"author":   regexp.MustCompile(`(?s)<dc:creator>.{0,80}?<rdf:li[^>]*>([^<]{1,200})()<`),
	}
)

// Info reads the information dictionary, the XMP packet, the trailer's
// identifiers, the fonts and the links.
func (f *File) Info() Info {
	d := f.dict(f.trailer["Info"])
	xmp := f.data(f.stream(f.dict(f.trailer["Root"])["Metadata"]))
	value := func(key name, other string) string {
		if s, ok := f.resolve(d[key]).(text); ok && len(s) > 0 {
			return textString(s)
		}
		if m := xmpOf[other].FindSubmatch(xmp); m != nil {
			return strings.TrimSpace(string(m[1]) + string(m[2]))
		}
		return ""
	}
	info := Info{
		Producer: value("Producer", "producer"), Creator: value("Creator", "creator"), Author: value("Author", "author"),
		Created: value("CreationDate", "created"), Modified: value("ModDate", "modified"),
	}
	for _, m := range xmpID.FindAllSubmatch(xmp, 32) {
		id := string(m[2]) + string(m[3])
		// Only the file's own: ids of files placed in it are references.
		info.addID(strings.TrimSpace(id))
	}
	for _, o := range f.array(f.trailer["ID"]) {
		if s, ok := f.resolve(o).(text); ok && len(s) >= 8 && len(s) <= 64 {
			info.addID(hex.EncodeToString([]byte(s)))
		}
	}
	for _, p := range f.pages {
		f.fontNames(p.resources, &info, 0)
		f.links(p, &info)
	}
	slices.Sort(info.Fonts)
	return info
}

// addID keeps an identifier unless it is a placeholder such as all zeros.
func (i *Info) addID(id string) {
	distinct := map[rune]bool{}
	for _, r := range id[strings.LastIndexByte(id, ':')+1:] {
		if r != '-' {
			distinct[r] = true
		}
	}
	if len(distinct) >= 5 && !slices.Contains(i.IDs, id) && len(i.IDs) < 32 {
		i.IDs = append(i.IDs, id)
	}
}

func (f *File) fontNames(resources dict, info *Info, depth int) {
	for _, o := range f.dict(resources["Font"]) {
		n := string(f.name(f.dict(o)["BaseFont"]))
		if n != "" && len(n) < 200 && len(info.Fonts) < 500 && !slices.Contains(info.Fonts, n) {
			info.Fonts = append(info.Fonts, n)
		}
	}
	if depth > 2 {
		return
	}
	for _, o := range f.dict(resources["XObject"]) {
		if s := f.stream(o); s != nil && f.name(s.dict["Subtype"]) == "Form" {
			f.fontNames(f.dict(s.dict["Resources"]), info, depth+1)
		}
	}
}

func (f *File) links(p page, info *Info) {
	for _, o := range f.array(p.dict["Annots"]) {
		a := f.dict(f.dict(o)["A"])
		if s, ok := f.resolve(a["URI"]).(text); ok && len(s) <= 2048 && len(info.Links) < 500 {
			if u := textString(s); !slices.Contains(info.Links, u) {
				info.Links = append(info.Links, u)
			}
		}
	}
}

// textString decodes a text string: UTF-16 or UTF-8 with a mark, else
// PDFDocEncoding, of which Latin-1 is taken.
func textString(s text) string {
	b := string(s)
	switch {
	case strings.HasPrefix(b, "\xfe\xff"):
		units := make([]uint16, 0, len(b)/2)
		for i := 2; i+1 < len(b); i += 2 {
			units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
		}
		return string(utf16.Decode(units))
	case strings.HasPrefix(b, "\xef\xbb\xbf"):
		return strings.ToValidUTF8(b[3:], "")
	}
	var out strings.Builder
	for i := range len(b) {
		out.WriteRune(rune(b[i]))
	}
	return out.String()
}

// Picture is an image of a file.
type Picture struct {
	Raw    []byte      // as stored
	Format string      // "jpeg" when Raw is a JPEG file, else ""
	Image  image.Image // decoded samples, where they are plain; else nil
	// Large is set where it was not decoded because it has too many pixels, or
	// because the file unfolds into more than is allowed.
	Large bool
}

// Pictures returns the images the pages can show, once each, at most limit, and how
// many there are beside them.
func (f *File) Pictures(limit int, maxPixels int64) (out []Picture, more int) {
	seen := map[*stream]bool{}
	for _, p := range f.pages {
		more += f.pictures(p.resources, seen, &out, limit, maxPixels, 0)
	}
	return out, more
}

func (f *File) pictures(resources dict, seen map[*stream]bool, out *[]Picture, limit int, maxPixels int64, depth int) (more int) {
	objects := f.dict(resources["XObject"])
	keys := make([]name, 0, len(objects))
	for k := range objects {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		s := f.stream(objects[k])
		if s == nil || seen[s] {
			continue
		}
		seen[s] = true
		switch f.name(s.dict["Subtype"]) {
		case "Form":
			if depth < maxForms {
				more += f.pictures(f.dict(s.dict["Resources"]), seen, out, limit, maxPixels, depth+1)
			}
		case "Image":
			if len(*out) >= limit || f.over != nil {
				more++
				continue
			}
			*out = append(*out, f.picture(s, maxPixels))
		}
	}
	return more
}

func (f *File) picture(s *stream, maxPixels int64) Picture {
	p := Picture{Raw: s.raw}
	w, h := int64(f.number(s.dict["Width"], 0)), int64(f.number(s.dict["Height"], 0))
	if w <= 0 || h <= 0 || w > maxPixels || h > maxPixels || w*h > maxPixels {
		p.Large = w > 0 && h > 0
		return p
	}
	data, kind := f.decode(s)
	if f.over != nil {
		p.Large = true
		return p
	}
	if kind == "DCTDecode" || kind == "DCT" {
		return Picture{Raw: data, Format: "jpeg"}
	}
	r := runner{painter: &painter{f: f}}
	n := int64(0)
	if kind == "" && f.number(s.dict["BitsPerComponent"], 0) == 8 {
		if space := f.name(s.dict["ColorSpace"]); space != "" {
			n = int64(r.components(space))
		} else if a := f.array(s.dict["ColorSpace"]); len(a) == 2 && f.name(a[0]) == "ICCBased" {
			n = int64(f.number(f.dict(a[1])["N"], 0))
		}
	}
	if n != 1 && n != 3 || int64(len(data)) < w*h*n {
		return p
	}
	if n == 1 {
		p.Image = &image.Gray{Pix: data[:w*h], Stride: int(w), Rect: image.Rect(0, 0, int(w), int(h))}
		return p
	}
	p.Image = rgb{data, int(w), int(h)}
	return p
}

// rgb is an image of three bytes a pixel.
type rgb struct {
	pix  []byte
	w, h int
}

func (m rgb) ColorModel() color.Model { return color.RGBAModel }
func (m rgb) Bounds() image.Rectangle { return image.Rect(0, 0, m.w, m.h) }
func (m rgb) At(x, y int) color.Color {
	i := 3 * (y*m.w + x)
	return color.RGBA{m.pix[i], m.pix[i+1], m.pix[i+2], 255}
}
