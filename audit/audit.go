// SPDX-License-Identifier: Apache-2.0

// Package audit is the record of who saw, decided, changed and exported what: a
// log that can be added to and not changed without it being seen.
//
// Entries are the leaves of a Merkle tree as in RFC 6962 (Certificate
// Transparency); golang.org/x/mod/sumdb/tlog computes it. Signed checkpoints name
// the size and the root of the tree. Whoever keeps a checkpoint elsewhere can tell
// later whether anything before it was edited, dropped, reordered or cut off, even
// by somebody who holds the store and all its keys.
//
// Entries name accounts, handles and cases, and no person: [Append] refuses what
// looks like an address.
package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"

	"daylight/store"
)

// Actors that are no account.
const (
	// System is the service itself.
	System = "system"
	// Person is the person concerned, on a page opened by a link.
	Person = "person"
)

// Bounds of an entry. An entry is one line that somebody reads.
const (
	maxWord    = 64   // of an act and of the name of a detail, in bytes
	maxObject  = 256  // of an actor, an object and the value of a detail, in bytes
	maxDetails = 24   // details of one entry
	maxEntry   = 8192 // of an entry as it is written, in bytes
)

// ErrEntry is what is wrong with an entry that the log does not accept.
var ErrEntry = errors.New("not an audit entry")

// Entry is one act.
type Entry struct {
	// At is when, to the millisecond, UTC.
	At time.Time
	// Actor is an account's id, [System] or [Person].
	Actor string
	// Act is what was done: lower-case words joined by dots, the thing first, such
	// as "person.view" and "case.close".
	Act string
	// Object is what it was done to: a handle, a case, a setting.
	Object string
	// Detail is what else has to be known, by name. No personal data.
	Detail map[string]string
}

// wire is an entry as it is written. The order of the fields is part of the form.
type wire struct {
	At     string            `json:"at"`
	Actor  string            `json:"actor"`
	Act    string            `json:"act"`
	Object string            `json:"object,omitempty"`
	Detail map[string]string `json:"detail,omitempty"`
}

// instant is how times are written: always UTC, always milliseconds.
const instant = "2006-01-02T15:04:05.000Z"

// Encode writes an entry in its one form: JSON on one line, fields in a fixed
// order, details by name, nothing escaped that need not be. It fails with
// [ErrEntry] on an entry that the log does not accept.
func Encode(e Entry) ([]byte, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	w := wire{At: e.At.UTC().Format(instant), Actor: e.Actor, Act: e.Act, Object: e.Object, Detail: e.Detail}
	if err := enc.Encode(w); err != nil {
		return nil, fmt.Errorf("encode an audit entry: %w", err)
	}
	if b.Len() > maxEntry {
		return nil, fmt.Errorf("%w: longer than %d bytes", ErrEntry, maxEntry)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Decode reads an entry that [Encode] wrote. Anything that is not in the one form
// fails with [ErrEntry], so no two byte strings stand for one entry.
func Decode(data []byte) (Entry, error) {
	if len(data) > maxEntry {
		return Entry{}, fmt.Errorf("%w: longer than %d bytes", ErrEntry, maxEntry)
	}
	var w wire
	if err := json.Unmarshal(data, &w); err != nil {
		return Entry{}, fmt.Errorf("%w: %w", ErrEntry, err)
	}
	at, err := time.Parse(instant, w.At)
	if err != nil {
		return Entry{}, fmt.Errorf("%w: %w", ErrEntry, err)
	}
	e := Entry{At: at, Actor: w.Actor, Act: w.Act, Object: w.Object, Detail: w.Detail}
	again, err := Encode(e)
	if err != nil {
		return Entry{}, err
	}
	if !bytes.Equal(again, data) {
		return Entry{}, fmt.Errorf("%w: not in the form that is written", ErrEntry)
	}
	return e, nil
}

// check reports what the log does not accept.
func (e Entry) check() error {
	if y := e.At.UTC().Year(); y < 1970 || y > 9999 {
		return fmt.Errorf("%w: no time", ErrEntry)
	}
	if !word(e.Act) || !strings.Contains(e.Act, ".") {
		return fmt.Errorf("%w: the act is not words joined by a dot", ErrEntry)
	}
	if e.Actor == "" {
		return fmt.Errorf("%w: no actor", ErrEntry)
	}
	if !Plain(e.Actor) || !Plain(e.Object) {
		return fmt.Errorf("%w: the actor or the object is not plain text", ErrEntry)
	}
	if len(e.Detail) > maxDetails {
		return fmt.Errorf("%w: more than %d details", ErrEntry, maxDetails)
	}
	for k, v := range e.Detail {
		if !word(k) {
			return fmt.Errorf("%w: a detail's name is not a word", ErrEntry)
		}
		if !Plain(v) {
			return fmt.Errorf("%w: the detail %s is not plain text", ErrEntry, k)
		}
	}
	return nil
}

// word reports whether s is lower-case letters, digits, dots, underscores and
// hyphens, beginning with a letter.
func word(s string) bool {
	if s == "" || len(s) > maxWord || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == ""
}

// Plain reports whether s may be an object or the value of a detail: printable, of at most
// 256 bytes and no e-mail address. It is a net under the callers, who put handles here and
// not people.
func Plain(s string) bool {
	if len(s) > maxObject || !utf8.ValidString(s) || strings.Contains(s, "@") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// Append adds an entry, the hashes of the Merkle tree that it completes, and the sealed
// head of the log that it ends. It belongs into the transaction of the act itself: what is
// not recorded did not happen. Where the log does not hold as many entries as its head
// says it fails with [ErrTree], so that nothing is built on a log that was cut off.
func Append(w store.Writer, e Entry) error {
	data, err := Encode(e)
	if err != nil {
		return err
	}
	number, err := w.Append(store.Audit, e.At.UTC().Truncate(time.Millisecond), data)
	if err != nil {
		return fmt.Errorf("append to the audit log: %w", err)
	}
	end, err := readEdge(w)
	if err != nil {
		return fmt.Errorf("append audit entry %d: %w", number, err)
	}
	if end.size != number {
		return fmt.Errorf("append audit entry %d: %w: its sealed head says that it holds %d", number, ErrTree, end.size)
	}
	hashes, err := tlog.StoredHashes(number, data, tree{w})
	if err != nil {
		return fmt.Errorf("hash audit entry %d: %w", number, err)
	}
	if end, err = end.next(hashes); err != nil {
		return fmt.Errorf("append audit entry %d: %w", number, err)
	}
	if err := putHashes(w, number, hashes); err != nil {
		return err
	}
	return end.put(w)
}
