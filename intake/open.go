// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"daylight/record"
	"daylight/store"
)

// Record returns the record of a person that stands at a place in a file. It fails
// with [store.ErrNotFound] if none does: a line of a log is folded into activity and
// not kept by itself. What no output may show is left out of it; where a record of the
// person does not open, it may be the one that says that their address is protected.
func Record(r store.Reader, handle, path, locator string) (record.Record, error) {
	holders, err := Holders(r, handle)
	if err != nil {
		return record.Record{}, err
	}
	var found *record.Record
	protected := false
	for _, h := range append(holders, Holder(handle)) {
		for row, err := range r.Find(store.Records, store.Query{Where: []store.Cond{{Column: "holder", Op: store.Equal, Text: h}}}) {
			if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
				protected = true
				continue
			}
			if err != nil {
				return record.Record{}, fmt.Errorf("look for a record: %w", err)
			}
			b, err := decodeRecord(row.Body)
			if err != nil {
				return record.Record{}, err
			}
			protected = protected || b.Record.Protected()
			at := func(o record.Origin) bool { return o.Path == path && o.Locator == locator }
			if found == nil && !b.Record.Arrangement() && (at(b.Record.Origin) || slices.ContainsFunc(b.Places, at)) {
				found = &b.Record
			}
		}
	}
	if found != nil {
		return found.Shown(protected), nil
	}
	return record.Record{}, fmt.Errorf("look for a record: %w", store.ErrNotFound)
}

// ShownRecords returns the bodies of rows of [store.Records] about one person
// without what no output may show. Of a record that says nothing else nil is returned.
// The bodies are all that there are; lost says that a row of the person does not open:
// it may be the one that says that their address is protected.
func ShownRecords(bodies [][]byte, lost bool) ([][]byte, error) {
	all := make([]recordBody, len(bodies))
	protected := lost
	for i, body := range bodies {
		var err error
		if all[i], err = decodeRecord(body); err != nil {
			return nil, err
		}
		protected = protected || all[i].Record.Protected()
	}
	out := make([][]byte, len(all))
	for i, b := range all {
		if b.Record.Arrangement() {
			continue
		}
		b.Record = b.Record.Shown(protected)
		var err error
		if out[i], err = json.Marshal(b); err != nil {
			return nil, fmt.Errorf("encode a record that is shown: %w", err)
		}
	}
	return out, nil
}
