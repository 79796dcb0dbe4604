// SPDX-License-Identifier: Apache-2.0

package document

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
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
