// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"errors"
	"path/filepath"
	"testing"

	"daylight/store"
)

func TestMasterKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	put(t, lasting(t, path, master(1)), "s:p-1", "one")
	for name, key := range map[string][]byte{"another": master(2), "none": nil, "short": master(1)[:31], "long": append(master(1), 1)} {
		if _, err := Open(t.Context(), Options{Path: path, Master: key}); !errors.Is(err, store.ErrKey) {
			t.Errorf("%s: opened with error %v", name, err)
		}
	}
}

func TestRekey(t *testing.T) {
	dir := t.TempDir()
	path, old := filepath.Join(dir, "a.db"), filepath.Join(dir, "old.db")
	s := lasting(t, path, master(1))
	put(t, s, "s:p-1", "one")
	put(t, s, "s:p-2", "two")
	put(t, s, "s:p-3", "three")
	change(t, s, func(w store.Writer) error { return w.Destroy("s:p-3") })
	if err := s.Backup(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	wrapped := wrappedKeys(t, s)
	if _, err := Rekey(t.Context(), Options{Path: path, Master: master(1)}, master(2)); err == nil {
		t.Error("the key of an open store was changed")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Rekey(t.Context(), Options{Path: path, Master: master(1)}, nil); !errors.Is(err, store.ErrKey) {
		t.Errorf("changed to no key: %v", err)
	}
	if _, err := Rekey(t.Context(), Options{Path: path, Master: master(3)}, master(2)); !errors.Is(err, store.ErrKey) {
		t.Errorf("changed with the wrong key: %v", err)
	}
	n, err := Rekey(t.Context(), Options{Path: path, Master: master(1)}, master(2))
	if n != 2 || err != nil {
		t.Fatalf("%d keys, %v", n, err)
	}
	holdsNone(t, dir, wrapped, old)
	if _, err := Open(t.Context(), Options{Path: path, Master: master(1)}); !errors.Is(err, store.ErrKey) {
		t.Errorf("the old key still opens it: %v", err)
	}
	s = lasting(t, path, master(2))
	for key, want := range map[string]string{"s:p-1": "one", "s:p-2": "two"} {
		if got, err := get(t, s, key); err != nil || got != want {
			t.Errorf("%s: got %q, %v", key, got, err)
		}
	}
	if _, err := get(t, s, "s:p-3"); !errors.Is(err, store.ErrErased) {
		t.Errorf("an erased person came back: %v", err)
	}
	// An old copy opens with the old key alone.
	if _, err := Restore(t.Context(), old, Options{Path: filepath.Join(dir, "b.db"), Master: master(2)}); !errors.Is(err, store.ErrKey) {
		t.Errorf("an old backup opens with the new key: %v", err)
	}
}

// TestRecord holds that the key of a store is changed, and a store restored, with the note
// of it or not at all.
func TestRecord(t *testing.T) {
	dir := t.TempDir()
	path, backup, restored := filepath.Join(dir, "a.db"), filepath.Join(dir, "backup.db"), filepath.Join(dir, "b.db")
	s := lasting(t, path, master(1))
	put(t, s, "s:p-1", "one")
	if err := errors.Join(s.Backup(t.Context(), backup), s.Close()); err != nil {
		t.Fatal(err)
	}
	note := func(fails error) func(store.Writer) error {
		return func(w store.Writer) error {
			return errors.Join(w.Put(store.Faces, store.Row{Key: "note", Holder: "s:noted", Body: []byte("noted")}), fails)
		}
	}
	failed := errors.New("it was not recorded")
	o := func(path string, fails error) Options {
		return Options{Path: path, Master: master(1), Record: note(fails)}
	}
	if _, err := Rekey(t.Context(), o(path, failed), master(2)); !errors.Is(err, failed) {
		t.Errorf("the key was changed unrecorded: %v", err)
	}
	s = lasting(t, path, master(1)) // the old key still opens it
	if _, err := get(t, s, "note"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("it notes what was not done: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := Rekey(t.Context(), o(path, nil), master(2)); n != 2 || err != nil {
		t.Errorf("%d keys, %v", n, err)
	}
	if _, err := Restore(t.Context(), backup, o(restored, failed)); !errors.Is(err, failed) {
		t.Errorf("it was restored unrecorded: %v", err)
	}
	if left, err := filepath.Glob(restored + "*"); len(left) > 0 || err != nil {
		t.Errorf("%q are left, %v", left, err)
	}
	if _, err := Restore(t.Context(), backup, o(restored, nil)); err != nil {
		t.Error(err)
	}
	for _, s := range []*Store{lasting(t, path, master(2)), lasting(t, restored, master(1))} {
		if got, err := get(t, s, "note"); got != "noted" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// TestRekeyBehindOpenStore holds that a process that missed a change of the master
// key stops writing rather than wrap keys that nobody can open.
func TestRekeyBehindOpenStore(t *testing.T) {
	s := temporary(t)
	put(t, s, "s:p-1", "one")
	change(t, s, func(w store.Writer) error { return w.(*tx).change("UPDATE store SET epoch = epoch + 1") })
	err := s.Update(t.Context(), func(w store.Writer) error { return w.Put(store.Faces, store.Row{Key: "a"}) })
	if !errors.Is(err, store.ErrKey) {
		t.Errorf("got %v", err)
	}
}
