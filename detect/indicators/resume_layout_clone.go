// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var resumeLayoutClone = detect.Define(detect.Meta{
	ID:        "app.resume_layout_clone",
	Title:     "The résumé's first page looks the same as another person's",
	Rationale: "One hand that writes for several people keeps its design when the words change.",
	Innocent: []string{
		"a popular template or résumé builder",
		"the same career service, agency or school",
		"a page that is plain text with headings",
	},
	References:  []string{"GUIDE22", "method §6"},
	Family:      detect.Document,
	Lifecycle:   detect.Stable,
	Observation: detect.ResumeFile,
	Needs:       []record.Kind{record.KindCheck},
	Asks:        []string{"layout_shared"},
	Present:     15,
	Absent:      0,
	Weighing:    "One and a half dB: templates are meant to be shared, so it only adds to what the text or the file says. A design of its own says nothing.",
	Framable:    true,
}, attestParams{One: 100}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "layout_shared",
		found: "the résumé's first page looks the same as another person's",
		clear: "the résumé's first page looks like nobody else's",
	})
})
