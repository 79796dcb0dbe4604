// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"iter"
)

// Rows reads the file row by row.
func (f *File) Rows(ctx context.Context) iter.Seq2[Row, *Rejection] {
	return func(func(Row, *Rejection) bool) {}
}
