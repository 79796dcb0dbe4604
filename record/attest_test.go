// SPDX-License-Identifier: Apache-2.0

package record_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"daylight/record"
)

// TestAttestationsDocumented holds that docs/formats.md lists every attestation,
// in order and in the same words, and every word of a check and its result.
func TestAttestationsDocumented(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "docs", "formats.md"))
	if err != nil {
		t.Fatal(err)
	}
	const head = "| check | what `found` says: that … |\n|---|---|\n"
	_, table, ok := strings.Cut(string(data), head)
	if !ok {
		t.Fatalf("docs/formats.md has no table with the head\n%s", head)
	}
	table, _, _ = strings.Cut(table, "\n\n")
	var want strings.Builder
	seen := map[string]bool{}
	for _, a := range record.Attestations() {
		fmt.Fprintf(&want, "| `%s` | %s |\n", a.Check, a.Found)
		if seen[a.Check] || strings.HasSuffix(a.Found, ".") {
			t.Errorf("%q is listed twice or is no clause: %q", a.Check, a.Found)
		}
		seen[a.Check] = true
	}
	if got := table + "\n"; got != want.String() {
		t.Errorf("docs/formats.md has\n%s\nand record.Attestations says\n%s", got, want.String())
	}
	for _, field := range []string{"check.check", "check.result"} {
		for _, word := range record.Words()[field] {
			if !strings.Contains(string(data), "`"+word+"`") {
				t.Errorf("docs/formats.md does not have the word %q of %s", word, field)
			}
		}
	}
}
