// SPDX-License-Identifier: Apache-2.0

package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"daylight/record"
)

const (
	maxEntries = 2000 // files in an archive
	maxMedia   = 64   // pictures that are looked at
)

// recogniseZip tells Word and OpenDocument text from other archives.
func recogniseZip(data []byte) Format {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		// A broken archive that begins as Word's do is a broken document, not an
		// unknown file.
		if bytes.Contains(data[:min(len(data), 4096)], []byte("[Content_Types].xml")) {
			return DOCX
		}
		return ""
	}
	for _, f := range z.File[:min(len(z.File), maxEntries)] {
		switch f.Name {
		case "word/document.xml":
			return DOCX
		case "content.xml":
			return ODT
		}
	}
	return ""
}

// archive reads the parts of a zip file within a budget.
type archive struct {
	files map[string]*zip.File
	names []string // sorted
	*budget
}

func openArchive(data []byte) (*archive, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("reading the archive: %w: %w", ErrBroken, err)
	}
	if len(z.File) > maxEntries {
		return nil, fmt.Errorf("%d files in the archive: %w", len(z.File), ErrTooLarge)
	}
	a := &archive{map[string]*zip.File{}, nil, newBudget(len(data))}
	for _, f := range z.File {
		if f.Flags&1 != 0 {
			return nil, fmt.Errorf("%s in the archive: %w", clip(f.Name), ErrEncrypted)
		}
		if _, twice := a.files[f.Name]; !twice {
			a.files[f.Name] = f
			a.names = append(a.names, f.Name)
		}
	}
	slices.Sort(a.names)
	return a, nil
}

// read returns one part; nil if there is none.
func (a *archive) read(name string) ([]byte, error) {
	f, ok := a.files[name]
	if !ok {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w: %w", name, ErrBroken, err)
	}
	b, err := io.ReadAll(io.LimitReader(r, a.left+1))
	if closing := r.Close(); err == nil {
		err = closing
	}
	if a.left -= int64(len(b)); a.left < 0 {
		return nil, fmt.Errorf("%s decompresses to more than is allowed: %w", name, ErrTooLarge)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w: %w", name, ErrBroken, err)
	}
	return b, nil
}

func (d *Document) readOffice(data []byte) error {
	a, err := openArchive(data)
	if err != nil {
		return err
	}
	if d.Format == ODT {
		return d.readODT(a)
	}
	// The body, between its headers and its footers: the order of reading.
	var headers, footers []string
	for _, n := range a.names {
		if ok, _ := path.Match("word/header*.xml", n); ok {
			headers = append(headers, n)
		}
		if ok, _ := path.Match("word/footer*.xml", n); ok {
			footers = append(footers, n)
		}
	}
	w := officeText{doc: d}
	for _, n := range slices.Concat(headers, []string{"word/document.xml"}, footers) {
		b, err := a.read(n)
		if err != nil {
			return err
		}
		if err := eachToken(b, w.docx); err != nil {
			return fmt.Errorf("reading %s: %w", n, err)
		}
		w.flush()
	}
	if err := d.officeLinks(a); err != nil {
		return err
	}
	if err := d.officeProperties(a); err != nil {
		return err
	}
	return d.officeMedia(a, "word/media/")
}

// eachToken calls f for every start tag, end tag and run of text. Entities
// beyond XML's own five are refused, whether internal or external.
func eachToken(b []byte, f func(xml.Token)) error {
	dec := xml.NewDecoder(bytes.NewReader(b))
	dec.CharsetReader = func(label string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("XML in %q", clip(label))
	}
	for depth := 0; ; {
		t, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrBroken, err)
		}
		switch t.(type) {
		case xml.StartElement:
			if depth++; depth > 4*MaxNesting { // Word nests a table in a text box in a table
				return fmt.Errorf("XML nested too deeply: %w", ErrTooLarge)
			}
		case xml.EndElement:
			depth--
		}
		f(t)
	}
}

// officeText gathers paragraphs.
type officeText struct {
	doc    *Document
	line   strings.Builder
	number int
	inText bool // within w:t
	hidden bool // the run is w:vanish
	skip   int  // depth in mc:Fallback, a second copy of what mc:Choice holds
	cells  int  // depth in table cells
	boxes  []string
}

func (w *officeText) docx(t xml.Token) {
	switch t := t.(type) {
	case xml.StartElement:
		if t.Name.Local == "Fallback" || w.skip > 0 {
			w.skip++
			return
		}
		switch t.Name.Local {
		case "t":
			w.inText = true
		case "tab":
			w.line.WriteByte('\t')
		case "noBreakHyphen":
			w.line.WriteByte('-')
		case "br", "cr":
			w.flush()
		case "tc":
			w.cells++
		case "tr":
			w.flush()
		case "r":
			w.hidden = false
		case "vanish":
			w.hidden = attr(t, "val") != "0" && attr(t, "val") != "false"
		case "txbxContent":
			// A text box stands within a paragraph: that paragraph goes on after it.
			w.boxes = append(w.boxes, w.line.String())
			w.line.Reset()
		}
	case xml.EndElement:
		if w.skip > 0 {
			w.skip--
			return
		}
		switch t.Name.Local {
		case "t":
			w.inText = false
		case "p":
			if w.cells == 0 || len(w.boxes) > 0 {
				w.flush()
			} else if w.line.Len() > 0 {
				w.line.WriteByte(' ')
			}
		case "tc":
			w.cells = max(0, w.cells-1)
			// A cell with much in it is a column of the layout, not a value.
			if w.line.Len() > 120 {
				w.flush()
			} else {
				w.line.WriteString("  ")
			}
		case "tr":
			w.flush()
		case "txbxContent":
			w.flush()
			if n := len(w.boxes) - 1; n >= 0 {
				w.line.WriteString(w.boxes[n])
				w.boxes = w.boxes[:n]
			}
		}
	case xml.CharData:
		switch {
		case !w.inText || w.skip > 0:
		case w.hidden:
			w.doc.HiddenWords += len(strings.Fields(string(t)))
		default:
			w.line.Write(t)
		}
	}
}

func (w *officeText) flush() {
	s := strings.TrimSpace(strings.ReplaceAll(w.line.String(), "\t", "  "))
	w.line.Reset()
	if s != "" {
		w.number++
		w.doc.addLine(0, w.number, s)
	}
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (d *Document) officeLinks(a *archive) error {
	b, err := a.read("word/_rels/document.xml.rels")
	if err != nil {
		return err
	}
	return eachToken(b, func(t xml.Token) {
		if s, ok := t.(xml.StartElement); ok && s.Name.Local == "Relationship" && strings.HasSuffix(attr(s, "Type"), "/hyperlink") {
			d.addLink(attr(s, "Target"))
		}
	})
}

// officeProperties reads docProps and the revision-save ids. Word gives each
// session of editing such an id; two files that share several have a common
// ancestor. Source: ECMA-376 part 1, 17.15.1.70-72.
func (d *Document) officeProperties(a *archive) error {
	p := &d.Provenance
	for _, n := range []string{"docProps/core.xml", "docProps/app.xml"} {
		b, err := a.read(n)
		if err != nil {
			return err
		}
		err = eachText(b, func(element, text string) {
			switch element {
			case "creator":
				p.Author = record.NewName(text)
			case "lastModifiedBy":
				p.ModifiedBy = record.NewName(text)
			case "created":
				setCreated(p, text)
			case "modified":
				p.Modified, _, _ = parseISO(text)
			case "Template":
				p.Template = text
			case "Application":
				p.Creator = text
			}
		})
		if err != nil {
			return fmt.Errorf("reading %s: %w", n, err)
		}
	}
	b, err := a.read("word/settings.xml")
	if err != nil {
		return err
	}
	err = eachToken(b, func(t xml.Token) {
		if s, ok := t.(xml.StartElement); ok && (s.Name.Local == "rsid" || s.Name.Local == "rsidRoot") && len(p.SaveIDs) < 5000 {
			if v := strings.ToUpper(attr(s, "val")); len(v) == 8 {
				p.SaveIDs = append(p.SaveIDs, v)
			}
		}
	})
	slices.Sort(p.SaveIDs)
	p.SaveIDs = slices.Compact(p.SaveIDs)
	return err
}

// eachText calls f with the name and the text of every element that has no
// other element in it.
func eachText(b []byte, f func(element, text string)) error {
	var element, text string
	return eachToken(b, func(t xml.Token) {
		switch t := t.(type) {
		case xml.StartElement:
			element, text = t.Name.Local, ""
		case xml.CharData:
			if len(text) < 4096 {
				text += string(t)
			}
		case xml.EndElement:
			if element == t.Name.Local {
				f(element, clip(text))
			}
			element = ""
		}
	})
}

// officeMedia looks at the pictures under a folder of the archive.
func (d *Document) officeMedia(a *archive, folder string) error {
	for _, n := range a.names {
		if !strings.HasPrefix(n, folder) || n == folder {
			continue
		}
		if len(d.Images) == maxMedia {
			d.Large++
			continue
		}
		b, err := a.read(n)
		if err != nil {
			return err
		}
		if len(b) > 0 {
			d.addImage(b)
		}
	}
	return nil
}

// readODT reads OpenDocument text: paragraphs, headings and tables.
func (d *Document) readODT(a *archive) error {
	manifest, err := a.read("META-INF/manifest.xml")
	if err != nil {
		return err
	}
	if bytes.Contains(manifest, []byte("encryption-data")) {
		return fmt.Errorf("OpenDocument text: %w", ErrEncrypted)
	}
	b, err := a.read("content.xml")
	if err != nil {
		return err
	}
	w := officeText{doc: d}
	if err := eachToken(b, w.odt); err != nil {
		return fmt.Errorf("reading content.xml: %w", err)
	}
	w.flush()
	if b, err = a.read("meta.xml"); err != nil {
		return err
	}
	p := &d.Provenance
	err = eachText(b, func(element, text string) {
		switch element {
		case "initial-creator":
			p.Author = record.NewName(text)
		case "creator":
			p.ModifiedBy = record.NewName(text)
		case "creation-date":
			setCreated(p, text)
		case "date":
			p.Modified, _, _ = parseISO(text)
		case "generator":
			p.Producer = text
		}
	})
	if err != nil {
		return fmt.Errorf("reading meta.xml: %w", err)
	}
	return d.officeMedia(a, "Pictures/")
}

func (w *officeText) odt(t xml.Token) {
	switch t := t.(type) {
	case xml.StartElement:
		switch t.Name.Local {
		case "p", "h":
			w.inText = true
		case "tab":
			w.line.WriteByte('\t')
		case "s":
			w.line.WriteByte(' ')
		case "line-break":
			w.flush()
		case "table-cell":
			w.cells++
		case "a":
			w.doc.addLink(attr(t, "href"))
		}
	case xml.EndElement:
		switch t.Name.Local {
		case "p", "h":
			w.inText = false
			if w.cells == 0 {
				w.flush()
			} else {
				w.line.WriteString("  ")
			}
		case "table-cell":
			w.cells = max(0, w.cells-1)
		case "table-row":
			w.flush()
		}
	case xml.CharData:
		if w.inText {
			w.line.Write(t)
		}
	}
}
