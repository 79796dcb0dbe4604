// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var meetupAvoided = detect.Define(detect.Meta{
	ID:        "wrk.meetup_avoided",
	Title:     "Every event in person was declined, with travel to the person offered",
	Rationale: "Somebody who is not where they say, or not who was hired, cannot be met.",
	Innocent: []string{
		"caring for somebody, a disability, or a fear of travel",
		"papers that would not let the person back in",
		"a wish to keep work at a distance",
	},
	References: []string{"SEAL"},
	Family:     detect.Interview,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"meetups_avoided"},
	Waivers:    []detect.Waiver{detect.Accommodated},
	Present:    80,
	Absent:     -15,
	Weighing:   "Six times likelier: many decline for good, and few decline a visit at a place of their choice four times. One who says so counts three quarters. Having been met by colleagues is a dB and a half of comfort: a stand-in can come once.",
	Next:       &detect.NextCheck{Do: "offer to have a colleague visit, at a place and a time that suit the person", CandidateCost: 3, CompanyCost: 7, One: 75, Stages: []record.Stage{record.Worker}},
}, attestParams{One: 75}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "meetups_avoided",
		found: "every event in person was declined, four or more, with travel to the person offered",
		clear: "colleagues have met the person",
	})
})
