// SPDX-License-Identifier: Apache-2.0

// Package sanctions compares what people hold with a sanctions list, apart from
// everything that weighs evidence. A match carries a legal duty, and whether it
// is one is for counsel to say: it goes to a queue of its own and changes no
// weight, no probability and no state.
//
// Identifiers are compared, exactly, and nothing else. Names, aliases, addresses,
// identity documents and everything about descent are never read from a list, so
// that nobody can be matched by what they are called or where they come from.
package sanctions

import (
	"cmp"
	"slices"

	"daylight/record"
)

// Format is the name of the one list that is read, as reports give it: the
// Specially Designated Nationals list of the U.S. Treasury's Office of Foreign
// Assets Control.
const Format = "ofac.sdn"

// Entry is one identifier of one entry of the list.
type Entry struct {
	record.Identifier
	// UID is the number of the entry in the list, by which counsel finds it.
	UID string
	// What is the list's own word for the identifier, such as "Digital Currency
	// Address - XBT".
	What string
	Cite record.Citation
}

// Canon brings values into the form in which they are compared; each function
// returns "" for what is no such value.
type Canon struct {
	Email, Phone, Wallet, Website func(string) record.Redacted
}

// Rejected is a piece of the list that was not read, and why. The reason holds
// no content.
type Rejected struct {
	Line   int
	Reason string
}

// List is a list as read.
type List struct {
	Entries  []Entry
	Rejected []Rejected
	// Read counts the list's own entries, with an identifier or without.
	Read int
}

// Match is one identifier of a person that equals one of the list.
type Match struct {
	Entry
	Held record.Citation // where the person's record is
}

// Index holds entries by identifier.
type Index map[record.Identifier][]Entry

// NewIndex indexes the entries of all lists; one that several files repeat is
// there once, under the first of its places.
func NewIndex(entries []Entry) Index {
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Value, b.Value), cmp.Compare(a.UID, b.UID), cmp.Compare(a.What, b.What),
			cmp.Compare(a.Cite.Path, b.Cite.Path), cmp.Compare(len(a.Cite.Locator), len(b.Cite.Locator)), cmp.Compare(a.Cite.Locator, b.Cite.Locator))
	})
	index := Index{}
	for _, e := range entries {
		known := index[e.Identifier]
		// Sorted by identifier and number, doubles stand side by side.
		if len(known) == 0 || known[len(known)-1].UID != e.UID {
			index[e.Identifier] = append(known, e)
		}
	}
	return index
}

// Matches returns what of a person's records equals an identifier of the list,
// in the order of the records, each identifier and entry once.
func (x Index) Matches(records []record.Record) []Match {
	if len(x) == 0 {
		return nil
	}
	type pair struct {
		id  record.Identifier
		uid string
	}
	seen := map[pair]bool{}
	var out []Match
	for _, r := range records {
		for _, id := range r.Body.Identifiers() {
			for _, e := range x[id] {
				if key := (pair{id, e.UID}); !seen[key] {
					seen[key] = true
					out = append(out, Match{e, r.Cite()})
				}
			}
		}
	}
	return out
}

// kind returns the type of an identifier that the list's word names, and its
// canonical value; ok is false for words of other things.
func (c Canon) kind(what, value string) (id record.Identifier, ok bool) {
	switch {
	case isWallet(what):
		return record.Identifier{Type: record.Wallet, Value: c.Wallet(value)}, true
	case what == "Email Address":
		return record.Identifier{Type: record.Email, Value: c.Email(value)}, true
	case what == "Phone Number":
		return record.Identifier{Type: record.Phone, Value: c.phone(value)}, true
	case what == "Website":
		return record.Identifier{Type: record.ProfileURL, Value: c.Website(value)}, true
	}
	return record.Identifier{}, false
}

// phone reads a number. The list writes international ones with the plus sign or
// without; a national one, which begins with 0 or is short, cannot be told.
func (c Canon) phone(value string) record.Redacted {
	if v := c.Phone(value); v != "" {
		return v
	}
	digits := 0
	for _, r := range value {
		if r >= '0' && r <= '9' {
			if digits == 0 && r == '0' {
				return ""
			}
			digits++
		}
	}
	if digits < 11 {
		return ""
	}
	return c.Phone("+" + value)
}
