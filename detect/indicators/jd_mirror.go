// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var jdMirror = detect.Define(detect.Meta{
	ID:        "app.jd_mirror",
	Title:     "The résumé repeats the advert nearly word for word",
	Rationale: "Résumés made for one advert at a time are made from its own words.",
	Innocent: []string{
		"advice that every job-seeker is given, because programs rank by the advert's words",
		"a writing assistant that was given the advert",
		"a short advert with the usual words of the trade",
	},
	References:  []string{"MS26"},
	Family:      detect.History,
	Lifecycle:   detect.Stable,
	Observation: detect.ResumeFile,
	Needs:       []record.Kind{record.KindCheck},
	Asks:        []string{"advert_mirrored"},
	Present:     10,
	Absent:      0,
	Weighing:    "One dB: people are told to do this, and assistants do it for them. A résumé in its own words says nothing.",
}, attestParams{One: 100}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "advert_mirrored",
		found: "the résumé repeats the advert nearly word for word",
		clear: "the résumé uses its own words",
	})
})
