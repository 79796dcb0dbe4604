// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"net/netip"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type anonymisedIPParams struct {
	Hosting int `json:"hosting" doc:"percent of the weight of a hosting provider's address, which may be an employer's cloud desktop; a starting value" min:"1" max:"100"`
}

var anonymisedIP = detect.Define(detect.Meta{
	ID:        "app.anonymised_ip",
	Title:     "The application came through a VPN, Tor or a rented server",
	Rationale: "A commercial VPN, Tor or a rented server stands between the person and the place they state.",
	Innocent: []string{
		"a privacy VPN used all year, as many engineers do",
		"a VPN left on after work, or a hotel's",
		"a cloud desktop of the present employer",
	},
	References:  []string{"method §5", "ASHBY", "DTEX", "MANDIANT", "X4BNET"},
	Family:      detect.Network,
	Lifecycle:   detect.Stable,
	Observation: detect.ClientAddress,
	Needs:       []record.Kind{record.KindPerson},
	Habit:       true,
	Present:     30,
	Absent:      0,
	Weighing:    "Some 60 % against 15 % by the figures for simulation would be six dB, but those are guesses, and privacy is a habit of many engineers: three dB, twice as likely, and only beside two families that say something without it: who always uses one has nothing to explain. An ordinary line is no comfort, or its absence would be held against them. Privacy relays that operating systems switch on count for nothing.",
}, anonymisedIPParams{Hosting: 50}, func(p *detect.Pass, cfg anonymisedIPParams) {
	var hidden, plain []record.Record
	var class enrich.NetworkClass
	for r, b := range detect.Each[record.Person](p.View) {
		n, ok := p.Network(b.ClientAddr)
		switch {
		case !ok, n.Class == enrich.Private, n.Class == enrich.Relay, approvedNetwork(p.Company, n, b.ClientAddr):
		case n.Class.Anonymous():
			hidden = append(hidden, r)
			if class != enrich.VPN && class != enrich.Tor {
				class = n.Class
			}
		default:
			plain = append(plain, r)
		}
	}
	switch {
	case len(hidden) > 0:
		strength := 100
		if class == enrich.Hosting {
			strength = cfg.Hosting
		}
		p.Report(strength, cites(hidden...), "Applied through %s, %s.", class.Words(), times(len(hidden)))
	case len(plain) > 0:
		p.Clear(cites(plain...), "Applied through a network that does not hide its user.")
	default:
		p.Unknown("the address an application came from is not on record, or nothing is known of it")
	}
})

// approvedNetwork reports whether the company itself deploys the network.
func approvedNetwork(c *detect.Company, n enrich.Network, a netip.Addr) bool { return c.Deploys(n, a) }
