// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"daylight/store/sqlite"
	"daylight/store/tamper"
)

// TestServeSaysWhyItDoesNotStart: what keeps the service from starting is said in words
// that name it and what to do, and nothing is made or changed.
func TestServeSaysWhyItDoesNotStart(t *testing.T) {
	taken := busy(t)
	other := hex.EncodeToString(make([]byte, sqlite.KeySize))
	for name, tc := range map[string]struct {
		spoil func(dir string) error // a store that was made
		args  []string
		code  int
		want  string // DATA is the folder of the store
	}{
		"port taken": {
			args: []string{"--listen", taken}, code: exitFailed,
			want: "daylight: listen: listen tcp " + taken + ": bind: address already in use: end the program that has the port, or name another by --listen\n",
		},
		"key gone": {
			spoil: func(dir string) error { return os.Remove(filepath.Join(dir, "daylight.key")) }, code: exitFailed,
			want: "daylight: read the key: open DATA/daylight.key: no such file or directory: DATA/daylight.db opens with its own key alone; put it back there, or say by --master-key where it is\n",
		},
		"another key": {
			spoil: func(dir string) error {
				return os.WriteFile(filepath.Join(dir, "daylight.key"), []byte(other), 0o600)
			},
			code: exitFailed,
			want: "daylight: open the store: wrong master key: say by --master-key, or master_key of the configuration, where the key is that DATA/daylight.db was made with\n",
		},
		"no key": {
			spoil: func(dir string) error {
				return os.WriteFile(filepath.Join(dir, "daylight.key"), []byte("a pass phrase"), 0o600)
			},
			code: exitFailed,
			want: "daylight: read the key: DATA/daylight.key is not 64 hex digits\n",
		},
		"a key for all to read": {
			spoil: func(dir string) error { return os.Chmod(filepath.Join(dir, "daylight.key"), 0o644) }, code: exitFailed,
			want: "daylight: read the key: everybody on this machine may open DATA/daylight.key; allow its owner alone (chmod 600)\n",
		},
		"a newer store": {
			spoil: func(dir string) error {
				tamper.PastTriggers(t, filepath.Join(dir, "daylight.db"), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)")
				return nil
			},
			code: exitFailed,
			want: "daylight: open the store: the store was made by a newer daylight: start that one, or restore a backup that this one made\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if runtime.GOOS == "windows" {
				t.Skip("errors of files and ports are worded otherwise there")
			}
			data := filepath.Join(t.TempDir(), "data")
			if tc.spoil != nil {
				aStore(t, data)
				if err := tc.spoil(data); err != nil {
					t.Fatal(err)
				}
			}
			before := filesIn(t, data)
			code, said := refused(t, append([]string{"--data", data}, tc.args...)...)
			if want := strings.ReplaceAll(tc.want, "DATA", data); code != tc.code || said != want {
				t.Errorf("it ended with %d, want %d, and said\n%swant\n%s", code, tc.code, said, want)
			}
			if after := filesIn(t, data); strings.Join(before, " ") != strings.Join(after, " ") {
				t.Errorf("it left %q of %q", after, before)
			}
		})
	}
}

// TestServeSaysThatItCannotWrite: so does a folder into which nobody can write, root
// neither.
func TestServeSaysThatItCannotWrite(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("such a folder is there on Linux")
	}
	code, said := refused(t, "--data", "/proc/daylight", "--listen", "127.0.0.1:0")
	const want = "daylight: wrong usage: configuration:\nserve: data: nothing can be written there (no such file or directory): let the service's account write to /proc, or name another place\n"
	if code != exitUsage || said != want {
		t.Errorf("it ended with %d and said\n%s", code, said)
	}
}

// refused types serve with what keeps it from starting.
func refused(t *testing.T, args ...string) (code int, said string) {
	t.Helper()
	var out, words bytes.Buffer
	code = Main(t.Context(), World{Args: append([]string{"serve", "--listen", "127.0.0.1:0"}, args...), Stdout: &out, Stderr: &words, Env: func(string) string { return "" }})
	if out.Len() > 0 {
		t.Errorf("it says on standard output: %s", &out)
	}
	return code, words.String()
}

// aStore makes a store with a key of its own.
func aStore(t *testing.T, dir string) {
	t.Helper()
	key := make([]byte, sqlite.KeySize)
	_, _ = rand.Read(key) // never fails
	if err := errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, "daylight.key"), []byte(hex.EncodeToString(key)), 0o600)); err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(dir, "daylight.db"), Master: key})
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// filesIn names what is in a folder; nothing if there is none.
func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}
