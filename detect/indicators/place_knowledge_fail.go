// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type placeKnowledgeFailParams struct {
	One   int `json:"one" doc:"percent of the weight when one session alone went poorly, or more than went well; a starting value" min:"1" max:"100"`
	Mixed int `json:"mixed" doc:"percent of the weight when some went poorly and as many or more went well; a starting value" min:"1" max:"100"`
}

var placeKnowledgeFail = detect.Define(detect.Meta{
	ID:        "int.place_knowledge_fail",
	Title:     "Questions about the own application went poorly",
	Rationale: "Questions about what the person wrote, such as what they finished first or how their work was checked, are easy for whoever lived it and hard for whoever was given a story.",
	Innocent: []string{
		"nerves, or a job that was long ago",
		"a memory or attention condition",
		"a question about something other than the own application",
	},
	References: []string{"method §9", "FBI-2501", "KRAKEN"},
	Family:     detect.Interview,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindInterview},
	Waivers:    []detect.Waiver{detect.Accommodated},
	Present:    60,
	Absent:     -20,
	Weighing:   "Nerves spoil answers, so failing is four times likelier, and no more in three sessions than in one: who is nervous is so each time. Where as many sessions went well it weighs a little over half: a story that was learnt holds in some. Answering well each time is two dB of comfort.",
	Next:       &detect.NextCheck{Do: "ask the same set of questions as everyone, drawn only from what the candidate wrote", CandidateCost: 1, CompanyCost: 2, One: 100, Asks: []string{"interviews.local_knowledge"}},
}, placeKnowledgeFailParams{One: 100, Mixed: 55}, func(p *detect.Pass, cfg placeKnowledgeFailParams) {
	var poor, good []record.Record
	for r, iv := range detect.Each[record.Interview](p.View) {
		switch iv.LocalKnowledge {
		case "poor":
			poor = append(poor, r)
		case "good":
			good = append(good, r)
		}
	}
	switch {
	case len(poor)+len(good) == 0:
		p.Unknown("no questions about the own application were asked")
	case !p.AskedEvenly(detect.ItemLocalKnowledge):
		p.Unknown(uneven)
	case len(poor) > 1 && len(good) == 0:
		p.Report(100, cites(poor...), "Questions about the own application went poorly in %s.", count(len(poor), "session"))
	case len(poor) > 0 && len(good) == 0:
		p.Report(cfg.One, cites(poor...), "Questions about the own application went poorly in 1 session, on %s.", day(poor[0].At))
	case len(poor) > len(good):
		p.Report(cfg.One, cites(poor...), "Questions about the own application went poorly in %d of %s.", len(poor), count(len(poor)+len(good), "session"))
	case len(poor) == 0:
		p.Clear(cites(good...), "Answered questions about the own application well in %s.", count(len(good), "session"))
	default:
		p.Report(cfg.Mixed, cites(poor...), "Questions about the own application went poorly in %d of %s.", len(poor), count(len(poor)+len(good), "session"))
	}
})
