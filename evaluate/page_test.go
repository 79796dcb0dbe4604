// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"daylight/internal/htmlcheck"
)

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares with a file in testdata, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got), or run with -update:\n%s", name, d)
	}
}

func crowded(t *testing.T) *Evaluation {
	t.Helper()
	people := crowd(240, 7)
	return measured(t, Options{Tool: "daylight test", SelfIdentification: selves(people)}, people...)
}

func written(t *testing.T, write func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestText(t *testing.T) {
	e := crowded(t)
	for _, width := range []int{60, 80, 100} {
		out := written(t, func(b *bytes.Buffer) error { return e.WriteText(b, TextOptions{Width: width}) })
		for i, l := range strings.Split(string(out), "\n") {
			if n := utf8.RuneCountInString(l); n > width {
				t.Errorf("width %d, line %d has %d columns: %s", width, i+1, n, l)
			}
		}
		if width == 80 {
			golden(t, "evaluation.txt", out)
		}
	}
	empty := written(t, func(b *bytes.Buffer) error { return measured(t, Options{Fairness: true}).WriteText(b, TextOptions{}) })
	if !strings.Contains(string(empty), "nothing was measured") {
		t.Errorf("nobody: %s", empty)
	}
}

func TestJSON(t *testing.T) {
	people := crowd(30, 7)
	e := measured(t, Options{Tool: "daylight test", SelfIdentification: selves(people)}, people...)
	out := written(t, func(b *bytes.Buffer) error { return e.WriteJSON(b) })
	golden(t, "evaluation.json", out)
	var back map[string]any
	if err := json.Unmarshal(out, &back); err != nil {
		t.Fatal(err)
	}
	if back["schema"] != Schema {
		t.Errorf("schema %v", back["schema"])
	}
	e.Policy = "a\u202eb\U000e0041\u200b"
	out = written(t, func(b *bytes.Buffer) error { return e.WriteJSON(b) })
	if !strings.Contains(string(out), `"policy": "a\u202eb\udb40\udc41\u200b"`) {
		t.Error("characters that do not show are written as they are")
	}
}

// TestWorkersNeverMatter: the same bytes on one core as on many.
func TestWorkersNeverMatter(t *testing.T) {
	people := crowd(240, 7)
	var first []byte
	for _, workers := range []int{1, 2, 7} {
		e := measured(t, Options{Tool: "daylight test", Workers: workers, SelfIdentification: selves(people)}, people...)
		out := written(t, func(b *bytes.Buffer) error { return e.WriteJSON(b) })
		if first == nil {
			first = out
		}
		if !bytes.Equal(first, out) {
			t.Errorf("%d workers give other bytes", workers)
		}
	}
}

func TestHTML(t *testing.T) {
	e := crowded(t)
	out := written(t, func(b *bytes.Buffer) error { return e.WriteHTML(b) })
	page, err := htmlcheck.Parse(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	page.In(t, "script", htmlcheck.None())
	page.In(t, "[style]", htmlcheck.None())
	page.In(t, "link", htmlcheck.None())
	page.In(t, "img", htmlcheck.None())
	page.In(t, "h1", htmlcheck.Count(1))
	page.In(t, "svg", htmlcheck.Count(4))
	page.In(t, "svg", htmlcheck.Has("aria-labelledby"))
	page.In(t, "svg desc", htmlcheck.Count(4))
	page.In(t, "svg desc", htmlcheck.Says("dev.one: deceptive"))
	page.In(t, ".scroll", htmlcheck.Has("aria-label"))
	page.In(t, "table", htmlcheck.Count(len(page.Find(".scroll table"))))
	page.In(t, "#kinds th", htmlcheck.Says("laptop-farm"))
	page.In(t, "#fairness td", htmlcheck.Says("reviewed"))
	page.In(t, "#value h2", htmlcheck.Count(1))
}

// TestHostileWords: nothing from the files becomes markup.
func TestHostileWords(t *testing.T) {
	const hostile = `"><img src=x onerror=alert(1)><script>alert(1)</script></style>`
	people := crowd(60, 7)
	people[0].ID = hostile
	self := &SelfIdentification{}
	for i, p := range people {
		self.Answers = append(self.Answers, Answer{p.ID, hostile, fmt.Sprint(hostile, i%2)})
	}
	e := measured(t, Options{SelfIdentification: self}, people...)
	e.Policy = hostile
	out := written(t, func(b *bytes.Buffer) error { return e.WriteHTML(b) })
	page, err := htmlcheck.Parse(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	page.In(t, "script", htmlcheck.None())
	page.In(t, "img", htmlcheck.None())
	page.In(t, "#fairness th", htmlcheck.Says("<script>"))
}

// A name breaks after its marks, and none of it becomes part of the page.
func TestBreakable(t *testing.T) {
	for name, want := range map[string]template.HTML{
		"app.resume_clone":        "app.<wbr>resume_<wbr>clone",
		`<b a="x.y">_&amp;</b>`:   "&lt;b a=&#34;x.<wbr>y&#34;&gt;_<wbr>&amp;amp;&lt;/b&gt;",
		"group, with plain words": "group, with plain words",
	} {
		if got := breakable(name); got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
}
