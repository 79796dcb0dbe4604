// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"errors"
	"fmt"
	"slices"

	"daylight/record"
	"daylight/store"
)

// Record returns the record of a person that stands at a place in a file. It fails
// with [store.ErrNotFound] if none does: a line of a log is folded into activity and
// not kept by itself.
func Record(r store.Reader, handle, path, locator string) (record.Record, error) {
	holders, err := Holders(r, handle)
	if err != nil {
		return record.Record{}, err
	}
	for _, h := range append(holders, Holder(handle)) {
		for row, err := range r.Find(store.Records, store.Query{Where: []store.Cond{{Column: "holder", Op: store.Equal, Text: h}}}) {
			if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
				continue
			}
			if err != nil {
				return record.Record{}, fmt.Errorf("look for a record: %w", err)
			}
			b, err := decodeRecord(row.Body)
			if err != nil {
				return record.Record{}, err
			}
			at := func(o record.Origin) bool { return o.Path == path && o.Locator == locator }
			if at(b.Record.Origin) || slices.ContainsFunc(b.Places, at) {
				return b.Record, nil
			}
		}
	}
	return record.Record{}, fmt.Errorf("look for a record: %w", store.ErrNotFound)
}
