// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"errors"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"

	"daylight/store"
)

// Kinds of rows of [store.Tree].
const (
	kindHashes     = "hashes"
	kindCheckpoint = "checkpoint"
)

// ErrTree is returned where hashes are needed whose row does not open or is not there:
// nothing can be added to the log, so nothing that has to be recorded can be done.
var ErrTree = errors.New("the tree of the audit log is damaged")

// errHashes: the tree's row of an entry is not what an entry completes.
var errHashes = errors.New("the row of hashes has the wrong length")

// An entry completes the subtrees that end with it: as many as its number, plus
// one, can be halved, and the leaf. They are kept in one row, leaf first.

// completed is the number of hashes that the entry with this number completes.
func completed(number int64) int { return bits.TrailingZeros64(uint64(number)+1) + 1 } //nolint:gosec // numbers count from 0

func hashesKey(number int64) string { return fmt.Sprintf("h%016x", number) }

func putHashes(w store.Writer, number int64, hashes []tlog.Hash) error {
	row := store.Row{
		Key:  hashesKey(number),
		Text: map[string]string{"kind": kindHashes},
		Ints: map[string]int64{"number": number},
		Body: make([]byte, 0, len(hashes)*tlog.HashSize),
	}
	for _, h := range hashes {
		row.Body = append(row.Body, h[:]...)
	}
	if err := w.Put(store.Tree, row); err != nil {
		return fmt.Errorf("keep the hashes of audit entry %d: %w", number, err)
	}
	return nil
}

// getHashes returns the hashes that an entry completed, leaf first.
func getHashes(r store.Reader, number int64) ([]tlog.Hash, error) {
	row, err := r.Get(store.Tree, hashesKey(number))
	if errors.Is(err, store.ErrCorrupt) || errors.Is(err, store.ErrNotFound) {
		err = fmt.Errorf("%w: %w", ErrTree, err)
	}
	if err != nil {
		return nil, fmt.Errorf("read the hashes of audit entry %d: %w", number, err)
	}
	out := make([]tlog.Hash, completed(number))
	if len(row.Body) != len(out)*tlog.HashSize {
		return nil, fmt.Errorf("read the hashes of audit entry %d: %w", number, errHashes)
	}
	for i := range out {
		copy(out[i][:], row.Body[i*tlog.HashSize:])
	}
	return out, nil
}

// tree reads the stored hashes of the Merkle tree.
type tree struct{ r store.Reader }

// ReadHashes returns the hashes at tlog's storage indexes.
func (t tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		// The n-th subtree of a level ends with this entry.
		hashes, err := getHashes(t.r, (n+1)<<level-1)
		if err != nil {
			return nil, err
		}
		if level >= len(hashes) {
			return nil, fmt.Errorf("read hash %d of the audit log: %w", index, errHashes)
		}
		out[i] = hashes[level]
	}
	return out, nil
}

// Head is the state of the log after so many entries.
type Head struct {
	Size int64 // entries
	Root tlog.Hash
}

// Current is the head of the log as it is stored.
func Current(r store.Reader) (Head, error) {
	size, err := r.Length(store.Audit)
	if err != nil {
		return Head{}, fmt.Errorf("count the audit log: %w", err)
	}
	return HeadAt(r, size)
}

// HeadAt is the head that the log had when it held size entries.
func HeadAt(r store.Reader, size int64) (Head, error) {
	root, err := tlog.TreeHash(size, tree{r})
	if err != nil {
		return Head{}, fmt.Errorf("compute the root of the audit log at %d: %w", size, err)
	}
	return Head{Size: size, Root: root}, nil
}

// ProveEntry proves that the entry with a number is in the log of a size.
// [tlog.CheckRecord] checks it.
func ProveEntry(r store.Reader, size, number int64) (tlog.RecordProof, error) {
	if number < 0 || number >= size {
		return nil, fmt.Errorf("prove audit entry %d of %d: %w", number, size, store.ErrNotFound)
	}
	p, err := tlog.ProveRecord(size, number, tree{r})
	if err != nil {
		return nil, fmt.Errorf("prove audit entry %d of %d: %w", number, size, err)
	}
	return p, nil
}
