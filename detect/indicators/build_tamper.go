// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/record"
)

type buildTamperParams struct {
	One  int `json:"one" doc:"percent of the weight when one source has found it and no other has; a starting value" min:"1" max:"100"`
	Logs int `json:"logs" doc:"percent of the weight when the code host's log shows it, which does not say who owns it or who asked; a starting value" min:"1" max:"100"`
	Days int `json:"days" doc:"days after the hire that are early; (from the row of the catalogue: 60)" min:"1" max:"365"`
}

var buildTamper = detect.Define(detect.Meta{
	ID:        "dat.build_tamper",
	Title:     "Workflows, lock files or publishing were changed early by somebody who does not own them",
	Rationale: "What builds and publishes is the shortest way from one account into everything that the company ships.",
	Innocent: []string{
		"ordinary maintenance, or a task given to learn the system",
		"an update of dependencies that a tool proposed",
		"an owner on leave who asked for it",
	},
	References: []string{"SEAL", "CASES"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Either:     []record.Kind{record.KindActivity, record.KindCheck},
	Asks:       []string{"build_touched_early"},
	Present:    35,
	Absent:     0,
	Weighing:   "Twice as likely: newcomers are often given such tasks. One reviewer who was not told of the task counts three fifths, and the code host's log alone, which shows secrets, runners, protection and packages and not who asked for it, three tenths. Leaving the build alone is the rule.",
}, buildTamperParams{One: 60, Logs: 30, Days: 60}, func(p *detect.Pass, cfg buildTamperParams) {
	a := attestation{
		check: "build_touched_early",
		found: "workflows, lock files or publishing were changed in the first 60 days by somebody who does not own them",
		clear: "no workflow, lock file or publishing was changed in the first 60 days without its owner",
	}
	if attestFirst(p, cfg.One, a) {
		return
	}
	hired, ok := p.HiredAt()
	if !ok || p.Profile == nil {
		p.Unknown("nobody has answered whether %s, and there is no day of hire with a log of the code host", a.found)
		return
	}
	var own []string // who made a repository owns what builds it
	for _, d := range p.Profile.Deeds(record.RepositoryCreated) {
		own = append(own, d.Object)
	}
	var names []string
	var cite []record.Citation
	for _, d := range p.Profile.Deeds(record.BuildChanged) {
		if d.At.Before(hired.AddDate(0, 0, -1)) || !d.At.Before(hired.AddDate(0, 0, cfg.Days+1)) || slices.Contains(own, d.Object) {
			continue
		}
		names, cite = append(names, d.Object), append(cite, p.Cite(d.Sighting))
	}
	if len(cite) == 0 {
		p.Unknown("nobody has answered whether %s, and no log shows it", a.found)
		return
	}
	slices.Sort(names)
	p.Report(cfg.Logs, cite, "By the code host's log, secrets, runners, protection or packages of %s were changed within %d days of being hired on %s, and the person created none of them; who owns them and who asked is not on record.",
		count(len(slices.Compact(names)), "place"), cfg.Days, day(hired))
})
