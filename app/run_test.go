// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"daylight/report"
)

// ran is what one run of the program left.
type ran struct {
	stdout, stderr string
	status         int
	peak           int64 // of its memory, bytes; 0 where the system does not say
}

// daylight runs the program as a process of its own, as a script does.
func daylight(t *testing.T, dir string, args ...string) ran {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "daylight", args...) // TestMain puts it on the path
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatalf("run daylight %v: %v", args, err)
	}
	ended, peak := make(chan struct{}), make(chan int64)
	go func() { peak <- peakOf(cmd.Process.Pid, ended) }()
	err := cmd.Wait()
	close(ended)
	most := <-peak
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatalf("run daylight %v: %v", args, err)
	}
	return ran{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode(), most}
}

// peakOf looks at what a process has taken at most until it ends. What wait4 tells of a
// process counts what its parent had when it was started, which here is the tests' own.
func peakOf(pid int, ended <-chan struct{}) (most int64) {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // gone, or another system
		if _, rest, ok := bytes.Cut(status, []byte("VmHWM:")); ok {
			kib := int64(0)
			if _, err := fmt.Sscan(string(rest), &kib); err == nil {
				most = max(most, kib<<10)
			}
		}
		select {
		case <-ended:
			return most
		case <-ticker.C:
		}
	}
}

// scanned runs a scan of exports below dir and decodes its report.
func scanned(t *testing.T, dir string) (*report.Report, ran) {
	t.Helper()
	got := daylight(t, dir, "scan", "exports", "-o", "json")
	if got.status != exitDone {
		t.Fatalf("scan: status %d: %s", got.status, got.stderr)
	}
	var r report.Report
	if err := json.Unmarshal([]byte(got.stdout), &r); err != nil {
		t.Fatalf("decode the report: %v", err)
	}
	return &r, got
}

// exports writes files below dir/exports and returns dir.
func exports(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for path, content := range files {
		full := filepath.Join(dir, "exports", filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(full), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// twoPeople is a table of two applicants who share a telephone.
const twoPeople = `id,stage,name,email,phone,city,country,applied_at
c-1,applicant,Anwar Mithal,anwar@mail1.example,+44 113 496 0011,Leeds,GB,2026-04-01T09:00:00Z
c-2,applicant,Siobhán Sampla,siobhan@mail2.example,+44 113 496 0011,Leeds,GB,2026-04-03T10:00:00Z
`
