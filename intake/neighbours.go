// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"daylight/record"
	"daylight/store"
)

// NeighboursFor is how long it is kept what a machine saw on the network of a home:
// that is about third parties, of whom the maker of a card and a number are known.
const NeighboursFor = 30 * 24 * time.Hour

// neighbourOver reports whether a record is of a neighbour and was kept long enough.
func neighbourOver(d record.Device, at, now time.Time) bool {
	return d.Fact == record.Neighbour && !at.IsZero() && now.Sub(at) >= NeighboursFor
}

// forgetNeighbours removes what was kept long enough of neighbours on home networks,
// and returns how many records that is.
func forgetNeighbours(ctx context.Context, st store.Store, now time.Time) (int, error) {
	var over []string
	err := st.View(ctx, func(r store.Reader) error {
		q := store.Query{Where: []store.Cond{
			{Column: "kind", Op: store.Equal, Text: string(record.KindDevice)},
			{Column: "at", Op: store.AtMost, Int: now.Add(-NeighboursFor).UnixMilli()},
		}}
		for row, err := range r.Find(store.Records, q) {
			if errors.Is(err, store.ErrErased) || errors.Is(err, store.ErrCorrupt) {
				continue
			}
			if err != nil {
				return err
			}
			b, err := decodeRecord(row.Body)
			if err != nil {
				continue // it is damage, and told as that
			}
			if d, ok := b.Record.Body.(record.Device); ok && neighbourOver(d, b.Record.At, now) {
				over = append(over, row.Key)
			}
		}
		return ctx.Err()
	})
	for part := range slices.Chunk(over, rowsAtOnce) {
		if err != nil {
			break
		}
		err = st.Update(ctx, func(w store.Writer) error {
			for _, key := range part {
				if err := w.Delete(store.Records, key); err != nil {
					return err
				}
			}
			return w.Enqueue(store.Dirty, store.Everybody, now)
		})
	}
	if err != nil {
		return 0, fmt.Errorf("forget neighbours on home networks: %w", err)
	}
	return len(over), nil
}
