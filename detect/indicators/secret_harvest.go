// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var secretHarvest = detect.Define(detect.Meta{
	ID:        "dat.secret_harvest",
	Title:     "A program that is no browser read a browser's stored sessions or passwords",
	Rationale: "Stored sessions and passwords open the company's services from elsewhere, and go on doing so after the laptop is returned.",
	Innocent: []string{
		"a password manager or another browser that imports",
		"a backup, a search index or a virus scanner",
		"a test of the company's own security team",
	},
	References: []string{"FBI-2501", "ELASTIC", "SIGMA"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Core:       true,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"secrets_read"},
	Present:    100,
	Absent:     0,
	Weighing:   "Ten times likelier when a sensor and a person who looked agree that it was none of the programs that may; one sensor alone takes an import for it now and then and counts three fifths. Most people never do, so not seeing it says nothing.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "secrets_read",
		found: "a program that is no browser read a browser's stored sessions or passwords",
		clear: "only programs that may read a browser's stored sessions or passwords did so",
	})
})
