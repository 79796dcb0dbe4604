// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/link"
	"daylight/record"
)

type resumeTextCloneParams struct {
	MinNats  float64 `json:"min_nats" doc:"least surprise of the shared passages, in nats, that counts at all (from method §6: 30 finds 87-92 % of spliced copies)" min:"1" max:"1000"`
	Surprise int     `json:"surprise" doc:"weight of the edge, in centibans, at which the shared wording is surprising enough to count in full; that of linking for 90 nats between strangers; a starting value" min:"1" max:"1000"`
	MinShare float64 `json:"min_share" doc:"least share of either text's account of work, 0-1, that must stand in the other; a starting value" min:"0" max:"1"`
	Full     float64 `json:"full_share" doc:"share, 0-1, at which a match counts in full; near the 0.6 of published near-duplicate rules; a starting value" min:"0" max:"1"`
	Least    int     `json:"least" doc:"percent of the weight below which a declared relation is taken to explain what is left; a starting value" min:"1" max:"100"`
	Odd      float64 `json:"odd_share" doc:"share of a résumé's words, 0-1, written with invisible characters or letters of two alphabets, from which finding no copy shows nothing; a starting value" min:"0.001" max:"1"`
}

var resumeTextClone = detect.Define(detect.Meta{
	ID:        "app.resume_text_clone",
	Title:     "The résumé shares unusual wording with another person's",
	Rationale: "What a person did is told in words of their own. Several profiles written by one hand, or from one master résumé, repeat passages that strangers do not share.",
	Innocent: []string{
		"both used the same résumé writer, agency or template",
		"both worked in one team and described the same work",
		"the other profile is the same person's earlier application",
		"a public example résumé or an AI writer gave both the same sentences",
	},
	References:  []string{"method §6", "FBI-2501"},
	Family:      detect.History,
	Observation: detect.ResumeFile,
	Lifecycle:   detect.Stable,
	Framable:    true,
	Needs:       []record.Kind{record.KindResume},
	Present:     160,
	Absent:      -5,
	Weighing:    "Passages are weighed by how rare each is in the company's own corpus, so at full strength a match is some 40 times likelier from one hand than from chance; agencies and résumé writers keep it from more. Only the account of work and projects counts, because profiles and closing lines are what templates share. Finding none is slight comfort: most deceptive résumés are copied from people the company has never seen.",
}, resumeTextCloneParams{MinNats: 30, Surprise: 120, MinShare: 0.15, Full: 0.6, Least: 20, Odd: 0.05}, func(p *detect.Pass, cfg resumeTextCloneParams) {
	var best link.Edge
	var others []record.SubjectID
	strength := 0
	for e := range p.EdgesVia(record.ResumeText) {
		surprise := telling(e, record.Weight(cfg.Surprise))
		if e.Text == nil || surprise == 0 || e.Text.Nats < cfg.MinNats {
			continue
		}
		share := max(e.Text.Share, e.Text.ShareOther)
		s := min(surprise, grow(40, share, cfg.MinShare, cfg.Full))
		if share < cfg.MinShare || s < cfg.Least {
			continue
		}
		others = append(others, e.Other)
		if s > strength {
			best, strength = e, s
		}
	}
	if strength == 0 && hardToCompare(p, cfg.Odd) {
		p.Unknown("the text is written in a way that could not be compared")
		return
	}
	if strength == 0 {
		p.Clear(cites(resumes(p)...), "No unusual passage of this résumé stands in another person's.")
		return
	}
	words := percent(best.Text.Share) + " of this résumé's wording also stands, word for word or with some changed, in the résumé of " + among(best, others)
	if n := len(best.Text.Passages); n > 0 {
		longest := best.Text.Passages[0]
		words += "; the longest shared passage, but for single changed words, is " + count(longest.Words, "word") + " (" + longest.Where + "; there " + longest.WhereOther + ")"
	}
	p.Relate(others...)
	p.Report(strength, slices.Concat(best.Cites, cites(resumes(p)...)), "%s.", words)
})

// hardToCompare reports whether a résumé has so many words of mixed or hidden
// characters that a copy might not have been found. How a person writes is no
// sign of anything, so it never counts for or against them.
func hardToCompare(p *detect.Pass, share float64) bool {
	for _, b := range detect.Each[record.Resume](p.View) {
		if b.OddWords > 0 && float64(b.OddWords) >= share*float64(b.Words) {
			return true
		}
	}
	return false
}

// resumes returns the records that hold a résumé.
func resumes(p *detect.Pass) []record.Record {
	var out []record.Record
	for r := range detect.Each[record.Resume](p.View) {
		out = append(out, r)
	}
	return out
}
