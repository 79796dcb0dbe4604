// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"daylight/store"
)

// wrappedKeys returns the wrapped keys that the store holds, by holder.
func wrappedKeys(t *testing.T, s *Store) map[string][]byte {
	t.Helper()
	keys := map[string][]byte{}
	err := s.View(t.Context(), func(r store.Reader) error {
		all, err := r.(*tx).holders()
		for _, h := range all {
			if !h.gone {
				if keys[h.name], err = r.(*tx).wrapped(h.name); err != nil {
					return err
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// holdsNone holds that no file of a folder holds a needle, besides some.
func holdsNone(t *testing.T, dir string, needles map[string][]byte, besides ...string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, f := range files {
		if slices.Contains(besides, f) {
			continue
		}
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for name, needle := range needles {
			if len(needle) < 5 {
				t.Fatalf("%q is too short to look for", needle)
			}
			if bytes.Contains(data, needle) {
				t.Errorf("%s holds %s", filepath.Base(f), name)
			}
		}
	}
}

// TestNothingIsReadableAfterErasure looks into every byte of the store, its journals
// and its backup: people's words are never there, and a wrapped key is not after its
// erasure, however the pages were split and filled before.
func TestNothingIsReadableAfterErasure(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	s := lasting(t, path, master(1))
	rng := rand.New(rand.NewPCG(1, 2))
	words := map[string][]byte{"what was said of people": []byte("Person-s:p-")}
	var holders []string
	add := func(w store.Writer) error {
		holder := fmt.Sprintf("s:p-%x", rng.Uint64()) // in no order
		holders = append(holders, holder)
		word := "Person-" + holder
		row := store.Row{Key: holder, Holder: holder, Body: []byte(word + strings.Repeat(" lives here", rng.IntN(500)))}
		if err := w.Put(store.Faces, row); err != nil {
			return err
		}
		row.Text = map[string]string{"kind": w.Hash("word", word)}
		return w.Put(store.Records, row)
	}
	gone := map[string][]byte{}
	for range 10 {
		change(t, s, func(w store.Writer) error {
			for range 50 {
				if err := add(w); err != nil {
					return err
				}
			}
			return nil
		})
		before, now := wrappedKeys(t, s), map[string][]byte{}
		change(t, s, func(w store.Writer) error {
			for range 20 {
				holder := holders[rng.IntN(len(holders))]
				if key := before[holder]; key != nil {
					gone[holder], now[holder] = key, key
				}
				if err := w.Destroy(holder); err != nil {
					return err
				}
			}
			// And rows move about: deleted, replaced, longer, shorter.
			for range 30 {
				holder := holders[rng.IntN(len(holders))]
				if erased, err := w.Erased(holder); erased || err != nil {
					return err
				}
				if err := w.Put(store.Faces, store.Row{Key: holder, Holder: holder, Body: make([]byte, rng.IntN(9000))}); err != nil {
					return err
				}
			}
			return w.Delete(store.Records, holders[rng.IntN(len(holders))])
		})
		holdsNone(t, dir, now)
	}
	if len(gone) < 100 {
		t.Fatalf("only %d were erased", len(gone))
	}
	kept := wrappedKeys(t, s)
	if len(kept) == 0 {
		t.Fatal("nobody is left")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for holder, key := range kept {
		if !bytes.Contains(data, key) {
			t.Fatalf("the key of %s is not in the file: the test looks for the wrong bytes", holder)
		}
	}
	if err := s.Backup(t.Context(), filepath.Join(dir, "backup.db")); err != nil {
		t.Fatal(err)
	}
	holdsNone(t, dir, gone)
	holdsNone(t, dir, words)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	holdsNone(t, dir, gone)
	holdsNone(t, dir, words)
}

// TestErasureBesideView holds that an open view, which needs the old journal, does
// not keep an erasure from being completed when it ends.
func TestErasureBesideView(t *testing.T) {
	dir := t.TempDir()
	s := lasting(t, filepath.Join(dir, "a.db"), master(1))
	put(t, s, "s:p-1", "one")
	gone := wrappedKeys(t, s)
	err := s.View(t.Context(), func(r store.Reader) error {
		if _, err := r.Get(store.Faces, "s:p-1"); err != nil {
			return err
		}
		change(t, s, func(w store.Writer) error { return w.Destroy("s:p-1") })
		_, err := r.Get(store.Faces, "s:p-1") // stale, not mixed
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	holdsNone(t, dir, gone)
}

// TestCopiedBack holds that a copy of the file put back by hand, past Restore,
// forgets again whom the ledger lists, as soon as it is opened.
func TestCopiedBack(t *testing.T) {
	dir := t.TempDir()
	path, copied := filepath.Join(dir, "a.db"), filepath.Join(dir, "copy.db")
	s := lasting(t, path, master(1))
	put(t, s, "s:p-1", "one")
	put(t, s, "s:p-2", "two")
	if err := s.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	change(t, s, func(w store.Writer) error { return w.Destroy("s:p-1") })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(copied, path); err != nil {
		t.Fatal(err)
	}
	s = lasting(t, path, master(1))
	if _, err := get(t, s, "s:p-1"); err == nil {
		t.Error("an erased person came back")
	}
	if got, err := get(t, s, "s:p-2"); err != nil || got != "two" {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestLedger holds how a ledger is read after a crash: torn lines, erasures that
// began and were or were not committed, further ledgers that were away.
func TestLedger(t *testing.T) {
	dir := t.TempDir()
	path, further := filepath.Join(dir, "a.db"), filepath.Join(dir, "further")
	s := lasting(t, path, master(1))
	put(t, s, "s:begun", "begun")
	put(t, s, "s:done", "done")
	change(t, s, func(w store.Writer) error { return w.Destroy("s:done") })
	begun, done := s.keys.erasure("s:begun"), s.keys.erasure("s:done")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	torn := "store " + s.keys.id + "\nerasing " + done + "\nerasing " + begun + "\nerased 12"
	if err := os.WriteFile(path+ledgerSuffix, []byte(torn), 0o600); err != nil {
		t.Fatal(err)
	}
	s = lasting(t, path, master(1), further)
	if got, err := get(t, s, "s:begun"); err != nil || got != "begun" {
		t.Errorf("an erasure that was never committed: %q, %v", got, err)
	}
	for _, p := range []string{path + ledgerSuffix, further} {
		words, err := (&ledger{path: p, store: s.keys.id}).read()
		if err != nil || words[done] != ledgerErased || words[begun] == ledgerErasing || words[begun] == ledgerErased {
			t.Errorf("%s: %v, %v", filepath.Base(p), words, err)
		}
	}
	data, err := os.ReadFile(path + ledgerSuffix)
	if err != nil || !bytes.HasPrefix(data, []byte(torn+"\n")) {
		t.Errorf("the ledger was rewritten: %q, %v", data, err)
	}
	if bytes.Contains(data, []byte("s:")) {
		t.Error("the ledger names a holder")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wrong := filepath.Join(dir, "wrong")
	for _, text := range []string{"store 0123456789abcdef\n", "not a ledger but something that somebody may still need\n", "short"} {
		if err := os.WriteFile(wrong, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), Options{Path: path, Master: master(1), Ledgers: []string{wrong}}); !errors.Is(err, errLedger) {
			t.Errorf("%q was taken for the ledger of this store: %v", text, err)
		}
		if data, err := os.ReadFile(wrong); err != nil || string(data) != text {
			t.Errorf("%q was written to: %q, %v", text, data, err)
		}
	}
	// A first line that a power cut tore is written again.
	if err := os.WriteFile(wrong, []byte("store "+s.keys.id[:3]), 0o600); err != nil {
		t.Fatal(err)
	}
	s = lasting(t, path, master(1), wrong)
	if words, err := (&ledger{path: wrong, store: s.keys.id}).read(); err != nil || words[done] != ledgerErased {
		t.Errorf("%v, %v", words, err)
	}
}

// TestErasureBesideOtherProcess holds that a snapshot of another process delays the end of an
// erasure and no update, and that the erasure is completed afterwards.
func TestErasureBesideOtherProcess(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	s, other := lasting(t, path, master(1)), lasting(t, path, master(1))
	put(t, s, "s:p-1", "one")
	put(t, s, "s:p-2", "two")
	gone := wrappedKeys(t, s)
	err := other.View(t.Context(), func(r store.Reader) error {
		if _, err := r.Get(store.Faces, "s:p-1"); err != nil {
			return err
		}
		start := time.Now()
		change(t, s, func(w store.Writer) error { return errors.Join(w.Destroy("s:p-1"), w.Destroy("s:p-2")) })
		for range 3 {
			put(t, s, "a", "a")
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("updates waited %v for a reader", took)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, "a", "b")
	holdsNone(t, dir, gone)
}
