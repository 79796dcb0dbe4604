// SPDX-License-Identifier: Apache-2.0

package record

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

const placeholder = "[redacted]"

// Redacted is personal data. It compares, hashes and stores like a string; every
// fmt verb and every slog handler shows a placeholder. Reveal is the one way
// out, and an architecture test lists the packages that may call it.
type Redacted string

// Format hides the value from every fmt verb, %#v among them.
func (r Redacted) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, placeholder) }

// LogValue hides the value from every slog handler.
func (r Redacted) LogValue() slog.Value { return slog.StringValue(placeholder) }

// Fold returns the value without outer white space and case, to be compared.
func (r Redacted) Fold() Redacted { return Redacted(strings.ToLower(strings.TrimSpace(string(r)))) }

// Reveal returns the value.
func (r Redacted) Reveal() string { return string(r) }

// NameMatch is how far two names agree. It is all an indicator can learn about
// a name.
type NameMatch int

// The degrees of agreement. Close covers a shared part, an initial, a married
// name beside a given name: never enough to call two names different.
const (
	NameUnknown NameMatch = iota // one of the names is empty
	NameSame
	NameClose
	NameDifferent
)

// String returns the degree in words.
func (m NameMatch) String() string {
	return [...]string{"unknown", "same", "close", "different"}[m]
}

// Name is a person's name as one system writes it. Indicators can compare two
// names and nothing else: no part, script, length or origin can be read.
type Name struct{ text Redacted }

// maxName is how many bytes of a name are kept. Names are compared pair by pair,
// and nobody's takes a page.
const maxName = 512

// NewName returns the name with its outer white space removed. Of a text too
// long to be a name, the beginning is kept.
func NewName(s string) Name {
	if s = strings.TrimSpace(s); len(s) > maxName {
		s = strings.TrimSpace(strings.ToValidUTF8(s[:maxName], ""))
	}
	return Name{Redacted(s)}
}

// IsZero reports whether there is no name.
func (n Name) IsZero() bool { return n.text == "" }

// Format hides the name from every fmt verb.
func (n Name) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, placeholder) }

// LogValue hides the name from every slog handler.
func (n Name) LogValue() slog.Value { return slog.StringValue(placeholder) }

// Reveal returns the name as written.
func (n Name) Reveal() string { return string(n.text) }

// MarshalJSON writes the name as a string, for storage and golden files.
func (n Name) MarshalJSON() ([]byte, error) { return json.Marshal(string(n.text)) }

// UnmarshalJSON reads a string.
func (n *Name) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*n = NewName(s)
	return nil
}

// Compare says how far two names agree, as sets of words without case, accents,
// punctuation or order. Same: equal sets, or one within the other when they
// share two words or more. Close: a shared word, or as many words of which each
// agrees with one of the other name by an initial. It treats every script and
// every number of words alike.
func (n Name) Compare(o Name) NameMatch {
	a, b := n.words(), o.words()
	if len(a) == 0 || len(b) == 0 {
		return NameUnknown
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	shared, initials := 0, 0
	for _, w := range a {
		if slices.Contains(b, w) {
			shared++
			initials++
		} else if slices.ContainsFunc(b, func(x string) bool { return first(x) == first(w) && (len([]rune(x)) == 1 || len([]rune(w)) == 1) }) {
			initials++
		}
	}
	switch {
	case shared == len(a) && (len(a) == len(b) || shared >= 2):
		return NameSame
	case shared > 0 || initials == len(a) && len(a) == len(b):
		return NameClose
	default:
		return NameDifferent
	}
}

// SameScript reports whether two names are written in the same scripts. Names in
// different scripts cannot be compared by their words, nor can one that adds a
// word of another script ("iPhone", a title) to its own. Which scripts they are
// is not told.
func (n Name) SameScript(o Name) bool {
	mine := n.scripts()
	return len(mine) > 0 && maps.Equal(mine, o.scripts())
}

// scripts leaves out marks and letters that several scripts have in common.
func (n Name) scripts() map[*unicode.RangeTable]bool {
	found := map[*unicode.RangeTable]bool{}
	for _, r := range string(n.text) {
		if !unicode.IsLetter(r) || unicode.In(r, unicode.Common, unicode.Inherited) {
			continue
		}
		for _, table := range unicode.Scripts {
			if unicode.Is(table, r) {
				found[table] = true
				break
			}
		}
	}
	return found
}

func (n Name) words() []string {
	folded := cases.Fold().String(norm.NFKD.String(string(n.text)))
	words := strings.FieldsFunc(folded, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)
	})
	for i, w := range words {
		words[i] = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, w)
	}
	slices.Sort(words)
	return slices.Compact(slices.DeleteFunc(words, func(w string) bool { return w == "" }))
}

func first(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}
