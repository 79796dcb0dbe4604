// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"image"
	"image/color"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bep/imagemeta"

	"daylight/record"
)

// Identity returns what arithmetic on a machine-readable zone in the document
// says, the editor or generator its file names, and how its picture was taken. It
// reports false for a document without such a zone, unless it is a picture that
// its name calls one of an identity document, see [NamesIdentity].
func (d *Document) Identity() (record.IdentityDocument, bool) {
	if _, zone := findMRZ(d.Lines); !zone && (d.Format != Picture || !NamesIdentity(d.Name)) {
		return record.IdentityDocument{}, false
	}
	return d.IdentityWith(nil)
}

// IdentityWith is [Document.Identity] of a file of which somebody says that it is a
// copy of an identity document, or a proof of address. A zone that they typed, see
// [ReadZone], is taken instead of the file's. It reports false where there is neither
// a picture nor a zone; what the file says of its making is there all the same.
func (d *Document) IdentityWith(typed *record.IdentityDocument) (record.IdentityDocument, bool) {
	id, ok := findMRZ(d.Lines)
	if typed != nil {
		id, ok = *typed, true
	}
	for _, i := range d.Images {
		switch {
		case i.Software == "":
		case i.generated && id.Generator == "":
			id.Generator = i.Software
		case !i.generated && id.Editor == "":
			id.Editor = i.Software
		}
		// The largest picture is the document; a scan has stamps and logos beside it.
		if i.Width*i.Height == d.largest() && id.Capture == (record.Capture{}) {
			id.Capture = i.capture
		}
	}
	if s := d.Provenance.Software; id.Editor == "" && id.Generator == "" && editors.MatchString(s) {
		id.Editor = s
	}
	return id, ok || d.Format == Picture
}

// ReadZone reads a machine-readable zone that somebody typed, one line a line. Small
// letters and spaces are read as what they stand for.
func ReadZone(typed string) (record.IdentityDocument, bool) {
	var lines []Line
	for text := range strings.Lines(strings.ToUpper(typed)) {
		if text = strings.TrimSpace(text); text != "" {
			lines = append(lines, Line{Text: record.Redacted(text)})
		}
	}
	return findMRZ(lines)
}

func (d *Document) largest() int {
	most := 0
	for _, i := range d.Images {
		most = max(most, i.Width*i.Height)
	}
	return most
}

// identityName is what the name of a picture of an identity document has in it.
var identityName = regexp.MustCompile(`(?i)(^|[^a-z])(identity([-_ ]?(card|document))?|id[-_ ]?(card|document)|passport|driving[-_ ]?licen[cs]e|residence[-_ ]?permit|proof[-_ ]of[-_ ]address)([^a-z]|$)`)

// NamesIdentity reports whether a path calls its file a picture of an identity
// document or a proof of address: by the file's own name, or by its folder's.
func NamesIdentity(name string) bool {
	dir, file := path.Split(name)
	return identityName.MatchString(strings.TrimSuffix(file, path.Ext(file))) || identityName.MatchString(path.Base(dir))
}

// captureOf reads how a picture was taken.
func captureOf(data []byte, format string, m image.Image) record.Capture {
	var c record.Capture
	c.Surround, c.SurroundDetail = surround(m)
	kind, ok := map[string]imagemeta.ImageFormat{"jpeg": imagemeta.JPEG, "png": imagemeta.PNG, "webp": imagemeta.WebP}[format]
	if !ok {
		return c
	}
	tags := map[string]string{}
	wanted := []string{"Make", "Model", "DateTimeOriginal", "OffsetTimeOriginal", "OffsetTime"}
	_, err := imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(data), ImageFormat: kind, Sources: imagemeta.EXIF,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return slices.Contains(wanted, t.Tag) },
		HandleTag: func(t imagemeta.TagInfo) error {
			if s, ok := t.Value.(string); ok && tags[t.Tag] == "" {
				tags[t.Tag] = clip(strings.TrimSpace(s))
			}
			return nil
		},
	})
	if err != nil {
		return c // as for the names of software: metadata is a by-product
	}
	c.Camera = strings.TrimSpace(tags["Make"] + " " + strings.TrimPrefix(tags["Model"], tags["Make"]+" "))
	// Source: Exif 3.0, 4.6.6: "YYYY:MM:DD HH:MM:SS", and an offset as "+09:00".
	if t, err := time.Parse("2006:01:02 15:04:05", tags["DateTimeOriginal"]); err == nil && plausible(t) {
		c.Taken = t
		for _, written := range []string{tags["OffsetTimeOriginal"], tags["OffsetTime"]} {
			if minutes, ok := exifOffset(written); ok {
				c.OffsetMinutes = &minutes
				c.Taken = t.Add(-time.Duration(minutes) * time.Minute)
				break
			}
		}
	}
	return c
}

// exifOffset reads "+09:00" as minutes east of UTC.
func exifOffset(s string) (int, bool) {
	if len(s) != 6 || s[3] != ':' || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	h, err1 := strconv.ParseUint(s[1:3], 10, 8)
	m, err2 := strconv.ParseUint(s[4:], 10, 8)
	if err1 != nil || err2 != nil || h > 14 || m > 59 {
		return 0, false
	}
	minutes := int(h*60 + m)
	if s[0] == '-' {
		minutes = -minutes
	}
	return minutes, true
}

// surround hashes the margin of a picture, an eighth on each side, unrolled into
// a strip: what a document was laid upon, without the document.
func surround(m image.Image) (hash uint64, detail int) {
	b := m.Bounds()
	if b.Dx() < 64 || b.Dy() < 64 {
		return 0, 0
	}
	return PerceptualHash(margin{m, b.Dx() / 8, b.Dy() / 8})
}

// margin is the frame of a picture as one picture: top and bottom above each
// other, and under them the left and right side, turned.
type margin struct {
	image.Image
	w, h int // of the frame
}

func (m margin) Bounds() image.Rectangle {
	b := m.Image.Bounds()
	return image.Rect(0, 0, max(b.Dx(), b.Dy()), 2*m.h+2*m.w)
}

func (m margin) At(x, y int) color.Color {
	b := m.Image.Bounds()
	long := m.Bounds().Dx()
	across, down := b.Min.X+x*b.Dx()/long, b.Min.Y+x*b.Dy()/long
	switch {
	case y < m.h:
		return m.Image.At(across, b.Min.Y+y)
	case y < 2*m.h:
		return m.Image.At(across, b.Max.Y-1-(y-m.h))
	case y < 2*m.h+m.w:
		return m.Image.At(b.Min.X+y-2*m.h, down)
	}
	return m.Image.At(b.Max.X-1-(y-2*m.h-m.w), down)
}
