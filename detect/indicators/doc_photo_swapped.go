// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var docPhotoSwapped = detect.Define(detect.Meta{
	ID:        "onb.doc_photo_swapped",
	Title:     "The portrait on the document did not match the registered one",
	Rationale: "A genuine number and genuine data under another portrait pass every check of the data; only the issuer, or a person who compares, sees it.",
	Innocent: []string{
		"an old portrait, another weight or hair, or an illness",
		"software that compares faces errs more for some people than for others, so a person has to look",
		"a file that was mixed up at the service",
	},
	References: []string{"HUNT", "SEAL"},
	Family:     detect.Document,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"portrait_mismatch"},
	Present:    110,
	Absent:     -15,
	Weighing:   "Two who looked, one of them a person, leave little but a mixed-up file: a dozen times likelier. One alone counts two fifths, for comparisons err, and not for all people alike. A portrait that fits is had by all who use their own document, and by those who borrow that of somebody like them: a dB and a half.",
	Next:       &detect.NextCheck{Do: "have the issuer, or a second person, compare the portrait with one taken now, if it suits them", CandidateCost: 1, CompanyCost: 2, One: 40},
}, attestParams{One: 40}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "portrait_mismatch",
		found: "the portrait on the document is not that of the registered person",
		clear: "the portrait on the document is that of the registered person",
	})
})
