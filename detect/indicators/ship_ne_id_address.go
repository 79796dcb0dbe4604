// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type shipNeIDAddressParams struct {
	MinKM  float64 `json:"min_km" doc:"kilometres beyond the extent of both places before they differ; a commute, so that a parent's or partner's home nearby does not count; a starting value" min:"0" max:"20000"`
	FullKM float64 `json:"full_km" doc:"kilometres at which it counts in full; a starting value" min:"0" max:"20000"`
}

var shipNeIDAddress = detect.Define(detect.Meta{
	ID:        "onb.ship_ne_id_address",
	Title:     "Equipment was sent to a place that is not on record",
	Rationale: "The laptop goes to whoever will plug it in. An address far from every place on the application or the document suggests that this is somebody else.",
	Innocent: []string{
		"a move for the job, or parents' or partner's home",
		"a post-office box or a neighbour, in the country",
		"an address-confidentiality programme",
	},
	References:  []string{"method §5", "FBI-2405", "GUIDE22", "KNOWBE4", "CASES"},
	Family:      detect.Logistics,
	Lifecycle:   detect.Stable,
	Observation: detect.HomeAddress,
	Waivers:     []detect.Waiver{detect.AddressProtected},
	Needs:       []record.Kind{record.KindShipment, record.KindPerson},
	Present:     80,
	Absent:      -10,
	Weighing:    "People move when they change jobs, so six times likelier at most, and only beyond a commute. Delivery to the place on record is a little comfort: an intermediary's address can be put on the application, too.",
}, shipNeIDAddressParams{MinKM: 50, FullKM: 500}, func(p *detect.Pass, cfg shipNeIDAddressParams) {
	var homes []enrich.Place
	var named []record.Record
	var keys []record.Redacted
	for r, b := range detect.Each[record.Person](p.View) {
		if k := b.Address.Key(); k != "" {
			keys = append(keys, k)
		}
		if place, ok := p.Place(b.Address); ok {
			homes = append(homes, place)
			named = append(named, r)
		}
	}
	var away, near []record.Record
	var furthest gap
	for r, s := range detect.Each[record.Shipment](p.View) {
		if k := s.Address.Key(); k != "" && slices.Contains(keys, k) {
			near = append(near, r)
			continue
		}
		place, ok := p.Place(s.Address)
		if !ok || len(homes) == 0 {
			continue
		}
		g := nearest(place, homes)
		if g.KM-g.ErrorKM <= cfg.MinKM || p.Away(r.At) {
			near = append(near, r)
			continue
		}
		away = append(away, r)
		if g.KM > furthest.KM {
			furthest = g
		}
	}
	switch {
	case len(away) > 0:
		p.Report(grow(50, furthest.KM-furthest.ErrorKM, cfg.MinKM, cfg.FullKM), append(cites(away...), cites(named...)...),
			"Equipment was sent %s to a place that is not on record, %s km from the nearest that is (extent of both places %s km).", times(len(away)), kilometres(furthest.KM), kilometres(furthest.ErrorKM))
	case len(near) > 0:
		p.Clear(cites(near...), "Equipment was sent to a place on record, or near one, %s.", times(len(near)))
	default:
		p.Unknown("either the delivery address or the person's own cannot be placed")
	}
})

// nearest returns the gap between a place and the nearest of some others.
func nearest(to enrich.Place, homes []enrich.Place) gap {
	var best gap
	for i, h := range homes {
		g := gap{Known: true, HasKM: true, KM: enrich.DistanceKM(to.Lat, to.Lon, h.Lat, h.Lon), ErrorKM: to.RadiusKM + h.RadiusKM}
		if i == 0 || g.KM-g.ErrorKM < best.KM-best.ErrorKM {
			best = g
		}
	}
	return best
}
