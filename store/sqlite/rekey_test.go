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
