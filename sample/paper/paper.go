// SPDX-License-Identifier: Apache-2.0

// Package paper writes small PDF and Word files for examples and simulations.
package paper

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"strings"
	"time"
)

// About is what a file says of itself.
type About struct {
	Author     string
	DocumentID string   // XMP's, in PDF only
	SaveIDs    []string // Word's revision-save ids, hexadecimal; at least one
	Template   string   // Word's; empty for its default
	Created    time.Time
}

// PDF writes text as a small PDF 1.4: one built-in font, one column, as many
// pages as it needs, with document information and XMP. Letters outside Latin-1
// become "?".
func PDF(text string, about About) []byte {
	var lines []string
	for l := range strings.Lines(text) {
		lines = append(lines, wrap(strings.TrimRight(l, "\n"), 92)...)
	}
	const perPage = 52
	var objects []string
	add := func(body string) int {
		objects = append(objects, body)
		return len(objects)
	}
	font := add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	pages := len(objects) + 1
	objects = append(objects, "") // filled below
	var kids []string
	for from := 0; from < len(lines); from += perPage {
		var s strings.Builder
		s.WriteString("BT /F1 10 Tf 13 TL 50 790 Td\n")
		for _, l := range lines[from:min(from+perPage, len(lines))] {
			fmt.Fprintf(&s, "(%s) Tj T*\n", winAnsi(l))
		}
		s.WriteString("ET")
		content := add(fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", s.Len(), s.String()))
		page := add(fmt.Sprintf("<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 %d 0 R >> >> >>", pages, content, font))
		kids = append(kids, fmt.Sprintf("%d 0 R", page))
	}
	objects[pages-1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(kids))
	xmp := fmt.Sprintf(`<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"><xmpMM:DocumentID>%s</xmpMM:DocumentID></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`, about.DocumentID)
	meta := add(fmt.Sprintf("<< /Type /Metadata /Subtype /XML /Length %d >>\nstream\n%s\nendstream", len(xmp), xmp))
	root := add(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R /Metadata %d 0 R >>", pages, meta))
	info := add(fmt.Sprintf("<< /Producer (Sample PDF writer 1.0) /Creator (Sample Writer) /Author (%s) /CreationDate (D:%s+00'00') >>",
		winAnsi(about.Author), about.Created.UTC().Format("20060102150405")))

	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, root, info, start)
	return b.Bytes()
}

func wrap(l string, width int) []string {
	var out []string
	for len(l) > width {
		cut := strings.LastIndexByte(l[:width], ' ')
		if cut <= 0 {
			break
		}
		out = append(out, l[:cut])
		l = l[cut+1:]
	}
	return append(out, l)
}

// winAnsi encodes text for a PDF string; what the encoding lacks becomes "?".
func winAnsi(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '(' || r == ')' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20:
		case r < 0x80:
			b.WriteRune(r)
		case r >= 0xa0 && r <= 0xff:
			b.WriteByte(byte(r))
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}

// DOCX writes text as a minimal Word document, a paragraph a line.
func DOCX(text string, about About) ([]byte, error) {
	var body, saves strings.Builder
	for i, l := range strings.Split(strings.TrimSpace(text), "\n") {
		fmt.Fprintf(&body, `<w:p w:rsidR=%q><w:r><w:t xml:space="preserve">%s</w:t></w:r></w:p>`, about.SaveIDs[i%len(about.SaveIDs)], html.EscapeString(l))
	}
	for _, id := range about.SaveIDs {
		fmt.Fprintf(&saves, `<w:rsid w:val=%q/>`, id)
	}
	const decl = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	const w = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	created := about.Created.UTC().Format("2006-01-02T15:04:05Z")
	template := about.Template
	if template == "" {
		template = "Normal.dotm"
	}
	parts := []struct{ name, text string }{
		{"[Content_Types].xml", decl + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", decl + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", decl + `<w:document ` + w + `><w:body>` + body.String() + `</w:body></w:document>`},
		{"word/settings.xml", decl + `<w:settings ` + w + `><w:rsids>` + saves.String() + `</w:rsids></w:settings>`},
		{"docProps/core.xml", decl + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator>` + html.EscapeString(about.Author) + `</dc:creator><cp:lastModifiedBy>` + html.EscapeString(about.Author) + `</cp:lastModifiedBy><dcterms:created xsi:type="dcterms:W3CDTF">` + created + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + created + `</dcterms:modified></cp:coreProperties>`},
		{"docProps/app.xml", decl + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Template>` + template + `</Template><Application>Sample Writer</Application></Properties>`},
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		f, err := z.Create(p.name)
		if err != nil {
			return nil, err
		}
		if _, err := f.Write([]byte(p.text)); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
