// SPDX-License-Identifier: Apache-2.0

// Package store is the contract of where state lives: rows with a few plain
// columns and a sealed body, an append-only log, queues with leases, and the keys
// that seal what is kept about each person.
//
// It decides nothing and knows no page, no case and no vendor. What belongs to a
// person is sealed under a key of that person, named by [Row.Holder]; destroying
// the key erases everything sealed under it, in the store, its journals and its
// backups alike. Plain columns, keys of rows and names of holders hold no personal
// data: what has to be found by value is kept as a keyed hash ([Reader.Hash]).
//
// Package store/storetest is the contract as tests, which every store passes.
package store

import (
	"context"
	"errors"
	"iter"
	"time"
)

// Conditions that callers tell apart. Stores wrap them with what was being done.
var (
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("not found")
	// ErrErased: the row is there and its key was destroyed; nobody can read it.
	ErrErased = errors.New("erased")
	// ErrCorrupt: the row does not open under its key: it was changed or damaged.
	ErrCorrupt = errors.New("corrupt")
	// ErrConflict: a row was not at the version that the writer had read.
	ErrConflict = errors.New("changed by somebody else")
	// ErrReadOnly: the disk is full or read-only. What was acknowledged is kept and
	// can be read; nothing new is accepted.
	ErrReadOnly = errors.New("the store cannot be written")
	// ErrBusy: another process holds the store, and did so for longer than is waited.
	ErrBusy = errors.New("another process holds the store")
	// ErrKey: the master key is missing, or is not the one this store was made with.
	ErrKey = errors.New("wrong master key")
)

// Store keeps everything the service must not lose. It is safe for several
// goroutines.
type Store interface {
	// View runs f on a snapshot. f may be given stale data, never mixed data. It may
	// open another view; the Reader is of the goroutine that f runs in, until f ends.
	View(ctx context.Context, f func(Reader) error) error
	// Update runs f in one transaction: when it returns nil and Update returns nil,
	// everything f wrote is on disk and survives a power cut; otherwise nothing is.
	// Updates run one after the other, so f must not start another or Claim. f must not
	// keep the Writer, and no part of its work outlives an error that the Writer gave
	// because the store failed, even if f went on.
	Update(ctx context.Context, f func(Writer) error) error
	// Claim leases up to n jobs of a queue, the oldest first, to a worker until the
	// instant until. A job is leased to one worker at a time; one whose lease has run
	// out by now is claimed again, so work that a dead worker held is done by another.
	// It is finished by [Writer.Finish] in the transaction that writes its result. The
	// store reads no clock: a caller whose clock jumped waits, or claims what another
	// still works on and one of them cannot finish.
	Claim(ctx context.Context, queue Queue, worker string, n int, now, until time.Time) ([]Job, error)
	// Backup writes a copy of the store as it is at one instant to a new file, while
	// the store goes on being used. Keys in the copy are wrapped by the same master
	// key, and a person who is erased later is erased from it when it is restored.
	Backup(ctx context.Context, path string) error
	// Check reads every row and returns what does not open though its key was not
	// destroyed, as many as limit.
	Check(ctx context.Context, limit int) ([]Fault, error)
	Close() error
}

// Reader reads one consistent state.
type Reader interface {
	// Get returns a row. It fails with [ErrNotFound], [ErrErased] or [ErrCorrupt].
	Get(c Collection, key string) (Row, error)
	// Find yields the rows that the query selects, in its order. An erased or corrupt
	// row is yielded with its plain columns and its error, and the rest follows. In an
	// update the rows are those selected when the loop begins, each as it is when it
	// is yielded: f may change and delete rows in the loop.
	Find(c Collection, q Query) iter.Seq2[Row, error]
	// Count is the number of rows that the query selects, whatever its Limit.
	Count(c Collection, q Query) (int, error)
	// Entries yields the entries of a log from the one with number from, which
	// counts from 0.
	Entries(log Log, from int64) iter.Seq2[Entry, error]
	// Length is the number of entries of a log.
	Length(log Log) (int64, error)
	// Depth is the number of jobs of a queue, leased ones included, and the instant
	// at which the oldest was put there; the zero time if there is none.
	Depth(q Queue) (int, time.Time, error)
	// Hash is the keyed hash of a value, 32 hex digits, the same for equal values
	// within one store and of no use outside it. kind keeps equal values of different
	// kinds apart.
	Hash(kind, value string) string
	// Erased reports whether the key of a holder was destroyed.
	Erased(holder string) (bool, error)
}

// Writer reads and changes one state.
type Writer interface {
	Reader
	// Put writes a row, replacing the one of the same key. A row with a Version other
	// than 0 must still be at it, or Put fails with [ErrConflict]. Putting under a
	// holder that was erased fails with [ErrErased].
	Put(c Collection, row Row) error
	// Delete removes a row; removing none is no error.
	Delete(c Collection, key string) error
	// Append adds an entry to a log and returns its number. Logs cannot be changed, and
	// are in the clear: they hold no personal data.
	Append(log Log, at time.Time, data []byte) (int64, error)
	// Enqueue puts a job into a queue. A job that waits there is not doubled; one that
	// is leased is queued again, so that what changed during the work is not lost.
	Enqueue(q Queue, key string, now time.Time) error
	// Finish takes a claimed job off its queue. It fails with [ErrConflict] if the
	// lease has passed to another worker, or the job is finished.
	Finish(job Job) error
	// Renew has a lease run until another instant, for a worker that is still at it. It
	// fails with [ErrConflict] as Finish does.
	Renew(job Job, until time.Time) error
	// Release ends all leases of a queue, for a caller that knows that nobody works on it
	// any longer, or whose clock jumped back. A worker that does can finish a job until
	// another claims it.
	Release(q Queue) error
	// Destroy destroys the key of a holder, and forgets the wrapped key so that no
	// page of the store holds it. It cannot be undone. The service's own key, of
	// holder "", is not destroyed.
	Destroy(holder string) error
}

// Row is one stored thing.
type Row struct {
	// Key is unique in the collection and says nothing about a person.
	Key string
	// Version is 0 for a row that was not read before; [Writer.Put] raises it by 1. A
	// row that was deleted and is put anew is at no version that it was at before.
	Version int64
	// Text and Ints are the plain columns that the collection declares, by their
	// names. They are searchable and hold no personal data. One that is left out is ""
	// or 0; rows that are read have them all.
	Text map[string]string
	Ints map[string]int64
	// Holder names the key that the body is sealed under; "" is the service's own,
	// which is never destroyed. A holder's key is made when it is first used.
	Holder string
	// Body is in the clear here and sealed in the store.
	Body []byte
}

// Query selects and orders rows by plain columns.
type Query struct {
	Where []Cond
	// By is the column to order by, "" for the key. Rows of equal value are in the
	// order of their keys. Desc turns the whole order about, so that one index serves both.
	By   string
	Desc bool
	// Limit bounds the rows, 0 is all; Skip leaves out so many before them.
	Limit, Skip int
	// Bare leaves the bodies out: nothing is opened, and the query is cheap.
	Bare bool
	// Readable leaves out the rows whose holder's key is destroyed.
	Readable bool
}

// Cond is one condition on a plain column, or on "key" or "holder".
type Cond struct {
	Column string
	Op     Op
	Text   string   // compared when the column is text
	Int    int64    // compared when the column is a number
	In     []string // of [OneOf]
}

// Op compares a column with a value.
type Op string

// The comparisons. OneOf holds when a text column is one of Cond.In.
const (
	Equal    Op = "="
	Below    Op = "<"
	Above    Op = ">"
	AtLeast  Op = ">="
	AtMost   Op = "<="
	NotEqual Op = "<>"
	OneOf    Op = "in"
	Prefix   Op = "prefix" // of a text column
)

// Job is one piece of work that a worker holds.
type Job struct {
	Queue Queue
	Key   string
	// Lease identifies this claim, so that a worker that came back from the dead
	// cannot finish what another now does.
	Lease    int64
	Attempts int // this one included
}

// Entry is one entry of a log.
type Entry struct {
	Number int64
	At     time.Time // UTC, to the microsecond
	Data   []byte
}

// Fault is one row that does not open, or damage of the store as a whole.
type Fault struct {
	Collection string // "" for the store as a whole
	Key        string
	Err        error
}
