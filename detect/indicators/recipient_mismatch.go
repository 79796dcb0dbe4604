// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var recipientMismatch = detect.Define(detect.Meta{
	ID:        "onb.recipient_mismatch",
	Title:     "Somebody else signed for the parcel, or identification at the door was refused",
	Rationale: "A laptop that an intermediary keeps is received by the intermediary.",
	Innocent: []string{
		"a doorman, a neighbour or a partner",
		"a carrier that writes any name",
		"a parcel shop",
	},
	References: []string{"RF", "CASES"},
	Family:     detect.Logistics,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"received_by_other"},
	Present:    80,
	Absent:     -5,
	Weighing:   "Six times likelier when two sources say so; one signature is mostly a neighbour's and counts three fifths. A parcel handed to the person themselves is half a dB of comfort: intermediaries seldom can, and few carriers look closely.",
	Next:       &detect.NextCheck{Do: "have the next parcel handed over against a document, at a place that suits the person", CandidateCost: 2, CompanyCost: 2, One: 60, Stages: []record.Stage{record.Worker}},
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "received_by_other",
		found: "somebody else signed for the parcel, or identification at the door was refused",
		clear: "the person received the parcel themselves",
	})
})
