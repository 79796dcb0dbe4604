// SPDX-License-Identifier: Apache-2.0

package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"daylight/detect/indicators"
)

// TestSimulatorKnowsNoIndicator holds what the table of imports cannot: that the
// simulated company neither names an indicator nor reads from a report what Daylight
// made of somebody, beyond that a check was asked for and where its answer goes.
func TestSimulatorKnowsNoIndicator(t *testing.T) {
	var ids []string
	for _, ind := range indicators.Catalog() {
		ids = append(ids, regexp.QuoteMeta(ind.ID))
	}
	named := regexp.MustCompile(`\b(` + strings.Join(ids, "|") + `)\b`)
	judged := regexp.MustCompile(`json:"(weight_db|probability|evidence|indicator|family|statement|expected_db|why|check|ring|rings)\b`)
	words, tags := 0, 0
	for _, f := range tracked(t, "evaluate/simulate/*.go") {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", f), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("parse %s: %v", f, err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			said, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatalf("%s: %s: %v", f, lit.Value, err)
			}
			words++
			if strings.Contains(said, `json:"next_checks"`) {
				tags++
			}
			if found := named.FindString(said); found != "" {
				t.Errorf("%s names the indicator %s", f, found)
			}
			if found := judged.FindString(said); found != "" {
				t.Errorf("%s reads of a report what is none of its business: %s", f, found)
			}
			return true
		})
	}
	if words < 500 || tags != 1 {
		t.Errorf("%d strings and %d readers of next checks: the test looks at the wrong files", words, tags)
	}
}
