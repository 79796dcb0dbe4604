// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// peopleCSV is what the ATS and HR know beside the candidates' export: where
// applications came from, and what people declared.
func (s *company) peopleCSV(w io.Writer) error {
	header := []string{
		"id", "stage", "name", "former_name", "email", "address", "city", "region", "country", "time_zone", "applied_at", "hired_at", "left_at",
		"role", "requisition", "agency", "ip", "user_agent", "username", "declared_absence", "declared_relation", "accommodation", "protected", "working_hours",
	}
	return rows(w, header, func(add func(...string)) {
		for _, p := range s.people {
			stage, user, former := "applicant", "", ""
			if p.worker() {
				stage, user = "worker", p.user
			}
			if s.toldFormer(p) {
				former = p.given + " " + p.former
			}
			t := towns[p.town]
			add(p.id, stage, p.name(), former, p.email, p.street, t.city, t.region, t.country, t.zone, stamp(p.applied), stamp(p.hired), stamp(p.left),
				p.role, p.req, p.agency, p.applyAddress, p.agent, user, p.absence, p.relation, p.accommodation, p.protect, p.shift)
			if e := p.earlier; e != nil {
				add(e.id, stage, p.name(), "", e.address(s, p), p.street, t.city, t.region, t.country, t.zone, stamp(e.at), "", "",
					p.role, p.req, p.agency, address(p.home, p.key, -150), p.agent, "", "", "", "", "", "")
			}
		}
	})
}

// toldFormer reports whether somebody's former name is on record: because they named
// it, or the form asked for it, or whoever makes checks of them again.
func (s *company) toldFormer(p *person) bool {
	switch {
	case p.former == "":
		return false
	case p.deceptive, s.draw(p, "former").is(toldFormer):
		return true
	}
	asked := s.c.Process.FormerNames && p.reached(finalist) || slices.ContainsFunc(s.c.Answer, func(a Asked) bool {
		places := slices.Concat(a[p.id]...)
		return slices.Contains(places, "checks.education") || slices.Contains(places, "checks.employment")
	})
	return asked && s.draw(p, "former when asked").is(toldWhenAsked)
}

// scim writes the workers as an identity provider's ListResponse.
func (s *company) scim(w io.Writer) error {
	total := s.sum.Workers
	before := fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":%d,"startIndex":1,"itemsPerPage":%d,"Resources":[`+"\n", total, total)
	return list(w, before, "\n]}\n", func(add func(any) error) error {
		for _, p := range s.people {
			if !p.worker() {
				continue
			}
			t, street := towns[p.town], p.street
			if !p.moved.IsZero() && len(p.stays) > 0 {
				t = towns[p.stays[0].town]
				street = fmt.Sprintf("%d New %s", 1+p.key%900, streetKinds[p.key%uint64(len(streetKinds))])
			}
			err := add(object{
				"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"},
				"id":      "00u" + p.id[2:], "externalId": p.id, "userName": p.workEmail(), "active": p.left.IsZero(),
				"name":      object{"givenName": p.given, "familyName": p.family, "formatted": p.name()},
				"emails":    []object{{"value": p.workEmail(), "type": "work", "primary": true}},
				"addresses": []object{{"type": "home", "streetAddress": street, "locality": t.city, "region": t.region, "country": t.country}},
				"timezone":  t.zone, "title": p.role,
				"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": object{"employeeNumber": p.id, "department": "Engineering"},
				"meta": object{"resourceType": "User", "created": stamp(p.hired)},
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func account(c chance) string {
	return fmt.Sprintf("XX%02d SIML %04d %04d %04d", c.IntN(100), c.IntN(10000), c.IntN(10000), c.IntN(10000))
}

// payCSV writes where pay goes.
func (s *company) payCSV(w io.Writer) error {
	return rows(w, []string{"person", "effective_at", "method", "institution", "country", "account", "holder"}, func(add func(...string)) {
		for _, p := range s.people {
			if !p.worker() {
				continue
			}
			c := s.draw(p, "pay")
			own, holder := account(c), p.name()
			if c.is(p.odds[otherHolder]) {
				switch {
				case p.former != "":
					holder = p.given + " " + p.former
				case p.gang != nil:
					holder = p.gang.holder
				default: // a partner's or a parent's account
					holder = s.somebody(c)
				}
			}
			if p.gang != nil && p.gang.shares[sharedAccount] && c.is(takesPart) {
				own = p.gang.account
			}
			if p.paidTo != nil {
				own, holder = account(s.draw(p.paidTo, "pay")), p.paidTo.name()
			}
			method, institution := "bank", of(c, banks)
			if c.is(p.odds[wallet]) {
				method, institution, own = "wallet", "", fmt.Sprintf("0x%016x%016x%08x", c.Uint64(), c.Uint64(), c.Uint32())
			}
			pay := func(at time.Time, method, institution, to string) {
				if at.Before(s.end) {
					add(p.id, stamp(at), method, institution, towns[p.town].country, to, holder)
				}
			}
			pay(p.hired.AddDate(0, 0, 3), method, institution, own)
			if !c.is(p.odds[bankChange]) {
				continue
			}
			at := p.hired.AddDate(0, 0, 20+c.IntN(345))
			if !p.moved.IsZero() {
				at = p.moved.AddDate(0, 0, c.IntN(20))
			}
			pay(at, "bank", of(c, banks), account(c))
			if p.deceptive && c.is(0.4) {
				pay(at.AddDate(0, 0, 20+c.IntN(40)), "bank", of(c, banks), account(c))
			}
		}
	})
}

var banks = []string{"Sample Savings Bank", "Example Credit Union", "Specimen Bank", "Placeholder Mutual", "Fixture Bank"}

// serial is the serial number of a worker's laptop.
func (p *person) serial() string { return "SM" + p.id[2:] + "Q7" }

func (s *company) shippingCSV(w io.Writer) error {
	return rows(w, []string{"person", "requested_at", "shipped_at", "delivered_at", "serial", "address", "city", "region", "country", "changed"}, func(add func(...string)) {
		for _, p := range s.people {
			if !p.worker() {
				continue
			}
			c := s.draw(p, "parcel")
			requested := p.hired.AddDate(0, 0, -8-c.IntN(4))
			shipped := requested.AddDate(0, 0, 3+c.IntN(2))
			delivered := shipped.AddDate(0, 0, 1+c.IntN(3))
			changed := ""
			if p.shipLate {
				changed = stamp(shipped.Add(-time.Duration(c.between(2, 60) * float64(time.Hour))))
			}
			t := towns[p.shipTown]
			if p.shipPost != "" {
				t.city, t.region = p.shipPost, ""
			}
			add(p.id, stamp(requested), stamp(shipped), stamp(delivered), p.serial(), p.shipStreet, t.city, t.region, t.country, changed)
		}
	})
}
