// SPDX-License-Identifier: Apache-2.0

package document

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"daylight/record"
)

func TestRecognise(t *testing.T) {
	for _, c := range []struct {
		name, data string
		want       Format
	}{
		{"cv", "%PDF-1.7\n", PDF},
		{"cv", "\n\n%PDF-2.0\n", PDF},
		{"cv", "<!DOCTYPE html><html>", HTML},
		{"cv", "<!-- saved --><HTML>", HTML},
		{"cv.md", "plain", Markdown},
		{"cv", "# Ana\n\n- one\n", Markdown},
		{"cv.txt", "# Ana\n\n- one\n", PlainText},
		{"cv", "Ana Silva\n", PlainText},
		{"cv", "\xff\xfeA\x00", PlainText},
		{"cv", `{"basics":{},"work":[]}`, JSONResume},
		{"cv", `{"work":[]}`, ""},
		{"cv", `{"basics":{},"users":[]}`, ""},
		{"cv", "\x89PNG\r\n\x1a\n", Picture},
		{"cv", "\xff\xd8\xff\xe0", Picture},
		{"cv", "RIFF....WEBP", Picture},
		{"cv", "PK\x03\x04", ""},
		{"cv", "\x00\x01\x02", ""},
		{"cv", "caf\xe9", ""},
		{"cv", "", ""},
		{"cv", " \n", ""},
	} {
		if got := Recognise(c.name, []byte(c.data)); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.name, c.data, got, c.want)
		}
	}
}

func TestReadText(t *testing.T) {
	utf := utf16.Encode([]rune("\ufeffZoë\r\nrésumé"))
	var wide bytes.Buffer
	for _, u := range utf {
		wide.Write([]byte{byte(u), byte(u >> 8)})
	}
	for _, c := range []struct{ name, data, want string }{
		{"a.txt", "\ufeffone\r\n\r\n two \rthree", "one\ntwo\nthree\n"},
		{"a.txt", wide.String(), "Zoë\nrésumé\n"},
		{"a.md", "# Ana\n\n**Go** and `x`\n* [me](https://example.org/ana)\n<b>bold</b>\n|a|b|\n|-|-|\n---\n", "Ana\nGo and x\n* me\nbold\na  b\n"},
		{"a.html", "<html><head><title>no</title><script>no()</script></head><body><h1>Ana</h1><p>one\n  two<br>three<span style='display: none'>no <span>no</span></span> four</p><ul><li>x</li></ul><table><tr><td>a</td><td>b</td></tr></table><a href='https://example.org'>site</a>", "Ana\none two\nthree four\nx\na  b\nsite\n"},
	} {
		d, err := Read(c.name, []byte(c.data))
		if err != nil {
			t.Errorf("%q: %v", c.data, err)
			continue
		}
		if diff := cmp.Diff(c.want, allText(d)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.data, diff)
		}
	}
	for _, bad := range []string{"a\x00b", "caf\xe9 is not UTF-8, though long enough", ""} {
		if d, err := Read("a.txt", []byte(bad)); err == nil {
			t.Errorf("%q was read as %s", bad, d.Format)
		}
	}
	if _, err := Read("a.txt", []byte(strings.Repeat("fine ", 2000)+"\xff")); !errors.Is(err, ErrBroken) {
		t.Errorf("invalid UTF-8 far from the start: %v", err)
	}
	if _, err := Read("a.txt", make([]byte, MaxBytes+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a file of 64 MiB and a byte: %v", err)
	}
	long := strings.Repeat("ß", 5000) + " " + strings.Repeat("word ", 5000)
	if d, err := Read("a.txt", []byte(long)); err != nil || len(d.Lines) < 9 || strings.Join(strings.Fields(strings.ReplaceAll(allText(d), "ß\nß", "ßß")), " ") != strings.TrimSpace(long) {
		t.Errorf("a long line: %v", err)
	}
	d, err := Read("a.txt", []byte("one\ftwo"))
	if err != nil || d.Pages != 2 || d.Lines[1].Page != 2 || d.Lines[1].Number != 1 {
		t.Errorf("form feed: %+v, %v", d, err)
	}
}

// office zips files, given as name and content in turn.
func office(tb testing.TB, files ...string) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

const wordNS = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="m" xmlns:wps="s"`

func para(s string) string { return "<w:p><w:r><w:t>" + s + "</w:t></w:r></w:p>" }

func TestReadDOCX(t *testing.T) {
	body := para("Thandiwe Okafor") +
		`<w:p><w:r><w:t>Engineer</w:t><w:tab/><w:t>2019 </w:t></w:r><w:r><w:t>- 2021</w:t></w:r></w:p>` +
		`<w:p><w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>` + para("in a box") + `</w:txbxContent></wps:txbx></mc:Choice>` +
		`<mc:Fallback><w:txbxContent>` + para("in a box") + `</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>beside the box</w:t></w:r></w:p>` +
		`<w:tbl><w:tr><w:tc>` + para("Go") + `</w:tc><w:tc>` + para("Rust") + para("SQL") + `</w:tc></w:tr></w:tbl>` +
		`<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>not to be seen</w:t></w:r></w:p>`
	picture := pngOf(t, photo(3, 64, 64))
	data := office(t,
		"[Content_Types].xml", "<Types/>",
		"word/document.xml", "<w:document "+wordNS+"><w:body>"+body+"</w:body></w:document>",
		"word/header1.xml", "<w:hdr "+wordNS+">"+para("t@example.com")+"</w:hdr>",
		"word/settings.xml", "<w:settings "+wordNS+`><w:rsids><w:rsidRoot w:val="00AB12CD"/><w:rsid w:val="00ab12cd"/><w:rsid w:val="00112233"/></w:rsids></w:settings>`,
		"word/_rels/document.xml.rels", `<Relationships><Relationship Type="http://x/hyperlink" Target="https://github.com/thandiwe-example"/></Relationships>`,
		"word/media/image1.png", string(picture),
		"docProps/core.xml", `<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:creator>Thandiwe O.</dc:creator><cp:lastModifiedBy>desk 4</cp:lastModifiedBy><dcterms:created>2024-02-01T08:00:00Z</dcterms:created></cp:coreProperties>`,
		"docProps/app.xml", `<Properties><Template>Modern.dotx</Template><Application>Microsoft Office Word</Application></Properties>`,
	)
	d, err := Read("cv.docx", data)
	if err != nil {
		t.Fatal(err)
	}
	want := "t@example.com\nThandiwe Okafor\nEngineer  2019 - 2021\nin a box\nbeside the box\nGo   Rust SQL\n"
	if diff := cmp.Diff(want, allText(d)); diff != "" || d.HiddenWords != 4 {
		t.Errorf("%d hidden words; -want +got:\n%s", d.HiddenWords, diff)
	}
	wantMade := record.Provenance{
		Creator: "Microsoft Office Word", Author: record.NewName("Thandiwe O."), ModifiedBy: record.NewName("desk 4"),
		Template: "Modern.dotx", Created: time.Date(2024, 2, 1, 8, 0, 0, 0, time.UTC),
		SaveIDs: []string{"00112233", "00AB12CD"}, Images: []string{digest16(picture)},
	}
	if diff := cmp.Diff(wantMade, d.Provenance, cmp.Comparer(func(a, b record.Name) bool { return a.Reveal() == b.Reveal() })); diff != "" {
		t.Errorf("provenance (-want +got):\n%s", diff)
	}
	if r := d.Resume(); len(r.Profiles) != 1 || len(r.Emails) != 1 {
		t.Errorf("%d profiles, %d e-mails, want 1 and 1", len(r.Profiles), len(r.Emails))
	}
	if len(d.Photos()) != 1 {
		t.Errorf("%d photos, want 1", len(d.Photos()))
	}
}

func TestReadODT(t *testing.T) {
	data := office(t,
		"content.xml", `<office:document-content xmlns:text="t" xmlns:table="b"><text:h>Nikolai Adeyemi</text:h><text:p>one<text:tab/>two<text:span> three</text:span></text:p><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></office:document-content>`,
		"meta.xml", `<meta><meta:generator>Example 7</meta:generator><meta:initial-creator>N. A.</meta:initial-creator></meta>`)
	d, err := Read("cv", data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("Nikolai Adeyemi\none  two three\na  b\n", allText(d)); diff != "" || d.Format != ODT || d.Provenance.Producer != "Example 7" {
		t.Errorf("%s by %q; -want +got:\n%s", d.Format, d.Provenance.Producer, diff)
	}
}

func TestOfficeRefusals(t *testing.T) {
	doc := "<w:document " + wordNS + "><w:body>" + para("x") + "</w:body></w:document>"
	var many []string
	for i := range maxEntries + 1 {
		many = append(many, fmt.Sprintf("word/%d.xml", i), "")
	}
	good := office(t, "word/document.xml", doc)
	for _, c := range []struct {
		name string
		data []byte
		want error
	}{
		{"bomb", office(t, "word/document.xml", doc+strings.Repeat(" ", 30<<20)), ErrTooLarge},
		{"many files", office(t, append([]string{"word/document.xml", doc}, many...)...), ErrTooLarge},
		{"deep", office(t, "word/document.xml", strings.Repeat("<a>", 10000)), ErrTooLarge},
		{"external entity", office(t, "word/document.xml", `<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><d><w:t>&e;</w:t></d>`), ErrBroken},
		{"billion laughs", office(t, "word/document.xml", `<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><d>&b;</d>`), ErrBroken},
		{"not XML", office(t, "word/document.xml", "<w:p"), ErrBroken},
		{"cut short", append([]byte("PK\x03\x04[Content_Types].xml"), good[:20]...), ErrBroken},
	} {
		if _, err := Read(c.name, c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestReadJSONResume(t *testing.T) {
	const cv = `{"basics":{"name":"Ana Haddad","email":"ana@example.org","phone":"+1 202-555-0142","profiles":[{"url":"https://github.com/ana-example"}]},
		"work":[{"name":"Example Works","position":"Engineer","startDate":"2019-03","endDate":"2021","highlights":["Kept the ledger"]},
			{"company":"Older Works","startDate":"2015","endDate":"Present"},{"name":"No start"}],
		"skills":[{"name":"Web","keywords":["HTML","CSS"]},{"name":"Rust"}],"volunteer":[{"organization":7}]}`
	d, err := Read("x", []byte(cv))
	if err != nil {
		t.Fatal(err)
	}
	got := d.Resume()
	want := record.Resume{
		Digest: d.Digest, Format: "json_resume", Words: got.Words,
		Emails: []record.Redacted{"ana@example.org"}, Phones: []record.Redacted{"+1 202-555-0142"},
		Profiles: []record.Redacted{"https://github.com/ana-example"},
		Jobs: []record.Job{
			{Employer: "Example Works", Title: "Engineer", From: record.Date{Year: 2019, Month: 3}, To: record.Date{Year: 2021}, Where: "work[0]"},
			{Employer: "Older Works", From: record.Date{Year: 2015}, Current: true, Where: "work[1]"},
		},
		Skills: []string{"css", "html", "rust"},
	}
	if diff := cmp.Diff(want, got, revealed, cmp.AllowUnexported(record.Resume{}), cmp.Comparer(func(a, b record.Name) bool { return a == b })); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if strings.Contains(allText(d), "Ana Haddad") {
		t.Error("the name is in the text")
	}
}

func TestRealJSONResume(t *testing.T) {
	data, err := os.ReadFile(corpus(t, "resumes_json_awesome", "sample.resume.json"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Read("sample", data)
	if err != nil {
		t.Fatal(err)
	}
	r := d.Resume()
	if len(r.Jobs) != 1 || r.Jobs[0].From != (record.Date{Year: 2013, Month: 12, Day: 1}) || len(r.Skills) != 6 || len(r.Emails) != 1 {
		t.Errorf("%d jobs, skills %v, %d e-mails", len(r.Jobs), r.Skills, len(r.Emails))
	}
}
