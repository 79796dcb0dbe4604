// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"daylight/record"
	"daylight/source"
)

// maxID is the longest id or account name that is taken for one, in bytes. SCIM's
// are far shorter; an id stands in every sentence about its person.
const maxID = 1 << 10

// Seal makes the record of a body: its ID is the digest of kind, ref, time and
// body, and not of where it was read, so that the same export read twice gives
// the same record once. Ids and account names are cleaned of what nobody sees.
func Seal(origin record.Origin, ref record.Ref, at time.Time, body record.Body) (record.Record, error) {
	ref.ID, ref.Username = id(ref.ID), id(ref.Username)
	if len(ref.Aliases) > 0 {
		aliases := make([]string, 0, len(ref.Aliases))
		for _, a := range ref.Aliases {
			if a = id(a); a != "" {
				aliases = append(aliases, a)
			}
		}
		ref.Aliases = aliases
	}
	r := record.Record{Ref: ref, Origin: origin, At: at.UTC(), Body: body}
	for _, name := range append([]string{ref.ID, ref.Username}, ref.Aliases...) {
		if len(name) > maxID {
			return r, Bad(fmt.Sprintf("id longer than %d bytes", maxID))
		}
	}
	digest := sha256.New()
	for _, part := range []any{body.Kind(), ref, r.At, body} {
		data, err := json.Marshal(part)
		if err != nil {
			return r, fmt.Errorf("encode a %s record: %w", body.Kind(), err)
		}
		digest.Write(data)
		digest.Write([]byte{'\n'})
	}
	r.ID = record.ID(hex.EncodeToString(digest.Sum(nil)[:16]))
	return r, nil
}

// origin says where a row was read.
func (f File) origin(feed string, row source.Row) record.Origin {
	return record.Origin{Feed: feed, Path: f.Path, Locator: (&source.File{Shape: f.Shape}).Locator(row)}
}

// troubles gathers what could not be read of one row. The rest of the row
// stands.
type troubles []string

func (t *troubles) add(what string) { *t = append(*t, what) }

// err returns the troubles as one error, or nil.
func (t troubles) err() error {
	if len(t) == 0 {
		return nil
	}
	return Bad(strings.Join(t, "; "))
}

// shown is a word of the input as a reason may repeat it: short, printable, in
// quotes.
func shown(word string) string {
	if r := []rune(word); len(r) > 24 {
		word = string(r[:24]) + "…"
	}
	return fmt.Sprintf("%q", word)
}
