// SPDX-License-Identifier: Apache-2.0

package arch

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	named    = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z]\\w*)[^`]*`")
	declared = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)[A-Z]\w*)\(`)
)

// TestDocsNameTheirTests holds that every test which a page names is there: what a
// page says is held by a test is not held when the test went or has another name.
func TestDocsNameTheirTests(t *testing.T) {
	tests, pages := map[string]bool{}, map[string]string{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != "../..":
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go") && !strings.HasPrefix(path, "../../store/storetest/") && !strings.HasSuffix(path, ".md"):
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if strings.HasSuffix(path, ".md") {
			pages[strings.TrimPrefix(path, "../../")] = string(data)
			return nil
		}
		for _, m := range declared.FindAllStringSubmatch(string(data), -1) {
			tests[m[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for page, text := range pages {
		for _, m := range named.FindAllStringSubmatch(text, -1) {
			n++
			if !tests[m[1]] {
				t.Errorf("%s names %s, and there is no such test", page, m[1])
			}
		}
	}
	if n < 250 {
		t.Errorf("pages name %d tests: the names are not found", n)
	}
}

// TestREADMENamesTheFolders holds that the README's table of folders has every folder of
// packages, so that nobody looks for what a folder does in vain.
func TestREADMENamesTheFolders(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := ""
	for row := range strings.Lines(string(readme)) {
		if first, _, ok := strings.Cut(strings.TrimPrefix(row, "| "), " | "); ok && strings.HasPrefix(row, "| `") {
			rows += first + " "
		}
	}
	for _, l := range layers {
		folder, _, _ := strings.Cut(l.pkg, "/")
		if !strings.Contains(rows, "`"+folder+"`") && !strings.Contains(rows, "`"+folder+"/") {
			t.Errorf("the README's table of folders lacks %s", folder)
		}
	}
}

// TestThreatsAreHeld holds that every threat of the threat model names a test, that the
// test is there, and in the package which the row names for it, if it names one.
func TestThreatsAreHeld(t *testing.T) {
	data, err := os.ReadFile("../../docs/threat-model.md")
	if err != nil {
		t.Fatal(err)
	}
	folders := testFolders(t)
	rows, placed := 0, 0
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| Threat") {
			continue
		}
		rows++
		tests := citedTests(cells[len(cells)-1])
		if len(cells) != 3 || len(tests) == 0 {
			t.Errorf("no test, or another number of cells than three: %s", line)
		}
		for _, c := range tests {
			if c.pkg != "" {
				placed++
			}
			if in := folders[c.name]; len(in) == 0 || c.pkg != "" && !in[c.pkg] {
				t.Errorf("%s of package %q is cited and not there: %s", c.name, c.pkg, line)
			}
		}
	}
	if rows < 100 || placed < 100 {
		t.Errorf("%d threats, %d tests with a package: the table is not read", rows, placed)
	}
}

// testFolders are the folders in which a test, a fuzz test or a benchmark of a name is. The
// contract of stores is of every store that runs it.
func testFolders(t *testing.T) map[string]map[string]bool {
	t.Helper()
	out := map[string]map[string]bool{}
	for _, path := range tracked(t, "*_test.go") {
		data, err := os.ReadFile(filepath.Join("../..", path))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range declared.FindAllStringSubmatch(string(data), -1) {
			if out[m[1]] == nil {
				out[m[1]] = map[string]bool{}
			}
			out[m[1]][filepath.ToSlash(filepath.Dir(path))] = true
		}
	}
	return out
}

// citation is a test that a cell names, and its package, if the cell says it.
type citation struct{ name, pkg string }

// citedTests reads the last cell of a threat: "app `TestA`" is of app, and so are all of
// "`TestA`, `TestB` (app)". Of `TestA/case` the test is TestA.
func citedTests(cell string) []citation {
	var out []citation
	open := 0 // the first that a package in brackets is of
	for _, m := range citedWords.FindAllStringSubmatch(cell, -1) {
		switch {
		case m[2] != "":
			out = append(out, citation{m[2], m[1]})
		case slices.ContainsFunc(layers, func(l layer) bool { return l.pkg == m[3] }):
			for i := open; i < len(out); i++ {
				if out[i].pkg == "" {
					out[i].pkg = m[3]
				}
			}
			open = len(out)
		}
	}
	return out
}

var citedWords = regexp.MustCompile("(?:([a-z][a-z/]*) )?`((?:Test|Fuzz|Benchmark)[A-Z]\\w*)[^`]*`|\\(([^)]*)\\)")

func TestCitedTests(t *testing.T) {
	for cell, want := range map[string][]citation{
		"`TestA`, `FuzzB/some_case`":                        {{"TestA", ""}, {"FuzzB", ""}},
		"app `TestA`, `TestB`; store/sqlite `BenchmarkC`":   {{"TestA", "app"}, {"TestB", ""}, {"BenchmarkC", "store/sqlite"}},
		"`TestA`, `TestB` (web), `TestC` (notify), `TestD`": {{"TestA", "web"}, {"TestB", "web"}, {"TestC", "notify"}, {"TestD", ""}},
		"`TestA` (with the hashes), `TestB`":                {{"TestA", ""}, {"TestB", ""}},
		"a guard that looks as if `Testing` it were a test": nil,
	} {
		if got := citedTests(cell); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", cell, got, want)
		}
	}
}

var (
	cited    = regexp.MustCompile(`method(?:\.md\)?)? §(\d+(?:\.\d+)?)`)
	sections = regexp.MustCompile(`(?m)^#{2,3} (\d+(?:\.\d+)?)\.? `)
)

// TestSectionsOfTheMethodAreThere holds that every section of docs/method.md which a page,
// a card of an indicator or a comment cites is there.
func TestSectionsOfTheMethodAreThere(t *testing.T) {
	method, err := os.ReadFile("../../docs/method.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, m := range sections.FindAllStringSubmatch(string(method), -1) {
		there[m[1]] = true
	}
	n := 0
	err = filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != "../..":
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".md"):
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range cited.FindAllStringSubmatch(string(data), -1) {
			n++
			if !there[m[1]] {
				t.Errorf("%s cites §%s of the method, which is not there", strings.TrimPrefix(path, "../../"), m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 100 {
		t.Errorf("§ of the method is cited %d times: the citations are not found", n)
	}
}
