// SPDX-License-Identifier: Apache-2.0

package record

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Country is an ISO 3166-1 alpha-2 code. Two countries can be compared with ==
// and none can be read: it is opaque, so that no indicator can hold one against
// a constant, and it prints as a placeholder, so that no statement can name one
// as a cause.
type Country struct{ code string }

// NewCountry returns the country of a code, in capitals and without outer white
// space. It does not check that there is such a country: that is for whoever
// reads one. An architecture test keeps indicators from calling it.
func NewCountry(code string) Country { return Country{strings.ToUpper(strings.TrimSpace(code))} }

// IsZero reports whether no country is known.
func (c Country) IsZero() bool { return c.code == "" }

// Equal reports what == does, for comparisons of whole values.
func (c Country) Equal(o Country) bool { return c == o }

// Format hides the country from every fmt verb.
func (c Country) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[country]") }

// LogValue hides the country from every slog handler.
func (c Country) LogValue() slog.Value { return slog.StringValue("[country]") }

// Reveal returns the code, to look it up or to read a number written in that
// country. An architecture test lists the packages that may call it.
func (c Country) Reveal() string { return c.code }

// MarshalJSON writes the code as a string, for storage and golden files.
func (c Country) MarshalJSON() ([]byte, error) { return json.Marshal(c.code) }

// UnmarshalJSON reads a string.
func (c *Country) UnmarshalJSON(b []byte) error {
	var code string
	if err := json.Unmarshal(b, &code); err != nil {
		return err
	}
	*c = NewCountry(code)
	return nil
}
