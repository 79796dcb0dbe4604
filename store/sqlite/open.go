// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"daylight/store"
)

// wait bounds how long another process is waited for.
type wait struct {
	try time.Duration // by one statement
	all time.Duration // by everything together, after which no further try is made
}

// How long is waited for another process: while the store is opened, by the statements
// of one that is open, and when the journal is emptied: that can be done later, and an
// update would wait with it. A statement does not see the end of its caller's context
// while its connection is made, so that opening makes many short tries.
const (
	openTry      = time.Second
	openPatience = time.Minute
	busyTimeout  = 10 * time.Second
	scrubTimeout = 50 * time.Millisecond
	openPause    = 20 * time.Millisecond // between two tries
)

// busyPragma is what a connection sets to wait for another process.
func busyPragma(d time.Duration) string { return fmt.Sprintf("busy_timeout(%d)", d.Milliseconds()) }

func open(ctx context.Context, o Options, lasting bool) (*Store, error) {
	if len(o.Master) != KeySize {
		return nil, fmt.Errorf("open the store: %w: it has %d bytes, not %d", store.ErrKey, len(o.Master), KeySize)
	}
	path, err := filepath.Abs(o.Path)
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	// Made here, so that no other user can read it.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the path is configuration
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", unwritable(err))
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	if o.wait == (wait{}) {
		o.wait = wait{openTry, openPatience}
	}
	var s *Store
	err = patiently(ctx, o.wait.all, func() (err error) {
		s, err = openOnce(ctx, o, path, lasting)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	return s, nil
}

// patiently calls f until it fails for another reason than that another process holds
// the store, or does not fail, but not for longer than a time or the context.
func patiently(ctx context.Context, longest time.Duration, f func() error) error {
	over := time.NewTimer(longest)
	defer over.Stop()
	for {
		err := f()
		if !errors.Is(err, store.ErrBusy) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-over.C:
			return fmt.Errorf("it was waited for %v; end the other process, or try again when it is done: %w", longest, err)
		case <-time.After(openPause):
		}
	}
}

// openOnce opens the store of a file that is there. It may be called again after it
// failed.
func openOnce(ctx context.Context, o Options, path string, lasting bool) (_ *Store, err error) {
	s := &Store{path: path, tables: tables(), log: o.Log, migrations: o.migrations, writer: make(chan *conn, 1)}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.db, err = sql.Open("sqlite", dsn(path, lasting, o.wait.try)); err != nil {
		return nil, err
	}
	defer func() {
		if err == nil {
			return
		}
		select {
		case w := <-s.writer: // the pool does not close what is taken from it
			err = errors.Join(err, w.close())
		default:
		}
		for _, c := range s.idle {
			err = errors.Join(err, c.close())
		}
		err = errors.Join(err, s.db.Close())
	}()
	if o.exclusive {
		if err := s.alone(ctx); err != nil {
			return nil, err
		}
	}
	if err := migrate(ctx, s.db, dsn(path, lasting, o.wait.try), o.migrations); err != nil {
		return nil, cause(err)
	}
	// The pool keeps none: a connection that was given back is set up for its last use.
	s.db.SetMaxIdleConns(-1)
	w, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	s.writer <- w
	if s.keys, err = s.unlock(ctx, o.Master, random(o.Random)); err != nil {
		return nil, err
	}
	for _, p := range append([]string{path + ledgerSuffix}, o.Ledgers...) {
		s.ledgers = append(s.ledgers, &ledger{path: p, store: s.keys.id})
	}
	if s.restored, err = s.reconcile(ctx, o.unfinished); err != nil {
		return nil, err
	}
	s.opened = true
	for _, c := range append(s.idle, w) {
		if err := c.exec(ctx, "PRAGMA "+busyPragma(busyTimeout)); err != nil {
			return nil, err
		}
	}
	// What a stopped process erased may still be in the journal.
	s.scrubDue.Store(true)
	s.scrub(ctx)
	return s, nil
}

// alone fails if another process has the store open: only a connection that is the
// only one can leave the write-ahead log. One that opens it later notices by the
// epoch that the master key was changed.
func (s *Store) alone(ctx context.Context) error {
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	var mode string
	err = c.row(ctx, "PRAGMA journal_mode(DELETE)").Scan(&mode)
	if err != nil || mode != "delete" {
		return errors.Join(errors.New("another process has the store open; stop it first"), c.close())
	}
	return c.close()
}

// dsn is the address of the database for the driver, with what every connection
// sets. busy is how long a statement waits for another process.
func dsn(path string, lasting bool, busy time.Duration) string {
	q := url.Values{}
	for _, p := range []string{
		busyPragma(busy),
		"foreign_keys(1)",
		"secure_delete(1)",
		"temp_store(memory)", // nothing of a row in files we do not know
		"trusted_schema(0)",  // a changed file runs no code
		"cell_size_check(1)", // damage is found before it is read as data
		"cache_size(-8000)",  // KiB a connection
		"wal_autocheckpoint(4000)",
		"journal_size_limit(67108864)",
	} {
		q.Add("_pragma", p)
	}
	if lasting {
		q.Add("_pragma", "synchronous(full)")
	} else {
		q.Add("_pragma", "synchronous(off)")
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}
