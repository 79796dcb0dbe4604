// SPDX-License-Identifier: Apache-2.0

package source_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"daylight/source"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

func gz(tb testing.TB, data string) string {
	tb.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, data); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

func zst(tb testing.TB, data string) string {
	tb.Helper()
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := io.WriteString(w, data); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

func zipped(tb testing.TB, name string) string {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if _, err := w.Create(name); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

func open(tb testing.TB, content string) *source.File {
	tb.Helper()
	f, bad := source.Open(tb.Context(), fstest.MapFS{"file": {Data: []byte(content)}}, "file")
	if bad != nil {
		tb.Fatal(bad)
	}
	return f
}

// read lists the rows as "line/index: content" and the rejections as "line!
// reason".
func read(tb testing.TB, f *source.File) []string {
	tb.Helper()
	out := []string{}
	for row, bad := range f.Rows(tb.Context()) {
		switch {
		case bad != nil:
			out = append(out, fmt.Sprintf("%d! %s", bad.Line, bad.Reason))
		case f.Shape == source.CSV:
			out = append(out, fmt.Sprintf("%d/%d: %s", row.Line, row.Index, strings.Join(row.Cells, "|")))
		default:
			out = append(out, fmt.Sprintf("%d/%d: %s", row.Line, row.Index, row.JSON))
		}
	}
	return out
}

func TestRecognise(t *testing.T) {
	long := strings.Repeat("x", 70_000)
	for _, c := range []struct {
		name, content string
		shape         source.Shape
		key           string
		header        string
	}{
		{"one line", `{"a":1}`, source.JSONLines, "", ""},
		{"lines", "{\"a\":1}\n{\"a\":2}\n", source.JSONLines, "", ""},
		{"lines after a byte-order mark", "\ufeff{\"a\":1}\r\n{\"a\":2}\r\n", source.JSONLines, "", ""},
		{"first line broken", "{\"a\":\n{\"a\":2}\n{\"a\":3}", source.JSONLines, "", ""},
		{"first line is no JSON", "Exported 2026-01-01\n{\"a\":2}\n{\"a\":3}", source.JSONLines, "", ""},
		{"no line whole", "{\"a\"\n{\"b\"\n", source.JSONLines, "", ""},
		{"long first line", `{"a":"` + long + "\"}\n{\"a\":2}", source.JSONLines, "", ""},
		{"array", "[\n{\"a\":1},\n{\"a\":2}\n]", source.JSONArray, "", ""},
		{"empty array", " [ ] ", source.JSONArray, "", ""},
		{"page", `{"totalResults":1,"schemas":["u"],"Resources":[{"a":1}]}`, source.JSONPage, "Resources", ""},
		{"page of none", `{"data":[],"hasNext":false}`, source.JSONPage, "data", ""},
		{"pages on lines", "{\"entries\":[{\"a\":1}]}\n{\"entries\":[{\"a\":2}]}\n", source.JSONPage, "entries", ""},
		{"row with an array", `{"userName":"a","emails":[{"value":"x"}]}`, source.JSONLines, "", ""},
		{"activity with events", "{\"id\":{},\"events\":[{\"a\":1}]}\n{\"id\":{},\"events\":[{}]}", source.JSONLines, "", ""},
		{"document", "{\n  \"basics\": {\n    \"name\": \"x\"\n  },\n  \"work\": [\n    {\"a\": 1}\n  ]\n}", source.JSONDocument, "", ""},
		{"documents", "{\n \"a\": 1\n}\n{\n \"a\": 2\n}\n", source.JSONDocument, "", ""},
		{"csv", "ID,First Name,e-mail\n1,a,b\n", source.CSV, "", "ID|First Name|e-mail"},
		{"csv with semicolons", "id;email\n1;a,b\n", source.CSV, "", "id|email"},
		{"csv with tabs", "id\temail\n1\ta\n", source.CSV, "", "id|email"},
		{"csv quoted, marked", "\ufeff\"id\",\"name, full\"\r\n1,x\r\n", source.CSV, "", "id|name, full"},
		{"csv of a header", "person,outcome,at,by\n", source.CSV, "", "person|outcome|at|by"},
		{"csv with ragged rows", "id,a\n1,2\n1,2,3\n1,2\n", source.CSV, "", "id|a"},
		{"csv with a zero byte in a cell", "id,name\n1,a\x00b\n2,c\n", source.CSV, "", "id|name"},
		{"zero byte in what would be a header", "id,na\x00me\n1,ab\n2,c\n", source.Unknown, "", ""},
		{"pdf", "%PDF-1.7\n%\xe2\xe3", source.PDF, "", ""},
		{"png", "\x89PNG\r\n\x1a\n", source.Image, "", ""},
		{"jpeg", "\xff\xd8\xff\xe0", source.Image, "", ""},
		{"webp", "RIFF\x00\x00\x00\x00WEBPVP8 ", source.Image, "", ""},
		{"docx", zipped(t, "word/document.xml"), source.DOCX, "", ""},
		{"other zip", zipped(t, "a.txt"), source.Unknown, "", ""},
		{"html", "<!DOCTYPE html>\n<title>x</title>", source.HTML, "", ""},
		{"xhtml", "<?xml version=\"1.0\"?>\n<!-- c -->\n<html xmlns=\"x\">", source.HTML, "", ""},
		{"xml", "<?xml version=\"1.0\"?><sdnList/>", source.Unknown, "", ""},
		{"markdown", "# Name\n\n- one\n- two\n", source.Markdown, "", ""},
		{"markdown that starts with a link", "[home](https://example.com)\n\n## Work\n", source.Markdown, "", ""},
		{"text", "Amara Silva, Lisbon\nEngineer since 2014.\nLikes rivers.\n", source.Text, "", ""},
		{"text of one line", "Dear team, I would like to apply.", source.Text, "", ""},
		{"empty", "", source.Empty, "", ""},
		{"blank", " \r\n\n", source.Empty, "", ""},
		{"maxmind", "\x00\x01\x02" + long + "\xab\xcd\xefMaxMind.com\xe9", source.MaxMind, "", ""},
		{"binary", "\x00\x01\x02", source.Unknown, "", ""},
		{"utf-16", "\xff\xfei\x00d\x00", source.Unknown, "", ""},
		{"latin-1", "caf\xe9 au lait", source.Unknown, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for compression, content := range map[string]string{"": c.content, "gzip": gz(t, c.content), "zstd": zst(t, c.content)} {
				f := open(t, content)
				if f.Shape != c.shape || f.Key != c.key || strings.Join(f.Header, "|") != c.header || f.Compression != compression {
					t.Errorf("%q: got %s, key %q, header %q, %q, %s", compression, f.Shape, f.Key, f.Header, f.Compression, f.Why)
				}
				if (f.Shape == source.Unknown) != (f.Why != "") {
					t.Errorf("%s with why %q", f.Shape, f.Why)
				}
			}
		})
	}
}

func TestRows(t *testing.T) {
	for _, c := range []struct {
		name, content string
		want          []string
	}{
		{
			"lines", "\ufeff{\"a\":1}\r\n\r\n{\"a\":2}\n  \n{\"a\":3}",
			[]string{`1/1: {"a":1}`, `3/3: {"a":2}`, `5/5: {"a":3}`},
		},
		{
			"broken lines", "{\"a\":1}\n{\"a\":\n{\"a\":1,\"a\":2}\nhello\n{\"a\":\"\xff\"}\n{\"a\":1} {}\n{\"a\":6}\n",
			[]string{
				`1/1: {"a":1}`, "2! not JSON: unexpected end of input", "3! not JSON: the same key twice", "4! not JSON: unexpected character at byte 1",
				"5! not JSON: invalid UTF-8 at byte 7", "6! not JSON: more than one value in a row", `7/7: {"a":6}`,
			},
		},
		{
			"array", "[{\"a\":1},\n\n {\"a\":\n2}, {\"b\":}, {\"s\":\"]}\\\"\"}\n]\n",
			[]string{`1/1: {"a":1}`, "3/2: {\"a\":\n2}", "4! not JSON: unexpected character at byte 6", `4/4: {"s":"]}\""}`},
		},
		{"truncated array", "[{\"a\":1},\n{\"a\":2", []string{`1/1: {"a":1}`, "2! not JSON: unexpected end of input"}},
		{"array not closed", "[{\"a\":1}\n", []string{`1/1: {"a":1}`, "2! not JSON: unexpected end of input"}},
		{"array without comma", "[{\"a\":1} {\"a\":2}]", []string{`1/1: {"a":1}`, "1! not JSON: rows are not separated by commas; the rest is not read"}},
		{"array with a comma more", "[{\"a\":1},]", []string{`1/1: {"a":1}`, "1! not JSON: comma after the last row"}},
		{"array with a hole", "[{\"a\":1},,{\"a\":2}]", []string{`1/1: {"a":1}`, "1! not JSON: a value is missing; the rest is not read"}},
		{"arrays", "[{\"a\":1}]\n[{\"a\":2}]", []string{`1/1: {"a":1}`, `2/2: {"a":2}`}},
		{"array and more", "[{\"a\":1}]\nbye", []string{`1/1: {"a":1}`, "2! not JSON: content after the end of the rows"}},
		{"page", "{\"n\":[1,2],\n\"data\":[{\"a\":1},\n{\"a\":2}],\"next\":{\"x\":[{}]}}\n", []string{`2/1: {"a":1}`, `3/2: {"a":2}`}},
		{"pages", "{\"data\":[{\"a\":1}]}\n{\"data\":[]}\n{\"data\":[{\"a\":2}]}", []string{`1/1: {"a":1}`, `3/2: {"a":2}`}},
		{"page with a key twice", "{\"data\":[{\"a\":1}],\"data\":[{\"a\":2}]}", []string{`1/1: {"a":1}`, "1! not JSON: the same key twice in the page; the rest is not read"}},
		{"page cut", "{\"data\":[{\"a\":1}],\"next", []string{`1/1: {"a":1}`, "1! not JSON: unexpected end of input"}},
		{"document", "{\n\"a\": [\n1]}\n{\n\"a\":2}", []string{"1/1: {\n\"a\": [\n1]}", "4/2: {\n\"a\":2}"}},
		{"deep", "[{\"a\":1}," + strings.Repeat("[", 101) + strings.Repeat("]", 101) + ",{\"a\":2}]", []string{`1/1: {"a":1}`, "1! nested deeper than 100", `1/3: {"a":2}`}},
		{"deep line", "{\"a\":1}\n" + strings.Repeat("[", 50000) + "\n{\"a\":2}\n{\"a\":" + strings.Repeat("[", 99) + strings.Repeat("]", 99) + "}", []string{
			`1/1: {"a":1}`, "2! nested deeper than 100", `3/3: {"a":2}`, "4/4: {\"a\":" + strings.Repeat("[", 99) + strings.Repeat("]", 99) + "}",
		}},
		{"csv", "id,name\r\n1,\"a, \"\"b\"\"\"\r\n\r\n2,=cmd()\r\n", []string{`2/1: 1|a, "b"`, "4/2: 2|=cmd()"}},
		{"csv over lines", "id,name\n1,\"a\nb\"\n2,c\n", []string{"2/1: 1|a\nb", "4/2: 2|c"}},
		{
			"csv with bad rows", "id,name\n1,a\n2\n3,a,b\n4,a\"b\n5,\"a\"b\n6,\xff\n7,a\n8,a\n9,a\n10,a\n",
			[]string{
				"2/1: 1|a", "3! row has 1 cells, the header has 2", "4! row has 3 cells, the header has 2", "5! quote within an unquoted cell",
				"6! text after a quoted cell", "7! not UTF-8", "8/7: 7|a", "9/8: 8|a", "10/9: 9|a", "11/10: 10|a",
			},
		},
		{"csv with an open quote", "id,name\n1,\"a\n2,b\n3,c\n", []string{"2! quote is not closed", "3/2: 2|b", "4/3: 3|c"}},
		{
			"csv with an open quote before a bad row", "id,name\n1,\"a\n2,\xff\n3,c\n4,d\n5,e\n",
			[]string{"2! quote is not closed", "3! not UTF-8", "4/3: 3|c", "5/4: 4|d", "6/5: 5|e"},
		},
		{"csv with an open quote that another closes", "id,name\n1,\"a\n2,\"b\"\n3,c\n", []string{"2! text after a quoted cell", "3/2: 2|b", "4/3: 3|c"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, content := range []string{c.content, gz(t, c.content), zst(t, c.content)} {
				if diff := cmp.Diff(c.want, read(t, open(t, content))); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestCutAndDamaged(t *testing.T) {
	// Random-looking content, so that the compressed form is long enough to cut
	// behind many rows.
	var b strings.Builder
	for i := range 30_000 {
		fmt.Fprintf(&b, "{\"n\":\"%x\"}\n", uint64(i)*0x9e3779b97f4a7c15)
	}
	lines := b.String()
	for name, whole := range map[string]string{"gzip": gz(t, lines), "zstd": zst(t, lines)} {
		got := read(t, open(t, whole[:len(whole)*2/3]))
		last := got[len(got)-1]
		if len(got) < 1000 || !strings.HasSuffix(last, "! "+name+" data is truncated") {
			t.Errorf("%s: %d rows, then %q", name, len(got), last)
		}
		damaged := []byte(whole)
		for i := len(damaged) * 2 / 3; i < len(damaged)*2/3+200; i++ {
			damaged[i] ^= 0x55
		}
		got = read(t, open(t, string(damaged)))
		last = got[len(got)-1]
		if len(got) < 1000 || !strings.HasSuffix(last, "! "+name+" data is damaged") {
			t.Errorf("%s: %d rows, then %q", name, len(got), last)
		}
	}
	for _, bad := range []string{"\x1f\x8b\x08", "\x28\xb5\x2f\xfd"} {
		f, rejected := source.Open(t.Context(), fstest.MapFS{"file": {Data: []byte(bad)}}, "file")
		if rejected == nil || !strings.HasSuffix(rejected.Reason, "data is truncated") {
			t.Errorf("%x: %v, %v", bad, f, rejected)
		}
	}
}

func TestWalk(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"b.txt": "plain words", "a/z.jsonl": `{"a":1}`, "a/.env": "x", ".hidden/x": "x", "clone/.git/HEAD": "ref: x",
		"clone/.git/objects/x": "x", "clone/.git/refs/x": "x", "clone/main.go": "package main", "bare.git/HEAD": "ref: x", "bare.git/objects/x": "x",
		"bare.git/refs/x": "x", "notgit/HEAD": "plain words", "broken.gz": "\x1f\x8b\x08",
	} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	var got []string
	for f, bad := range source.Walk(t.Context(), os.DirFS(dir)) {
		if bad != nil {
			got = append(got, bad.Path+"! "+bad.Reason)
			continue
		}
		got = append(got, f.Path+" "+string(f.Shape))
		if f.Shape == source.Git {
			sub, err := f.FS()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := fs.Stat(sub, "HEAD"); err != nil {
				t.Error(err)
			}
		}
	}
	want := []string{
		".hidden! hidden folder, not read", "a/.env! hidden file, not read", "a/z.jsonl json_lines", "b.txt text", "bare.git git",
		"broken.gz! gzip data is truncated", "clone git", "link! symbolic link, not followed", "notgit/HEAD text",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for f, bad := range source.Walk(t.Context(), os.DirFS(filepath.Join(dir, "clone"))) {
		if bad != nil {
			t.Fatal(bad)
		}
		if f == nil || f.Path != "." || f.Shape != source.Git {
			t.Errorf("root repository: %+v", f)
		}
	}
}

func TestUnreadable(t *testing.T) {
	for f, bad := range source.Walk(t.Context(), denied{}) {
		if f != nil || bad == nil || bad.Path != "." || bad.Reason != "cannot be read: permission denied" {
			t.Errorf("%v, %v", f, bad)
		}
	}
}

type denied struct{}

func (denied) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

func TestSampleAndLocator(t *testing.T) {
	f := open(t, "[1, {\"a\":1}, {\"b\":}, {\"a\":2}]")
	if f.Shape == source.JSONArray {
		t.Fatal("an array of numbers has no rows to recognise")
	}
	f = open(t, "[{\"a\":1}, {\"b\":}, {\"a\":2}]")
	s := f.Sample(t.Context())
	if diff := cmp.Diff([][]byte{[]byte(`{"a":1}`), []byte(`{"a":2}`)}, s.JSON); diff != "" {
		t.Error(diff)
	}
	if got := f.Locator(source.Row{Line: 1, Index: 3}); got != "row 3" {
		t.Error(got)
	}
	if got := open(t, "a,b\n1,2\n").Locator(source.Row{Line: 2, Index: 1}); got != "line 2" {
		t.Error(got)
	}
}
