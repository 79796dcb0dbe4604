// SPDX-License-Identifier: Apache-2.0

package sanctions

import (
	"fmt"
	"strings"

	"daylight/record"
)

// Territory is a country, or a region of one, that the law puts under
// comprehensive sanctions. Which those are is counsel's to say: none is built
// in.
type Territory struct {
	country record.Country
	region  string // "" for the whole country
}

// ParseTerritory reads an ISO 3166-1 code of two letters, or one with the name
// of a region as the place database writes it: "XX" or "XX/Region".
func ParseTerritory(s string) (Territory, error) {
	code, region, both := strings.Cut(strings.TrimSpace(s), "/")
	region = strings.TrimSpace(region)
	if code = strings.ToUpper(strings.TrimSpace(code)); len(code) != 2 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || both && region == "" {
		return Territory{}, fmt.Errorf("%q is not a country code of two letters, or one and a region as in XX/Region", s)
	}
	return Territory{record.NewCountry(code), region}, nil
}

// Holds reports whether a place lies in the territory.
func (t Territory) Holds(country record.Country, region string) bool {
	return !country.IsZero() && country == t.country && (t.region == "" || strings.EqualFold(t.region, strings.TrimSpace(region)))
}
