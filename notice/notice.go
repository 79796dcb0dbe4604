// SPDX-License-Identifier: Apache-2.0

// Package notice keeps who was told what, in which version of the words and when,
// and says of whom activity may therefore be read. Whom a notice was given to is kept
// as a keyed hash.
package notice

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"daylight/record"
	"daylight/store"
)

// Monitoring is the kind of notice without which nobody's activity is read.
const Monitoring = "monitoring"

// Notice records that somebody was told, in which version of the words and when.
type Notice struct {
	// People are all identifiers of the one person: e-mail addresses as they are, ids
	// and account names of one system with its realm before them, "okta:00u1x",
	// "slack:W012", "google:1081", "github:octavia", and the machines that are theirs,
	// "machine:C02XK1". They are kept as keyed hashes.
	People  []string
	Kind    string // [Monitoring]
	Version string // of the words
	// From is when it was given: what happened before is not read. Until ends it; the
	// zero time is never.
	From, Until time.Time
	// Acknowledged is when the person said that they had read it, if they did.
	Acknowledged time.Time
}

// Person is the keyed hash under which an identifier is found in [store.Notices].
func Person(r store.Reader, id string) string {
	return r.Hash("notice", strings.ToLower(strings.TrimSpace(id)))
}

// Record writes a notice down, in place of an earlier one of its kind, and returns
// the keyed hashes of whom it was given to.
func Record(w store.Writer, n Notice) ([]string, error) {
	if len(n.People) == 0 || n.Kind == "" || n.Version == "" || n.From.IsZero() {
		return nil, errors.New("a notice needs whom it was given to, its kind, its version and its date")
	}
	var people []string
	for _, id := range n.People {
		if strings.TrimSpace(id) == "" {
			return nil, errors.New("a notice to nobody")
		}
		people = append(people, Person(w, id))
	}
	body, err := json.Marshal(given{n.Acknowledged.UTC(), people})
	if err != nil {
		return nil, err
	}
	for _, person := range people {
		if err := w.Put(store.Notices, store.Row{
			Key:  person + " " + n.Kind,
			Text: map[string]string{"person": person, "kind": n.Kind, "version": n.Version},
			Ints: map[string]int64{"at": milliseconds(n.From), "until": milliseconds(n.Until)},
			Body: body,
		}); err != nil {
			return nil, fmt.Errorf("record a notice: %w", err)
		}
	}
	return people, nil
}

// given is the body of a row of [store.Notices].
type given struct {
	Acknowledged time.Time `json:"acknowledged,omitzero"`
	// People are the keyed hashes of all identifiers of the person, so that who is
	// forgotten under one is forgotten under all.
	People []string `json:"people,omitempty"`
}

// Forget removes the notices that were given to somebody, by keyed hashes of
// identifiers, and those under the other identifiers that were recorded with them.
func Forget(w store.Writer, people []string) error {
	for i := 0; i < len(people); i++ {
		var keys []string
		for row, err := range w.Find(store.Notices, store.Query{Where: []store.Cond{{Column: "person", Op: store.Equal, Text: people[i]}}}) {
			if err != nil && !errors.Is(err, store.ErrErased) && !errors.Is(err, store.ErrCorrupt) {
				return fmt.Errorf("forget a notice: %w", err)
			}
			keys = append(keys, row.Key)
			var g given
			if err != nil || json.Unmarshal(row.Body, &g) != nil {
				continue // what does not open goes all the same
			}
			for _, other := range g.People {
				if !slices.Contains(people, other) {
					people = append(slices.Clip(people), other)
				}
			}
		}
		for _, key := range keys {
			if err := w.Delete(store.Notices, key); err != nil {
				return fmt.Errorf("forget a notice: %w", err)
			}
		}
	}
	return nil
}

// Mark is the name of a key that was never used and is destroyed with somebody who is
// erased, by a keyed hash that [Person] returned: whoever bears it is not read again.
func Mark(person string) string { return "e:" + person }

// Erased reports whether one of some keyed hashes is of somebody who was erased.
func Erased(r store.Reader, people []string) (bool, error) {
	for _, person := range people {
		if gone, err := r.Erased(Mark(person)); err != nil || gone {
			return gone, err
		}
	}
	return false, nil
}

// Span is a time in which somebody may be monitored, Unix milliseconds, both ends
// included; the zero span is none.
type Span struct{ From, Until int64 }

// Since is a span without an end; that of the zero time is none.
func Since(t time.Time) Span {
	if t.IsZero() {
		return Span{}
	}
	return Span{t.UnixMilli(), math.MaxInt64}
}

// Holds reports whether an instant, Unix milliseconds, lies in the span.
func (s Span) Holds(at int64) bool { return s.From > 0 && at >= s.From && at <= s.Until }

// Rule says of whom activity may be read: of whoever has a recorded notice, and of
// everybody in the span in which everybody was told. The zero value is the strictest.
type Rule struct{ Everybody Span }

// Spans are the times in which a person may be monitored, known by any of the
// identifiers; of somebody who was erased there is none.
func (u Rule) Spans(r store.Reader, ids []string) ([]Span, error) {
	people := make([]string, len(ids))
	for i, id := range ids {
		people[i] = Person(r, id)
	}
	if gone, err := Erased(r, people); err != nil || gone {
		return nil, err
	}
	return u.Of(r, people)
}

// Of are the spans of somebody who was not erased, by the keyed hashes of [Person].
func (u Rule) Of(r store.Reader, people []string) ([]Span, error) {
	var out []Span
	if u.Everybody != (Span{}) {
		out = append(out, u.Everybody)
	}
	for _, person := range people {
		row, err := r.Get(store.Notices, person+" "+Monitoring)
		switch {
		case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrErased):
		case err != nil:
			return nil, fmt.Errorf("look up a notice: %w", err)
		default:
			out = append(out, Span{row.Ints["at"], cmp.Or(row.Ints["until"], math.MaxInt64)})
		}
	}
	return out, nil
}

// Identifiers are the names by which an event's actor may be known, the e-mail
// address first. realm is the system that the event is of, "okta".
func Identifiers(realm string, e *record.Event) []string {
	var out []string
	if len(e.ActorEmail) > 0 {
		out = append(out, string(e.ActorEmail))
	}
	for _, id := range [][]byte{e.ActorID, e.ActorName} {
		if len(id) > 0 {
			out = append(out, realm+":"+string(id))
		}
	}
	return out
}

// Machine are the names by which the person may be known whose machine tells
// something: those that the record has for the person, and the machine itself,
// "machine:" with its serial number or its name, for inventories that name nobody.
func Machine(realm string, who record.Ref, d record.Device) []string {
	var out []string
	add := func(prefix, v string) {
		if v != "" {
			out = append(out, prefix+v)
		}
	}
	add("", string(who.Email))
	add(realm+":", who.ID)
	add(realm+":", who.Username)
	add("machine:", d.Serial)
	add("machine:", d.Host)
	return out
}

func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
