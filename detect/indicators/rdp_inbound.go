// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"net/netip"
	"slices"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type rdpInboundParams struct {
	Once      int `json:"once" doc:"percent of the weight of log-ons on one day; a starting value" min:"1" max:"100"`
	Full      int `json:"full_days" doc:"days with a log-on at which it counts in full; a starting value" min:"1" max:"60"`
	Listening int `json:"listening" doc:"percent of the weight of an open port for remote desktops alone; a starting value" min:"1" max:"100"`
}

var rdpInbound = detect.Define(detect.Meta{
	ID:        "dev.rdp_inbound",
	Title:     "The laptop was logged on to from outside the company's networks, or accepts that",
	Rationale: "A laptop that is driven from elsewhere through the system's own remote desktop or shell has sessions that come from there, and no program beside.",
	Innocent: []string{
		"IT support from a network that the configuration does not name",
		"the person's own second machine, over the internet",
		"a developer who tests a server on the laptop",
	},
	References: []string{"GUIDE22", "CASES"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindDevice},
	Present:    80,
	Absent:     0,
	Weighing:   "Six times likelier with log-ons on several days: laptops behind a home router are rarely reachable by chance. An open port alone counts an eighth, because settings open it for support. Log-ons from the own network say nothing, and neither does seeing none.",
}, rdpInboundParams{Once: 60, Full: 3, Listening: 12}, func(p *detect.Pass, cfg rdpInboundParams) {
	const rdp = 3389 // IANA, ms-wbt-server
	var outside, open []record.Record
	days, looked := map[string]bool{}, false
	for r, d := range detect.Each[record.Device](p.View) {
		looked = looked || d.Fact == record.RemoteLogon || d.Fact == record.Listening
		if a, err := netip.ParseAddr(d.Addr); err == nil && d.Fact == record.RemoteLogon && comesFromOutside(p, a) {
			outside = append(outside, r)
			days[day(r.At)] = true
		}
		if d.Fact == record.Listening && d.Port == rdp && !d.Removed {
			open = append(open, r)
		}
	}
	switch {
	case len(outside) > 0:
		p.Report(grow(cfg.Once, float64(len(days)), 1, float64(cfg.Full)), cites(outside...),
			"Sessions on the laptop were opened from outside the company's and the laptop's own networks on %s, last on %s.",
			count(len(days), "day"), day(outside[len(outside)-1].At))
	case len(open) > 0:
		p.Report(cfg.Listening, cites(open[0], open[len(open)-1]), "The laptop accepts remote desktop sessions from other machines (port %d), and no such session from outside is on record.", rdp)
	case looked:
		p.Clear(nil, "No session from outside the company's and the laptop's own networks is on record, and no open port for remote desktops.")
	default:
		p.Unknown("neither remote log-ons nor listening ports are on record")
	}
})

// comesFromOutside reports whether an address is neither the company's nor one
// of a network that the laptop itself is in.
func comesFromOutside(p *detect.Pass, a netip.Addr) bool {
	a = a.Unmap()
	if a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsLoopback() {
		return false
	}
	if p.Company != nil && slices.ContainsFunc(p.Company.Egress, func(n netip.Prefix) bool { return n.Contains(a) }) {
		return false
	}
	n, _ := p.Network(a)
	return n.Class != enrich.Private && n.Class != enrich.Corporate
}
