// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/link"
	"daylight/record"
)

type skillSetIdenticalParams struct {
	MinSkills int     `json:"min_skills" doc:"shared skills before a list is compared at all; a starting value" min:"1" max:"100"`
	MinShare  float64 `json:"min_share" doc:"share of each list, 0-1, that must stand in the other; nearly the whole, as lists of one trade overlap; a starting value" min:"0" max:"1"`
	MinNats   float64 `json:"min_nats" doc:"least surprise of the shared skills, in nats, each by how rare it is in the company's own corpus (from method §6); a starting value" min:"1" max:"1000"`
	FullNats  float64 `json:"full_nats" doc:"surprise in nats at which it counts in full; a starting value" min:"1" max:"1000"`
}

var skillSetIdentical = detect.Define(detect.Meta{
	ID:        "app.skill_set_identical",
	Title:     "The list of skills is another person's list",
	Rationale: "Rewriting a master résumé changes sentences and leaves the list of skills. Two long lists that agree in rare items came from one place.",
	Innocent: []string{
		"one trade, one course or one employer",
		"both copied the list from the same advert",
		"a résumé builder's suggestions",
	},
	References:  []string{"method §6"},
	Family:      detect.History,
	Lifecycle:   detect.Stable,
	Framable:    true,
	Observation: detect.ResumeFile,
	Needs:       []record.Kind{record.KindResume},
	Present:     40,
	Absent:      0,
	Weighing:    "Common skills weigh almost nothing by their frequency; a whole list with rare items in common is two and a half times likelier from one source. Different lists say nothing.",
}, skillSetIdenticalParams{MinSkills: 8, MinShare: 0.9, MinNats: 20, FullNats: 60}, func(p *detect.Pass, cfg skillSetIdenticalParams) {
	var best link.Edge
	var others []record.SubjectID
	strength := 0
	for e := range p.EdgesVia(record.SkillSet) {
		t := e.Text
		if t == nil || telling(e, 40) == 0 || t.Skills < cfg.MinSkills || t.Nats < cfg.MinNats || min(t.Share, t.ShareOther) < cfg.MinShare {
			continue
		}
		others = append(others, e.Other)
		if s := grow(30, t.Nats, cfg.MinNats, cfg.FullNats); s > strength {
			best, strength = e, s
		}
	}
	slices.Sort(others)
	if strength > 0 {
		p.Relate(others...)
		p.Report(strength, slices.Concat(best.Cites, cites(resumes(p)...)), "%d skills, %s of the list, are those of %s; the surprise of the shared skills is %.0f nats.",
			best.Text.Skills, percent(best.Text.Share), among(best, others), best.Text.Nats)
		return
	}
	listed := 0
	for _, b := range detect.Each[record.Resume](p.View) {
		listed = max(listed, len(b.Skills))
	}
	if listed < cfg.MinSkills {
		p.Unknown("the résumé lists %s; a comparison needs %d", count(listed, "skill"), cfg.MinSkills)
		return
	}
	p.Clear(cites(resumes(p)...), "No other person's résumé has this list of %d skills.", listed)
})
