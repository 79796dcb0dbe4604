// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"errors"
	"fmt"

	"daylight/record"
	"daylight/store"
)

// KeptCheck is the result of a check of a person, and every place it was read from.
type KeptCheck struct {
	record.Check
	Places []record.Origin
}

// Checks returns the results of checks of a person. What was erased or does not open
// is left out.
func Checks(r store.Reader, handle string) ([]KeptCheck, error) {
	holders, err := Holders(r, handle)
	if err != nil {
		return nil, err
	}
	var out []KeptCheck
	for row, err := range r.Find(store.Records, store.Query{Where: []store.Cond{
		{Column: "holder", Op: store.OneOf, In: append(holders, Holder(handle))}, {Column: "kind", Op: store.Equal, Text: string(record.KindCheck)},
	}}) {
		if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("look for checks of a person: %w", err)
		}
		b, err := decodeRecord(row.Body)
		if err != nil {
			return nil, err
		}
		if c, ok := b.Record.Body.(record.Check); ok {
			out = append(out, KeptCheck{c, append(b.Places, b.Record.Origin)})
		}
	}
	return out, nil
}
