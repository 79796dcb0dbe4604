// SPDX-License-Identifier: Apache-2.0

package link

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite docs/links.md")

// TestReference holds docs/links.md to the tables that are in force.
func TestReference(t *testing.T) {
	var b strings.Builder
	b.WriteString("# What strangers do not share\n\nGenerated from the tables in package `link` (`go test ./link -update`). Weights are in decibans; they are starting values, not measurements.\n\n")
	b.WriteString("## Identifiers\n\nA shared identifier counts in full up to a number of holders, falls with the logarithm of their number, and says nothing from another number on: an office, a carrier, a stock picture.\n\n")
	b.WriteString("| identifier | between two strangers | in full up to | nothing from | why |\n|---|---|---|---|---|\n")
	for _, r := range Rules() {
		fmt.Fprintf(&b, "| %s | %v | %d | %d | %s |\n", strings.ReplaceAll(string(r.Type), "_", " "), r.Base, r.Full, r.None, r.Reason)
	}
	b.WriteString("\n## Declared relations\n\nWhat a declared relation leaves of a share. Identifiers that a relation does not list keep their whole weight.\n\n")
	b.WriteString("| relation | identifiers | leaves | why |\n|---|---|---|---|\n")
	for _, e := range Explanations() {
		var types []string
		for _, t := range e.Types {
			types = append(types, strings.ReplaceAll(string(t), "_", " "))
		}
		fmt.Fprintf(&b, "| %s | %s | %d %% | %s |\n", strings.ReplaceAll(string(e.Relation), "_", " "), strings.Join(types, ", "), e.Percent, e.Reason)
	}
	const path = "../docs/links.md"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("docs/links.md is stale; run: go test ./link -update\n%s", diff)
	}
}
