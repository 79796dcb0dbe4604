// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"daylight/store"
)

// program returns the migrations of a newer program: those of this one, and others.
func program(t *testing.T, more ...string) fs.FS {
	t.Helper()
	all := fstest.MapFS{}
	text, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	all["00001_start.sql"] = &fstest.MapFile{Data: text}
	for i, m := range more {
		all[[]string{"00002_second.sql", "00003_third.sql"}[i]] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + m)}
	}
	return all
}

// TestUpgrade: a newer program brings a store with rows in it up to date, in all of its
// steps or in none: when one fails, the program before opens the store as it was, and once
// the step is mended the newer one does. An older program refuses what a newer one made.
func TestUpgrade(t *testing.T) {
	o := Options{Path: filepath.Join(t.TempDir(), "state.db"), Master: make([]byte, KeySize)}
	holds := func(s *Store) {
		t.Helper()
		err := s.View(t.Context(), func(r store.Reader) error {
			row, err := r.Get(store.Settings, "kept")
			if err == nil && string(row.Body) != "before the upgrade" {
				t.Errorf("it holds %q", row.Body)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	has := func(s *Store, table string) (n int) {
		t.Helper()
		if err := s.db.QueryRowContext(t.Context(), "SELECT count(*) FROM sqlite_master WHERE name = ?", table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	reopened := func(m fs.FS) (*Store, error) {
		t.Helper()
		o.migrations = m
		return Open(t.Context(), o)
	}
	closed := func(s *Store, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		holds(s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s, err := reopened(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), func(w store.Writer) error {
		return w.Put(store.Settings, store.Row{Key: "kept", Body: []byte("before the upgrade")})
	}); err != nil {
		t.Fatal(err)
	}
	closed(s, nil)

	const second = "CREATE TABLE second (a TEXT) STRICT;\nALTER TABLE settings ADD COLUMN later TEXT NOT NULL DEFAULT '';\n"
	const broken = "CREATE TABLE third (a TEXT) STRICT;\nINSERT INTO nowhere VALUES (1);\n"

	// A step that fails is not half done, and the program before it opens the store.
	if s, err := reopened(program(t, broken)); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Fatalf("a broken step: %v %v", s, err)
	}
	s, err = reopened(nil)
	if err == nil && has(s, "third") != 0 {
		t.Error("a step that failed left a table")
	}
	closed(s, err)

	// Nor is the step before it, which did not fail.
	if s, err := reopened(program(t, second, broken)); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Fatalf("a broken step after another: %v %v", s, err)
	}
	s, err = reopened(nil)
	if err == nil && (has(s, "second") != 0 || has(s, "third") != 0) {
		t.Error("an upgrade that failed left a table")
	}
	closed(s, err)

	s, err = reopened(program(t, second, "CREATE TABLE third (a TEXT) STRICT;\n"))
	if err == nil && (has(s, "second") != 1 || has(s, "third") != 1) {
		t.Error("not every step was done")
	}
	closed(s, err)

	if s, err := reopened(nil); err == nil || !strings.Contains(err.Error(), "newer daylight") {
		t.Errorf("an older program: %v %v", s, err)
	}
}
