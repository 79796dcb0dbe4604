// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type ipkvmUSBParams struct {
	Named   int `json:"named" doc:"percent of the weight of a device that names itself a remote keyboard; a starting value" min:"1" max:"100"`
	Generic int `json:"generic" doc:"percent of the weight of the stock Linux gadget's identity, which hobby boards and some docks share; a starting value" min:"1" max:"100"`
}

var ipkvmUSB = detect.Define(detect.Meta{
	ID:        "dev.ipkvm_usb",
	Title:     "A USB device that is a keyboard over the network",
	Rationale: "An IP-KVM types on a laptop from anywhere and leaves no program behind. Its USB identity is what the laptop sees.",
	Innocent: []string{
		"an engineer's own home laboratory",
		"a help desk or a test bench",
		"a hobby board or a dock that presents itself as a keyboard",
	},
	References:  []string{"ATTACK", "HUNT", "KVM-SRC", "CASES"},
	Family:      detect.Device,
	Lifecycle:   detect.Stable,
	Observation: detect.USBDevices,
	Needs:       []record.Kind{record.KindDevice},
	Present:     140,
	Absent:      0,
	Weighing:    "Twenty-five times likelier when the device names itself: a quarter of the described cases against a handful of home laboratories. The stock gadget's identity alone proves nothing and weighs a tenth. Names can be changed, so absence weighs nothing.",
}, ipkvmUSBParams{Named: 100, Generic: 10}, func(p *detect.Pass, cfg ipkvmUSBParams) {
	found, inventory := hardware(p, record.USB, enrich.IPKVM, enrich.Gadget)
	if !inventory {
		p.Unknown("no inventory of USB devices is on record")
		return
	}
	var named, generic []plugged
	for _, f := range found {
		if f.hardware.Class == enrich.IPKVM && f.hardware.Strong {
			named = append(named, f)
		} else {
			generic = append(generic, f)
		}
	}
	switch {
	case len(named) > 0:
		p.Report(cfg.Named, sockets(named), "A USB device on the person's laptop identifies itself as a keyboard over the network: %s.", signals(named))
	case len(generic) > 0:
		p.Report(cfg.Generic, sockets(generic), "A USB device has an identity that remote keyboards share with hobby boards and some docks: %s.", signals(generic))
	default:
		p.Clear(nil, "No USB device in the inventory has the identity of a remote keyboard.")
	}
})
