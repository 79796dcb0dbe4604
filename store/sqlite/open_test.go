// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"daylight/store"
)

// impatient is how long the tests wait for another process: a second process that
// waited by one try alone would be refused in a tenth of what they hold the store.
var impatient = wait{try: 20 * time.Millisecond, all: 20 * time.Second}

// other is another process that has a store open: a connection of its own.
type other struct {
	t *testing.T
	c *sql.Conn
}

func beside(t *testing.T, path string) *other {
	t.Helper()
	db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(0)")
	if err != nil {
		t.Fatal(err)
	}
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(c.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	})
	return &other{t, c}
}

func (o *other) does(statements ...string) {
	o.t.Helper()
	for _, s := range statements {
		if _, err := o.c.ExecContext(o.t.Context(), s); err != nil {
			o.t.Errorf("%s: %v", s, err)
		}
	}
}

// closedStore makes a store in a file and closes it.
func closedStore(t *testing.T) Options {
	t.Helper()
	o := Options{Path: filepath.Join(t.TempDir(), "a.db"), Master: master(1), wait: impatient}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	change(t, s, func(w store.Writer) error {
		return w.Put(store.Settings, store.Row{Key: "a", Holder: "s:a", Body: []byte("kept")})
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return o
}

// kept reads the row of a store and closes it.
func kept(t *testing.T, s *Store) {
	t.Helper()
	if err := s.View(t.Context(), func(r store.Reader) error {
		row, err := r.Get(store.Settings, "a")
		if err == nil && string(row.Body) != "kept" {
			t.Errorf("it holds %q", row.Body)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestOpenBesideWriter holds that opening a store in which nothing is to be changed
// does not wait for a process that writes without a pause: it would not get its turn.
func TestOpenBesideWriter(t *testing.T) {
	o := closedStore(t)
	w := beside(t, o.Path)
	w.does("BEGIN IMMEDIATE")
	o.wait = wait{time.Millisecond, time.Millisecond}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	kept(t, s)
	w.does("ROLLBACK")
}

// everything and writes are how another process holds a store: nobody else reads it, or
// nobody else writes to it.
var (
	everything = []string{"SELECT count(*) FROM settings", "PRAGMA locking_mode(EXCLUSIVE)", "BEGIN IMMEDIATE", "COMMIT"}
	writes     = []string{"BEGIN IMMEDIATE"}
)

// TestOpenWaits opens a store that another process holds for many times as long as one
// try waits: it is opened once the other lets go, whatever it is held by and whatever
// opening has to change.
func TestOpenWaits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hold, release []string
		make          func(*testing.T, *Options)
	}{
		"to read": {hold: everything, release: []string{"PRAGMA locking_mode(NORMAL)", "SELECT count(*) FROM settings"}},
		"to bring the tables up to date": {hold: writes, release: []string{"ROLLBACK"}, make: func(t *testing.T, o *Options) {
			t.Helper()
			o.migrations = program(t, "CREATE TABLE second (a TEXT) STRICT;\n")
		}},
		"to erase whom the ledger lists": {hold: writes, release: []string{"ROLLBACK"}, make: func(t *testing.T, o *Options) {
			t.Helper()
			s, err := Open(t.Context(), *o)
			if err != nil {
				t.Fatal(err)
			}
			change(t, s, func(w store.Writer) error { return w.Put(store.Cases, store.Row{Key: "b", Holder: "s:b"}) })
			l := &ledger{path: o.Path + ledgerSuffix, store: s.keys.id}
			if err := errors.Join(l.append(ledgerErased, []string{s.keys.erasure("s:b")}), s.Close()); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := closedStore(t)
			if c.make != nil {
				c.make(t, &o)
			}
			w := beside(t, o.Path)
			w.does(c.hold...)
			const long = 200 * time.Millisecond
			began := time.Now()
			var letGo sync.WaitGroup
			letGo.Go(func() {
				time.Sleep(long)
				w.does(c.release...)
			})
			s, err := Open(t.Context(), o)
			if took := time.Since(began); err != nil || took < long {
				t.Fatalf("after %v: %v", took, err)
			}
			letGo.Wait()
			kept(t, s)
		})
	}
}

// TestOpenTogether makes a new store by several processes at once: it is made once, and
// each opens it.
func TestOpenTogether(t *testing.T) {
	o := Options{Path: filepath.Join(t.TempDir(), "a.db"), Master: master(1), wait: impatient}
	var all sync.WaitGroup
	ids := make([]string, 4)
	for i := range ids {
		all.Go(func() {
			s, err := Open(t.Context(), o)
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = s.keys.id
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Fatalf("they opened %q", ids)
		}
	}
}

// TestOpenGivesUp holds that nobody waits for ever: a store that stays held is refused
// in words that say by whom, after the time that is waited or when the context ends.
func TestOpenGivesUp(t *testing.T) {
	o := closedStore(t)
	w := beside(t, o.Path)
	w.does(everything...)
	o.wait.all = 100 * time.Millisecond
	if _, err := Open(t.Context(), o); !errors.Is(err, store.ErrBusy) || !strings.Contains(err.Error(), "it was waited for 100ms; end the other process") {
		t.Errorf("it was opened: %v", err)
	}
	o.wait.all = time.Hour
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	if _, err := Open(ctx, o); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 5*time.Second {
		t.Errorf("after %v: %v", time.Since(began), err)
	}
}

// TestUpdateBesideOtherProcess holds that an update waits for another process no longer
// than its caller does.
func TestUpdateBesideOtherProcess(t *testing.T) {
	o := closedStore(t)
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	w := beside(t, o.Path)
	w.does(writes...)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	put := func(w store.Writer) error { return w.Put(store.Settings, store.Row{Key: "b"}) }
	began := time.Now()
	if err := s.Update(ctx, put); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > busyTimeout/2 {
		t.Errorf("after %v: %v", time.Since(began), err)
	}
	w.does("ROLLBACK")
	if err := s.Update(t.Context(), put); err != nil {
		t.Error(err)
	}
	kept(t, s)
}
