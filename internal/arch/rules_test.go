// SPDX-License-Identifier: Apache-2.0

package arch

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// tracked returns the files that git tracks or would track and that fit one of the
// patterns, which are git's pathspecs: in them "*" also stands for slashes.
func tracked(t *testing.T, patterns ...string) []string {
	t.Helper()
	args := append([]string{"ls-files", "--cached", "--others", "--exclude-standard", "--"}, patterns...)
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("git is not there to list files: %v", err)
	}
	var files []string
	for f := range strings.Lines(string(out)) {
		f = strings.TrimSuffix(f, "\n")
		if _, err := os.Stat(filepath.Join("../..", f)); err == nil {
			files = append(files, f)
		}
	}
	return files
}

// mayReveal lists the packages that may turn personal data into text, each with
// its reason.
var mayReveal = map[string]string{
	"normalize":         "canonicalises values it has just read",
	"document":          "masks a person's own contact details before texts are compared",
	"enrich":            "looks up the mail domain",
	"link":              "hashes identifiers",
	"pipeline":          "joins people by their identifiers",
	"report":            "writes the identifiers of confirmed cases into a bundle",
	"intake":            "hashes what a person is found by",
	"web":               "shows a name after an act that was recorded",
	"detect/detecttest": "swaps the names and identifiers of golden cases",
}

// TestOnlyListedPackagesReveal keeps personal data from being printed by a
// package nobody thought of.
func TestOnlyListedPackagesReveal(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range tracked(t, "*.go") {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", f), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("parse %s: %v", f, err)
		}
		pkg := filepath.ToSlash(filepath.Dir(f))
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if ok && sel.Sel.Name == "Reveal" {
				seen[pkg] = true
				if mayReveal[pkg] == "" {
					t.Errorf("%s reveals personal data; only these packages may: %v", f, sortedKeys(mayReveal))
				}
			}
			return true
		})
	}
	for _, pkg := range sortedKeys(mayReveal) {
		if !seen[pkg] {
			t.Errorf("%s may reveal personal data and does not; take it out of the list", pkg)
		}
	}
}

func sortedKeys(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// TestNoForbiddenFields holds R1: no field of a record can carry what Daylight
// must not know.
func TestNoForbiddenFields(t *testing.T) {
	forbidden := regexp.MustCompile(`^(nationalit(y|ies)|ethnic(ity)?|race|religion|gender|sex|birth|born|age|accent|language|locale|citizen(ship)?|marital|disabilit(y|ies))$`)
	words := regexp.MustCompile(`[A-Z]?[a-z]+|[A-Z]+`)
	files := tracked(t, "record/*.go", "detect/*.go", "link/*.go", "activity/*.go")
	if len(files) == 0 {
		t.Fatal("no files to look at")
	}
	for _, f := range files {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", f), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("parse %s: %v", f, err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.StructType); ok {
				for _, field := range s.Fields.List {
					for _, name := range field.Names {
						for _, word := range words.FindAllString(name.Name, -1) {
							if forbidden.MatchString(strings.ToLower(word)) {
								t.Errorf("%s: field %s names what no record may hold", f, name.Name)
							}
						}
					}
				}
			}
			return true
		})
	}
}

// rules are patterns that no tracked text file may contain.
var rules = []struct {
	name    string
	pattern *regexp.Regexp
	files   []string
}{
	{"a path of one machine", regexp.MustCompile(`(^|[^.\w])/(work|home|root|Users)/\w`), []string{"*.go", "*.md", "*.sh", "*.yml", "*.yaml", "*.txtar", "*.txt", ".ci/*"}},
	{"unfinished work", regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX)\b`), []string{"*.go", "*.md", ".ci/*"}},
}

// TestRepositoryRules holds what no linter knows.
func TestRepositoryRules(t *testing.T) {
	for _, rule := range rules {
		files := tracked(t, rule.files...)
		if len(files) == 0 {
			t.Errorf("rule %q looks at no file", rule.name)
		}
		for _, name := range files {
			f, err := os.Open(filepath.Join("../..", name))
			if err != nil {
				t.Fatalf("open: %v", err)
			}
			sc := bufio.NewScanner(f)
			sc.Buffer(nil, 16<<20)
			for n := 1; sc.Scan(); n++ {
				if rule.pattern.MatchString(sc.Text()) {
					t.Errorf("%s:%d holds %s", name, n, rule.name)
				}
			}
			_ = f.Close()
		}
	}
}

// each returns the files of all the patterns, of which none may fit nothing.
func each(t *testing.T, patterns []string) (files []string) {
	t.Helper()
	for _, p := range patterns {
		found := tracked(t, p)
		if len(found) == 0 {
			t.Errorf("no file fits %s", p)
		}
		files = append(files, found...)
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// accusing matches words that nobody is met with, in the console or on their own
// pages. Statements of indicators are held to more (package detecttest).
var accusing = regexp.MustCompile(`(?i)\b(fraud\w*|fakes?|faked|bogus|sham|suspicious\w*|suspects?|suspected|impost[eo]rs?|liars?|scam\w*|culprits?|crooks?|cheats?|cheated|cheater\w*|` +
	`criminals?|swindl\w*|dishonest\w*|infiltrat\w*|spy|spies|north korea\w*|dprk)\b`)

// mayName lists the files whose text may hold such a word, each with its reason.
var mayName = map[string]string{
	"detect/detecttest/meta.go":    "lists the words",
	"detect/detecttest/country.go": "lists the names of countries and their people",
	"evaluate/simulate/figures.go": "names a survey by its subject",
	"internal/htmlcheck/camera.go": "switches of Chromium",
	"normalize/windowszones.go":    "names of time zones",
}

// TestNobodyIsAccused reads all text that the program can show: what is quoted in
// its source, and its pages, their scripts and their translations as they stand.
func TestNobodyIsAccused(t *testing.T) {
	used := map[string]bool{}
	check := func(file, text string) {
		if m := accusing.FindString(text); m != "" {
			if used[file] = true; mayName[file] == "" {
				t.Errorf("%s says %q in: %s", file, m, text)
			}
		}
	}
	for _, f := range each(t, []string{"*.go"}) {
		if strings.HasSuffix(f, "_test.go") || strings.Contains(f, "/testdata/") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", f), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("parse %s: %v", f, err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				check(f, lit.Value)
			}
			return true
		})
	}
	for _, f := range each(t, []string{"*.tmpl", "texts/*.json", "web/openapi/*.json", "web/layout/*.js", "web/checkin/*.js", "web/signin/*.js"}) {
		data, err := os.ReadFile(filepath.Join("../..", f))
		if err != nil {
			t.Fatalf("read: %v", err)
		}
		for line := range strings.Lines(string(data)) {
			check(f, line)
		}
	}
	for _, f := range sortedKeys(mayName) {
		if !used[f] {
			t.Errorf("%s may hold a word of accusation and holds none; take it out of the list", f)
		}
	}
	for _, text := range []string{"A fraudster.", "Suspicious.", "two fakes"} {
		if !accusing.MatchString(text) {
			t.Errorf("%q passes", text)
		}
	}
}

// TestSPDX holds that every Go file names its licence.
func TestSPDX(t *testing.T) {
	for _, f := range tracked(t, "*.go") {
		data, err := os.ReadFile(filepath.Join("../..", f))
		if err != nil {
			t.Fatalf("read: %v", err)
		}
		if !strings.HasPrefix(string(data), "// SPDX-License-Identifier: Apache-2.0\n") && !strings.HasPrefix(string(data), "// Code generated") {
			t.Errorf("%s does not begin with its licence", f)
		}
	}
}

// TestFilesStayReadable holds the limit on a file's length, with room for
// tables of data.
func TestFilesStayReadable(t *testing.T) {
	const limit = 600
	for _, f := range tracked(t, "*.go") {
		data, err := os.ReadFile(filepath.Join("../..", f))
		if err != nil {
			t.Fatalf("read: %v", err)
		}
		if n := strings.Count(string(data), "\n"); n > limit {
			t.Errorf("%s has %d lines; split it where the subject changes (limit %d)", f, n, limit)
		}
	}
}
