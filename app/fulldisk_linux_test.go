// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"daylight/intake"
	"daylight/store"
)

// diskOf makes a disk of its own, on which a file system goes read-only as after an error
// of the hardware, or skips, unless DAYLIGHT_REQUIRE_DISK=1.
func diskOf(t *testing.T, size int64) (dir string, do func(name string, args ...string), mend func()) {
	t.Helper()
	image, dir := filepath.Join(t.TempDir(), "disk"), t.TempDir()
	if err := errors.Join(os.WriteFile(image, nil, 0o600), os.Truncate(image, size)); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"mkfs.ext4", "-q", "-F", image}, {"mount", "-o", "loop,errors=remount-ro", image, dir}} {
		if out, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput(); err != nil {
			what := "a disk of its own cannot be made here"
			if os.Getenv("DAYLIGHT_REQUIRE_DISK") == "1" {
				t.Fatalf("%s, and DAYLIGHT_REQUIRE_DISK=1: %s: %v %s", what, args[0], err, out)
			}
			t.Skipf("SKIPPED: %s: %s: %v %s", what, args[0], err, out)
		}
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	do = func(name string, args ...string) {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v %s", name, err, out)
		}
	}
	return dir, do, func() {
		t.Helper()
		// It ends with 1 where it mended something.
		_ = exec.CommandContext(t.Context(), "e2fsck", "-fy", image).Run()
		do("mount", "-o", "loop", image, dir)
	}
}

// TestServeWithoutRoom fills the disk under a running service, makes room again, and then
// has the disk go read-only as a broken one does: what was acknowledged is kept and can be
// read, what is refused is said to be, and the service goes on once it can.
func TestServeWithoutRoom(t *testing.T) {
	t.Parallel()
	disk, do, mend := diskOf(t, 96<<20)
	data := filepath.Join(disk, "data")
	args := []string{"--config", everybodyTold(t), "--data", data}
	l := startLife(t, true, args...)
	l.ready(t)
	security, token := l.staffed(t)
	s := &sender{visitor: newVisitor(t), rng: rand.New(rand.NewPCG(1, 1))}
	s.base, s.token = l.address, token
	post := func(n int) {
		t.Helper()
		for range n {
			path, body := s.file(len(s.acked))
			receipt, known, err := s.post(t.Context(), path, body)
			if err != nil || known {
				t.Fatalf("%s: known %v, %v", path, known, err)
			}
			s.acked = append(s.acked, sent{path, receipt, body})
		}
	}
	refused := func() {
		t.Helper()
		noise := make([]byte, 4<<20) // that no packing makes smaller
		for i := range noise {
			noise[i] = byte(s.rng.Uint32())
		}
		got, err := s.do(t.Context(), http.MethodPost, "/v1/ingest?path="+url.QueryEscape("refused.bin"), "application/octet-stream", noise)
		if err != nil || got.status != http.StatusServiceUnavailable || got.after == "" || !bytes.Contains(got.body, []byte("full or read-only")) {
			t.Errorf("it answers %d, to try again after %q: %.200s (%v)", got.status, got.after, got.body, err)
		}
		ready, err := s.do(t.Context(), http.MethodGet, "/readyz", "", nil)
		if err != nil || ready.status != http.StatusOK || !bytes.Contains(ready.body, []byte("nothing can be written")) {
			t.Errorf("ready says %d %s (%v)", ready.status, ready.body, err)
		}
		for page, want := range map[string][]int{"/healthz": {200}, "/sources": {200}, "/catalogue": {200}, "/people": {200, 503}} {
			got, err := security.do(t.Context(), http.MethodGet, page, "", nil)
			if err != nil || got.status != want[0] && got.status != want[len(want)-1] {
				t.Errorf("%s: %d %.200s (%v)", page, got.status, got.body, err)
			}
		}
	}
	kept := func() {
		t.Helper()
		idle(t, data)
		st := opened(t, data)
		defer st.Close() //nolint:errcheck // read only
		err := st.View(t.Context(), func(r store.Reader) error {
			for _, f := range s.acked {
				if got, err := intake.ReadStatus(r, f.receipt); err != nil || got.State != "read" {
					t.Errorf("%s was acknowledged and is %q (%v)", f.path, got.State, err)
				}
			}
			files, err := r.Count(store.Files, store.Query{})
			if err != nil || files != len(s.acked) {
				t.Errorf("%d files are read, %d were acknowledged (%v)", files, len(s.acked), err)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	post(5)
	kept()
	ballast := filepath.Join(disk, "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	for part := 1 << 20; part >= 512; part /= 2 {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, part))
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	refused()
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	post(3)
	kept()

	do("mount", "-o", "remount,abort", disk)
	refused()
	_ = l.cmd.Process.Kill()
	<-l.ended
	_ = l.cmd.Wait()
	l = startLife(t, false, args...)
	<-l.serving
	if err := l.cmd.Wait(); err == nil || l.address != "" || !strings.Contains(l.stderr.String(), "nothing can be written there") {
		t.Errorf("on a read-only disk it starts, or does not say why not: %v %s", err, &l.stderr)
	}

	// The disk is mended.
	do("umount", disk)
	mend()
	l = startLife(t, false, args...)
	l.ready(t)
	s.base = l.address
	post(1)
	kept()
	l.die(t)
}
