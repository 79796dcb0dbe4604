// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var remotePortHome = detect.Define(detect.Meta{
	ID:        "net.remote_port_home",
	Title:     "A remote console answers at the address that the person signs in from",
	Rationale: "A console that shows a screen and takes keystrokes over the network is how a laptop at home is used from elsewhere. A provider of exposure data knows of it; nobody's home is scanned.",
	Innocent: []string{
		"a home laboratory, as many engineers have",
		"a neighbour behind the same exit of a carrier",
		"an address that was somebody else's when the data were taken",
	},
	References: []string{"KVM-SRC", "CASES"},
	Family:     detect.Network,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"exposed_console"},
	Present:    80,
	Absent:     0,
	Weighing:   "Six times likelier when two readings agree on a console made for the purpose; one reading may be an earlier holder's or a neighbour's and counts half. Most such consoles are never exposed, so seeing none says nothing.",
}, attestParams{One: 50}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "exposed_console",
		found: "a remote console answers at the address of the sign-ins",
		clear: "no remote console is known at the address of the sign-ins",
	})
})
