// SPDX-License-Identifier: Apache-2.0

// Package sqlite keeps the state of the service in one SQLite file: the store of
// one machine. It follows the contract of package store and nothing more.
//
// Bodies of rows are sealed with XChaCha20-Poly1305 under a random key of their
// holder; the keys are wrapped by a master key that the store never writes down.
// A sealed body is bound to its collection, key, holder and plain columns, so that
// a changed or swapped row does not open. What this does not see: a whole row put
// back to an older state of its own, and rows that are gone.
//
// One connection writes, others read snapshots beside it (write-ahead log, full
// synchronisation: a commit that returned is on disk).
package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"daylight/store"
)

// Options say where a store is and what opens it.
type Options struct {
	// Path is the database file; its journals and its ledger of erasures lie beside it.
	Path string
	// Master is the master key, 32 bytes. A new store is made with it.
	Master []byte
	// Random is where keys and nonces come from; nil is the machine's.
	Random io.Reader
	// Ledgers are more files that every erasure is written to, such as one on the disk
	// that holds the backups, so that a restore knows them when Path's disk is lost.
	Ledgers []string
	// Vouch, if it is set, looks at what a restore made before it gets its name, and
	// refuses it by an error.
	Vouch func(context.Context, store.Store) error
	// Record, if it is set, notes in the store what Rekey or Restore does: in the
	// transaction that changes the key, and before what was restored gets its name, so that
	// neither is done without it. An error refuses it.
	Record func(store.Writer) error
	// Log hears what cannot be returned as an error; nil is nobody.
	Log *slog.Logger

	unfinished bool  // erasures that were never committed count
	exclusive  bool  // nobody else may have it open
	wait       wait  // for another process; none is the usual one
	migrations fs.FS // nil: those of the program
}

// Store is a [store.Store] in a SQLite file.
type Store struct {
	db      *sql.DB
	path    string
	keys    *keyring
	tables  map[string]*table
	log     *slog.Logger
	ledgers []*ledger
	// migrations are as in Options.
	migrations fs.FS
	writer     chan *conn // holds the one writer while nobody writes

	mu     sync.Mutex
	idle   []*conn
	closed bool

	views     atomic.Int64
	scrubDue  atomic.Bool
	temporary string // a folder to remove on Close
	restored  int    // keys that opening destroyed, as a ledger lists them
	opened    bool   // by which a new connection knows how long it waits
}

var _ store.Store = (*Store)(nil)

var errClosed = errors.New("the store is closed")

// Open opens the store of a file, making it if it is not there, and brings its
// tables up to date. It fails with [store.ErrKey] if the master key is not the one
// the store was made with, and with [store.ErrBusy] if another process keeps it locked
// for a minute. A store in which nothing is to be changed opens beside one that writes.
func Open(ctx context.Context, o Options) (*Store, error) {
	return open(ctx, o, true)
}

// Temporary opens a new store in a folder of its own, which Close removes. It is
// not synchronised with the disk: it is for tests and demonstrations.
func Temporary(ctx context.Context, o Options) (*Store, error) {
	dir, err := os.MkdirTemp("", "daylight-store-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for a temporary store: %w", err)
	}
	if o.Master == nil {
		o.Master = make([]byte, KeySize)
		if _, err := io.ReadFull(random(o.Random), o.Master); err != nil {
			return nil, fmt.Errorf("draw a master key: %w", err)
		}
	}
	o.Path = filepath.Join(dir, "daylight.db")
	s, err := open(ctx, o, false)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	s.temporary = dir
	return s, nil
}

func random(r io.Reader) io.Reader {
	if r == nil {
		return rand.Reader
	}
	return r
}

// Close waits for the update that is running, and closes the store. Views must
// have ended.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	idle := s.idle
	s.idle = nil
	s.mu.Unlock()
	w := <-s.writer
	var errs []error
	for _, c := range append(idle, w) {
		errs = append(errs, c.close())
	}
	errs = append(errs, s.db.Close())
	close(s.writer)
	if s.temporary != "" {
		errs = append(errs, os.RemoveAll(s.temporary))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close the store: %w", err)
	}
	return nil
}

// View implements [store.Store]. A view may open another; the Reader is of one
// goroutine.
func (s *Store) View(ctx context.Context, f func(store.Reader) error) (err error) {
	c, err := s.reader(ctx)
	if err != nil {
		return fmt.Errorf("read the store: %w", err)
	}
	s.views.Add(1)
	inner := context.WithoutCancel(ctx)
	t := &tx{s: s, c: c, ctx: inner, caller: ctx}
	defer func() {
		end := c.exec(inner, "ROLLBACK")
		t.c = nil
		s.release(c, end == nil)
		s.viewed(inner)
	}()
	if err := c.exec(inner, "BEGIN"); err != nil {
		return fmt.Errorf("read the store: %w", damage(err))
	}
	return f(t)
}

// viewed is called when a snapshot is no longer read.
func (s *Store) viewed(ctx context.Context) {
	if s.views.Add(-1) == 0 && s.scrubDue.Load() {
		s.scrub(ctx)
	}
}

// Update implements [store.Store]. Within f, another Update or Claim would wait
// for itself.
func (s *Store) Update(ctx context.Context, f func(store.Writer) error) error {
	return s.update(ctx, func(t *tx) error { return f(t) })
}

func (s *Store) update(ctx context.Context, f func(*tx) error) (err error) {
	if err := ctx.Err(); err != nil { // both cases below may be ready
		return fmt.Errorf("change the store: %w", err)
	}
	var c *conn
	select {
	case <-ctx.Done():
		return fmt.Errorf("change the store: %w", ctx.Err())
	case got, ok := <-s.writer:
		if !ok {
			return fmt.Errorf("change the store: %w", errClosed)
		}
		c = got
	}
	inner := context.WithoutCancel(ctx)
	t := &tx{s: s, c: c, ctx: inner, caller: ctx, writing: true}
	committed := false
	defer func() {
		t.c = nil
		if !committed {
			// SQLite may have rolled back by itself, and then says there is nothing to.
			_ = c.exec(inner, "ROLLBACK")
		}
		c.trim()
		s.writer <- c
		if committed && s.scrubDue.Load() {
			s.scrub(inner)
		}
	}()
	if err := c.exec(ctx, "BEGIN IMMEDIATE"); err != nil { // it may wait for another process
		return fmt.Errorf("change the store: %w", cause(err))
	}
	if err := t.sameKey(); err != nil {
		return fmt.Errorf("change the store: %w", err)
	}
	if err := f(t); err != nil {
		return err
	}
	if t.failed != nil {
		// SQLite may have given up the whole transaction at that point.
		return t.failed
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("change the store: %w", err)
	}
	if err := s.note(inner, ledgerErasing, t.destroyed); err != nil {
		return fmt.Errorf("change the store: %w", err)
	}
	if err := c.exec(inner, "COMMIT"); err != nil {
		if err := s.note(inner, ledgerKept, t.destroyed); err != nil {
			s.log.WarnContext(ctx, "an erasure that failed was not taken back from the ledger", slog.Any("error", err))
		}
		return fmt.Errorf("change the store: %w", cause(err))
	}
	committed = true
	if len(t.destroyed) > 0 {
		s.scrubDue.Store(true)
		if err := s.note(inner, ledgerErased, t.destroyed); err != nil {
			s.log.WarnContext(ctx, "an erasure was not confirmed in the ledger", slog.Any("error", err))
		}
	}
	return nil
}

// reader takes a connection to read with: views may be nested, so there is no
// limit that they could wait for.
func (s *Store) reader(ctx context.Context) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, errClosed
	}
	if n := len(s.idle); n > 0 {
		c := s.idle[n-1]
		s.idle = s.idle[:n-1]
		s.mu.Unlock()
		return c, nil
	}
	s.mu.Unlock()
	c, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.exec(context.WithoutCancel(ctx), "PRAGMA query_only(1)"); err != nil {
		return nil, errors.Join(cause(err), c.close())
	}
	return c, nil
}

func (s *Store) release(c *conn, usable bool) {
	c.trim()
	s.mu.Lock()
	if usable && !s.closed && len(s.idle) < 2*runtime.GOMAXPROCS(0)+2 {
		s.idle = append(s.idle, c)
		s.mu.Unlock()
		return
	}
	s.mu.Unlock()
	_ = c.close()
}

// scrub empties the write-ahead log into the database, so that neither holds what
// was destroyed. A view that began before keeps the log from being emptied; then
// the last view to end, or the next update, does it.
func (s *Store) scrub(ctx context.Context) {
	select {
	case c, ok := <-s.writer:
		if !ok {
			return
		}
		defer func() { s.writer <- c }()
		if s.views.Load() > 0 {
			return
		}
		if err := c.exec(ctx, "PRAGMA "+busyPragma(scrubTimeout)); err != nil {
			s.log.WarnContext(ctx, "the journal was not emptied", slog.Any("error", err))
			return
		}
		defer func() { _ = c.exec(ctx, "PRAGMA "+busyPragma(busyTimeout)) }()
		var busy, frames, moved int
		switch err := c.row(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved); {
		case err != nil:
			s.log.WarnContext(ctx, "the journal was not emptied", slog.Any("error", err))
		case busy == 0:
			s.scrubDue.Store(false)
		}
	default: // an update is running, and does it when it ends
	}
}
