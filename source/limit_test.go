// SPDX-License-Identifier: Apache-2.0

package source_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"daylight/source"
)

// made is a file system of one file that is made while it is read, so that
// tests can read files larger than memory.
type made func() io.Reader

func (m made) Open(string) (fs.File, error) { return &madeFile{m()}, nil }

type madeFile struct{ io.Reader }

func (*madeFile) Stat() (fs.FileInfo, error) { return madeInfo{}, nil }
func (*madeFile) Close() error               { return nil }

type madeInfo struct{}

func (madeInfo) Name() string       { return "made" }
func (madeInfo) Size() int64        { return 0 }
func (madeInfo) Mode() fs.FileMode  { return 0 }
func (madeInfo) ModTime() time.Time { return time.Time{} }
func (madeInfo) IsDir() bool        { return false }
func (madeInfo) Sys() any           { return nil }

// fill is n times the byte c.
func fill(c byte, n int64) io.Reader { return io.LimitReader(filler(c), n) }

type filler byte

func (f filler) Read(p []byte) (int, error) {
	if len(p) > 0 {
		p[0] = byte(f)
		for n := 1; n < len(p); n *= 2 {
			copy(p[n:], p[:n])
		}
	}
	return len(p), nil
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

func TestLongRows(t *testing.T) {
	size := int64(1 << 30)
	if testing.Short() {
		size = 64 << 20
	}
	for _, c := range []struct {
		name, before, after string
		want                []string
	}{
		{"line", "{\"a\":1}\n{\"a\":\"", "\"}\n{\"a\":3}\n", []string{`1/1: {"a":1}`, "2! line longer than 16 MiB", `3/3: {"a":3}`}},
		{"last line", "{\"a\":1}\n{\"a\":\"", "\"}", []string{`1/1: {"a":1}`, "2! line longer than 16 MiB"}},
		{"element", "[{\"a\":1},\n{\"a\":\"", "\"},\n{\"a\":3}]", []string{`1/1: {"a":1}`, "2! row longer than 16 MiB", `3/3: {"a":3}`}},
		{"csv", "a,b\n1,2\n3,", "\n4,5\n", []string{"2/1: 1|2", "3! line longer than 16 MiB", "4/3: 4|5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := allocated()
			f, bad := source.Open(t.Context(), made(func() io.Reader {
				return io.MultiReader(strings.NewReader(c.before), fill('x', size), strings.NewReader(c.after))
			}), "made")
			if bad != nil {
				t.Fatal(bad)
			}
			got := read(t, f)
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got %.300q", got)
			}
			if used := allocated() - before; used > 128<<20 {
				t.Errorf("%d MiB were allocated for %d MiB of input", used>>20, size>>20)
			}
		})
	}
}

func TestLineLimitIsExact(t *testing.T) {
	for extra, rows := range map[int]int{0: 3, 1: 2} {
		long := `{"a":"` + strings.Repeat("x", source.MaxLine-8+extra) + `"}`
		for _, content := range []string{
			"{\"a\":1}\n" + long + "\n{\"a\":2}", long + "\n{\"a\":1}\n{\"a\":2}", "{\"a\":1}\n{\"a\":2}\n" + long, "[{\"a\":1}," + long + ",{\"a\":2}]",
		} {
			got := 0
			for _, bad := range open(t, content).Rows(t.Context()) {
				if bad == nil {
					got++
				}
			}
			if got != rows {
				t.Errorf("%d bytes over, beginning %.10q: %d rows", extra, content, got)
			}
		}
	}
}

func TestBomb(t *testing.T) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	size := int64(256 << 20)
	if _, err := io.Copy(w, io.MultiReader(strings.NewReader("{\"a\":1}\n{\"a\":2}\n"), fill('\n', size))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f := open(t, b.String())
	before := allocated()
	got := read(t, f)
	if len(got) != 3 || !strings.HasSuffix(got[2], "! decompresses to more than 100 times its size") {
		t.Errorf("got %.300q", got)
	}
	if used := allocated() - before; used > 64<<20 {
		t.Errorf("%d MiB allocated", used>>20)
	}
	if _, err := f.Document(t.Context()); err == nil || !strings.Contains(err.Error(), "more than 100 times") {
		t.Error(err)
	}
	// A small export of uniform rows compresses better than 100 to 1 and is read.
	rows := strings.Repeat("{\"status\":\"ok\"}\n", 100_000)
	small := gz(t, rows)
	if len(rows) < 100*len(small) {
		t.Fatalf("only %d to 1: the case shows nothing", len(rows)/len(small))
	}
	if got := read(t, open(t, small)); len(got) != 100_000 {
		t.Errorf("%d rows", len(got))
	}
}

func TestDocumentLimit(t *testing.T) {
	for extra, ok := range map[int64]bool{0: true, 1: false} {
		f, bad := source.Open(t.Context(), made(func() io.Reader { return fill('x', source.MaxDocument+extra) }), "made")
		if bad != nil {
			t.Fatal(bad)
		}
		if _, err := f.Document(t.Context()); (err == nil) != ok {
			t.Errorf("%d over: %v", extra, err)
		}
	}
}

func TestStopEarly(t *testing.T) {
	for _, content := range []string{strings.Repeat("{\"a\":1}\n", 10), "[{\"a\":1},{\"a\":2},{\"a\":3}]", "a,b\n1,2\n3,4\n"} {
		n := 0
		for _, bad := range open(t, content).Rows(t.Context()) {
			if bad != nil {
				t.Error(bad)
			}
			if n++; n == 2 {
				break
			}
		}
		if n != 2 {
			t.Errorf("%d rows", n)
		}
	}
	for _, bad := range source.Walk(t.Context(), fstest.MapFS{"a": {}, "b": {}}) {
		if bad != nil {
			t.Error(bad)
		}
		break
	}
}
