// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type shipChangeLateParams struct {
	Days    int `json:"days" doc:"days before shipping within which a change counts as late; a starting value" min:"1" max:"3650"`
	Before  int `json:"before" doc:"percent of the weight of a change before the parcel left; a starting value" min:"1" max:"100"`
	Undated int `json:"undated" doc:"percent of the weight when the source says only that the address changed; a starting value" min:"1" max:"100"`
}

var shipChangeLate = detect.Define(detect.Meta{
	ID:        "onb.ship_change_late",
	Title:     "The delivery address changed at the last moment",
	Rationale: "A laptop meant for an intermediary is redirected once the offer is safe: just before it leaves, or on its way.",
	Innocent: []string{
		"a move, a family emergency or a stay with relatives",
		"a correction of a mistyped address",
		"a carrier's error or a parcel shop",
	},
	References:  []string{"FBI-2310", "CASES"},
	Family:      detect.Logistics,
	Lifecycle:   detect.Stable,
	Observation: detect.HomeAddress,
	Waivers:     []detect.Waiver{detect.AddressProtected},
	Needs:       []record.Kind{record.KindShipment},
	Present:     100,
	Absent:      -15,
	Weighing:    "Ten times likelier for a parcel redirected on its way. The figures for simulation, 40 % against 5 %, would be nine dB for any late change; most honest ones come before the parcel left, which counts three fifths. No late change is a dB and a half of comfort by the same figures (60 % against 95 %, rounded down).",
}, shipChangeLateParams{Days: 7, Before: 60, Undated: 50}, func(p *detect.Pass, cfg shipChangeLateParams) {
	var late, steady []record.Record
	strength, words := 0, ""
	for r, s := range detect.Each[record.Shipment](p.View) {
		this, how := 0, ""
		switch {
		case !s.ChangedAt.IsZero() && !s.ShippedAt.IsZero():
			before := s.ShippedAt.Sub(s.ChangedAt).Hours() / 24
			switch {
			case before < 0:
				this, how = 100, "after the parcel had left, on "+clock(s.ChangedAt)
			case before <= float64(cfg.Days):
				this, how = cfg.Before, "on "+clock(s.ChangedAt)+", less than "+count(max(int(before)+1, 1), "day")+" before the parcel left"
			}
		case s.Changed || !s.ChangedAt.IsZero():
			this, how = cfg.Undated, "at a time that is not on record"
		}
		if this == 0 {
			steady = append(steady, r)
			continue
		}
		late = append(late, r)
		if this > strength {
			strength, words = this, how
		}
	}
	if strength > 0 {
		p.Report(strength, cites(late...), "The delivery address was changed %s.", words)
		return
	}
	p.Clear(cites(steady...), "The delivery address stayed as it was from a week before shipping.")
})
