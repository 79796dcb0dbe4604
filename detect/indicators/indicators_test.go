// SPDX-License-Identifier: Apache-2.0

package indicators_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"daylight/detect"
	"daylight/detect/detecttest"
	"daylight/detect/indicators"

	"github.com/google/go-cmp/cmp"
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
	if diff := cmp.Diff(string(want), page.String()); diff != "" {
		t.Errorf("docs/indicators.md is not what the catalogue says; go test ./detect/indicators -update (-file +catalogue):\n%s", diff)
	}
}
