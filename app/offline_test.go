// SPDX-License-Identifier: Apache-2.0

package app

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// build builds the program as it is released and returns its path.
func build(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("building the program takes a while")
	}
	path := filepath.Join(t.TempDir(), "daylight")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", path, "../cmd/daylight")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// TestScanOpensNoSocket proves that the program cannot open a connection: what
// the linker kept has none of the functions by which Go dials, listens or looks
// up a name. Nothing that is not in the file can run.
func TestScanOpensNoSocket(t *testing.T) {
	path := build(t)
	out, err := exec.CommandContext(t.Context(), "go", "tool", "nm", path).Output()
	if err != nil {
		t.Fatalf("list symbols: %v", err)
	}
	symbols := string(out)
	if !strings.Contains(symbols, "daylight/pipeline.Scan") {
		t.Fatal("the program has no symbols to look at")
	}
	dials := regexp.MustCompile(`(?m) T (net\.\(\*Dialer\)\.\S*|net\.Dial\S*|net\.socket|net\.Listen\S*|net\.\(\*Resolver\)\.\S*|net/http\.\S*|syscall\.(connect|Connect|socket|Socket|bind|Bind|Listen))$`)
	if found := dials.FindAllString(symbols, -1); len(found) > 0 {
		t.Errorf("the program can reach the network: %s", strings.Join(found[:min(len(found), 20)], "\n"))
	}
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
