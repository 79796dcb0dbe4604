// SPDX-License-Identifier: Apache-2.0

package app

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// build builds the program as docs/operations.md releases it and returns its path.
func build(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("building the program takes a while")
	}
	path := filepath.Join(t.TempDir(), "daylight")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "../cmd/daylight")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// TestSizeOfTheProgram holds the limit of 60 MB.
func TestSizeOfTheProgram(t *testing.T) {
	info, err := os.Stat(build(t))
	if err != nil {
		t.Fatalf("stat: %v", err)
	}
	const limit = 60 << 20
	t.Logf("%.1f MiB", float64(info.Size())/(1<<20))
	if info.Size() > limit {
		t.Errorf("the program has %d bytes; the limit is %d", info.Size(), limit)
	}
}
