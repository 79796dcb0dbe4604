// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type jigglerParams struct{}

var jiggler = detect.Define(detect.Meta{
	ID:        "dev.jiggler",
	Title:     "Something keeps the machine looking busy",
	Rationale: "A laptop that nobody sits at is kept awake by a program or a stick that moves the pointer.",
	Innocent: []string{
		"pressure to look present at work, which is very common",
		"long downloads, talks or tests during which the screen must not lock",
	},
	References:  []string{"MANDIANT", "SIGMA"},
	Family:      detect.Device,
	Lifecycle:   detect.Stable,
	Observation: detect.USBDevices,
	Needs:       []record.Kind{record.KindDevice},
	Present:     30,
	Absent:      0,
	Weighing:    "Twice as likely at best: about one honest laptop in thirty has one. Absence says nothing.",
}, jigglerParams{}, func(p *detect.Pass, _ jigglerParams) {
	found, inventory := programs(p, enrich.Jiggler)
	sticks, usb := hardware(p, record.USB, enrich.JigglerStick)
	switch {
	case len(found) > 0 && len(sticks) > 0:
		p.Report(100, append(where(found), sockets(sticks)...), "A program and a device that keep a machine looking busy are in the inventory: %s; %s.", products(found), signals(sticks))
	case len(found) > 0:
		p.Report(100, where(found), "A program that keeps a machine looking busy is in the inventory: %s.", products(found))
	case len(sticks) > 0:
		p.Report(100, sockets(sticks), "A device that moves the pointer by itself is plugged in: %s.", signals(sticks))
	case inventory || usb:
		p.Clear(nil, "Nothing in the inventory keeps the machine looking busy.")
	default:
		p.Unknown("no inventory of programs or USB devices is on record")
	}
})
