// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var laptopReturnOdd = detect.Define(detect.Meta{
	ID:        "off.laptop_return_odd",
	Title:     "The laptop came back from elsewhere, not at all, or with new hardware traces",
	Rationale: "A laptop that stood with an intermediary is sent from there, or is not sent because it is still of use.",
	Innocent: []string{
		"a move, or a stay with family",
		"a parcel lost by the carrier",
		"a dock and a screen bought for the home",
	},
	References: []string{"HUNT", "CASES"},
	Family:     detect.Logistics,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"returned_oddly"},
	Present:    50,
	Absent:     0,
	Weighing:   "Three times likelier when carrier and examiner agree; people move, so one of them counts three fifths. Returning a laptop from where it was sent is what intermediaries do as well.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "returned_oddly",
		found: "the laptop came back from elsewhere, not at all, or with new hardware traces",
		clear: "the laptop came back from where it was sent, as it was",
	})
})
