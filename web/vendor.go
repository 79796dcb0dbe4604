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
// 2024-06). Whoever has one of these answered inside gives a disclosure too many,
// which harms nobody.
var screening = []string{"background", "identity_document", "verification_denied", "number_trace_conflict"}

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
		outside := slices.ContainsFunc(s.Screeners, func(firm string) bool { return strings.EqualFold(strings.TrimSpace(firm), strings.TrimSpace(c.By)) })
		if !outside && !slices.Contains(screening, c.Check.Check) {
			continue
		}
		for _, at := range c.Places {
			out[place{at.Path, at.Locator}] = cmp.Or(strings.TrimSpace(c.By), "a screening firm")
		}
	}
	return out, nil
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
