// SPDX-License-Identifier: Apache-2.0

package sample

import "strings"

// Swap is what stands in the place of what could tell where somebody is from, for
// the tests that it never matters. The zero Swap leaves everything as it is.
type Swap struct {
	Name    Replace // each given and each family name, and so the mailboxes made of them
	Mailbox Replace // of a private address that the cast gives, what is before the @, less a tag
	Phone   Replace
	Street  Replace // a line of an address, without the town
	// Origin, if not nil, adds what exports and résumés say of a person, by id, beside
	// what Daylight reads.
	Origin func(id string) Origin
}

// Replace gives another value for each: different ones for different ones. Nil
// leaves what there is.
type Replace func(string) string

func (r Replace) of(s string) string {
	if r == nil || s == "" {
		return s
	}
	return r(s)
}

// Origin is what an export may say of where somebody is from and who they are, in
// fields of its own and in a résumé. Nothing of it may matter.
type Origin struct {
	School, Language, Nation, Born, Title string
}

// turn replaces what the cast says of a person, before the rest follows from it.
func (p *person) turn(s Swap) {
	given, family, _ := strings.Cut(p.holder, " ")
	if p.holder != "" {
		p.holder = s.Name.of(given) + " " + s.Name.of(family)
	}
	p.given, p.family = s.Name.of(p.given), s.Name.of(p.family)
	local, domain, _ := strings.Cut(p.email, "@")
	if local != "" {
		local, tag, tagged := strings.Cut(local, "+")
		if local = s.Mailbox.of(local); tagged {
			local += "+" + tag
		}
		p.email = local + "@" + domain
	}
}

// settle replaces what was completed by rule.
func (p *person) settle(s Swap) {
	p.phone, p.street = s.Phone.of(p.phone), s.Street.of(p.street)
	if s.Origin != nil {
		o := s.Origin(p.id)
		p.origin = &o
	}
}
