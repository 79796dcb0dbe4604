// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

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

// shape is what a reason may say of a value that is not understood: how long it is and
// what it is made of, never what it says. Reasons are kept apart from people, outlive
// them, and are read by those who may see nobody.
func shape(value string) string {
	n, letters, digits, other := 0, false, false, false
	for _, r := range value {
		n++
		switch {
		case unicode.IsLetter(r):
			letters = true
		case unicode.IsDigit(r):
			digits = true
		default:
			other = true
		}
	}
	of := ""
	switch {
	case letters && !digits && !other:
		of = ", all letters"
	case digits && !letters && !other:
		of = ", all digits"
	}
	if n == 1 {
		return "(1 character" + of + ")"
	}
	return fmt.Sprintf("(%d characters%s)", n, of)
}

// heading is what may be said of the heading of a column that is not read: its words
// where it looks like one, otherwise its shape, as it may be a value in the wrong row.
func heading(h string) string {
	if len(h) <= 40 && !strings.ContainsFunc(h, func(r rune) bool { return !unicode.IsLetter(r) && r != ' ' && r != '_' && r != '-' }) {
		return strconv.Quote(h)
	}
	return "one " + shape(h)
}
