// SPDX-License-Identifier: Apache-2.0

package arch

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
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

// TestThreatsAreHeld holds that every threat of the threat model names a test.
func TestThreatsAreHeld(t *testing.T) {
	data, err := os.ReadFile("../../docs/threat-model.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| Threat") {
			continue
		}
		rows++
		if last := cells[len(cells)-1]; len(cells) != 3 || !named.MatchString(last) {
			t.Errorf("no test, or another number of cells than three: %s", line)
		}
	}
	if rows < 100 {
		t.Errorf("%d threats: the table is not read", rows)
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
