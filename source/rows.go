// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"iter"
)

// Rows reads the file row by row, in order, with what cannot be read as
// rejections between the rows. Every JSON row has passed [CheckJSON].
func (f *File) Rows(ctx context.Context) iter.Seq2[Row, *Rejection] {
	return func(yield func(Row, *Rejection) bool) {
		if f.Shape == CSV {
			f.records(ctx, yield)
			return
		}
		for b, bad := range f.Blocks(ctx) {
			if bad != nil {
				if !yield(Row{}, bad) {
					return
				}
				continue
			}
			more := f.check(b, yield)
			b.Release()
			if !more {
				return
			}
		}
	}
}

func (f *File) check(b *Block, yield func(Row, *Rejection) bool) bool {
	for row := range b.Rows() {
		var bad *Rejection
		if reason := CheckJSON(row.JSON); reason != "" {
			row, bad = Row{}, f.reject(row.Line, reason)
		}
		if !yield(row, bad) {
			return false
		}
	}
	return true
}
