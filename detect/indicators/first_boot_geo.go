// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"net/netip"
	"time"

	"daylight/detect"
	"daylight/record"
)

type firstBootGeoParams struct {
	BeyondKM float64 `json:"beyond_km" doc:"kilometres beyond both error radii before the places differ; a starting value" min:"0" max:"20000"`
	Hours    int     `json:"hours" doc:"hours after delivery within which a first check-in says where the laptop went; a starting value" min:"1" max:"720"`
	Later    int     `json:"later" doc:"percent of the weight of a first check-in after that, or when the delivery is not dated; a starting value" min:"1" max:"100"`
}

var firstBootGeo = detect.Define(detect.Meta{
	ID:        "onb.first_boot_geo",
	Title:     "The laptop first came to life far from where it was delivered",
	Rationale: "A laptop that is carried on, or sent on, before its first start is not used where it was meant to be.",
	Innocent: []string{
		"a wrong entry in the address database, satellite or mobile internet",
		"collected on the way to a holiday or to a first week at the office",
		"set up by IT before it was sent",
	},
	References:  []string{"method §5", "MS26", "RF"},
	Family:      detect.Logistics,
	Lifecycle:   detect.Stable,
	Observation: detect.SignInAddress,
	Waivers:     []detect.Waiver{detect.AddressProtected},
	Needs:       []record.Kind{record.KindShipment, record.KindDevice},
	Present:     70,
	Absent:      -25,
	Weighing:    "Address databases are wrong for a few in a hundred and people travel, so five times likelier, only beyond their stated errors. A first start where the parcel went is what nearly every genuine person does, and what a machine kept by a helper does as well.",
}, firstBootGeoParams{BeyondKM: 100, Hours: 72, Later: 50}, func(p *detect.Pass, cfg firstBootGeoParams) {
	device, d, ok := firstEnrolled(p)
	if !ok {
		p.Unknown("no device's first check-in is on record with its address")
		return
	}
	addr, err := netip.ParseAddr(d.Addr)
	network, known := p.Network(addr)
	if err != nil || !known || p.Away(device.At) || approvedNetwork(p.Company, network, addr) {
		p.Unknown("the network of the first check-in cannot be placed or is the company's, or an absence was declared")
		return
	}
	for r, s := range detect.Each[record.Shipment](p.View) {
		place, located := p.Place(s.Address)
		if !located || s.Serial != "" && d.Serial != "" && s.Serial != d.Serial || device.At.Before(s.ShippedAt) {
			continue
		}
		g := placed(network, place, cfg.BeyondKM)
		switch {
		case !g.Known:
			continue
		case !g.Elsewhere:
			p.Clear(cites(device, r), "The first check-in was at the place of delivery, within the error of the address database.")
		default:
			wait := device.At.Sub(s.DeliveredAt)
			strength, when := cfg.Later, ""
			if !s.DeliveredAt.IsZero() && wait >= 0 {
				when = ", " + count(int(wait.Hours()), "hour") + " after delivery"
				if wait <= time.Duration(cfg.Hours)*time.Hour {
					strength = 100
				}
			}
			p.Report(strength, cites(device, r), "The first check-in, on %s%s, came over %s %s, measured from the place of delivery.",
				clock(device.At), when, network.Class.Words(), g)
		}
		return
	}
	p.Unknown("the place of delivery or the network of the first check-in cannot be placed")
})

// firstEnrolled returns the oldest enrolment that has an address.
func firstEnrolled(p *detect.Pass) (record.Record, record.Device, bool) {
	for r, d := range detect.Each[record.Device](p.View) {
		if d.Fact == record.Enrolled && d.Addr != "" {
			return r, d, true
		}
	}
	return record.Record{}, record.Device{}, false
}
