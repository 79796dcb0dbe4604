// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"strings"

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
	Either:     []record.Kind{record.KindActivity, record.KindCheck},
	Asks:       []string{"secrets_read"},
	Present:    100,
	Absent:     0,
	Weighing:   "Ten times likelier when a sensor and a person who looked agree that it was none of the programs that may; one sensor alone, or its log, takes an import for it now and then and counts three fifths. Most people never do, so not seeing it says nothing.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	a := attestation{
		check: "secrets_read",
		found: "a program that is no browser read a browser's stored sessions or passwords",
		clear: "only programs that may read a browser's stored sessions or passwords did so",
	}
	if attestFirst(p, cfg.One, a) {
		return
	}
	programs, cite := storeReaders(p)
	if len(programs) == 0 {
		p.Unknown("nobody has answered whether %s, and no log names one that did", a.found)
		return
	}
	p.Report(cfg.One, cite, "By the log of the machine, %s no browser opened files in which a browser keeps sessions or passwords, first on %s; nobody has said yet whether that is in order.",
		thatAre(len(programs), "program"), clock(cite[0].At))
})

// storeReaders returns which programs the logs of machines name as having opened a
// browser's store, without those that the company deploys, and where.
func storeReaders(p *detect.Pass) (programs []string, cite []record.Citation) {
	if p.Profile == nil {
		return nil, nil
	}
	for _, d := range p.Profile.Deeds(record.SecretsRead) {
		name := strings.TrimSuffix(strings.ToLower(d.Object), ".exe")
		tool := p.Facts.Tools[name]
		if tool.Name == "" {
			tool.Name = name
		}
		if approved(p, tool) {
			continue
		}
		if !slices.Contains(programs, name) {
			programs = append(programs, name)
		}
		cite = append(cite, p.Cite(d.Sighting))
	}
	return programs, cite
}

// thatAre words a number of things before what they are not.
func thatAre(n int, thing string) string {
	if n == 1 {
		return "1 " + thing + " that is"
	}
	return count(n, thing) + " that are"
}
