// SPDX-License-Identifier: Apache-2.0

package document

import (
	"errors"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// holds checks what is true of every document: reading is the same twice, an
// error is one of the four, and what is returned is bounded.
func holds(t *testing.T, name string, data []byte) {
	t.Helper()
	d, err := Read(name, data)
	if err != nil {
		if !errors.Is(err, ErrBroken) && !errors.Is(err, ErrEncrypted) && !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrUnknown) {
			t.Fatalf("an error of no kind: %v", err)
		}
		return
	}
	if len(d.Lines) > maxLines || d.Pages > MaxPages || len(d.Images) > maxMedia+1 {
		t.Fatalf("%d lines, %d pages, %d images", len(d.Lines), d.Pages, len(d.Images))
	}
	size := 0
	for _, l := range d.Lines {
		if !utf8.ValidString(l.Text.Reveal()) {
			t.Fatalf("line %d is not valid UTF-8", l.Number)
		}
		size += len(l.Text)
	}
	if size > max(maxRatio*len(data), minBudget) {
		t.Fatalf("%d bytes of text from %d", size, len(data))
	}
	if slices.ContainsFunc(d.Lines, func(l Line) bool { return len(l.Text) > maxLine }) {
		t.Fatal("a line is too long")
	}
	r := d.Resume()
	if len(r.Jobs) > maxJobs && d.structured == nil || len(r.Claims) > 2*maxClaims || len(r.Emails) > maxContacts {
		t.Fatalf("%d jobs, %d claims, %d e-mails", len(r.Jobs), len(r.Claims), len(r.Emails))
	}
	text := d.Text()
	for _, s := range text.spans {
		if int(s.line) >= len(d.Lines) || s.from >= s.to || int(s.to) > len(d.Lines[s.line].Text) {
			t.Fatalf("a word at %+v", s)
		}
	}
	again, err := Read(name, data)
	if err != nil || !cmp.Equal(d.Lines, again.Lines) || !cmp.Equal(text.hashes, again.Text().hashes) {
		t.Fatalf("another reading, another answer: %v", err)
	}
	d.Identity()
	d.Photos()
}

func FuzzPDF(f *testing.F) {
	f.Add(onePage(at(72, 700, "Ana Haddad") + at(300, 700, "2019 - 2021") + "3 Tr " + at(72, 600, "hidden")))
	var p pdfFile
	p.compressed(f, "/Type /ObjStm /N 1 /First 4", "9 0 << /A [1 2 (x)] >>")
	p.page("BI /W 1 EI /X Do", "/XObject << /X 4 0 R >>")
	f.Add(p.bytes())
	f.Add([]byte("%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj 2 0 obj << /Kids [2 0 R] >> endobj\n%%EOF"))
	f.Fuzz(func(t *testing.T, data []byte) {
		holds(t, "x.pdf", append(append([]byte("%PDF-1.4\n"), data...), "\n%%EOF"...))
	})
}

func FuzzContent(f *testing.F) {
	for _, s := range []string{"BT /F1 10 Tf 0 0 Td [(a) -300 (b)] TJ ET", "q 1 0 0 1 0 0 cm Q Q Q", "/F1 1e9 Tf 99 0 0 99 0 0 Tm (x) '", "1 g 0 0 9 9 re f \"", "BI ID x EI << /A [ ] >> gs"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, content string) { holds(t, "x.pdf", onePage(content)) })
}

func FuzzDOCX(f *testing.F) {
	f.Add("<w:document "+wordNS+">"+para("Ana")+"<w:tbl><w:tr><w:tc></w:tc></w:tr></w:tbl></w:document>", "<x/>")
	f.Add("<w:txbxContent></w:txbxContent></w:txbxContent>", "<created>2024-01-01</created>")
	f.Fuzz(func(t *testing.T, body, core string) {
		holds(t, "x.docx", office(t, "word/document.xml", body, "docProps/core.xml", core, "word/settings.xml", core))
	})
}

func FuzzZip(f *testing.F) {
	f.Add(office(f, "word/document.xml", "<w:document>"+para("Ana")+"</w:document>"))
	f.Add([]byte("PK\x03\x04[Content_Types].xml"))
	f.Fuzz(func(t *testing.T, data []byte) { holds(t, "x.docx", data) })
}

func FuzzHTML(f *testing.F) {
	for _, s := range []string{"<p>a<div hidden>b</div>c", "<script><p>", "<a href='mailto:x@example.org'>x", "<table><td>1<td>2", "<meta charset=utf-16>", "<div style='display:none'><div></div>x</div>y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { holds(t, "x.html", []byte("<html>"+s)) })
}

func FuzzText(f *testing.F) {
	for _, s := range []string{
		"Experience\nEngineer, Example Works, Jan 2019 - Present\n- Go", "# A\n\n**b** [c](d)", "\xff\xfea\x00", "Skills\nGo, Rust; C",
		"+1 (202) 555-0142 x@example.org", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10", "软件工程师 2019年3月 - 2021年",
	} {
		f.Add("x.md", s)
		f.Add("x.txt", s)
	}
	f.Fuzz(func(t *testing.T, name, s string) { holds(t, name, []byte(s)) })
}

func FuzzJSONResume(f *testing.F) {
	f.Add(`{"basics":{"email":"a@example.org"},"work":[{"name":"x","startDate":"2019"}],"skills":[{"keywords":["a",1,null]}]}`)
	f.Add(`{"basics":{},"work":[{}],"education":3}`)
	f.Fuzz(func(t *testing.T, s string) { holds(t, "x.json", []byte(s)) })
}

func FuzzPicture(f *testing.F) {
	f.Add(pngOf(f, photo(1, 16, 16)))
	f.Add([]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00"))
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPVP8 "))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 24 && data[0] == 0x89 { // keep the fuzzer from decoding megapixels
			data[16], data[17], data[20], data[21] = 0, 0, 0, 0
		}
		holds(t, "x.png", data)
	})
}

func FuzzMRZ(f *testing.F) {
	f.Add("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10", "")
	f.Add("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		id, ok := findMRZ(textOf(a, b, c).lines)
		if !ok && (id.Format != "" || id.Digits != 0) || ok && (id.Digits < 3 || id.Digits > 5 || len(id.Wrong) > id.Digits) {
			t.Fatalf("%+v %v", id, ok)
		}
	})
}
