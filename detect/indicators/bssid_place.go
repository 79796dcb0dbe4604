// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var bssidPlace = detect.Define(detect.Meta{
	ID:        "dev.bssid_place",
	Title:     "The Wi-Fi access point maps to another place than claimed",
	Rationale: "A laptop on a table sees the access points around that table, whatever its own address says.",
	Innocent: []string{
		"an access point that moved with a household",
		"a hotspot of a telephone, or of a train",
		"a trip, or a move that is not recorded yet",
		"a database of access points that is old",
	},
	References: []string{"RF", "CASES"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"wifi_elsewhere"},
	Present:    80,
	Absent:     -15,
	Weighing:   "Six times likelier when two sources place it: an access point is at one place, but databases remember where it was and few cases have had one looked up. One look-up counts three fifths. One that maps to the claimed place is what a laptop at home shows.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "wifi_elsewhere",
		found: "the laptop's Wi-Fi access point maps to another place than claimed",
		clear: "the laptop's Wi-Fi access point maps to the claimed place",
	})
})
