// SPDX-License-Identifier: Apache-2.0

package source

import (
	"bytes"
	"context"
	"slices"
)

// sampleRows is how many rows recognition looks at.
const sampleRows = 8

// Sample is the beginning of a file: what recognition of a vendor looks at.
type Sample struct {
	Shape  Shape
	Key    string     // of a JSONPage
	Header []string   // of a CSV
	JSON   [][]byte   // the first valid rows of a JSON shape
	Cells  [][]string // the first rows of a CSV
}

// Sample reads the first rows of the file. Rows that are rejected are passed
// over here; reading the file reports them.
func (f *File) Sample(ctx context.Context) Sample {
	s := Sample{Shape: f.Shape, Key: f.Key, Header: slices.Clone(f.Header)}
	if !f.Shape.HasRows() {
		return s
	}
	seen := 0
	for row, bad := range f.Rows(ctx) {
		if seen++; seen > 4*sampleRows {
			break
		}
		if bad != nil {
			continue
		}
		if f.Shape == CSV {
			s.Cells = append(s.Cells, slices.Clone(row.Cells))
		} else {
			s.JSON = append(s.JSON, bytes.Clone(row.JSON))
		}
		if len(s.JSON)+len(s.Cells) == sampleRows {
			break
		}
	}
	return s
}

// Beginning returns the first bytes of the content, decompressed, at most 64 KiB:
// what recognition of a shape looks at. The error is a [*Rejection].
func (f *File) Beginning(ctx context.Context) ([]byte, error) {
	head, err := f.head(ctx)
	if err != nil {
		return nil, f.reject(0, f.reason(err))
	}
	return head, nil
}
