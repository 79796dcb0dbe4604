// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"daylight/store"
)

// maxFaults bounds what a report lists: one change to the log contradicts
// everything after it.
const maxFaults = 20

// batch is how many entries are read at a time.
const batch = 1024

// Report is what was found in a log that was computed anew.
type Report struct {
	// Head is computed from the entries alone.
	Head
	// First and Last are the times of the first and the last entry.
	First, Last time.Time
	// Back is how many entries are earlier than the one before them, and FirstBack the
	// number of the first: the clock went back. That is no fault, since the log goes by
	// its numbers.
	Back, FirstBack int64
	// Checkpoints is how many checkpoints agree with the entries.
	Checkpoints int
	// Sealed is how many entries the newest of them covers. The rest, Size - Sealed,
	// is vouched for by no signature yet.
	Sealed int64
	// Faults are what contradicts, in the order of the log, 20 at most.
	Faults []Fault
}

// OK reports whether nothing contradicts.
func (r Report) OK() bool { return len(r.Faults) == 0 }

// Fault is one contradiction.
type Fault struct {
	Entry int64 // the number of the entry it is at, counted from 0; -1 for the log
	What  string
}

func (f Fault) String() string {
	if f.Entry < 0 {
		return f.What
	}
	return fmt.Sprintf("entry %d: %s", f.Entry, f.What)
}

// errFaults stops a verification that has found enough.
var errFaults = errors.New("more faults than are listed")

// Verify computes the log anew from its entries and compares it with the hashes
// that the store keeps, with the sealed head, which every entry moves on, with every checkpoint that it keeps, and with checkpoints
// that were kept elsewhere. It fails only where it cannot read; what it finds is
// in the report.
func Verify(ctx context.Context, r store.Reader, key string, elsewhere [][]byte) (Report, error) {
	v, err := verify(ctx, r, key, elsewhere, nil)
	if err != nil {
		return Report{}, err
	}
	return v.Report, nil
}

// verify is [Verify]. Hashes whose rows do not open go into rebuilt as they were computed,
// if it is set, and a head that does not open is then headless; else they are faults.
func verify(ctx context.Context, r store.Reader, key string, elsewhere [][]byte, rebuilt map[int64][]byte) (*verifier, error) {
	notes := slices.Clone(elsewhere)
	damaged := 0
	for signed, err := range Checkpoints(r) {
		if errors.Is(err, store.ErrCorrupt) {
			damaged++
			continue
		}
		if err != nil {
			return nil, err
		}
		notes = append(notes, signed)
	}
	v := newVerifier(key, notes)
	if damaged > 0 {
		v.fault(-1, fmt.Sprintf("%d of the checkpoints that the store keeps do not open", damaged))
	}
	for from := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("verify the audit log: %w", err)
		}
		entries, err := some(r.Entries(store.Audit, from))
		if errors.Is(err, store.ErrCorrupt) {
			v.fault(v.Size, "an entry from here on does not open: it was changed or damaged")
			return v, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the audit log: %w", err)
		}
		if len(entries) == 0 {
			break
		}
		kept, err := keptHashes(r, v.Size)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			number := v.Size
			hashes, there := kept[number]
			mend := there && hashes == nil && rebuilt != nil
			if hashes == nil && !mend {
				hashes = []byte{}
			}
			if v.add(e, hashes) != nil {
				return v, nil
			}
			if mend {
				rebuilt[number] = v.complete
			}
		}
		if last := entries[len(entries)-1].Number + 1; last > from {
			from = last
		} else {
			v.fault(from, "the numbers of the entries do not rise")
			break
		}
	}
	rows, err := r.Count(store.Tree, store.Query{Where: []store.Cond{
		{Column: "kind", Op: store.Equal, Text: kindHashes},
	}})
	if err != nil {
		return nil, fmt.Errorf("count the hashes of the audit log: %w", err)
	}
	if int64(rows) > v.Size {
		v.fault(-1, fmt.Sprintf("the store keeps hashes of %d entries, and there are %d: entries are missing", rows, v.Size))
	}
	v.end()
	end, err := readEdge(r)
	if err == nil {
		err = end.against(r, v.Head)
	}
	switch v.headless = errors.Is(err, store.ErrCorrupt); {
	case v.headless && rebuilt != nil:
	case errors.Is(err, ErrTree):
		v.fault(-1, err.Error())
	case err != nil:
		return nil, err
	}
	return v, nil
}

// VerifyEntries is [Verify] of a log that was exported: entries and checkpoints.
func VerifyEntries(ctx context.Context, entries iter.Seq2[store.Entry, error], key string, checkpoints [][]byte) (Report, error) {
	v := newVerifier(key, checkpoints)
	for e, err := range entries {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return Report{}, fmt.Errorf("verify the audit log: %w", err)
		}
		if v.add(e, nil) != nil {
			return v.Report, nil
		}
	}
	v.end()
	return v.Report, nil
}

// some reads a batch.
func some(entries iter.Seq2[store.Entry, error]) ([]store.Entry, error) {
	var out []store.Entry
	for e, err := range entries {
		if err != nil {
			return nil, err
		}
		if out = append(out, e); len(out) == batch {
			break
		}
	}
	return out, nil
}

// keptHashes reads the hashes that the store keeps of a batch of entries, nil of a row
// that does not open.
func keptHashes(r store.Reader, from int64) (map[int64][]byte, error) {
	out := map[int64][]byte{}
	q := store.Query{By: "number", Where: []store.Cond{
		{Column: "kind", Op: store.Equal, Text: kindHashes},
		{Column: "number", Op: store.AtLeast, Int: from},
		{Column: "number", Op: store.Below, Int: from + batch},
	}}
	for row, err := range r.Find(store.Tree, q) {
		if errors.Is(err, store.ErrCorrupt) {
			out[row.Ints["number"]] = nil
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the hashes of the audit log: %w", err)
		}
		out[row.Ints["number"]] = row.Body
	}
	return out, nil
}

// verifier computes the tree entry by entry. It holds the roots of the complete
// subtrees on the right edge, largest first, and nothing else: it shares no code
// with what wrote the hashes.
type verifier struct {
	Report
	edge     []tlog.Hash
	headless bool         // the sealed head of the store does not open
	complete []byte       // the hashes that the last entry completes
	await    []Checkpoint // sorted by size, those that are not reached yet
}

func newVerifier(key string, notes [][]byte) *verifier {
	v := &verifier{}
	for _, signed := range notes {
		c, err := OpenCheckpoint(signed, key)
		if err != nil {
			v.fault(-1, err.Error())
			continue
		}
		v.await = append(v.await, c)
	}
	slices.SortFunc(v.await, func(a, b Checkpoint) int { return cmp.Compare(a.Size, b.Size) })
	// The same checkpoint may have been kept here and elsewhere.
	v.await = slices.CompactFunc(v.await, func(a, b Checkpoint) bool { return bytes.Equal(a.Note, b.Note) })
	v.reached()
	return v
}

func (v *verifier) fault(entry int64, what string) {
	if len(v.Faults) < maxFaults {
		v.Faults = append(v.Faults, Fault{Entry: entry, What: what})
	}
}

// add takes the next entry, and the hashes that the store keeps of it: nil where
// there is no store, empty where the store keeps none.
func (v *verifier) add(e store.Entry, kept []byte) error {
	n := v.Size
	if e.Number != n {
		v.fault(n, fmt.Sprintf("missing: the next entry has the number %d", e.Number))
	}
	entry, err := Decode(e.Data)
	switch {
	case err != nil:
		v.fault(n, err.Error())
	case !entry.At.Equal(e.At):
		v.fault(n, fmt.Sprintf("the log has it at %s, the entry itself says %s", e.At.UTC().Format(instant), entry.At.Format(instant)))
	default:
		if n == 0 {
			v.First = entry.At
		}
		if entry.At.Before(v.Last) {
			if v.Back++; v.Back == 1 {
				v.FirstBack = n
			}
		}
		v.Last = entry.At
	}
	v.complete = v.grow(e.Data)
	switch {
	case kept == nil || bytes.Equal(kept, v.complete):
	case len(kept) == 0:
		v.fault(n, "its hashes are missing")
	case !bytes.HasPrefix(kept, v.complete[:tlog.HashSize]):
		v.fault(n, "it is not the entry that was written: its hash is another")
	default:
		v.fault(n, "the hashes kept with it do not follow from the entries before it")
	}
	v.reached()
	if len(v.Faults) >= maxFaults {
		return errFaults
	}
	return nil
}

// grow adds a leaf and returns the hashes of all subtrees that it completes, leaf
// first.
func (v *verifier) grow(data []byte) []byte {
	h := tlog.RecordHash(data)
	out := slices.Clone(h[:])
	for bit := v.Size; bit&1 == 1; bit >>= 1 {
		h = tlog.NodeHash(v.edge[len(v.edge)-1], h)
		v.edge = v.edge[:len(v.edge)-1]
		out = append(out, h[:]...)
	}
	v.edge = append(v.edge, h)
	v.Size++
	return out
}

// root is the root of what was added so far.
func (v *verifier) root() tlog.Hash { return fold(v.edge) }

// fold is the root above the complete subtrees of an edge, largest first.
func fold(edge []tlog.Hash) tlog.Hash {
	if len(edge) == 0 {
		return tlog.Hash{}
	}
	h := edge[len(edge)-1]
	for _, left := range slices.Backward(edge[:len(edge)-1]) {
		h = tlog.NodeHash(left, h)
	}
	return h
}

// reached compares the checkpoints of the present size.
func (v *verifier) reached() {
	for len(v.await) > 0 && v.await[0].Size <= v.Size {
		c := v.await[0]
		v.await = v.await[1:]
		if c.Size > 0 && c.Root != v.root() {
			v.fault(-1, fmt.Sprintf("the first %d entries are not those that were signed on %s", c.Size, c.At.Format(instant)))
			continue
		}
		v.Checkpoints++
		v.Sealed = max(v.Sealed, c.Size)
	}
}

func (v *verifier) end() {
	for _, c := range v.await {
		v.fault(-1, fmt.Sprintf("there are %d entries, and %d were signed on %s: the log was cut off or rolled back",
			v.Size, c.Size, c.At.Format(instant)))
	}
	v.Root = v.root()
}
