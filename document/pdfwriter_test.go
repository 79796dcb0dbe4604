// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"
)

// pdfFile writes small PDF files for tests. Objects 1 and 2 are the catalogue
// and the page tree; add returns the number of another.
type pdfFile struct {
	objects []string
	pages   []int
	trailer string
}

func (p *pdfFile) add(object string) int {
	p.objects = append(p.objects, object)
	return len(p.objects) + 2
}

func (p *pdfFile) stream(dict, data string) int {
	return p.add(fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(data), data))
}

func (p *pdfFile) compressed(tb testing.TB, dict, data string) int {
	tb.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write([]byte(data)); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return p.stream(dict+" /Filter /FlateDecode", b.String())
}

// page adds a page of US letter with a content stream and resources.
func (p *pdfFile) page(content, resources string) {
	c := p.stream("", content)
	p.pages = append(p.pages, p.add(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R /Resources << %s >> >>", c, resources)))
}

func (p *pdfFile) bytes() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var kids strings.Builder
	for _, n := range p.pages {
		fmt.Fprintf(&kids, "%d 0 R ", n)
	}
	all := append([]string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		fmt.Sprintf("<< /Type /Pages /Count %d /Kids [ %s] >>", len(p.pages), kids.String()),
	}, p.objects...)
	for i, o := range all {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n0\n%%%%EOF\n", len(all)+1, p.trailer)
	return b.Bytes()
}

const helveticaFont = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >>"

// at shows a string in 10 point type at a place.
func at(x, y int, s string) string {
	s = strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(s)
	return fmt.Sprintf("BT /F1 10 Tf %d %d Td (%s) Tj ET\n", x, y, s)
}

func onePage(content string) []byte {
	var p pdfFile
	p.page(content, helveticaFont)
	return p.bytes()
}

func readLines(t *testing.T, data []byte) []string {
	t.Helper()
	d, err := Read("test", data)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range d.Lines {
		out = append(out, l.Text.Reveal())
	}
	return out
}
