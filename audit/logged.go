// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"fmt"
	"iter"

	"daylight/store"
)

// Logged is an entry where it stands in the log.
type Logged struct {
	Entry
	Number int64  // counts from 0
	Data   []byte // what is written, which [Decode] reads
}

// Entries yields the entries of the log from the one with number from, as they are
// written: what is sealed of one is its hash. One that is not in the one form is yielded
// with its number, its time and [ErrEntry], and the rest follows; any other error is of
// the log, and the last.
func Entries(r store.Reader, from int64) iter.Seq2[Logged, error] {
	return func(yield func(Logged, error) bool) {
		for e, err := range r.Entries(store.Audit, from) {
			if err != nil {
				yield(Logged{}, fmt.Errorf("read the audit log: %w", err))
				return
			}
			entry, err := Decode(e.Data)
			if err != nil {
				entry.At, err = e.At, fmt.Errorf("read audit entry %d: %w", e.Number, err)
			}
			if !yield(Logged{Entry: entry, Number: e.Number, Data: e.Data}, err) {
				return
			}
		}
	}
}

// Opened is [Entries] with what is sealed of each, as [Open] gives it. One whose details
// do not open is yielded as it is written, with the error, and the rest follows.
func Opened(r store.Reader, from int64) iter.Seq2[Logged, error] {
	return func(yield func(Logged, error) bool) {
		for e, err := range Entries(r, from) {
			if err == nil {
				e.Entry, _, err = Open(r, e.Number, e.Entry)
			}
			if !yield(e, err) {
				return
			}
		}
	}
}
