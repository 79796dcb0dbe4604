// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"daylight/store"
)

// edge is where the log ends: its size, and the roots of the complete subtrees on the
// right, largest first, of which the root follows. It is the body of [store.HeadRow],
// written in the transaction of each entry and sealed by the store under its master key:
// whoever cuts entries and their hashes off cannot make the one that fits what is left.
type edge struct {
	size  int64
	roots []tlog.Hash
}

// noHead words a head that is of no use. It is an [ErrTree]: nothing can be added.
func noHead(what string, err error) error {
	return fmt.Errorf("%w: %s: %w", ErrTree, what, err)
}

// readEdge reads the sealed head. A new store has an empty one, so that no store is
// without; one that is missing or does not open fails with [ErrTree].
func readEdge(r store.Reader) (edge, error) {
	row, err := r.Get(store.Tree, store.HeadRow)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return edge{}, noHead("the sealed row that says where it ends is gone", err)
	case errors.Is(err, store.ErrCorrupt):
		return edge{}, noHead("the sealed row that says where it ends does not open", err)
	case err != nil:
		return edge{}, fmt.Errorf("read the head of the audit log: %w", err)
	case len(row.Body) == 0:
		return edge{}, nil
	case len(row.Body) < 8 || (len(row.Body)-8)%tlog.HashSize != 0:
		return edge{}, noHead("the sealed row that says where it ends", errHashes)
	}
	e := edge{size: int64(binary.BigEndian.Uint64(row.Body))} //nolint:gosec // as it was written
	for rest := row.Body[8:]; len(rest) > 0; rest = rest[tlog.HashSize:] {
		e.roots = append(e.roots, tlog.Hash(rest[:tlog.HashSize]))
	}
	return e, nil
}

// put writes the head over the one before.
func (e edge) put(w store.Writer) error {
	body := binary.BigEndian.AppendUint64(make([]byte, 0, 8+len(e.roots)*tlog.HashSize), uint64(e.size)) //nolint:gosec // sizes count from 0
	for _, h := range e.roots {
		body = append(body, h[:]...)
	}
	row := store.Row{Key: store.HeadRow, Text: map[string]string{"kind": store.HeadRow}, Body: body}
	if err := w.Put(store.Tree, row); err != nil {
		return fmt.Errorf("keep the head of the audit log: %w", err)
	}
	return nil
}

// next is the edge after an entry, whose hashes are those that it completes, leaf first:
// the last is the root of the largest subtree that ends with it.
func (e edge) next(hashes []tlog.Hash) (edge, error) {
	left := len(e.roots) - (len(hashes) - 1)
	if left < 0 {
		return edge{}, noHead("the sealed row that says where it ends", errHashes)
	}
	roots := append(e.roots[:left:left], hashes[len(hashes)-1])
	return edge{size: e.size + 1, roots: roots}, nil
}

// against compares the sealed head with what the log is, and fails with [ErrTree] where
// they differ, or where nothing was ever recorded and there are accounts: each is made by
// an act that is an entry.
func (e edge) against(r store.Reader, is Head) error {
	switch {
	case is.Size < e.size:
		return fmt.Errorf("%w: it held %d entries, as its sealed head says, and there are %d: it was cut off or rolled back", ErrTree, e.size, is.Size)
	case is.Size > e.size:
		return fmt.Errorf("%w: it held %d entries, as its sealed head says, and there are %d: some were put in", ErrTree, e.size, is.Size)
	case is.Size > 0 && is.Root != fold(e.roots):
		return fmt.Errorf("%w: its %d entries are not those that its sealed head is of", ErrTree, is.Size)
	case is.Size > 0:
		return nil
	}
	n, err := r.Count(store.Accounts, store.Query{})
	if err != nil {
		return fmt.Errorf("count accounts: %w", err)
	}
	if n > 0 {
		return fmt.Errorf("%w: it has no entry, and there are accounts, each of which is made by an act that is recorded", ErrTree)
	}
	return nil
}

// Intact reports whether the log is as its sealed head says, as far as its tree tells, and
// an entry can be added: it fails with [ErrTree] where not. It reads no entry but counts
// them; [Verify] reads them all.
func Intact(r store.Reader) error {
	_, err := intact(r)
	return err
}

// intact is [Current] of a log that is [Intact].
func intact(r store.Reader) (Head, error) {
	is, err := Current(r)
	if err != nil {
		return Head{}, err
	}
	e, err := readEdge(r)
	if err == nil {
		err = e.against(r, is)
	}
	return is, err
}

// VerifyStore is [Verify] of the log of a store with its own key, which it returns: empty
// where no checkpoint was signed yet.
func VerifyStore(ctx context.Context, s store.Store) (rep Report, key string, err error) {
	err = s.View(ctx, func(r store.Reader) (err error) {
		if key, err = ownKey(r); err == nil {
			rep, err = Verify(ctx, r, key, nil)
		}
		return err
	})
	return rep, key, err
}

// ownKey is [PublicKey], empty where there is none yet.
func ownKey(r store.Reader) (string, error) {
	key, err := PublicKey(r)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return key, err
}

// SealGrown signs a checkpoint if the log has grown since the last one: when the service
// stops.
func SealGrown(ctx context.Context, s store.Store, random io.Reader, now time.Time) error {
	_, err := keep(ctx, s, random, now, 0, 1)
	return err
}
