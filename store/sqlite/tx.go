// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"crypto/cipher"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"daylight/store"
)

// tx is one transaction: the Reader of a view, or the Writer of an update.
type tx struct {
	s      *Store
	c      *conn
	ctx    context.Context // without the caller's end: a statement is never torn
	caller context.Context
	// ciphers are those that this transaction has unwrapped.
	ciphers   map[string]cipher.AEAD
	destroyed []string
	failed    error
	writing   bool
}

var _ store.Writer = (*tx)(nil)

var errEnded = errors.New("the transaction has ended")

// ready says why nothing can be read any more.
func (t *tx) ready() error {
	if t.c == nil {
		return errEnded
	}
	return t.caller.Err()
}

// fail words an error of SQLite. After one, an update cannot succeed.
func (t *tx) fail(what string, err error) error {
	if !t.writing {
		return fmt.Errorf("%s: %w", what, damage(err))
	}
	err = fmt.Errorf("%s: %w", what, cause(err))
	if t.failed == nil {
		t.failed = err
	}
	return err
}

func (t *tx) row(query string, args ...any) single {
	if err := t.ready(); err != nil {
		return single{err: err}
	}
	return t.c.row(t.ctx, query, args...)
}

func (t *tx) rows(query string, args ...any) (cursor, error) {
	if err := t.ready(); err != nil {
		return cursor{}, err
	}
	return t.c.rows(t.ctx, query, args...)
}

// run executes a statement and returns the number of rows that it changed.
func (t *tx) run(query string, args ...any) (int64, error) {
	if err := t.ready(); err != nil {
		return 0, err
	}
	if t.failed != nil {
		return 0, t.failed
	}
	n, err := t.c.run(t.ctx, query, args...)
	if err != nil {
		return 0, t.fail("change the store", err)
	}
	return n, nil
}

func (t *tx) change(query string, args ...any) error {
	_, err := t.run(query, args...)
	return err
}

func (t *tx) table(c store.Collection) (*table, error) {
	tab := t.s.tables[c.Name]
	if tab == nil {
		return nil, fmt.Errorf("there is no collection %q", c.Name)
	}
	return tab, nil
}

// Hash implements [store.Reader].
func (t *tx) Hash(kind, value string) string { return t.s.keys.sum(t.s.keys.hash, kind, value) }

// Erased implements [store.Reader].
func (t *tx) Erased(holder string) (bool, error) {
	wrapped, err := t.wrapped(holder)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, t.fail("look for a holder", err)
	}
	return destroyed(wrapped), nil
}

func (t *tx) wrapped(holder string) (wrapped []byte, err error) {
	err = t.row("SELECT wrapped FROM holders WHERE holder = ?", holder).Scan(&wrapped)
	return wrapped, err
}

// cipher returns the cipher of a holder whose wrapped key was read.
func (t *tx) cipher(holder string, wrapped []byte) (cipher.AEAD, error) {
	if holder == "" {
		return t.s.keys.own, nil
	}
	if destroyed(wrapped) {
		return nil, store.ErrErased
	}
	if a := t.ciphers[holder]; a != nil {
		return a, nil
	}
	a, err := t.s.keys.cipherOf(holder, wrapped)
	if err != nil {
		return nil, errors.Join(err, t.sameKey())
	}
	t.keep(holder, a)
	return a, nil
}

func (t *tx) keep(holder string, a cipher.AEAD) {
	if t.ciphers == nil || len(t.ciphers) >= 1024 {
		t.ciphers = map[string]cipher.AEAD{}
	}
	t.ciphers[holder] = a
}

// cipherToSeal returns the cipher of a holder, whose key is made if there is none.
func (t *tx) cipherToSeal(holder string) (cipher.AEAD, error) {
	if holder == "" {
		return t.s.keys.own, nil
	}
	if a := t.ciphers[holder]; a != nil {
		return a, nil
	}
	wrapped, err := t.wrapped(holder)
	switch {
	case err == nil:
		return t.cipher(holder, wrapped)
	case !errors.Is(err, sql.ErrNoRows):
		return nil, t.fail("read the key of a holder", err)
	}
	key, err := t.s.keys.draw()
	if err != nil {
		return nil, err
	}
	defer clear(key)
	if wrapped, err = t.s.keys.seal(t.s.keys.wrap, key, keyFor(holder)); err != nil {
		return nil, err
	}
	if err := t.change("INSERT INTO holders (holder, wrapped) VALUES (?, ?)", holder, wrapped); err != nil {
		return nil, err
	}
	a, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("use the key of a holder: %w", err)
	}
	t.keep(holder, a)
	return a, nil
}

// Put implements [store.Writer].
func (t *tx) Put(c store.Collection, r store.Row) error {
	tab, err := t.table(c)
	if err == nil {
		err = tab.check(r)
	}
	if err != nil {
		return fmt.Errorf("put a row: %w", err)
	}
	a, err := t.cipherToSeal(r.Holder)
	if err != nil {
		return fmt.Errorf("put a row of %s: %w", c.Name, err)
	}
	sealed, err := t.s.keys.seal(a, r.Body, tab.binding(r))
	if err != nil {
		return fmt.Errorf("put a row of %s: %w", c.Name, err)
	}
	args := make([]any, 0, 4+len(tab.bound))
	args = append(args, r.Key, r.Holder, sealed)
	for _, col := range tab.Text {
		args = append(args, r.Text[col])
	}
	for _, col := range tab.Ints {
		args = append(args, r.Ints[col])
	}
	if r.Version == 0 {
		err = t.change(tab.put, args...)
	} else {
		var n int64
		if n, err = t.run(tab.swap, append(args, r.Version)...); err == nil && n == 0 {
			err = store.ErrConflict
		}
	}
	if err != nil {
		return fmt.Errorf("put a row of %s: %w", c.Name, err)
	}
	return nil
}

// Delete implements [store.Writer].
func (t *tx) Delete(c store.Collection, key string) error {
	tab, err := t.table(c)
	if err == nil {
		err = t.change(tab.leave, key)
	}
	if err == nil {
		err = t.change(tab.remove, key)
	}
	if err != nil {
		return fmt.Errorf("delete a row: %w", err)
	}
	return nil
}

// Destroy implements [store.Writer].
func (t *tx) Destroy(holder string) error {
	if holder == "" {
		return errors.New("destroy a key: the service's own is not destroyed")
	}
	n, err := t.run("UPDATE holders SET wrapped = zeroblob(?2) WHERE holder = ?1", holder, wrappedSize)
	if err == nil && n == 0 {
		err = t.change("INSERT INTO holders (holder, wrapped) VALUES (?1, zeroblob(?2))", holder, wrappedSize)
	}
	if err != nil {
		return fmt.Errorf("destroy a key: %w", err)
	}
	delete(t.ciphers, holder)
	if !slices.Contains(t.destroyed, holder) {
		t.destroyed = append(t.destroyed, holder)
	}
	return nil
}

// Append implements [store.Writer].
func (t *tx) Append(log store.Log, at time.Time, data []byte) (int64, error) {
	n, err := t.Length(log)
	if err != nil {
		return 0, err
	}
	if data == nil {
		data = []byte{}
	}
	if err := t.change("INSERT INTO entries (log, number, at, data) VALUES (?, ?, ?, ?)", string(log), n, at.UnixMicro(), data); err != nil {
		return 0, fmt.Errorf("append to the log: %w", err)
	}
	return n, nil
}

// Length implements [store.Reader].
func (t *tx) Length(log store.Log) (n int64, err error) {
	if err := t.row("SELECT coalesce(max(number) + 1, 0) FROM entries WHERE log = ?", string(log)).Scan(&n); err != nil {
		return 0, t.fail("measure the log", err)
	}
	return n, nil
}

// Entries implements [store.Reader].
func (t *tx) Entries(log store.Log, from int64) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		rows, err := t.rows("SELECT number, at, data FROM entries WHERE log = ? AND number >= ? ORDER BY number", string(log), from)
		if err != nil {
			yield(store.Entry{}, t.fail("read the log", err))
			return
		}
		defer rows.close()
		for rows.Next() {
			var e store.Entry
			var at int64
			if err := rows.Scan(&e.Number, &at, &e.Data); err != nil {
				yield(store.Entry{}, t.fail("read the log", err))
				return
			}
			e.At = time.UnixMicro(at).UTC()
			if !yield(e, nil) {
				return
			}
			if err := t.ready(); err != nil {
				yield(store.Entry{}, err)
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(store.Entry{}, t.fail("read the log", err))
		}
	}
}
