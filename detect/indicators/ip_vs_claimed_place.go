// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type ipVsClaimedPlaceParams struct {
	BeyondKM float64 `json:"beyond_km" doc:"kilometres beyond both error radii before a distance within one country counts; a starting value" min:"0" max:"20000"`
	One      int     `json:"one" doc:"percent of the weight of a single application; a starting value" min:"1" max:"100"`
	Full     int     `json:"full" doc:"applications or sessions at which it counts in full; a starting value" min:"1" max:"100"`
}

var ipVsClaimedPlace = detect.Define(detect.Meta{
	ID:        "app.ip_vs_claimed_place",
	Title:     "The application came from far outside the stated place",
	Rationale: "People mostly apply from home. An ordinary network somewhere else, again and again, does not fit the place on the application.",
	Innocent: []string{
		"travel, a move under way, or applying from a relative's home",
		"a wrong entry in the address database",
		"a network that is a VPN without the tables knowing",
		"an agency that applied for the person and is not on record",
	},
	References:  []string{"method §5", "ASHBY", "DTEX", "CASES"},
	Family:      detect.Network,
	Lifecycle:   detect.Stable,
	Observation: detect.ClientAddress,
	Needs:       []record.Kind{record.KindPerson},
	Waivers:     []detect.Waiver{detect.AddressProtected},
	Present:     40,
	Absent:      0,
	Weighing:    "Travel and relocation are common while applying, so two and a half times likelier when it repeats and half of that for one visit. An ordinary network at the stated place is no comfort: who deceives through one has arranged for it, and who always uses a VPN cannot show it, so that its lack would be held against a habit.",
}, ipVsClaimedPlaceParams{BeyondKM: 300, One: 50, Full: 3}, func(p *detect.Pass, cfg ipVsClaimedPlaceParams) {
	var away, near []record.Record
	var furthest gap
	seen, elsewhere := 0, 0
	for r, b := range detect.Each[record.Person](p.View) {
		if !b.ClientAddr.IsValid() {
			continue
		}
		seen++
		network, known := p.Network(b.ClientAddr)
		place, located := p.Place(b.Address)
		if !located {
			place, _, located = p.Claimed(r.At)
		}
		if !known || !located || p.Away(r.At) {
			continue
		}
		switch g := placed(network, place, cfg.BeyondKM); {
		case !g.Known:
		case g.Elsewhere && (b.Agency != "" || organisation(network)):
			elsewhere++ // an agency applies for its people, from its own line
		case g.Elsewhere:
			away = append(away, r)
			if g.KM >= furthest.KM {
				furthest = g
			}
		default:
			near = append(near, r)
		}
	}
	switch {
	case len(away) > len(near):
		p.Report(grow(cfg.One, float64(len(away)), 1, float64(cfg.Full)), cites(away...),
			"Applied %s from a network %s, on %s.", times(len(away)), furthest, clock(away[0].At))
	case len(near) > 0:
		p.Clear(cites(near...), "Applied from a network at the stated place, within its error, %s.", times(len(near)))
	case elsewhere > 0:
		p.Unknown("the application came from an organisation's network, or an agency made it: that says nothing of where the person is")
	case seen == 0:
		p.Unknown("the address an application came from is not on record")
	default:
		p.Unknown("the network an application came from, or the stated place, cannot be placed, or an absence was declared")
	}
})
