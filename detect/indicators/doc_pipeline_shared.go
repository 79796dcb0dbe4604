// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var docPipelineShared = detect.Define(detect.Meta{
	ID:        "onb.doc_pipeline_shared",
	Title:     "The pictures of the document come from one batch with another person's",
	Rationale: "Documents that are made in series are photographed in series: by one camera, within minutes, on one background, with one office and one set of dates. Two strangers' pictures do not agree in all of these.",
	Innocent: []string{
		"one notary, kiosk or service desk that photographs everybody",
		"a day of onboarding, at which one colleague took the pictures",
		"two people of one household with one telephone",
	},
	References: []string{"HUNT", "CASES"},
	Family:     detect.Document,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"document_batch"},
	Present:    100,
	Absent:     0,
	Weighing:   "Ten times likelier when two reviewers agree that several traits are shared; one reviewer may not know of the common desk and counts half. Pictures that share nothing are what everybody has.",
}, attestParams{One: 50}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "document_batch",
		found: "the pictures of the document come from one batch with another person's",
		clear: "the pictures of the document share nothing telling with another person's",
	})
})
