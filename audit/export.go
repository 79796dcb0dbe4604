// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"

	"daylight/store"
)

// An exported log is its entries as they were written, one a line: JSON Lines.
// The n-th line, without its line break, is the n-th leaf of the tree.

// Export writes the entries of the log, as many as a checkpoint covers, so that
// what is handed out is what was signed.
func Export(w io.Writer, r store.Reader, size int64) error {
	b := bufio.NewWriter(w)
	for e, err := range r.Entries(store.Audit, 0) {
		if err != nil {
			return fmt.Errorf("read the audit log: %w", err)
		}
		if e.Number >= size {
			break
		}
		if _, err := b.Write(append(e.Data, '\n')); err != nil {
			return fmt.Errorf("export the audit log: %w", err)
		}
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("export the audit log: %w", err)
	}
	return nil
}

// ExportCheckpoints writes the signed checkpoints of the log, one after the other.
func ExportCheckpoints(w io.Writer, r store.Reader) error {
	for signed, err := range Checkpoints(r) {
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s\n", signed); err != nil {
			return fmt.Errorf("export the checkpoints: %w", err)
		}
	}
	return nil
}

// ReadEntries reads an exported log. Lines are numbered from 0; one that is not
// an entry is yielded as it is, for [VerifyEntries] to report. It fails on a line
// that is too long for any entry.
func ReadEntries(r io.Reader) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		b := bufio.NewReaderSize(r, maxEntry+2)
		for number := int64(0); ; number++ {
			line, err := b.ReadSlice('\n')
			if errors.Is(err, io.EOF) && len(line) == 0 {
				return
			}
			if err != nil && !errors.Is(err, io.EOF) {
				yield(store.Entry{}, fmt.Errorf("read line %d of an exported audit log: %w", number+1, err))
				return
			}
			if line[len(line)-1] == '\n' {
				line = line[:len(line)-1]
			}
			e := store.Entry{Number: number, Data: append([]byte(nil), line...)}
			if entry, err := Decode(line); err == nil {
				e.At = entry.At
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}
