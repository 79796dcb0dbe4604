// SPDX-License-Identifier: Apache-2.0

package normalize_test

import (
	"os"
	"strings"
	"testing"

	"daylight/record"
)

// TestDocumentedVerification reads the session of identity verification that
// docs/formats.md shows whole, and holds that it gives what is said there.
func TestDocumentedVerification(t *testing.T) {
	doc, err := os.ReadFile("../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(doc), "**Identity verification.**")
	_, after, block := strings.Cut(after, "```json\n")
	example, _, end := strings.Cut(after, "```")
	if !ok || !block || !end {
		t.Fatal("docs/formats.md has no session of identity verification")
	}
	got := readAll(t, "sessions.jsonl", []byte(example), nil)
	if len(got.rejected)+len(got.passed)+len(got.notes) > 0 {
		t.Errorf("%s: %v %v %v", got.format, got.rejected, got.passed, got.notes)
	}
	want := map[string]string{"identity_document": "denied", "portrait_mismatch": "found", "verification_denied": "found"}
	if len(got.records) != len(want) {
		t.Fatalf("%d records as %s", len(got.records), got.format)
	}
	for _, r := range got.records {
		c, ok := r.Body.(record.Check)
		if !ok || want[c.Check] != c.Result || c.By != "Example Verify" || r.Ref.ID != "w-1009" || r.At.IsZero() {
			t.Errorf("%+v of %+v", c, r.Ref)
		}
	}
}
