// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"daylight/store"
)

// Backup implements [store.Store]. It refuses a file that is there already.
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("back up the store: %w", err)
		}
	}()
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s is there already", path)
	}
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed {
		return errClosed
	}
	// It gets its name when it is whole and on disk.
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // the path is the user's own argument
	if err != nil {
		return unwritable(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(part)
		}
	}()
	if err := f.Close(); err != nil {
		return err
	}
	s.views.Add(1)
	defer s.viewed(context.WithoutCancel(ctx))
	c, err := s.connect(ctx)
	if err != nil {
		return err
	}
	// A context that ends interrupts the copy.
	if _, err := c.c.ExecContext(ctx, "VACUUM INTO ?", part); err != nil {
		return errors.Join(cause(err), c.close())
	}
	if err := c.close(); err != nil {
		return err
	}
	return settle(part, path)
}

// settle waits until a file is on disk and gives it its name.
func settle(part, path string) error {
	if err := flush(part); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return unwritable(err)
	}
	return flush(filepath.Dir(path))
}

func flush(path string) error {
	f, err := os.Open(path) //nolint:gosec // a file just written
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if err := f.Sync(); err != nil {
		return unwritable(err)
	}
	return nil
}

// Restored says what a restore did.
type Restored struct {
	// Erased is the number of keys that the backup still held and that were destroyed,
	// because a ledger lists them.
	Erased int
	// Ledgers are the ledgers that were there.
	Ledgers []string
}

// Restore makes the store of o.Path out of a backup, and erases from it whoever the
// ledger beside o.Path or one of o.Ledgers lists: people who were erased after the
// backup was made stay erased. A ledger that is not there lists nobody. It refuses
// if there is a store at o.Path already.
func Restore(ctx context.Context, backup string, o Options) (done Restored, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("restore the store: %w", err)
		}
	}()
	if _, err := os.Lstat(o.Path); err == nil {
		return done, fmt.Errorf("there is a store at %s already; move it away first", o.Path)
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		if _, err := os.Lstat(o.Path + suffix); err == nil {
			return done, fmt.Errorf("%s is left of another store; move it away first", o.Path+suffix)
		}
	}
	part := o.Path + ".part"
	remove := func() error {
		var errs []error
		for _, suffix := range []string{"", "-wal", "-shm", ledgerSuffix} {
			if err := os.Remove(part + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
				errs = append(errs, err)
			}
		}
		return errors.Join(errs...)
	}
	if err := remove(); err != nil {
		return done, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, remove())
		}
	}()
	if err := duplicate(backup, part); err != nil {
		return done, err
	}
	ledgers := append([]string{o.Path + ledgerSuffix}, o.Ledgers...)
	for _, l := range ledgers {
		if _, err := os.Stat(l); err == nil {
			done.Ledgers = append(done.Ledgers, l)
		}
	}
	at := o
	at.Path, at.Ledgers, at.unfinished = part, ledgers, true
	s, err := Open(ctx, at)
	if err != nil {
		return done, err
	}
	done.Erased = s.restored
	faults, err := s.Check(ctx, 1)
	if err == nil && len(faults) > 0 {
		err = fmt.Errorf("%s of the backup: %w", faults[0].Collection, faults[0].Err)
	}
	if err == nil && o.Vouch != nil {
		err = o.Vouch(ctx, s)
	}
	if err == nil && o.Record != nil {
		err = s.Update(ctx, o.Record)
	}
	if err := errors.Join(err, s.Close()); err != nil {
		return done, err
	}
	if err := settle(part, o.Path); err != nil {
		return done, err
	}
	return done, remove()
}

func duplicate(from, to string) error {
	in, err := os.Open(from) //nolint:gosec // the path is the user's own argument
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // beside the user's own argument
	if err != nil {
		return unwritable(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		return errors.Join(unwritable(err), out.Close())
	}
	return out.Close()
}

// Check implements [store.Store].
func (s *Store) Check(ctx context.Context, limit int) ([]store.Fault, error) {
	var faults []store.Fault
	err := s.View(ctx, func(r store.Reader) error {
		t := r.(*tx) //nolint:forcetypeassert // View passes nothing else
		problems, err := t.list("PRAGMA integrity_check(10)", nil)
		if err != nil {
			return err
		}
		for _, p := range problems {
			if p != "ok" && len(faults) < limit {
				faults = append(faults, store.Fault{Err: fmt.Errorf("%w: %s", store.ErrCorrupt, p)})
			}
		}
		switch err := genuine(ctx, t.c.c, s.migrations, latest); {
		case errors.Is(err, errForeign):
			if len(faults) < limit {
				faults = append(faults, store.Fault{Err: err})
			}
		case err != nil:
			return err
		}
		for _, c := range store.Collections() {
			for row, err := range t.Find(c, store.Query{}) {
				switch {
				case len(faults) >= limit:
					return nil
				case err == nil, errors.Is(err, store.ErrErased):
				case errors.Is(err, store.ErrCorrupt):
					faults = append(faults, store.Fault{Collection: c.Name, Key: row.Key, Err: err})
				default:
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return faults, fmt.Errorf("check the store: %w", err)
	}
	return faults, nil
}
