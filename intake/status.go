// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"daylight/pipeline"
	"daylight/store"
)

// Status is what became of an input.
type Status struct {
	Receipt string `json:"receipt"`
	// State is "waiting" or "read".
	State    string    `json:"state"`
	Received time.Time `json:"received"`
	Path     string    `json:"path,omitempty"`
	Format   string    `json:"format,omitempty"`
	Records  int       `json:"records"`
	Skipped  int       `json:"skipped"`
	// Rejections are the first of what was skipped.
	Rejections []Rejection `json:"rejections,omitempty"`
	Notes      []string    `json:"notes,omitempty"`
	// Held is how many events were not read of people without a recorded notice.
	Held int `json:"held,omitempty"`
}

// Rejection is one piece of input that was not used, and why.
type Rejection struct {
	Line   int    `json:"line,omitempty"`
	Reason string `json:"reason"`
}

// mostRejections is how many a status names.
const mostRejections = 100

// ReadStatus returns what became of an input. It fails with [store.ErrNotFound] for
// a receipt that was never given.
func ReadStatus(r store.Reader, receipt string) (Status, error) {
	row, err := r.Get(store.Files, receipt)
	if err == nil {
		return FileStatus(row)
	}
	if !errors.Is(err, store.ErrNotFound) {
		return Status{}, fmt.Errorf("read a receipt: %w", err)
	}
	row, err = r.Get(store.Received, receipt)
	if err == nil && row.Text["state"] != stateWaiting {
		err = store.ErrNotFound
	}
	if err != nil {
		return Status{}, fmt.Errorf("read a receipt: %w", err)
	}
	return Status{Receipt: receipt, State: stateWaiting, Received: time.UnixMilli(row.Ints["at"]).UTC()}, nil
}

// FileStatus is what a row of [store.Files] says of the file, as it was read: what
// follows from other files, such as that it is a person's attachment, is not in it.
func FileStatus(row store.Row) (Status, error) {
	var b fileBody
	if err := json.Unmarshal(row.Body, &b); err != nil {
		return Status{}, fmt.Errorf("decode a file: %w", err)
	}
	s := Status{
		Receipt: row.Key, State: "read", Received: time.UnixMilli(row.Ints["at"]).UTC(),
		Path: b.Input.Path, Format: b.Input.Format, Records: b.Input.Records, Skipped: b.Input.Skipped, Notes: b.Input.Notes,
	}
	if words := heldWords(b, s.Received); words != "" {
		s.Held = b.Held
		s.Notes = append(slices.Clone(s.Notes), words)
	}
	for _, list := range [][]pipeline.Skipped{b.Unread, b.Skipped} {
		for _, bad := range list {
			if len(s.Rejections) < mostRejections {
				s.Rejections = append(s.Rejections, Rejection{bad.Line, bad.Reason})
			}
		}
	}
	return s, nil
}
