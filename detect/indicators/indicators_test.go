// SPDX-License-Identifier: Apache-2.0

package indicators_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"daylight/detect"
	"daylight/detect/detecttest"
	"daylight/detect/indicators"
)

func TestIndicators(t *testing.T) { detecttest.Run(t, indicators.Catalog()) }

// TestReference keeps docs/indicators.md what the catalogue says.
func TestReference(t *testing.T) {
	var page bytes.Buffer
	if err := detect.WriteCatalogue(&page, indicators.Catalog()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "..", "docs", "indicators.md")
	if detecttest.Update() {
		if err := os.WriteFile(path, page.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) == page.String() {
		return
	}
	const enough = 3 // differing lines that show what it is about
	file, made := strings.Split(string(want), "\n"), strings.Split(page.String(), "\n")
	for i, shown := 0, 0; i < max(len(file), len(made)) && shown < enough; i++ {
		a, b := at(file, i), at(made, i)
		if a != b {
			t.Errorf("docs/indicators.md, line %d:\n\t%s\nand the catalogue says\n\t%s", i+1, a, b)
			shown++
		}
	}
	t.Error("to rewrite it: go test ./detect/indicators -update")
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

// TestCatalogNamesIDs holds that each variable in the list stands beside its id: the
// order of the ids cannot be seen in the variables.
func TestCatalogNamesIDs(t *testing.T) {
	source, err := os.ReadFile("catalog.go")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(source), "[]*detect.Indicator{\n")
	list, _, _ = strings.Cut(list, "\n\t}\n")
	lines := strings.Split(list, "\n")
	for i, ind := range indicators.Catalog() {
		if line := at(lines, i); !strings.HasSuffix(line, " // "+ind.ID) {
			t.Errorf("catalog.go: %q does not end in the id, // %s", strings.TrimSpace(line), ind.ID)
		}
	}
}
