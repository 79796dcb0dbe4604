// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type callPlaceParams struct {
	BeyondKM float64 `json:"beyond_km" doc:"kilometres beyond both error radii before a call's network is elsewhere; a starting value" min:"0" max:"20000"`
	One      int     `json:"one" doc:"percent of the weight of calls on a single day; a starting value" min:"1" max:"100"`
	Full     int     `json:"full" doc:"days with calls from elsewhere at which it counts in full; a starting value" min:"1" max:"100"`
}

var callPlace = detect.Define(detect.Meta{
	ID:        "int.ip_vs_claimed",
	Title:     "Interview calls came from far outside the stated place",
	Rationale: "People mostly take an interview at home. An ordinary network somewhere else, on several days, does not fit the stated place.",
	Innocent: []string{
		"travel, a move under way, or a call from a relative's home",
		"a wrong entry in the address database",
		"a network that is a VPN without the tables knowing",
	},
	References:  []string{"method §5", "DTEX", "CASES"},
	Family:      detect.Network,
	Lifecycle:   detect.Stable,
	Observation: detect.ClientAddress,
	Needs:       []record.Kind{record.KindCall, record.KindPerson},
	Waivers:     []detect.Waiver{detect.AddressProtected},
	Present:     40,
	Absent:      -15,
	Weighing:    "As for the network of the application: two and a half times likelier when it repeats, half of that for one day. An ordinary network at the stated place is what most genuine people have and what an operator elsewhere must arrange for.",
}, callPlaceParams{BeyondKM: 300, One: 50, Full: 3}, func(p *detect.Pass, cfg callPlaceParams) {
	hired, worker := p.HiredAt()
	var away, near []record.Record
	days := map[int32]bool{}
	var furthest gap
	seen := 0
	for r, c := range detect.Each[record.Call](p.View) {
		if !c.Addr.IsValid() || worker && !r.At.Before(hired) {
			continue // calls at work are net.geo_vs_claimed's matter
		}
		seen++
		network, known := p.Network(c.Addr)
		place, _, located := p.Claimed(r.At)
		if !known || !located || p.Away(r.At) || approvedNetwork(p.Company, network, c.Addr) {
			continue
		}
		switch g := placed(network, place, cfg.BeyondKM); {
		case !g.Known:
		case g.Elsewhere:
			away, days[dayNumber(r.At)] = append(away, r), true
			if g.KM >= furthest.KM {
				furthest = g
			}
		default:
			near = append(near, r)
		}
	}
	switch {
	case len(away) > len(near):
		p.Report(grow(cfg.One, float64(len(days)), 1, float64(cfg.Full)), cites(away...),
			"Joined %s from a network %s, on %s, first on %s.", count(len(away), "call"), furthest, count(len(days), "day"), clock(away[0].At))
	case len(near) > 0:
		p.Clear(cites(near...), "Joined %s from a network at the stated place, within its error.", count(len(near), "call"))
	case seen == 0:
		p.Unknown("no call before the hire says which address it came from")
	default:
		p.Unknown("the network of the calls, or the stated place, cannot be placed, or an absence was declared")
	}
})
