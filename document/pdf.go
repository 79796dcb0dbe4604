// SPDX-License-Identifier: Apache-2.0

package document

import (
	"errors"
	"fmt"
	"strings"

	"daylight/document/pdf"
	"daylight/record"
)

func (d *Document) readPDF(data []byte) error {
	f, err := pdf.Open(data)
	if err != nil {
		return pdfError(err)
	}
	d.Pages = f.NumPages()
	for page := range d.Pages {
		lines, hidden, err := f.Page(page)
		if err != nil {
			return fmt.Errorf("page %d: %w", page+1, pdfError(err))
		}
		for i, l := range lines {
			d.addLine(page+1, i+1, l)
		}
		d.HiddenWords += hidden
	}
	info := f.Info()
	p := &d.Provenance
	p.Producer, p.Creator = clip(info.Producer), clip(info.Creator)
	p.Author = record.NewName(clip(info.Author))
	d.pdfTimes(info)
	p.DocumentIDs, p.Fonts = info.IDs, info.Fonts
	for _, l := range info.Links {
		d.addLink(l)
	}
	pictures, more := f.Pictures(maxMedia, MaxPixels)
	d.Large += more
	for _, m := range pictures {
		switch {
		case m.Large:
			d.Large++
			d.keep(Image{Digest: digest16(m.Raw)})
			continue
		case m.Image == nil:
			d.addImage(m.Raw)
			continue
		}
		b := m.Image.Bounds()
		i := Image{Digest: digest16(m.Raw), Width: b.Dx(), Height: b.Dy()}
		i.Hash, i.Detail = PerceptualHash(m.Image)
		d.keep(i)
	}
	return nil
}

func (d *Document) pdfTimes(info pdf.Info) {
	p := &d.Provenance
	created, offset, ok := parsePDFDate(info.Created)
	if created.IsZero() && strings.Contains(info.Created, "-") {
		created, offset, ok = parseISO(info.Created)
	}
	p.Created = created
	if ok {
		p.OffsetMinutes = &offset
	}
	if p.Modified, _, _ = parsePDFDate(info.Modified); p.Modified.IsZero() {
		p.Modified, _, _ = parseISO(info.Modified)
	}
}

// pdfError translates the reader's errors into this package's.
func pdfError(err error) error {
	for from, to := range map[error]error{pdf.ErrEncrypted: ErrEncrypted, pdf.ErrTooLarge: ErrTooLarge, pdf.ErrBroken: ErrBroken} {
		if errors.Is(err, from) {
			if errors.Is(from, err) {
				return to
			}
			return fmt.Errorf("%w: %s", to, err.Error())
		}
	}
	return err
}
