// SPDX-License-Identifier: Apache-2.0

//go:build unix

package app

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"daylight/report"
)

// okta is one event of somebody on a line.
func okta(uuid, extra string) string {
	return `{"uuid":"` + uuid + `","published":"2026-04-01T09:00:00.000Z","eventType":"user.session.start","version":"0","severity":"INFO",` + extra +
		`"actor":{"id":"00u1","type":"User","alternateId":"anwar@mail1.example"},"client":{"ipAddress":"192.0.2.7"},"outcome":{"result":"SUCCESS"}}` + "\n"
}

func gzipped(t *testing.T, content io.Reader) string {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zstandard(t *testing.T, content string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}()
	return string(w.EncodeAll([]byte(content), nil))
}

// same is n times one byte.
func same(c byte, n int64) io.Reader { return io.LimitReader(sameByte(c), n) }

type sameByte byte

func (c sameByte) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c)
	}
	return len(p), nil
}

// docx is a Word file with a text and, before that is closed or in a picture of
// its own, many bytes.
func docx(t *testing.T, text, picture int64) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name string, content ...io.Reader) {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.Copy(w, io.MultiReader(content...))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	add("[Content_Types].xml", strings.NewReader("<Types/>"))
	add("word/document.xml", strings.NewReader(`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>`),
		same('x', text), strings.NewReader(`</w:t></w:r></w:p></w:body></w:document>`))
	if picture > 0 {
		add("word/media/image1.png", same('x', picture))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// pdf is a file of one page with a content stream and more for the trailer.
func pdf(stream, filter, trailer string) string {
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Count 1 /Kids [ 4 0 R ] >>",
		fmt.Sprintf("<< /Length %d %s >>\nstream\n%s\nendstream", len(stream), filter, stream),
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 3 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
	}
	var b strings.Builder
	b.WriteString("%PDF-1.7\n")
	for i, o := range objects {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n0\n%%%%EOF\n", len(objects)+1, trailer)
	return b.String()
}

func deflated(t *testing.T, content io.Reader, times int) string {
	t.Helper()
	for ; times > 0; times-- {
		var b bytes.Buffer
		w := zlib.NewWriter(&b)
		if _, err := io.Copy(w, content); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		content = &b
	}
	out, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// bad is one piece of bad input: the file, where in it, and the reason that must
// be given. Records is how many of its rows are read all the same.
type bad struct {
	content string
	line    int
	reason  string
	records int
}

func badInput(t *testing.T) map[string]bad {
	t.Helper()
	rows := ""
	for i := range 2000 {
		rows += okta(fmt.Sprintf("%08x-%08x", i, rand.Uint32()), "")
	}
	gz, zst := gzipped(t, strings.NewReader(rows)), zstandard(t, rows)
	good, deep := okta("1", ""), `"deep":`+strings.Repeat("[", 200)+strings.Repeat("]", 200)+","
	long := `"debugContext":{"x":"` + strings.Repeat("x", 17<<20) + `"},`
	const people = "id,name,city\n"
	return map[string]bad{
		"truncated.jsonl":     {good + good[:100], 2, "not JSON: unexpected end of input", 1},
		"truncated.json":      {"[" + strings.TrimSpace(good) + ",\n" + good[:100], 2, "not JSON: unexpected end of input", 1},
		"truncated.jsonl.gz":  {gz[:len(gz)/2], -1, "gzip data is truncated", -1},
		"truncated.jsonl.zst": {zst[:len(zst)-100], -1, "zstd data is truncated", -1},
		"damaged.jsonl.gz":    {gz[:len(gz)/2] + strings.Repeat("\xff", 64) + gz[len(gz)/2+64:], -1, "", -1},
		"header.gz":           {gz[:5], 0, "gzip data is truncated", 0},
		"notjson.jsonl":       {good + "this is no JSON\n" + okta("3", ""), 2, "not JSON: unexpected character at byte 2", 2},
		"twokeys.jsonl":       {good + okta("2", `"uuid":"3",`) + okta("4", ""), 2, "not JSON: the same key twice", 2},
		"utf8.jsonl":          {good + okta("2", "\"x\":\"\xff\",") + okta("4", ""), 2, "not JSON: invalid UTF-8", 2},
		"deep.jsonl":          {good + okta("2", deep) + okta("4", ""), 2, "nested deeper than 100", 2},
		"long.jsonl":          {good + okta("2", long) + okta("4", ""), 2, "line longer than 16 MiB", 2},
		"longrow.json":        {"[" + good + "," + okta("2", long) + "," + okta("4", "") + "]", 2, "row longer than 16 MiB", 2},
		"ragged.csv":          {people + "b-1,Kofi Beispiel,Leeds\nb-2,Maya Sampla\nb-3,Io Esempio,Leeds\n", 3, "row has 2 cells, the header has 3", 2},
		"quote.csv":           {people + "b-4,\"Kofi,Leeds\nb-5,Io Esempio,Leeds\n", 2, "quote is not closed", 1},
		"utf8.csv":            {people + "b-6,Kofi \xff,Leeds\nb-7,Io Esempio,Leeds\n", 2, "not UTF-8", 1},
		"encrypted.pdf": {
			pdf("BT /F1 10 Tf 72 700 Td (text) Tj ET", "", "/ID [<30313233343536373839303132333435> <30313233343536373839303132333435>] /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <"+
				strings.Repeat("5a", 32)+"> /U <"+strings.Repeat("a5", 32)+"> >>"), 0, "encrypted", 0,
		},
		"broken.pdf":         {"%PDF-1.7\n" + strings.Repeat("1 0 obj << /Type\n", 40), 0, "broken", 0},
		"bomb.pdf":           {pdf(deflated(t, same(' ', 256<<20), 1), "/Filter /FlateDecode", ""), 0, "too large", 0},
		"bomb2.pdf":          {pdf(deflated(t, same(' ', 256<<20), 2), "/Filter [/FlateDecode /FlateDecode]", ""), 0, "too large", 0},
		"bomb.docx":          {docx(t, 256<<20, 0), 0, "too large", 0},
		"media.docx":         {docx(t, 10, 256<<20), 0, "too large", 0},
		"broken.docx":        {docx(t, 1000, 0)[:300], 0, "zip archive that is damaged", 0},
		"bomb.jsonl.gz":      {gzipped(t, io.MultiReader(strings.NewReader(good), same('\n', 512<<20))), -1, "decompresses to more than 100 times its size", 1},
		"large.txt":          {"A résumé.\n" + strings.Repeat("word and word\n", 5<<20), 0, "larger than 64 MiB", 0},
		"unknown.bin":        {"\x01\x02\x00\x03 nothing that is known", 0, "binary data of no known kind", 0},
		"archive.zip":        {"PK\x03\x04nothing", 0, "zip archive", 0},
		"utf16.csv":          {"\xff\xfei\x00d\x00,\x00n\x00", 0, "UTF-16", 0},
		"empty.json":         {"", 0, "the file is empty", 0},
		"blank.jsonl":        {" \n\n", 0, "the file is empty", 0},
		"stranger.jsonl":     {"{\"some\":1}\n{\"some\":2}\n", 0, "", 0},
		"city.mmdb":          {strings.Repeat("\x00\x01", 4000) + "\xab\xcd\xefMaxMind.com" + strings.Repeat("\xff", 40), 0, "", 0},
		"repo.git/HEAD":      {"ref: refs/heads/main\n", 0, "", 0},
		".hidden/people.csv": {twoPeople, 0, "", 0},
	}
}

// TestBadInput scans a folder of everything that can be wrong with a file, and
// demands that each is named with line and reason, that the rest is read, and
// that memory stays bounded.
func TestBadInput(t *testing.T) {
	if testing.Short() {
		t.Skip("making the bombs takes a few seconds")
	}
	cases := badInput(t)
	files := map[string]string{
		"people.csv": twoPeople,
		// A folder may be called like a file, and a file like another kind.
		"folder.csv/okta.pdf": okta("in a folder", ""),
		"pay.json":            "person,effective_at,method,account\nc-1,2026-04-02,bank,GB00TEST\n",
		// A repository whose branch names a commit that is not there.
		"repo.git/refs/heads/main":    strings.Repeat("ab", 20) + "\n",
		"repo.git/objects/info/packs": "\n",
	}
	for path, c := range cases {
		files[path] = c.content
	}
	// These are named under the folder.
	cases["repo.git"] = bad{"", 0, "object abababababab: missing", 0}
	cases[".hidden"] = bad{"", 0, "hidden folder, not read", 0}
	cases["link.csv"] = bad{"", 0, "symbolic link, not followed", 0}
	cases["loop"] = bad{"", 0, "symbolic link, not followed", 0}
	cases["linked"] = bad{"", 0, "symbolic link, not followed", 0}
	cases["pipe.csv"] = bad{"", 0, "not a regular file", 0}
	delete(cases, "repo.git/HEAD")
	delete(cases, ".hidden/people.csv")
	dir := exports(t, files)
	at := func(path string) string { return filepath.Join(dir, "exports", path) }
	outside := exports(t, map[string]string{"x.csv": twoPeople})
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Symlink(filepath.Join(outside, "exports", "x.csv"), at("link.csv")))
	must(os.Symlink(".", at("loop")))
	must(os.Symlink(outside, at("linked")))
	must(syscall.Mkfifo(at("pipe.csv"), 0o600))
	if os.Geteuid() != 0 { // nothing is unreadable to root
		must(os.WriteFile(at("closed.csv"), []byte(twoPeople), 0))
		must(os.Mkdir(at("closed"), 0))
		cases["closed.csv"] = bad{"", 0, "cannot be read: permission denied", 0}
		cases["closed"] = bad{"", 0, "cannot be read: permission denied", 0}
	}

	r, got := scanned(t, dir)
	for _, path := range slices.Sorted(maps.Keys(cases)) {
		checkSkipped(t, r, path, cases[path])
	}
	if !slices.ContainsFunc(r.Skipped, func(s report.Skipped) bool { return s.Path == "damaged.jsonl.gz" && s.Reason == "gzip data is damaged" }) {
		t.Error("damaged.jsonl.gz is not said to be damaged")
	}
	for path, records := range map[string]int{"people.csv": 2, "folder.csv/okta.pdf": 1, "pay.json": 1} {
		if in := inputOf(r, path); in.Records != records || in.Skipped != 0 {
			t.Errorf("%s: %+v, want %d records and nothing skipped", path, in, records)
		}
	}
	if !slices.ContainsFunc(r.Subjects, func(s *report.Subject) bool { return s.ID == "c-1" }) {
		t.Error("c-1 is not in the report")
	}
	if got.stderr != "" {
		t.Errorf("standard error: %q", got.stderr)
	}
	limitMemory(t, got)

	strict := daylight(t, dir, "scan", "exports", "--strict")
	if strict.status != exitFailed || !strings.Contains(strict.stderr, "--strict") || !strings.Contains(strict.stdout, "Not read") {
		t.Errorf("--strict: status %d, %q; want 1, with the report", strict.status, strict.stderr)
	}
}

func inputOf(r *report.Report, path string) report.Input {
	for _, in := range r.Inputs {
		if in.Path == path {
			return in
		}
	}
	return report.Input{}
}

// checkSkipped holds that a file is named among what was skipped.
func checkSkipped(t *testing.T, r *report.Report, path string, want bad) {
	t.Helper()
	var found []report.Skipped
	for _, s := range r.Skipped {
		if s.Path == path {
			found = append(found, s)
		}
	}
	if len(found) == 0 {
		t.Errorf("%s is not among what was skipped", path)
		return
	}
	s := found[0]
	if !strings.Contains(s.Reason, want.reason) || s.Reason == "" {
		t.Errorf("%s: reason %q, want %q", path, s.Reason, want.reason)
	}
	if strings.ContainsAny(s.Reason, "\n\x00") || len(s.Reason) > 200 {
		t.Errorf("%s: the reason is no short line: %q", path, s.Reason)
	}
	if want.line >= 0 && s.Line != want.line || want.line < 0 && s.Line < 1 {
		t.Errorf("%s: line %d, want %d", path, s.Line, want.line)
	}
	in := inputOf(r, path)
	if want.records >= 0 && in.Records != want.records || want.records < 0 && in.Records < 100 || in.Skipped < len(found) {
		t.Errorf("%s: %d records and %d skipped, want %d and %d", path, in.Records, in.Skipped, want.records, len(found))
	}
}

// limitMemory holds that the process stayed below what it takes with the least of the
// bombs, 256 MiB, read whole. Measured were 271 to 320 MiB, and 414 beside a load of
// ten, where garbage waits to be collected.
func limitMemory(t *testing.T, got ran) {
	t.Helper()
	const mib = 512
	if got.peak == 0 {
		t.Log("the system does not say how much memory was used")
	}
	t.Logf("%d MiB at most", got.peak>>20)
	if got.peak > mib<<20 && !UnderRace() {
		t.Errorf("%d MiB of memory, want %d at most", got.peak>>20, mib)
	}
}

// TestLongLine reads a gigabyte on one line, stored at more than a hundredth so
// that it is no bomb.
func TestLongLine(t *testing.T) {
	if UnderRace() {
		t.Skip("a gigabyte is not read beside the race detector")
	}
	if testing.Short() {
		t.Skip("a gigabyte takes a few seconds")
	}
	dir := exports(t, map[string]string{"people.csv": twoPeople})
	f, err := os.Create(filepath.Join(dir, "exports", "long.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	write := func(r io.Reader) {
		if _, err := io.Copy(z, r); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.NewReader(okta("1", "") + `{"uuid":"`))
	rng := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 2<<10)
	for range 1 << 30 >> 16 {
		for i := range noise {
			noise[i] = 'a' + byte(rng.UintN(26))
		}
		write(bytes.NewReader(noise))
		write(same('x', 62<<10))
	}
	write(strings.NewReader("\"}\n" + okta("3", "")))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	r, got := scanned(t, dir)
	checkSkipped(t, r, "long.jsonl.gz", bad{line: 2, reason: "line longer than 16 MiB", records: 2})
	limitMemory(t, got)
}

// TestLinksOutOfTheFolder holds that nothing outside the folder is read, also
// where a repository is expected.
func TestLinksOutOfTheFolder(t *testing.T) {
	repository := func(at string) map[string]string {
		return map[string]string{
			at + "HEAD": "ref: refs/heads/main\n", at + "refs/heads/main": strings.Repeat("ab", 20) + "\n", at + "objects/info/packs": "\n",
		}
	}
	outside := filepath.Join(exports(t, repository("")), "exports")
	files := repository("inside/.git/")
	files["people.csv"] = twoPeople
	files["linked/a.txt"] = ""
	files["objects/.git/HEAD"] = "ref: refs/heads/main\n"
	files["objects/.git/refs/heads/main"] = strings.Repeat("ab", 20) + "\n"
	dir := exports(t, files)
	for from, to := range map[string]string{"linked/.git": outside, "objects/.git/objects": filepath.Join(outside, "objects"), "inside/.git/objects/ab": outside} {
		if err := os.Symlink(to, filepath.Join(dir, "exports", from)); err != nil {
			t.Fatal(err)
		}
	}
	// The same with a path that leads out from where the link lies.
	if err := os.Symlink(filepath.Join("..", "..", "..", "..", filepath.Base(outside)), filepath.Join(dir, "exports", "up")); err != nil {
		t.Fatal(err)
	}
	r, _ := scanned(t, dir)
	for path, c := range map[string]bad{
		"linked/.git":  {reason: "symbolic link, not followed"},
		"objects/.git": {reason: "hidden folder, not read"},
		"inside":       {reason: "object abababababab: "},
		"up":           {reason: "symbolic link, not followed"},
	} {
		checkSkipped(t, r, path, c)
	}
	for _, in := range r.Inputs {
		if in.Format == "git" && in.Path != "inside" {
			t.Errorf("%s was read as a repository", in.Path)
		}
	}
}
