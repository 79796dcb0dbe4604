// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bufio"
	"bytes"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"daylight/app"
)

// startLimit is how long a scan of an empty folder may take to its first output
// on a machine that does nothing else.
const startLimit = 300 * time.Millisecond

// build builds the program as it is released.
func build(tb testing.TB) string {
	tb.Helper()
	program := filepath.Join(tb.TempDir(), "daylight.exe")
	cmd := exec.CommandContext(tb.Context(), "go", "build", "-trimpath", "-o", program, "daylight/cmd/daylight")
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Skipf("start-up is not measured: the program cannot be built here: %v\n%s", err, out)
	}
	return program
}

// start scans an empty folder and returns the time to the first output, and the
// processor time of the whole run.
func start(tb testing.TB, program string) (wall, cpu time.Duration) {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), program, "scan", tb.TempDir())
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	r := bufio.NewReader(out)
	_, err = r.ReadByte()
	wall = time.Since(began)
	if err != nil {
		tb.Fatalf("no output: %v\n%s", err, complaints.Bytes())
	}
	if _, err := r.WriteTo(new(bytes.Buffer)); err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		tb.Fatalf("scan: %v\n%s", err, complaints.Bytes())
	}
	return wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// starts measures nine starts, the shortest first by either; the one before them, which
// fills the system's caches, does not count.
func starts(tb testing.TB) (walls, cpus []time.Duration) {
	tb.Helper()
	program := build(tb)
	start(tb, program)
	for range 9 {
		w, c := start(tb, program)
		walls, cpus = append(walls, w), append(cpus, c)
	}
	slices.Sort(walls)
	slices.Sort(cpus)
	return walls, cpus
}

// TestStartsAtOnce holds the least processor time of nine starts to the limit, since what
// runs beside a start makes it longer and nothing makes it shorter; the median by the
// clock, on a machine that tests other packages meanwhile, to four times that.
func TestStartsAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("start-up is not measured in short tests: it builds the program")
	}
	if app.UnderRace() {
		t.Skip("start-up is not measured beside the race detector")
	}
	walls, cpus := starts(t)
	wall, cpu := walls[4], cpus[0]
	t.Logf("first output after %v, %v of processor time", wall, cpu)
	if cpu > startLimit || wall > 4*startLimit {
		t.Errorf("first output after %v, and %v of processor time; the limit is %v", wall, cpu, startLimit)
	}
}

// BenchmarkStart reports the medians of nine starts on an empty folder.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		walls, cpus := starts(b)
		b.ReportMetric(float64(walls[4].Milliseconds()), "ms-to-output")
		b.ReportMetric(float64(cpus[4].Milliseconds()), "cpu-ms")
	}
	b.ReportMetric(0, "ns/op")
}
