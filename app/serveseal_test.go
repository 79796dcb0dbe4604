// SPDX-License-Identifier: Apache-2.0

//go:build unix

package app

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"daylight/store/tamper"
)

// TestStopAndBackupSignTheLog: a service that is stopped, and a backup, leave a checkpoint
// of every entry. So the newest entry is missed where somebody cuts it off with its hashes
// and puts the sealed head back that was there before it.
func TestStopAndBackupSignTheLog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, key := filepath.Join(dir, "data"), filepath.Join(dir, "data", "daylight.key")
	file := filepath.Join(data, "daylight.db")
	stopped, backup := filepath.Join(dir, "stopped.db"), filepath.Join(dir, "backup.db")

	s := startLife(t, true, "--data", data)
	s.ready(t)
	boss := newVisitor(t)
	s.staff(t, boss, newVisitor(t))
	running := headOf(t, file)
	boss.page(t, "/audit") // is an entry
	s.stop(t)
	text, err := os.ReadFile(file)
	if err := errors.Join(err, os.WriteFile(stopped, text, 0o600)); err != nil {
		t.Fatal(err)
	}
	succeed(t, []string{"store", "backup", "--store", file, backup})

	for name, tc := range map[string]struct {
		store string
		older head
	}{
		"stopped": {stopped, running},
		"backup":  {backup, headOf(t, stopped)}, // the backup is the entry after it
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			size := headOf(t, tc.store).size
			whole := fmt.Sprintf("the newest covers %d entries\n", size)
			if code, said := verify(t, tc.store, key); code != exitDone || !strings.Contains(said, whole) {
				t.Fatalf("verify ends with %d, without %q:\n%s", code, whole, said)
			}
			tamper.PastTriggers(t, tc.store, fmt.Sprintf("DELETE FROM entries WHERE log = 'audit' AND number >= %d; DELETE FROM tree WHERE kind = 'hashes' AND number >= %d; UPDATE tree SET body = x'%s' WHERE kind = 'head'",
				tc.older.size, tc.older.size, tc.older.sealed))
			missed := fmt.Sprintf("WRONG: there are %d entries, and %d were signed", tc.older.size, size)
			if code, said := verify(t, tc.store, key); code != exitFailed || !strings.Contains(said, missed) {
				t.Errorf("cut off, verify ends with %d, without %q:\n%s", code, missed, said)
			}
		})
	}
}

// head is where an audit log ends: how many entries it has, and the sealed row that says
// so, in hex.
type head struct {
	size   int64
	sealed string
}

func headOf(t *testing.T, file string) (h head) {
	t.Helper()
	db, err := sql.Open("sqlite", file+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // it was read
	const ask = "SELECT (SELECT count(*) FROM entries WHERE log = 'audit'), (SELECT hex(body) FROM tree WHERE kind = 'head')"
	if err := db.QueryRowContext(t.Context(), ask).Scan(&h.size, &h.sealed); err != nil {
		t.Fatal(err)
	}
	return h
}

// verify types daylight audit verify.
func verify(t *testing.T, file, key string) (code int, said string) {
	t.Helper()
	var out bytes.Buffer
	code = Main(t.Context(), World{Args: []string{"audit", "verify", "--store", file, "--key-file", key}, Stdout: &out, Stderr: &out, Env: func(string) string { return "" }})
	return code, out.String()
}
