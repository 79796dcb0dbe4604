// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var liveIDDeclined = detect.Define(detect.Meta{
	ID:        "int.live_id_declined",
	Title:     "Showing a document on camera was declined twice, and every alternative with it",
	Rationale: "A document next to the face it belongs to is asked of every finalist; a borrowed one does not bear it.",
	Innocent: []string{
		"privacy, and doubt about who keeps the recording",
		"a document that is lost, expired or being renewed",
		"dress or appearance, which an alternative in person would have respected",
	},
	References: []string{"KRAKEN", "SEAL", "method §9"},
	Family:     detect.Interview,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"live_id_declined"},
	Waivers:    []detect.Waiver{detect.Accommodated},
	Present:    50,
	Absent:     -15,
	Weighing:   "Three times likelier when two people record it, three fifths of that from one, and only where every finalist was asked and offered a notary, a visit or a service instead. Showing it is some comfort: pictures can be altered live.",
	Next:       &detect.NextCheck{Do: "offer the person, as every finalist, to show a document on camera or to a notary, whichever suits them", CandidateCost: 2, CompanyCost: 1, One: 60, Stages: []record.Stage{record.Applicant}},
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "live_id_declined",
		found: "the person declined, twice and with alternatives offered, to show a document on camera when every finalist was asked",
		clear: "the person showed a document on camera or took an alternative, as every finalist was asked to",
	})
})
