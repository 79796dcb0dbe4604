// SPDX-License-Identifier: Apache-2.0

package arch

import (
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// TestDependenciesListed holds that every direct dependency has its row in
// docs/dependencies.md, by its whole path.
func TestDependenciesListed(t *testing.T) {
	data, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.FieldsFunc(string(page), func(r rune) bool { return strings.ContainsRune(" ,|()\n", r) })
	direct := 0
	for _, r := range mod.Require {
		if r.Indirect {
			continue
		}
		direct++
		if !slices.Contains(words, r.Mod.Path) {
			t.Errorf("%s has no row in docs/dependencies.md", r.Mod.Path)
		}
	}
	if direct < 10 {
		t.Errorf("only %d direct dependencies were found", direct)
	}
}
