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
	References: []string{"HUNT", "CASES", "method §6"},
	Family:     detect.Document,
	Lifecycle:  detect.Stable,
	Framable:   true,
	Either:     []record.Kind{record.KindIdentity, record.KindCheck},
	Asks:       []string{"document_batch"},
	Present:    100,
	Absent:     0,
	Weighing:   "Ten times likelier when two reviewers agree that several traits are shared; one reviewer may not know of the common desk and counts half. Without them the files are compared: camera and time zone, half an hour, background, date of expiry. All four count in full, and three, which one desk explains, three tenths. Pictures that share nothing are what everybody has.",
}, attestParams{One: 50}, func(p *detect.Pass, cfg attestParams) {
	if attestFirst(p, cfg.One, attestation{
		check: "document_batch",
		found: "the pictures of the document come from one batch with another person's",
		clear: "the pictures of the document share nothing telling with another person's",
	}) {
		return
	}
	best, strength, others := strongest(p, 100, record.DocumentBatch)
	if strength > 0 {
		p.Relate(others...)
		p.Report(strength, best.Cites, "How the picture of the identity document was taken is as with that of %s: %s.", among(best, others), best.Detail)
		return
	}
	var compared []record.Record
	for r, d := range detect.Each[record.IdentityDocument](p.View) {
		if d.Capture.Camera != "" || d.Capture.SurroundDetail > 0 {
			compared = append(compared, r)
		}
	}
	if len(compared) == 0 {
		p.Unknown("nobody has compared the pictures of the document, and the files do not say how they were taken")
		return
	}
	p.Clear(cites(compared...), "The picture of the document shares nothing telling with another person's.")
})
