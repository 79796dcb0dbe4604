// SPDX-License-Identifier: Apache-2.0

// Package source does what no indicator may. A line marked "wrong" is a problem.
package source

import (
	"encoding/json" // wrong
	"fmt"
	"os"      // wrong
	"reflect" // wrong
	"slices"
	"strings"
	"time"
	_ "unsafe" // wrong

	"daylight/enrich"
	"daylight/record"
)

var capitals = map[string]bool{"Nairobi": true}

func wrong(p record.Person, at enrich.Place, n enrich.Network) bool {
	data, _ := json.Marshal(p.Address.Country)
	text, _ := p.Name.MarshalJSON() // wrong
	fmt.Println(data, text)         // wrong
	fmt.Fprintln(os.Stderr, reflect.ValueOf(p.Name).Field(0))
	for _, e := range p.Emails {
		if strings.HasSuffix(string(e), ".org") { // wrong
			return true
		}
		if e == "ana@example.com" || e[0] == 'a' { // wrong
			return true
		}
		for range e { // wrong
			return true
		}
	}
	where := strings.ToLower(p.Address.City)
	switch where {
	case "nairobi": // wrong
		return true
	}
	if strings.Contains(at.Name, "Kenya") || capitals[p.Address.City] { // wrong
		return true
	}
	if slices.Contains([]string{"Lagos"}, n.City) { // wrong
		return true
	}
	return p.Address.Region == "TX" || // wrong
		p.Address.Country == record.NewCountry("KE") || // wrong
		p.Name.Compare(record.NewName("Ana")) == record.NameSame || // wrong
		time.Now().After(p.HiredAt) // wrong
}

func right(p record.Person, at enrich.Place, n enrich.Network, mine []string) bool {
	for _, e := range p.Emails {
		if e == "" || slices.Contains(p.Emails, e.Fold()) {
			return false
		}
	}
	return p.Address.City != "" && p.Address.City == n.City && p.Address.Country == n.Country && !n.Country.IsZero() &&
		slices.Contains(mine, n.Operator) && fmt.Sprint("near ", at.Name) != "" && p.Role == "engineer" && time.Unix(0, 0).Before(p.HiredAt)
}
