// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"cmp"
	"context"
	"fmt"

	"daylight/record"
	"daylight/store"
)

// Handles gives people the names by which the service calls them: "p-" and the
// beginning of a keyed hash of the id that their source gives them.
type Handles struct {
	ctx   context.Context //nolint:containedctx // of one assessment, which the stages do not pass on
	st    store.Store
	taken map[record.SubjectID]record.SubjectID
	// hashes are those of ids that came up before: a transaction an id is slow.
	hashes map[record.SubjectID]string
	err    error
}

// NewHandles returns the names of one assessment.
func NewHandles(ctx context.Context, st store.Store) *Handles {
	return &Handles{ctx: ctx, st: st, taken: map[record.SubjectID]record.SubjectID{}, hashes: map[record.SubjectID]string{}}
}

// handleDigits is how many hex digits of the hash a handle has: with 100,000
// people, the chance that any two would be called the same is below 1 %.
const handleDigits = 10

// Name is what the person with the id is called, for [pipeline.Options]. Of two
// whose names would be the same, the one that comes later has a longer one.
func (h *Handles) Name(id record.SubjectID) record.SubjectID {
	hash, err := h.hash(id)
	if err != nil {
		h.err = cmp.Or(h.err, err)
		return id
	}
	for n := handleDigits; n < len(hash); n++ {
		name := record.SubjectID("p-" + hash[:n])
		if of, taken := h.taken[name]; !taken || of == id {
			h.taken[name] = id
			return name
		}
	}
	return record.SubjectID("p-" + hash)
}

// Err is why a name could not be made, nil if all could.
func (h *Handles) Err() error { return h.err }

func (h *Handles) hash(id record.SubjectID) (hash string, err error) {
	if hash, ok := h.hashes[id]; ok {
		return hash, nil
	}
	err = h.st.View(h.ctx, func(r store.Reader) error {
		hash = sourceHash(r, id)
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("name a person: %w", err)
	}
	h.hashes[id] = hash
	return hash, nil
}

func sourceHash(r store.Reader, id record.SubjectID) string { return r.Hash("subject", string(id)) }
