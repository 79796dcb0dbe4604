// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"daylight/store"
	"daylight/store/tamper"
)

// day is an instant of the tests.
var day = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func master(b byte) []byte { return bytes.Repeat([]byte{b}, KeySize) }

// lasting opens a store in a folder of the test.
func lasting(t *testing.T, path string, key []byte, ledgers ...string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Path: path, Master: key, Ledgers: ledgers})
	if err != nil {
		t.Fatal(err)
	}
	return closing(t, s)
}

func put(t *testing.T, s store.Store, holder, body string) {
	t.Helper()
	change(t, s, func(w store.Writer) error {
		return w.Put(store.Faces, store.Row{Key: holder, Holder: holder, Body: []byte(body)})
	})
}

func change(t *testing.T, s store.Store, f func(store.Writer) error) {
	t.Helper()
	if err := s.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, s store.Store, key string) (string, error) {
	t.Helper()
	var r store.Row
	err := s.View(t.Context(), func(rd store.Reader) (err error) {
		r, err = rd.Get(store.Faces, key)
		return err
	})
	return string(r.Body), err
}

// TestRestoreForgets holds that whoever was erased after a backup was made is
// erased from what is restored, and nobody else is.
func TestRestoreForgets(t *testing.T) {
	dir := t.TempDir()
	path, backup, back := filepath.Join(dir, "a.db"), filepath.Join(dir, "backup.db"), filepath.Join(dir, "b.db")
	further := filepath.Join(dir, "ledger")
	s := lasting(t, path, master(1), further)
	put(t, s, "s:p-1", "one")
	put(t, s, "s:p-2", "two")
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), backup); err == nil {
		t.Error("a backup was overwritten")
	}
	change(t, s, func(w store.Writer) error { return w.Destroy("s:p-1") })
	done, err := Restore(t.Context(), backup, Options{Path: back, Master: master(1), Ledgers: []string{further}})
	if err != nil || done.Erased != 1 {
		t.Fatalf("restored %+v, %v", done, err)
	}
	r := lasting(t, back, master(1))
	if _, err := get(t, r, "s:p-1"); !errors.Is(err, store.ErrErased) {
		t.Errorf("an erased person came back: %v", err)
	}
	if got, err := get(t, r, "s:p-2"); err != nil || got != "two" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := Restore(t.Context(), backup, Options{Path: back, Master: master(1)}); err == nil {
		t.Error("a restore overwrote a store")
	}
}

// TestRestoreNeedsTheLedger holds that a restore does not pass over a ledger that it
// cannot use.
func TestRestoreNeedsTheLedger(t *testing.T) {
	dir := t.TempDir()
	s := lasting(t, filepath.Join(dir, "a.db"), master(1))
	backup, wrong, back := filepath.Join(dir, "backup.db"), filepath.Join(dir, "wrong"), filepath.Join(dir, "b.db")
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(wrong, []byte("store 0123456789abcdef\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, l := range []string{wrong, dir} {
		if _, err := Restore(t.Context(), backup, Options{Path: back, Master: master(1), Ledgers: []string{l}}); err == nil {
			t.Errorf("restored past %s", filepath.Base(l))
		}
		if files, err := filepath.Glob(back + "*"); err != nil || len(files) > 0 {
			t.Errorf("it left %v, %v", files, err)
		}
	}
}

// TestBackupAfterManyViews holds that a connection that was set up to read alone is
// not given out to write with.
func TestBackupAfterManyViews(t *testing.T) {
	s := temporary(t)
	var deep func(n int)
	deep = func(n int) {
		err := s.View(t.Context(), func(store.Reader) error {
			if n > 0 {
				deep(n - 1)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	deep(40)
	for i := range 4 {
		if err := s.Backup(t.Context(), filepath.Join(t.TempDir(), fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
}

func TestClaimAgain(t *testing.T) {
	s := temporary(t)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	change(t, s, func(w store.Writer) error { return w.Enqueue(store.Dirty, "p-1", at) })
	jobs, err := s.Claim(t.Context(), store.Dirty, "w1", 5, at, at.Add(time.Minute))
	if err != nil || len(jobs) != 1 || jobs[0].Attempts != 1 {
		t.Fatalf("claimed %+v, %v", jobs, err)
	}
	if again, err := s.Claim(t.Context(), store.Dirty, "w2", 5, at, at.Add(time.Minute)); err != nil || len(again) != 0 {
		t.Fatalf("claimed %+v, %v", again, err)
	}
	change(t, s, func(w store.Writer) error { return w.Enqueue(store.Dirty, "p-1", at.Add(time.Second)) })
	change(t, s, func(w store.Writer) error { return w.Finish(jobs[0]) })
	jobs, err = s.Claim(t.Context(), store.Dirty, "w1", 5, at, at.Add(time.Minute))
	if err != nil || len(jobs) != 1 {
		t.Fatalf("claimed %+v, %v", jobs, err)
	}
	change(t, s, func(w store.Writer) error { return w.Finish(jobs[0]) })
}

// TestForeignIsRefused: a trigger, view, index or table that somebody put into the file, or
// took from it, is named, and the file is neither opened nor restored. In a store that is
// open, the check says it.
func TestForeignIsRefused(t *testing.T) {
	for name, tc := range map[string]struct{ change, want string }{
		"nothing":            {"SELECT 1", ""},
		"a trigger":          {"CREATE TRIGGER evil AFTER INSERT ON sessions BEGIN DELETE FROM credentials; END", "trigger evil"},
		"a view":             {"CREATE VIEW v AS SELECT 1", "view v"},
		"an index":           {"CREATE INDEX evil ON subjects (state)", "index evil"},
		"a table":            {"CREATE TABLE evil (a TEXT)", "table evil"},
		"a trigger gone":     {"DROP TRIGGER entries_stay", "trigger entries_stay (gone)"},
		"a trigger disarmed": {"DROP TRIGGER entries_stay; CREATE TRIGGER entries_stay BEFORE DELETE ON entries BEGIN SELECT 1; END", "trigger entries_stay (changed)"},
		"a newer program":    {"UPDATE goose_db_version SET version_id = 99", "the store was made by a newer daylight"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			o := Options{Path: filepath.Join(dir, "a.db"), Master: master(1)}
			s, err := Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close() //nolint:errcheck // a second time
			backup := filepath.Join(dir, "backup.db")
			if err := s.Backup(t.Context(), backup); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{o.Path, backup} {
				tamper.Do(t, path, tc.change)
			}
			refused := func(what string, err error) {
				t.Helper()
				if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
					t.Errorf("%s: %v, want %q", what, err, tc.want)
				}
			}
			if name != "a newer program" { // which is no matter of what is open
				faults, err := s.Check(t.Context(), 10)
				for _, f := range faults {
					err = errors.Join(err, f.Err)
				}
				refused("check", err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			back := Options{Path: filepath.Join(dir, "b.db"), Master: master(1)}
			_, err = Restore(t.Context(), backup, back)
			refused("restore", err)
			if _, err := os.Stat(back.Path); (err == nil) != (tc.want == "") {
				t.Errorf("the restored file: %v", err)
			}
			s, err = Open(t.Context(), o)
			refused("open", err)
			if err == nil {
				_ = s.Close()
			}
		})
	}
}
