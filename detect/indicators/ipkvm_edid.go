// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type ipkvmEDIDParams struct {
	Bridge int `json:"bridge" doc:"percent of the weight of a capture bridge's stock identity, which several products share; a starting value" min:"1" max:"100"`
}

var ipkvmEDID = detect.Define(detect.Meta{
	ID:        "dev.ipkvm_edid",
	Title:     "A monitor that is a picture grabber",
	Rationale: "An IP-KVM takes the laptop's picture by posing as a monitor. What it says of itself is what the laptop sees.",
	Innocent: []string{
		"a capture card for streaming or teaching",
		"an HDMI matrix or a test bench",
		"an engineer's own home laboratory",
	},
	References:  []string{"ATTACK", "KVM-SRC", "CASES"},
	Family:      detect.Device,
	Lifecycle:   detect.Stable,
	Observation: detect.USBDevices,
	Needs:       []record.Kind{record.KindDevice},
	Present:     130,
	Absent:      0,
	Weighing:    "Twenty times likelier when the monitor carries a product's own name; the stock identity of the bridge chip is in capture cards too and weighs half. It can be changed, so absence weighs nothing.",
}, ipkvmEDIDParams{Bridge: 50}, func(p *detect.Pass, cfg ipkvmEDIDParams) {
	found, inventory := hardware(p, record.Display, enrich.IPKVM, enrich.CaptureBridge)
	if !inventory {
		p.Unknown("no inventory of monitors is on record")
		return
	}
	strength := cfg.Bridge
	for _, f := range found {
		if f.hardware.Class == enrich.IPKVM && f.hardware.Strong {
			strength = 100
		}
	}
	if len(found) == 0 {
		p.Clear(nil, "No monitor in the inventory has the identity of a picture grabber.")
		return
	}
	p.Report(strength, sockets(found), "A monitor of the person's laptop identifies itself as equipment that passes the picture on: %s.", signals(found))
})
