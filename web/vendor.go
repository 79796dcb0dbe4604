// SPDX-License-Identifier: Apache-2.0

package web

import (
	"cmp"
	"slices"
	"strings"

	"daylight/intake"
	"daylight/record"
	"daylight/store"
)

// screening are the checks that an outside firm answers: what it tells about a person
// for an employer's decision is a consumer report (15 USC 1681a(d); CFPB Circular
// 2024-06). A look at an identity document that the company took by itself is none
// (1681a(d)(2)(A)(i): its own transactions with the person), if the table names somebody
// whom the configuration names as inside. Whoever else looked, or if nobody is named,
// counts as a firm: a disclosure too many harms nobody.
var screening = []string{"background", looksAtDocument, "verification_denied", "number_trace_conflict"}

// looksAtDocument is the one of these that a company can answer by itself.
const looksAtDocument = "identity_document"

// place is where a record stands.
type place struct{ path, locator string }

// vendors says which records of a person are the datum of an outside firm, and whose.
func (s *Server) vendors(r store.Reader, handle string) (map[place]string, error) {
	checks, err := intake.Checks(r, handle)
	if err != nil {
		return nil, err
	}
	out := map[place]string{}
	for _, c := range checks {
		own := c.Check.Check == looksAtDocument && amongThose(s.Inside, c.By)
		if !amongThose(s.Screeners, c.By) && (own || !slices.Contains(screening, c.Check.Check)) {
			continue
		}
		for _, at := range c.Places {
			out[place{at.Path, at.Locator}] = cmp.Or(strings.TrimSpace(c.By), "a screening firm")
		}
	}
	return out, nil
}

// amongThose reports whether a table's "by" is one of those that the configuration names.
func amongThose(those []string, by string) bool {
	return slices.ContainsFunc(those, func(one string) bool { return strings.EqualFold(strings.TrimSpace(one), strings.TrimSpace(by)) })
}

// vendorOf is whose datum is among what a piece of evidence rests on; "" if nobody's.
func vendorOf(from map[place]string, cites []record.Citation) string {
	var firms []string
	for _, c := range cites {
		if firm := from[place{c.Path, c.Locator}]; firm != "" && !slices.Contains(firms, firm) {
			firms = append(firms, firm)
		}
	}
	slices.Sort(firms)
	return strings.Join(firms, ", ")
}
