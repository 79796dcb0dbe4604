// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/link"
	"daylight/record"
)

type shipAddressSharedParams struct {
	Two        int `json:"two" doc:"percent of the weight when one other person shares the address: households of two are common (from method §7)" min:"1" max:"100"`
	Surprise   int `json:"surprise" doc:"sum of the edges' weights, in centibans, at which it counts in full; twice linking's weight for one stranger at the same door; a starting value" min:"1" max:"1000"`
	Applicant  int `json:"applicant" doc:"percent that a share with people who are not hired counts; a starting value" min:"1" max:"100"`
	MaxHolders int `json:"max_holders" doc:"people at an address before it is a hub, a hall or an office; a starting value" min:"1" max:"1000"`
}

var shipAddressShared = detect.Define(detect.Meta{
	ID:        "onb.ship_address_shared",
	Title:     "Equipment of people with no declared relation went to one address",
	Rationale: "Somebody who keeps machines running for others receives them at home, one for each name.",
	Innocent: []string{
		"a couple or a family who have not told HR",
		"a student house, a co-living home or a co-working site",
		"a parcel shop or a reception desk",
	},
	References:  []string{"method §7", "DOJ-CHAP", "MS26", "CASES"},
	Family:      detect.Logistics,
	Lifecycle:   detect.Stable,
	Observation: detect.HomeAddress,
	Waivers:     []detect.Waiver{detect.AddressProtected},
	Needs:       []record.Kind{record.KindShipment},
	Present:     140,
	Absent:      0,
	Weighing:    "Three unrelated hires at one home are 25 times likelier where machines are kept for others; two are mostly a couple, so a third of that weight, and nothing once they have said so. One parcel a home is the ordinary case and says nothing.",
}, shipAddressSharedParams{Two: 33, Surprise: 160, Applicant: 50, MaxHolders: 12}, func(p *detect.Pass, cfg shipAddressSharedParams) {
	addressed, home := delivered(p)
	if len(addressed) == 0 {
		p.Unknown("no delivery address with a street line is on record")
		return
	}
	var others []record.SubjectID
	var cite []record.Citation
	hired, surprise := 0, 0
	for e := range p.EdgesVia(record.PostalAddress) {
		s := telling(e, 100)
		if s == 0 || e.Holders > cfg.MaxHolders || slices.Contains(others, e.Other) || !home && !about(e, addressed) {
			continue
		}
		others = append(others, e.Other)
		cite = append(cite, e.Cites...)
		surprise += s
		if e.OtherStage != record.Applicant {
			hired++
		}
	}
	if len(others) == 0 {
		p.Clear(cites(addressed...), "No unrelated person's equipment went to the same address.")
		return
	}
	strength := max(min(100*surprise/cfg.Surprise, 100), 1)
	if len(others) == 1 {
		strength = min(strength, cfg.Two)
	}
	if hired == 0 {
		strength = max(strength*cfg.Applicant/100, 1)
	}
	slices.Sort(others)
	p.Relate(others...)
	p.Report(strength, append(cite, cites(addressed...)...), "The delivery address is also that of %s with no declared relation, %d of them hired: %s.",
		count(len(others), "other profile"), hired, list(others))
})

// delivered returns the shipments that have a street line, and whether one of
// them went to an address that the person gives as their own.
func delivered(p *detect.Pass) (addressed []record.Record, home bool) {
	var own []record.Redacted
	for _, b := range detect.Each[record.Person](p.View) {
		own = append(own, b.Address.Key())
	}
	for r, s := range detect.Each[record.Shipment](p.View) {
		if k := s.Address.Key(); k != "" {
			addressed = append(addressed, r)
			home = home || slices.Contains(own, k)
		}
	}
	return addressed, home
}

// about reports whether an edge cites one of the records.
func about(e link.Edge, records []record.Record) bool {
	return slices.ContainsFunc(records, func(r record.Record) bool {
		return slices.ContainsFunc(e.Cites, func(c record.Citation) bool {
			return c.Path == r.Origin.Path && c.Locator == r.Origin.Locator
		})
	})
}
