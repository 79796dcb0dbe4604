// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var cloudExfilVDI = detect.Define(detect.Meta{
	ID:        "dat.cloud_exfil_vdi",
	Title:     "Far more than usual was uploaded to a personal account",
	Rationale: "In cases that became public, company material was first uploaded to a personal account and later held for money.",
	Innocent: []string{
		"a backup of one's own files before a laptop is returned",
		"photographs and music that were on the laptop",
		"a personal account that the team uses for want of another",
	},
	References: []string{"FBI-2501", "CASES"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"uploaded_outside"},
	Present:    90,
	Absent:     0,
	Weighing:   "Eight times likelier when two systems saw it; one counts three fifths, because own files are backed up too and the size says nothing of the content. Not uploading is the rule.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "uploaded_outside",
		found: "far more than usual was uploaded to a personal account",
		clear: "no unusual upload to a personal account was seen",
	})
})
