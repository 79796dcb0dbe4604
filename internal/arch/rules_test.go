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

	"daylight/detect/detecttest"
)

// goFiles returns the Go files of the module that git tracks or would track.
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
	"record":            "defines it",
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
	seen := 0
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
				seen++
				if mayReveal[pkg] == "" {
					t.Errorf("%s reveals personal data; only these packages may: %v", f, sortedKeys(mayReveal))
				}
			}
			return true
		})
	}
	if seen == 0 {
		t.Error("nothing reveals anything: the test looks at the wrong files")
	}
}

// TestIndicatorsOnlyCompare keeps indicators from looking behind a name, a
// country or a redacted value, from holding a place against a constant, and from
// the world and the clock. Their own harness does so too, for catalogues that
// are not in this repository.
func TestIndicatorsOnlyCompare(t *testing.T) {
	problems, err := detecttest.SourceProblems("../../detect/indicators")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
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
	product bool // tests may hold it
}{
	{"a path of one machine", regexp.MustCompile(`(^|[^.\w])/(work|home|root|Users)/\w`), []string{"*.go", "*.md", "*.sh", "*.yml", "*.yaml", "*.txtar", "*.txt", ".ci/*"}, false},
	{"unfinished work", regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX)\b`), []string{"*.go", "*.md", ".ci/*"}, false},
	{"a word of accusation in what people see", regexp.MustCompile(`(?i)"[^"]*\b(fraudster|imposter|impostor|suspicious person|north korea)`), []string{"detect/**/*.go", "report/*.go", "app/*.go"}, true},
}

// TestRepositoryRules holds what no linter knows.
func TestRepositoryRules(t *testing.T) {
	for _, rule := range rules {
		files := tracked(t, rule.files...)
		if len(files) == 0 {
			t.Errorf("rule %q looks at no file", rule.name)
		}
		for _, name := range files {
			if rule.product && strings.HasSuffix(name, "_test.go") {
				continue
			}
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
