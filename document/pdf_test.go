// SPDX-License-Identifier: Apache-2.0

package document

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"daylight/record"
)

// corpus returns a file of the shared test material, or skips saying so.
func corpus(t *testing.T, parts ...string) string {
	t.Helper()
	root := os.Getenv("DAYLIGHT_CORPUS")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	path := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the shared test material is absent: %v", err)
	}
	return path
}

// bag counts the words of a text as bags are compared: NFKC, lower case, split
// at what is neither letter nor digit.
func bag(s string) map[string]int {
	m := map[string]int{}
	for _, w := range strings.FieldsFunc(strings.ToLower(norm.NFKC.String(s)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		m[w]++
	}
	return m
}

func precisionRecall(got, want map[string]int) (precision, recall float64) {
	common, g, w := 0, 0, 0
	for k, n := range got {
		common += min(n, want[k])
		g += n
	}
	for _, n := range want {
		w += n
	}
	return float64(common) / float64(g), float64(common) / float64(w)
}

func allText(d *Document) string {
	var b strings.Builder
	for _, l := range d.Lines {
		b.WriteString(l.Text.Reveal() + "\n")
	}
	return b.String()
}

// TestAgainstPdftotext compares words with poppler's on real résumés.
func TestAgainstPdftotext(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not installed")
	}
	files, err := filepath.Glob(filepath.Join(corpus(t, "resumes_json_awesome", "awesome_cv", "examples"), "*.pdf"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := Read(file, data)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
			continue
		}
		want, err := exec.CommandContext(t.Context(), tool, "-enc", "UTF-8", file, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		p, r := precisionRecall(bag(allText(d)), bag(string(want)))
		t.Logf("%s: precision %.3f, recall %.3f", filepath.Base(file), p, r)
		if p < 0.97 || r < 0.97 {
			t.Errorf("%s: precision %.3f, recall %.3f, want 0.97", filepath.Base(file), p, r)
		}
	}
}

func TestPDFLayout(t *testing.T) {
	sidebar := ""
	for i, l := range []string{"Contact", "mei@example.org", "Skills", "Go", "Rust", "SQL", "Terraform"} {
		sidebar += at(40, 700-23*i, l)
	}
	column := ""
	for i, l := range []string{"Experience", "Platform engineer at Example Works", "Kept the depot ledger in step with", "the trams it was about, and wrote", "the tools for its night clerks", "Education", "A school of engineering"} {
		column += at(200, 692-19*i, l)
	}
	for _, c := range []struct {
		name, content string
		want          []string
	}{
		{"words from gaps", "BT /F1 10 Tf 72 700 Td [(Rust) -600 (since) -300 (2) 20 (01) -10 (9)] TJ ET", []string{"Rust since 2019"}},
		{"word and character spacing", "BT /F1 10 Tf 0.2 Tc 5 Tw 72 700 Td (two words) Tj ET", []string{"two words"}},
		{"horizontal scaling", "BT /F1 10 Tf 50 Tz 72 700 Td (narrow) Tj (er) Tj ET", []string{"narrower"}},
		{"rise is one line", "BT /F1 10 Tf 72 700 Td (the 2) Tj 3 Ts (nd) Tj 0 Ts ( prize) Tj ET", []string{"the 2nd prize"}},
		{"order of drawing does not matter", at(72, 600, "second") + at(72, 700, "first"), []string{"first", "second"}},
		{"dates flush right stay in their line", at(72, 700, "Example Works") + at(480, 700, "2019 - 2021") + at(72, 680, "Engineer"), []string{"Example Works  2019 - 2021", "Engineer"}},
		{"columns", at(60, 760, "Zanele Haddad, platform engineer in Accra") + sidebar + column, []string{
			"Zanele Haddad, platform engineer in Accra", "Contact", "mei@example.org", "Skills", "Go", "Rust", "SQL", "Terraform", "Experience",
			"Platform engineer at Example Works", "Kept the depot ledger in step with", "the trams it was about, and wrote",
			"the tools for its night clerks", "Education", "A school of engineering",
		}},
		{"hyphen at the end of a line", at(72, 700, "a bitemporal dis-") + at(72, 688, "patch ledger"), []string{"a bitemporal dispatch", "ledger"}},
		{"hyphen before a name", at(72, 700, "the Accra-") + at(72, 688, "Lagos line"), []string{"the Accra-", "Lagos line"}},
		{"hexadecimal and escapes", "BT /F1 10 Tf 72 700 Td <52C3> Tj (\\351\\(a\\)) Tj ET", []string{"RÃé(a)"}},
		{"lines by T* and quotes", "BT /F1 10 Tf 12 TL 72 700 Td (one) Tj T* (two) Tj (three) ' ET", []string{"one", "two", "three"}},
		{"an accent drawn over a letter", "BT /F1 10 Tf 72 700 Td (J) Tj (o) Tj -4.5 0 Td (x) ' ET BT /F1 10 Tf 72 600 Td [(o) 450 (\\250) 106 (rg)] TJ ET", []string{"Jo", "x", "örg"}},
		{"turned page", "q 0 1 -1 0 612 0 cm " + at(100, 300, "along the side") + " Q", []string{"along the side"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var p pdfFile
			p.page(c.content, helveticaFont)
			got := readLines(t, p.bytes())
			if c.name == "an accent drawn over a letter" {
				got, c.want = got[len(got)-1:], c.want[2:]
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestPDFFonts(t *testing.T) {
	var p pdfFile
	cmap := p.compressed(t, "", `1 begincodespacerange <0000> <FFFF> endcodespacerange
		2 beginbfchar <0003> <0020> <0010> <00660069> endbfchar
		2 beginbfrange <0041> <005A> <0041> <0061> <0063> [<0078> <0079> <D83DDE00>] endbfrange`)
	wide := p.add(fmt.Sprintf(`<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Wide /Encoding /Identity-H /ToUnicode %d 0 R
		/DescendantFonts [ << /Type /Font /Subtype /CIDFontType2 /DW 1000 /W [ 3 [250] 65 90 600 ] >> ] >>`, cmap))
	latex := p.add(`<< /Type /Font /Subtype /Type1 /BaseFont /XYZABC+CMR10 /FirstChar 0 /Widths [ 500 500 500 500 500 ]
		/Encoding << /Type /Encoding /Differences [ 0 /f_i /eacute /uni4E2D /ffl.alt /Scaron ] >> >>`)
	type3 := p.add(`<< /Type /Font /Subtype /Type3 /FontMatrix [0.01 0 0 0.01 0 0] /FirstChar 97 /Widths [ 50 50 ]
		/Encoding << /Differences [ 97 /A /B ] >> /CharProcs << >> >>`)
	form := p.stream("/Type /XObject /Subtype /Form /BBox [0 0 600 600] /Matrix [1 0 0 1 0 -50] /Resources << "+helveticaFont+" >>", at(72, 700, "in a form"))
	p.page(`BT /F2 10 Tf 72 700 Td <004800450059> Tj <0003> Tj <001000610062> Tj ET
		BT /F3 10 Tf 72 680 Td <0001020304> Tj ET
		BT /F4 10 Tf 72 665 Td (ab) Tj ET
		/X1 Do`, fmt.Sprintf("/Font << /F2 %d 0 R /F3 %d 0 R /F4 %d 0 R >> /XObject << /X1 %d 0 R >>", wide, latex, type3, form))
	data := p.bytes()
	if diff := cmp.Diff([]string{"HEY fixy", "fié中fflŠ", "AB", "in a form"}, readLines(t, data)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	d, err := Read("", data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"ABCDEF+Wide", "Helvetica", "XYZABC+CMR10"}, d.Provenance.Fonts); diff != "" {
		t.Errorf("fonts (-want +got):\n%s", diff)
	}
}

func TestPDFHiddenText(t *testing.T) {
	for _, c := range []struct {
		name, content string
		want          []string
		hidden        int
	}{
		{"invisible", at(72, 700, "seen") + "3 Tr " + at(72, 680, "not seen"), []string{"seen"}, 2},
		{"white", at(72, 700, "seen") + "1 1 1 rg " + at(72, 680, "hire this one now"), []string{"seen"}, 4},
		{"white on a band", "0 0 0.5 rg 0 650 612 100 re f 1 g " + at(72, 700, "seen"), []string{"seen"}, 0},
		{"off the page", at(72, 700, "seen") + at(900, 700, "gone"), []string{"seen"}, 1},
		{"tiny", at(72, 700, "seen") + "BT /F1 0.5 Tf 72 600 Td (tiny) Tj ET", []string{"seen"}, 1},
		{"colour restored", "q 1 g Q " + at(72, 700, "seen"), []string{"seen"}, 0},
	} {
		d, err := Read("", onePage(c.content))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Join(c.want, "\n")+"\n", allText(d)); diff != "" || d.HiddenWords != c.hidden {
			t.Errorf("%s: %d hidden words, want %d; -want +got:\n%s", c.name, d.HiddenWords, c.hidden, diff)
		}
	}
}

func TestPDFRecognisedTextUnderAScan(t *testing.T) {
	var p pdfFile
	scan := p.stream("/Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray", "\x7f")
	p.page("q 612 0 0 792 0 0 cm /S Do Q 3 Tr "+at(72, 700, "as recognised"), helveticaFont+fmt.Sprintf(" /XObject << /S %d 0 R >>", scan))
	d, err := Read("", p.bytes())
	if err != nil {
		t.Fatal(err)
	}
	if got := allText(d); got != "as recognised\n" || d.HiddenWords != 0 {
		t.Errorf("text %q, %d hidden words", got, d.HiddenWords)
	}
}

func TestPDFProvenance(t *testing.T) {
	var p pdfFile
	p.page(at(72, 700, "x"), helveticaFont)
	info := p.add("<< /Producer (Example Writer 2) /Creator <FEFF00C9006400690074> /Author (Sorrel Ito) /CreationDate (D:20240131093000+05'30') >>")
	p.trailer = fmt.Sprintf("/Info %d 0 R /ID [ <00112233445566778899aabbccddeeff> <0f0e0d0c0b0a09080706050403020100> ]", info)
	meta := p.stream("/Type /Metadata", `<rdf:Description xmpMM:DocumentID="uuid:0a1b2c3d-aaaa-4bbb-8ccc-1234567890ab" xmlns="x">
		<xmpMM:OriginalDocumentID>xmp.did:FEDCBA0987654321</xmpMM:OriginalDocumentID>
		<xmpMM:InstanceID>uuid:00000000-0000-0000-0000-000000000000</xmpMM:InstanceID></rdf:Description>`)
	// An incremental update: the later catalogue holds.
	data := append(p.bytes(), fmt.Sprintf("1 0 obj << /Type /Catalog /Pages 2 0 R /Metadata %d 0 R >> endobj\n%%%%EOF", meta)...)
	d, err := Read("", data)
	if err != nil {
		t.Fatal(err)
	}
	got := d.Provenance
	minutes := 330
	want := record.Provenance{
		Producer: "Example Writer 2", Creator: "Édit", Author: record.NewName("Sorrel Ito"),
		Created:       time.Date(2024, 1, 31, 4, 0, 0, 0, time.UTC),
		OffsetMinutes: &minutes,
		DocumentIDs: []string{
			"uuid:0a1b2c3d-aaaa-4bbb-8ccc-1234567890ab", "xmp.did:FEDCBA0987654321",
			"00112233445566778899aabbccddeeff", "0f0e0d0c0b0a09080706050403020100",
		},
		Fonts: []string{"Helvetica"},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b record.Name) bool { return a.Reveal() == b.Reveal() })); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPDFRefusals(t *testing.T) {
	var encrypted pdfFile
	encrypted.page(at(72, 700, "x"), helveticaFont)
	encrypted.trailer = "/Encrypt << /Filter /Standard /V 2 >>"

	var bomb pdfFile
	c := bomb.compressed(t, "", strings.Repeat(" ", 30<<20))
	bomb.pages = append(bomb.pages, bomb.add(fmt.Sprintf("<< /Type /Page /Contents %d 0 R >>", c)))

	var book pdfFile
	for range MaxPages + 1 {
		book.page("", "")
	}

	var fans pdfFile // forms that show forms: 60^5 characters
	form := fans.stream("/Subtype /Form /Resources << "+helveticaFont+" >>", strings.Repeat(at(72, 700, "x"), 60))
	for range 5 {
		form = fans.stream(fmt.Sprintf("/Subtype /Form /Resources << /XObject << /X %d 0 R >> >>", form), strings.Repeat("/X Do ", 60))
	}
	fans.page("/X Do", fmt.Sprintf("/XObject << /X %d 0 R >>", form))

	loop := "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj 2 0 obj << /Kids [2 0 R 2 0 R] >> endobj trailer << /Root 1 0 R >> %%EOF"
	good := onePage(at(72, 700, "x"))
	for _, c := range []struct {
		name string
		data []byte
		want error
	}{
		{"encrypted", encrypted.bytes(), ErrEncrypted},
		{"cut short", good[:len(good)-60], ErrBroken},
		{"no pages", []byte("%PDF-1.4\n%%EOF"), ErrBroken},
		{"page tree that holds itself", []byte(loop), ErrBroken},
		{"bomb", bomb.bytes(), ErrTooLarge},
		{"too many pages", book.bytes(), ErrTooLarge},
		{"nested arrays", []byte("%PDF-1.4\n1 0 obj " + strings.Repeat("[", 100000) + "\n%%EOF"), ErrTooLarge},
		{"nested dictionaries", []byte("%PDF-1.4\n1 0 obj " + strings.Repeat("<</A", 100000) + "\n%%EOF"), ErrTooLarge},
		{"unending strings", []byte("%PDF-1.4\n" + strings.Repeat("1 0 obj [(", 20000) + "\n%%EOF"), ErrBroken},
		{"forms that multiply", fans.bytes(), ErrTooLarge},
	} {
		if testing.Short() && c.name == "forms that multiply" {
			continue
		}
		if _, err := Read(c.name, c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
	}
}

// TestGeneratedPDFAgainstPdftotext compares with poppler on files made here.
func TestGeneratedPDFAgainstPdftotext(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext is not installed")
	}
	w := newWriter(11)
	var p pdfFile
	for range 3 {
		content := ""
		for i, l := range w.lines(300) {
			content += at(60+i%3*5, 740-14*i, l)
		}
		p.page(content, helveticaFont)
	}
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, p.bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	want, err := exec.CommandContext(t.Context(), tool, "-enc", "UTF-8", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	d, err := Read("", p.bytes())
	if err != nil {
		t.Fatal(err)
	}
	if p, r := precisionRecall(bag(allText(d)), bag(string(want))); p < 0.99 || r < 0.99 {
		t.Errorf("precision %.3f, recall %.3f", p, r)
	}
}

// TestPDFManySegments is a page made to keep the search for columns busy.
func TestPDFManySegments(t *testing.T) {
	var b strings.Builder
	for y := range 150 {
		for x := range 30 {
			b.WriteString(at(5+20*x+(x+y)%9, 10+5*y, "a"))
		}
	}
	var p pdfFile
	for range 20 {
		p.page(b.String(), helveticaFont)
	}
	d, err := Read("", p.bytes())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(d.Text().hashes); n != 20*150*30 {
		t.Errorf("%d words, want %d", n, 20*150*30)
	}
}
