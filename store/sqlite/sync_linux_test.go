// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"daylight/store"
)

// unsyncedPath names the store in the environment of a process that cannot have a disk
// write what it was given.
const unsyncedPath = "DAYLIGHT_TEST_UNSYNCED"

// TestAcknowledgedIsOnDisk holds that an update is acknowledged only when the disk has
// said that it is written: in a process in which every fsync fails, none is. A temporary
// store, which does not wait for the disk, shows that nothing else fails there.
func TestAcknowledgedIsOnDisk(t *testing.T) {
	if path := os.Getenv(unsyncedPath); path != "" {
		unsynced(t, path)
		return
	}
	for name, want := range map[string]string{"lasting": "refused", "temporary": "acknowledged"} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAcknowledgedIsOnDisk$", "-test.v")
			cmd.Env = append(os.Environ(), unsyncedPath+"="+filepath.Join(t.TempDir(), name))
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if strings.Contains(string(out), "the kernel has no filter") {
				t.Skip("fsync cannot be made to fail here")
			}
			if !strings.Contains(string(out), "an update without fsync is "+want+"\n") {
				t.Errorf("want %s:\n%s", want, out)
			}
		})
	}
}

// unsynced says what becomes of an update in a process in which every fsync fails.
func unsynced(t *testing.T, path string) {
	t.Helper()
	s, err := open(t.Context(), Options{Path: path, Master: master(1)}, filepath.Base(path) == "lasting")
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, "before", "before")
	if err := failSync(); err != nil {
		fmt.Println("the kernel has no filter:", err)
		return
	}
	err = s.Update(t.Context(), func(w store.Writer) error {
		return w.Put(store.Settings, store.Row{Key: "after", Body: []byte("after")})
	})
	word := "acknowledged"
	if err != nil {
		word = "refused"
		t.Log(err)
	}
	fmt.Println("\nan update without fsync is " + word)
}

// failSync lets every fsync of this process fail from now on.
func failSync() error {
	const number = 0 // where a filter finds the number of a call
	load := uint16(unix.BPF_LD | unix.BPF_W | unix.BPF_ABS)
	equal := uint16(unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K)
	answer := uint16(unix.BPF_RET | unix.BPF_K)
	filter := []unix.SockFilter{
		{Code: load, K: number},
		{Code: equal, K: unix.SYS_FSYNC, Jt: 1},
		{Code: equal, K: unix.SYS_FDATASYNC, Jf: 1},
		{Code: answer, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EIO)},
		{Code: answer, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	thread, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	switch {
	case errno != 0:
		return errno
	case thread != 0:
		return errors.New("a thread keeps its own filter")
	}
	return nil
}
