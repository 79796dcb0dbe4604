// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"strings"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type remoteHostParams struct {
	Hardware []string `json:"hardware" doc:"beginnings of hardware addresses, lower-case, that hypervisors give their guests and not their hosts (from the IEEE registration authority's list and makers' documentation: VMware, VirtualBox, Xen)"`
	Disks    []string `json:"disks" doc:"parts of disk ids, lower-case, of virtual disks (from makers' defaults)"`
	Labels   []string `json:"labels" doc:"parts of labels of cameras, microphones and speakers, lower-case, that remote desktops and hypervisors make (from makers' documentation)"`
	Hosting  int      `json:"hosting" doc:"percent of the weight of a hosting provider's network alone, which may be a VPN that no table knows; a starting value" min:"1" max:"100"`
	Virtual  int      `json:"virtual" doc:"percent of the weight of a virtual machine or remote desktop alone; a starting value" min:"1" max:"100"`
}

var remoteHost = detect.Define(detect.Meta{
	ID:        "int.remote_host",
	Title:     "Calls came from a hosting provider's network or a virtual machine",
	Rationale: "A call that is joined on a machine in a data centre hides the place, the camera and the machine of whoever sits at the other end.",
	Innocent: []string{
		"a cloud workstation, or the virtual desktop of a present employer",
		"a virtual machine kept for meetings, out of caution",
		"a VPN on a rented server of one's own",
	},
	References:  []string{"MS25", "KRAKEN"},
	Family:      detect.Network,
	Lifecycle:   detect.Stable,
	Observation: detect.ClientAddress,
	Needs:       []record.Kind{record.KindCall},
	Present:     60,
	Absent:      0,
	Weighing:    "Four times likelier when both the network and the machine say so; engineers use either alone, so a provider's network counts two fifths and a virtual machine three. A machine that looks like one says nothing: operators have those too.",
}, remoteHostParams{
	Hardware: []string{"00:05:69", "00:0c:29", "00:50:56:8", "00:50:56:9", "00:50:56:a", "00:50:56:b", "08:00:27", "00:16:3e"},
	Disks:    []string{"qm0000", "vbox", "vmware"},
	Labels:   []string{"remote audio", "remote desktop", "vmware virtual", "citrix", "teradici", "amazon dcv", "parallels"},
	Hosting:  40, Virtual: 60,
}, func(p *detect.Pass, cfg remoteHostParams) {
	var both, rented, virtual, seen []record.Record
	for r, c := range detect.Each[record.Call](p.View) {
		network, placed := p.Network(c.Addr)
		guest, told := cfg.guest(c)
		hosting := placed && network.Class == enrich.Hosting && !approvedNetwork(p.Company, network, c.Addr)
		switch {
		case hosting && guest:
			both = append(both, r)
		case hosting:
			rented = append(rented, r)
		case guest:
			virtual = append(virtual, r)
		case told || placed:
			seen = append(seen, r)
		}
	}
	total := len(both) + len(rented) + len(virtual) + len(seen)
	switch {
	case len(both) > 0:
		p.Report(100, cites(both...), "In %d of %s the network was a hosting provider's and the machine a virtual or remote one.", len(both), count(total, "call"))
	case len(virtual) > 0:
		p.Report(cfg.Virtual, cites(virtual...), "In %d of %s the machine was a virtual or remote one.", len(virtual), count(total, "call"))
	case len(rented) > 0:
		p.Report(cfg.Hosting, cites(rented...), "In %d of %s the network was a hosting provider's.", len(rented), count(total, "call"))
	case len(seen) > 0:
		p.Clear(cites(seen...), "Neither the network nor the machine of %s was a rented or remote one.", count(len(seen), "call"))
	default:
		p.Unknown("no call says which network or machine it came from")
	}
})

// guest reports whether a call's machine is a hypervisor's guest or a remote
// desktop, and whether the call says anything of the machine.
func (cfg remoteHostParams) guest(c record.Call) (guest, told bool) {
	labels := detect.Labels(c)
	guest = slices.ContainsFunc(cfg.Hardware, func(maker string) bool { return strings.HasPrefix(c.MAC, maker) }) ||
		contains(c.DiskID, cfg.Disks) ||
		slices.ContainsFunc(labels, func(l string) bool { return contains(l, cfg.Labels) })
	return guest, c.MAC != "" || c.DiskID != "" || len(labels) > 0
}
