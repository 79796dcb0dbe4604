// SPDX-License-Identifier: Apache-2.0

//go:build unix

package app

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestInterrupt stops a long scan and demands that it says so, ends at once,
// and leaves the old report and nothing else.
func TestInterrupt(t *testing.T) {
	var log strings.Builder
	for i := range 1000 {
		log.WriteString(okta(fmt.Sprint(i), `"debugContext":{"x":"`+strings.Repeat("x", 1000)+`"},`))
	}
	dir := exports(t, map[string]string{"people.csv": twoPeople})
	// One file many times over, without the space.
	f, err := os.Create(filepath.Join(dir, "exports", "okta.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for range 400 {
		if _, err := f.WriteString(log.String()); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		for _, out := range []string{"", "report.json"} {
			t.Run(fmt.Sprint(signal, " ", out), func(t *testing.T) {
				old := filepath.Join(dir, "report.json")
				if err := os.WriteFile(old, []byte("the old report\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				args := []string{"scan", "exports", "-o", "json"}
				if out != "" {
					args = append(args, "--out", out)
				}
				cmd := exec.CommandContext(t.Context(), "daylight", args...)
				cmd.Dir = dir
				var stdout, stderr bytes.Buffer
				cmd.Stdout, cmd.Stderr = &stdout, &stderr
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				awaitOpen(t, cmd.Process.Pid, "okta.jsonl")
				sent := time.Now()
				if err := cmd.Process.Signal(signal); err != nil {
					t.Fatalf("the scan was over before it could be stopped: %v", err)
				}
				err := cmd.Wait()
				if took := time.Since(sent); took > 2*time.Second && !UnderRace() {
					t.Errorf("it took %v to end", took)
				}
				if code := cmd.ProcessState.ExitCode(); code != exitFailed {
					t.Errorf("status %d (%v), want 1", code, err)
				}
				if got := stderr.String(); got != "daylight: interrupted; nothing was written\n" {
					t.Errorf("standard error: %q", got)
				}
				if stdout.Len() > 0 {
					t.Errorf("%d bytes on standard output", stdout.Len())
				}
				if data, err := os.ReadFile(old); err != nil || string(data) != "the old report\n" {
					t.Errorf("the old report is %q (%v)", data, err)
				}
				entries, err := os.ReadDir(dir)
				if err != nil || len(entries) != 2 {
					t.Errorf("files beside the report: %v (%v)", entries, err)
				}
			})
		}
	}
}

// awaitOpen waits until a process has a file of the given name open, which it
// has once it reads its input and long after it listens for signals.
func awaitOpen(t *testing.T, pid int, name string) {
	t.Helper()
	fds := fmt.Sprintf("/proc/%d/fd", pid)
	for range 3000 {
		entries, err := os.ReadDir(fds)
		if err != nil {
			t.Skipf("open files of a process cannot be seen here: %v", err)
		}
		for _, e := range entries {
			if target, err := os.Readlink(filepath.Join(fds, e.Name())); err == nil && filepath.Base(target) == name {
				return
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s was never opened", name)
}
