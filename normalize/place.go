// SPDX-License-Identifier: Apache-2.0

package normalize

import (
	"regexp"
	"strings"

	"daylight/record"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// countries reads countries. The names are gathered when the first is looked up:
// most exports write codes.
type countries struct {
	names map[string]record.Country // English, folded by [Column]
}

func newCountries() *countries { return &countries{} }

func countryNames() map[string]record.Country {
	names := map[string]record.Country{}
	for name, code := range map[string]string{
		"usa": "US", "unitedstatesofamerica": "US", "uk": "GB", "greatbritain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
		"southkorea": "KR", "korea": "KR", "northkorea": "KP", "russianfederation": "RU", "czechrepublic": "CZ",
		"uae": "AE", "vietnam": "VN", "turkey": "TR", "ivorycoast": "CI", "holland": "NL", "thenetherlands": "NL",
	} {
		names[name] = record.NewCountry(code)
	}
	english := display.English.Regions()
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			// Codes that were withdrawn have no name of their own.
			r, err := language.ParseRegion(string([]rune{a, b}))
			if err == nil && r.IsCountry() && r.Canonicalize() == r && english.Name(r) != "" {
				names[Column(english.Name(r))] = record.NewCountry(r.String())
			}
		}
	}
	return names
}

// read reads an ISO 3166-1 code of two or three letters or an English name;
// "" for anything else.
func (c *countries) read(s string) record.Country {
	s = strings.TrimSpace(s)
	if len(s) == 2 || len(s) == 3 {
		if r, err := language.ParseRegion(s); err == nil && r.IsCountry() {
			return record.NewCountry(r.Canonicalize().String())
		}
	}
	if s == "" {
		return record.Country{}
	}
	if c.names == nil {
		c.names = countryNames()
	}
	return c.names[Column(s)]
}

// region of the United States or Canada with a postal code behind it.
var stateAndCode = regexp.MustCompile(`^(?i)([A-Z]{2})\s+(\d{5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d)$`)

// address reads an address written on one line, from the general order "street,
// city, region and code, country". What it is not sure of it leaves out: a place
// without country is resolved, or called ambiguous, by the gazetteer.
func (c *countries) address(text string) record.Address {
	var a record.Address
	var parts []string
	for p := range strings.FieldsFuncSeq(clean(text), func(r rune) bool { return r == ',' || r == '\n' }) {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	if n := len(parts); n > 1 {
		// Two letters after a city are a state as often as a country.
		if land := c.read(parts[n-1]); !land.IsZero() && (len(parts[n-1]) > 2 || n > 2) {
			a.Country, parts = land, parts[:n-1]
		}
	}
	if n := len(parts); n > 1 {
		if m := stateAndCode.FindStringSubmatch(parts[n-1]); m != nil {
			a.Region, a.PostalCode, parts = strings.ToUpper(m[1]), record.Redacted(strings.ToUpper(m[2])), parts[:n-1]
			if a.Country.IsZero() {
				a.Country = record.NewCountry("US")
				if m[2][0] > '9' {
					a.Country = record.NewCountry("CA")
				}
			}
		}
	}
	if len(parts) > 0 && strings.ContainsAny(parts[0], "0123456789") {
		a.Line, parts = record.Redacted(parts[0]), parts[1:]
	}
	if len(parts) > 0 {
		a.City = parts[0]
	}
	if len(parts) > 1 && a.Region == "" {
		a.Region = parts[1]
	}
	return a
}
