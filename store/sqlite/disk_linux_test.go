// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"daylight/store"
)

// withoutDisk skips a test for what this machine does not do, unless
// DAYLIGHT_REQUIRE_DISK=1.
func withoutDisk(t *testing.T, what string, err error) {
	t.Helper()
	if os.Getenv("DAYLIGHT_REQUIRE_DISK") == "1" {
		t.Fatalf("%s, and DAYLIGHT_REQUIRE_DISK=1: %v", what, err)
	}
	t.Skipf("SKIPPED: %s: %v", what, err)
}

// disk mounts a small file system of its own, or skips.
func disk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		withoutDisk(t, "a small disk cannot be made here", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// TestFullDisk is TestFull on a disk that is full.
func TestFullDisk(t *testing.T) {
	dir := disk(t, "6m")
	s := lasting(t, filepath.Join(dir, "a.db"), master(1))
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	fill(t, s)
	if err := s.Backup(t.Context(), filepath.Join(dir, "backup.db")); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("a backup on a full disk: %v", err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	put(t, s, "later", "later")
	change(t, s, func(w store.Writer) error { return w.Destroy("later") })
}

// TestReadOnlyDisk holds that a store on a disk that cannot be written is not
// opened, and that the error says why.
func TestReadOnlyDisk(t *testing.T) {
	dir := disk(t, "8m")
	path := filepath.Join(dir, "a.db")
	s := lasting(t, path, master(1))
	put(t, s, "a", "a")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		withoutDisk(t, "the disk cannot be made read-only here", err)
	}
	if _, err := Open(t.Context(), Options{Path: path, Master: master(1)}); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("opened with %v", err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, ""); err != nil {
		t.Fatal(err)
	}
	if got, err := get(t, lasting(t, path, master(1)), "a"); err != nil || got != "a" {
		t.Errorf("got %q, %v", got, err)
	}
}
