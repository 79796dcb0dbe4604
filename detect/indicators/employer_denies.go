// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"strings"

	"daylight/detect"
	"daylight/record"
)

type verificationParams struct {
	One    int `json:"one" doc:"percent of the weight of a single denial; records offices err, so full weight needs two; a starting value" min:"1" max:"100"`
	Mixed  int `json:"mixed" doc:"percent of the weight when as many posts or more were confirmed as denied: the ones that were held do not explain the one that was not; 0 says nothing; a starting value" min:"0" max:"100"`
	Few    int `json:"few" doc:"percent of the weight when twice as many were confirmed as denied, or more; 0 says nothing; a starting value" min:"0" max:"100"`
	Silent int `json:"silent" doc:"percent of the weight when nobody answered, in two attempts or more; 0 says nothing; a starting value" min:"0" max:"100"`
}

var employerDenies = detect.Define(detect.Meta{
	ID:        "app.employer_denies",
	Title:     "A named employer says the person did not work there",
	Rationale: "An invented career names firms that never had the person, or that do not exist.",
	Innocent: []string{
		"a closed or renamed firm, or one that outsourced its records",
		"work through an agency or as a contractor",
		"a former name, or a slow records office",
	},
	References: []string{"FBI-2405", "GUIDE22", "CASES"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Present:    140,
	Absent:     -15,
	Weighing:   "Two independent denials, reached through contact details found by the company itself, are 25 times likelier for an invented career; one alone is worth two thirds, one against as many confirmations half, against twice as many a quarter. Silence says nothing: whether a firm still exists and answers is not the person's doing, and those of refugees seldom do. Where a former name is on record a denial says nothing, and an answer that fits but for a detail confirms. An employer who confirms is a dB and a half: real careers are borrowed.",
	Next:       &detect.NextCheck{Do: "ask a past employer to confirm the dates, through contact details found independently", CandidateCost: 1, CompanyCost: 3, One: 65, Asks: []string{"checks.employment"}},
	Again:      &detect.SecondLook{Do: "ask the employer who denied once more, at another office, with a contract or payslip that the person chooses to show", Left: 25},
}, verificationParams{One: 65, Mixed: 50, Few: 25, Silent: 0}, func(p *detect.Pass, cfg verificationParams) {
	verify(p, cfg, []string{"employment"}, []string{"denied", "no_such_organisation"}, "past employment", "a past employer")
})

// verify answers from the results of one kind of check: denied results against
// passed ones. Checks do not say which employer or institution was asked, so
// results are counted and not employers.
func verify(p *detect.Pass, cfg verificationParams, kinds, denials []string, what, whom string) {
	var denied, passed, silent []record.Record
	for r, c := range detect.Each[record.Check](p.View) {
		switch {
		case !contains(c.Check, kinds):
		case contains(c.Result, denials):
			denied = append(denied, r)
		case c.Result == "passed", c.Result == "close" && renamed(p):
			passed = append(passed, r)
		case c.Result == "no_answer":
			silent = append(silent, r)
		}
	}
	asked := len(denied) + len(passed) + len(silent)
	switch {
	case len(denied) > 0 && renamed(p):
		p.Unknown("an inquiry about %s %s, and a former name is on record: it may stand under that one", what, denial(denied))
	case len(denied) > len(passed):
		strength := 100
		if len(denied) == 1 {
			strength = cfg.One
		}
		if asked == 1 {
			p.Report(strength, cites(denied...), "The one inquiry to %s %s.", whom, denial(denied))
			return
		}
		p.Report(strength, cites(denied...), "Of %d inquiries about %s, %d %s and %s confirmed it.",
			asked, what, len(denied), denial(denied), none(len(passed)))
	case len(denied) > 0 && cfg.Mixed > 0:
		strength := cfg.Mixed
		if len(passed) >= 2*len(denied) {
			strength = cfg.Few
		}
		p.Report(strength, cites(denied...), "Of %d inquiries about %s, %d %s and %d confirmed it.",
			asked, what, len(denied), denial(denied), len(passed))
	case len(denied) > 0:
		p.Unknown("inquiries about %s disagree: %d confirmed it, %d denied it", what, len(passed), len(denied))
	case len(passed) > 0:
		p.Clear(cites(passed...), "%s was confirmed, %s.", strings.ToUpper(what[:1])+what[1:], times(len(passed)))
	case len(silent) > 1 && cfg.Silent > 0:
		p.Report(cfg.Silent, cites(silent...), "No answer to %d inquiries about %s.", len(silent), what)
	default:
		p.Unknown("no result about %s", what)
	}
}

// denial words how denied checks came back.
func denial(denied []record.Record) string {
	missing := 0
	for _, r := range denied {
		if c, ok := r.Body.(record.Check); ok && c.Result == "no_such_organisation" {
			missing++
		}
	}
	switch missing {
	case 0:
		return "came back denied"
	case len(denied):
		return "found no such organisation"
	}
	return "came back denied or found no such organisation"
}

// renamed reports whether a former name is on record. What stands under it is
// not found under the present one, and nobody may pay for having changed theirs.
func renamed(p *detect.Pass) bool {
	for _, b := range detect.Each[record.Person](p.View) {
		if len(b.Former) > 0 {
			return true
		}
	}
	return false
}
