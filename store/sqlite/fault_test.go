// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"daylight/store"
)

// TestChangedRows holds that a row whose bytes were changed behind the store does
// not open, whatever was changed, and that the others do.
func TestChangedRows(t *testing.T) {
	for name, sql := range map[string]string{
		"a byte of the body":        `UPDATE cases SET body = CAST(substr(body, 1, 40) || CASE WHEN substr(body, 41, 1) = x'00' THEN x'01' ELSE x'00' END || substr(body, 42) AS BLOB) WHERE key = 'a'`,
		"a body cut short":          `UPDATE cases SET body = substr(body, 1, length(body) - 1) WHERE key = 'a'`,
		"no body":                   `UPDATE cases SET body = x'' WHERE key = 'a'`,
		"the body of another":       `UPDATE cases SET body = (SELECT body FROM cases WHERE key = 'b') WHERE key = 'a'`,
		"a body of another table":   `UPDATE cases SET body = (SELECT body FROM rings WHERE key = 'a') WHERE key = 'a'`,
		"a text column":             `UPDATE cases SET state = 'closed' WHERE key = 'a'`,
		"a text column emptied":     `UPDATE cases SET state = '' WHERE key = 'a'`,
		"a column moved to another": `UPDATE cases SET state = '', owner = 'open' WHERE key = 'a'`,
		"a number":                  `UPDATE cases SET weight = 0 WHERE key = 'a'`,
		"the holder":                `UPDATE cases SET holder = 's:b' WHERE key = 'a'`,
		"a holder without a key":    `UPDATE cases SET holder = 's:none' WHERE key = 'a'`,
		"the service as the holder": `UPDATE cases SET holder = '' WHERE key = 'a'`,
		"the key of the holder":     `UPDATE holders SET wrapped = (SELECT wrapped FROM holders WHERE holder = 's:b') WHERE holder = 's:a'`,
		"a byte of the key":         `UPDATE holders SET wrapped = CAST(CASE WHEN substr(wrapped, 1, 1) = x'00' THEN x'01' ELSE x'00' END || substr(wrapped, 2) AS BLOB) WHERE holder = 's:a'`,
	} {
		t.Run(name, func(t *testing.T) {
			s := temporary(t)
			change(t, s, func(w store.Writer) error {
				for _, key := range []string{"a", "b", "c"} {
					row := store.Row{Key: key, Holder: "s:" + key, Body: []byte("as long as the other"), Text: map[string]string{"state": "open"}, Ints: map[string]int64{"weight": 30}}
					if err := w.Put(store.Cases, row); err != nil {
						return err
					}
				}
				return w.Put(store.Rings, store.Row{Key: "a", Holder: "s:a", Body: []byte("as long as the other")})
			})
			change(t, s, func(w store.Writer) error { return w.(*tx).change(sql) })
			err := s.View(t.Context(), func(r store.Reader) error {
				if row, err := r.Get(store.Cases, "a"); !errors.Is(err, store.ErrCorrupt) || row.Body != nil {
					t.Errorf("got %q, %v", row.Body, err)
				}
				var got []string
				for row, err := range r.Find(store.Cases, store.Query{}) {
					got = append(got, fmt.Sprintf("%s %s %v", row.Key, row.Body, errors.Is(err, store.ErrCorrupt)))
				}
				if want := "a  true, b as long as the other false, c as long as the other false"; strings.Join(got, ", ") != want {
					t.Errorf("found %v", got)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			faults, err := s.Check(t.Context(), 10)
			if err != nil || len(faults) == 0 || faults[0].Key != "a" || !errors.Is(faults[0].Err, store.ErrCorrupt) {
				t.Errorf("check found %v, %v", faults, err)
			}
		})
	}
}

// TestDamagedFile flips bytes anywhere in the file: what can still be read is
// right, and the rest is an error, never another value.
func TestDamagedFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	s := lasting(t, path, master(1))
	want := map[string]string{}
	change(t, s, func(w store.Writer) error {
		for i := range 60 {
			key := fmt.Sprint("p-", i)
			want[key] = strings.Repeat(key, 40)
			if err := w.Put(store.Faces, store.Row{Key: key, Holder: "s:" + key, Body: []byte(want[key])}); err != nil {
				return err
			}
		}
		return nil
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	failed, read := 0, 0
	for i := range 30 {
		broken := filepath.Join(dir, fmt.Sprint("broken", i, ".db"))
		data := append([]byte(nil), whole...)
		for range 1 + i*i {
			data[100+rng.IntN(len(data)-100)] ^= byte(1 + rng.IntN(255))
		}
		if err := os.WriteFile(broken, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), Options{Path: broken, Master: master(1)})
		if err != nil {
			failed++
			continue
		}
		for key := range want {
			got, err := get(t, s, key)
			if err != nil {
				failed++
				continue
			}
			read++
			if got != want[key] {
				t.Fatalf("%s reads %q after damage", key, got)
			}
		}
		_ = s.Close()
	}
	if failed == 0 || read == 0 {
		t.Errorf("%d failed and %d were read: the damage is not what is tested", failed, read)
	}
}

// TestFull holds that a store that has no room left refuses what is new, keeps and
// reads what it acknowledged, and goes on when there is room.
func TestFull(t *testing.T) {
	s := temporary(t)
	limit := func(pages int) {
		w := <-s.writer
		defer func() { s.writer <- w }()
		var got int
		if err := w.row(t.Context(), fmt.Sprintf("PRAGMA max_page_count(%d)", pages)).Scan(&got); err != nil {
			t.Fatal(err)
		}
	}
	limit(400)
	fill(t, s)
	limit(1 << 30)
	put(t, s, "later", "later")
}

// fill puts rows until the store refuses, and then holds what a full one promises.
func fill(t *testing.T, s *Store) {
	t.Helper()
	acknowledged := 0
	var err error
	for ; acknowledged < 5000; acknowledged++ {
		err = s.Update(t.Context(), func(w store.Writer) error {
			key := fmt.Sprintf("p-%04d", acknowledged)
			if _, err := w.Append(store.Audit, day, []byte(key)); err != nil {
				return err
			}
			return w.Put(store.Faces, store.Row{Key: key, Holder: "s:" + key, Body: make([]byte, 8000)})
		})
		if err != nil {
			break
		}
	}
	if !errors.Is(err, store.ErrReadOnly) {
		t.Fatalf("%d rows, and then %v", acknowledged, err)
	}
	// One that goes on after the refusal is not half written.
	err = s.Update(t.Context(), func(w store.Writer) error {
		for i := range 100 {
			_ = w.Put(store.Rings, store.Row{Key: fmt.Sprint(i), Body: make([]byte, 8000)})
		}
		_ = w.Put(store.Settings, store.Row{Key: "small"})
		return nil
	})
	if !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("an update that hid the refusal ended with %v", err)
	}
	viewErr := s.View(t.Context(), func(r store.Reader) error {
		for c, want := range map[string]int{"faces": acknowledged, "rings": 0, "settings": 0} {
			if n, err := r.Count(store.Collection{Name: c}, store.Query{}); n != want || err != nil {
				t.Errorf("%s: %d rows, not %d, %v", c, n, want, err)
			}
		}
		for row, err := range r.Find(store.Faces, store.Query{}) {
			if err != nil || len(row.Body) != 8000 {
				t.Errorf("%s: %v", row.Key, err)
			}
		}
		if n, err := r.Length(store.Audit); n != int64(acknowledged) || err != nil {
			t.Errorf("the log has %d entries, not %d, %v", n, acknowledged, err)
		}
		return nil
	})
	if viewErr != nil {
		t.Error(viewErr)
	}
	if faults, err := s.Check(t.Context(), 5); err != nil || len(faults) > 0 {
		t.Errorf("faults %v, %v", faults, err)
	}
}

// TestReadOnlyFile holds that a store that may not be written is opened by nobody,
// and says so.
func TestReadOnlyFile(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("modes of files do not bind root; TestReadOnlyDisk holds the same")
	}
	path := filepath.Join(t.TempDir(), "a.db")
	s := lasting(t, path, master(1))
	put(t, s, "a", "a")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Path: path, Master: master(1)}); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("opened with %v", err)
	}
}

// TestReadOnlyConnection holds what an update says when SQLite may not write.
func TestReadOnlyConnection(t *testing.T) {
	s := temporary(t)
	put(t, s, "a", "a")
	w := <-s.writer
	if err := w.exec(t.Context(), "PRAGMA query_only(1)"); err != nil {
		t.Fatal(err)
	}
	s.writer <- w
	err := s.Update(t.Context(), func(w store.Writer) error { return w.Put(store.Faces, store.Row{Key: "b"}) })
	if !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("got %v", err)
	}
	if got, err := get(t, s, "a"); err != nil || got != "a" {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestNewerStore holds that an older program does not touch a newer store.
func TestNewerStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := lasting(t, path, master(1))
	change(t, s, func(w store.Writer) error {
		return w.(*tx).change("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)")
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Path: path, Master: master(1)}); err == nil || !strings.Contains(err.Error(), "newer") {
		t.Errorf("opened with %v", err)
	}
}
