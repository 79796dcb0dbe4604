// SPDX-License-Identifier: Apache-2.0

package source_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"daylight/source"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

// slow is a file system whose files give a few bytes at a time.
type slow struct {
	fs.FS
	n int
}

func (s slow) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	if err != nil {
		return nil, err
	}
	return slowFile{f, s.n}, nil
}

type slowFile struct {
	fs.File
	n int
}

func (s slowFile) Read(p []byte) (int, error) { return s.File.Read(p[:min(len(p), s.n)]) }

// FuzzRows checks that any content is read to its end without panic, that how
// the bytes arrive changes nothing, that rows of JSON are valid, in order and in
// the file, and that rows of a table are as wide as its header.
func FuzzRows(f *testing.F) {
	for _, s := range []string{
		"{\"a\":1}\n{\"a\":2}\n", "[{\"a\":1},{\"b\":[2,\"]\"]}]", "{\"data\":[{\"a\":1}],\"x\":null}", "{\n\"a\":1}\n{\"b\":2}", "id,b\n1,\"x\ny\"\n2,\"\n3,4\n",
		"a;b\n1;2\n", "# t\n- x", "[[[[", "{\"a\":\"\\", "\ufeff[]", "{}\n[1}\n{}", "[{\"a\":1},,]", "{\"data\":[{}]}{\"data\":[{}]}", "<html>", "%PDF-1.4",
		string("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00"),
	} {
		f.Add([]byte(s), uint8(1))
	}
	f.Fuzz(func(t *testing.T, data []byte, step uint8) {
		files := fstest.MapFS{"file": {Data: data}}
		one, bad := source.Open(t.Context(), files, "file")
		two, bad2 := source.Open(t.Context(), slow{files, int(step)%7 + 1}, "file")
		if diff := cmp.Diff(bad, bad2); diff != "" {
			t.Fatal(diff)
		}
		if bad != nil {
			return
		}
		if one.Shape != two.Shape || one.Key != two.Key || !slices.Equal(one.Header, two.Header) {
			t.Fatalf("%s %s %q, in steps %s %s %q", one.Shape, one.Key, one.Header, two.Shape, two.Key, two.Header)
		}
		if !one.Shape.HasRows() {
			if _, err := one.Document(t.Context()); err != nil && !one.Compressed() {
				t.Fatal(err)
			}
			return
		}
		got := read(t, one)
		if diff := cmp.Diff(got, read(t, two)); diff != "" {
			t.Fatal(diff)
		}
		line, rows := 0, 0
		for row, bad := range one.Rows(t.Context()) {
			if bad != nil {
				if bad.Reason == "" || strings.ContainsAny(bad.Reason, "\n\x00") {
					t.Fatalf("reason %q", bad.Reason)
				}
				continue
			}
			rows++
			if row.Line < line || row.Index < rows {
				t.Fatalf("row %d at line %d after line %d", row.Index, row.Line, line)
			}
			line = row.Line
			if one.Shape == source.CSV && len(row.Cells) != len(one.Header) {
				t.Fatalf("%d cells, %d columns", len(row.Cells), len(one.Header))
			}
			if one.Shape != source.CSV && (!jsontext.Value(row.JSON).IsValid() || source.Depth(row.JSON) > source.MaxDepth) {
				t.Fatalf("row %q", row.JSON)
			}
		}
	})
}

// FuzzCheckJSON compares the strict check with the JSON library's own.
func FuzzCheckJSON(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `{"a":1,"a":2}`, "[", "\"\xff\"", `{"a":"\u12"}`, "1 2", "", strings.Repeat("[", 101) + strings.Repeat("]", 101)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		reason := source.CheckJSON(raw)
		if valid := jsontext.Value(raw).IsValid(); valid != (reason == "") && source.Depth(raw) <= source.MaxDepth {
			t.Fatalf("valid is %v, reason %q", valid, reason)
		}
	})
}

func BenchmarkBlocks(b *testing.B) {
	line := fmt.Sprintf("{\"uuid\":%q,\"text\":%q}\n", "0b7f6a52", strings.Repeat("word ", 136))
	data := []byte(strings.Repeat(line, 100_000))
	files := fstest.MapFS{"file": {Data: data}}
	file, bad := source.Open(b.Context(), files, "file")
	if bad != nil {
		b.Fatal(bad)
	}
	b.Run("blocks", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			rows := 0
			for block, bad := range file.Blocks(b.Context()) {
				if bad != nil {
					b.Fatal(bad)
				}
				for range block.Rows() {
					rows++
				}
				block.Release()
			}
			if rows != 100_000 {
				b.Fatal(rows)
			}
		}
	})
	// What is compared with: reading the same bytes and doing nothing.
	b.Run("read only", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		buf := make([]byte, 1<<20)
		for b.Loop() {
			f, err := files.Open("file")
			if err != nil {
				b.Fatal(err)
			}
			for err == nil {
				_, err = f.Read(buf)
			}
			if !errors.Is(err, io.EOF) {
				b.Fatal(err)
			}
		}
	})
}
