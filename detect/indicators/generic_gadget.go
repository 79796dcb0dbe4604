// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type genericGadgetParams struct {
	Once int `json:"once" doc:"percent of the weight of a device that was seen on one day only; a starting value" min:"1" max:"100"`
	Days int `json:"days" doc:"days from the first to the last sighting at which it counts in full; a starting value" min:"1" max:"60"`
}

var genericGadget = detect.Define(detect.Meta{
	ID:        "dev.generic_gadget",
	Title:     "A board that presents itself as a keyboard stays plugged in",
	Rationale: "A home-made remote keyboard is a small computer with the stock identity of a USB gadget, and it stays plugged in for weeks.",
	Innocent: []string{
		"a hobby board or a tester on an engineer's desk",
		"a dock, an adapter or a telephone with that stock identity",
	},
	References:  []string{"KVM-SRC"},
	Family:      detect.Device,
	Lifecycle:   detect.Stable,
	Observation: detect.USBDevices,
	Needs:       []record.Kind{record.KindDevice},
	Present:     30,
	Absent:      0,
	Weighing:    "Twice likelier when it stays for a week: hobby boards and docks with this identity are commoner than remote keyboards, but come and go. Which functions a gadget has no inventory says. One that names itself is dev.ipkvm_usb's matter.",
}, genericGadgetParams{Once: 33, Days: 7}, func(p *detect.Pass, cfg genericGadgetParams) {
	named, _ := hardware(p, record.USB, enrich.IPKVM)
	var rows []record.Record
	inventory := false
	for r, d := range detect.Each[record.Device](p.View) {
		inventory = inventory || d.Fact == record.USB
		if d.Fact == record.USB && !d.Removed && p.Facts.Hardware[enrich.KeyOf(d)].Class == enrich.Gadget {
			rows = append(rows, r)
		}
	}
	switch {
	case !inventory:
		p.Unknown("no inventory of USB devices is on record")
	case len(rows) == 0:
		p.Clear(nil, "No USB device in the inventory has the stock identity of a gadget.")
	case len(named) > 0:
		p.Unknown("a remote keyboard names itself, and a gadget beside it says no more")
	default:
		first, last := rows[0], rows[len(rows)-1]
		days := int(last.At.Sub(first.At).Hours() / 24)
		p.Report(grow(cfg.Once, float64(days), 0, float64(cfg.Days)), cites(first, last),
			"A USB device with the stock identity of a gadget, which home-made remote keyboards share with hobby boards and some docks, was seen over a span of %s from %s.", count(days+1, "day"), day(first.At))
	}
})
