// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"strings"

	"daylight/detect"
	"daylight/record"
)

type verificationParams struct {
	One       int `json:"one" doc:"percent of the weight of a single denial; records offices err, so full weight needs it to be asked again; a starting value" min:"1" max:"100"`
	Several   int `json:"several" doc:"percent of the weight of denials by several that nobody has asked again; a starting value" min:"1" max:"100"`
	Mixed     int `json:"mixed" doc:"percent of the weight when as many posts or more were confirmed as denied: the ones that were held do not explain the one that was not; 0 says nothing; a starting value" min:"0" max:"100"`
	Few       int `json:"few" doc:"percent of the weight when twice as many were confirmed as denied, and less when more were, three fifths of that beside four; 0 says nothing; a starting value" min:"0" max:"100"`
	Beside    int `json:"beside" doc:"percent of the weight of a denial that was repeated, when as many posts or more were confirmed; a starting value" min:"1" max:"100"`
	Among     int `json:"among" doc:"percent of the weight of a denial that was repeated, when twice as many posts were confirmed, and less when more were, three fifths of that beside four; a starting value" min:"1" max:"100"`
	Corrected int `json:"corrected" doc:"percent of the weight when everybody who denied confirmed when asked again; 0 says nothing; a starting value" min:"0" max:"100"`
	Confirmed int `json:"confirmed" doc:"percent of the comfort when one or two posts were confirmed and none denied; 0 gives all of it; a starting value" min:"0" max:"100"`
	Close     int `json:"close" doc:"percent of the comfort of answers that all fit but for a spelling or a detail, where no former name on record explains it; a starting value" min:"0" max:"100"`
	Further   int `json:"further" doc:"percent of the comfort that each further confirmation adds; a starting value" min:"0" max:"100"`
	Sources   int `json:"sources" doc:"past employers, silent ones included, beyond which nobody else is asked; 0 for one question only; a starting value" min:"0" max:"100"`
	Silent    int `json:"silent" doc:"percent of the weight when nobody answered, in two attempts or more; 0 says nothing; a starting value" min:"0" max:"100"`
}

var employerDenies = detect.Define(detect.Meta{
	ID:        "app.employer_denies",
	Title:     "A named employer did not confirm the employment, or denied it",
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
	Checks:     []string{"employment", "employment_record"},
	Present:    140,
	Absent:     -45,
	Weighing:   "A denial that the same employer repeats, reached through contact details found by the company itself, is 25 times likelier for an invented career; four fifths of that are left where as many others confirm, and two thirds where twice as many do, less where more do, since an invented career is seldom confirmed in its other parts. One denial alone is worth half, since people whose name has changed meet more of them, several that nobody has asked again nine tenths, one against as many confirmations a third, against twice as many a quarter and less against more, and a quarter is left where the employer confirmed when asked again, or nothing where twice as many others confirm too. An official record of the work that the person opens counts as the employer's confirmation, whatever was denied. Silence says nothing: whether a firm still exists and answers is not the person's doing, and those of refugees seldom do. Where a former name is on record a denial says nothing, and an answer that fits but for a spelling or a detail confirms; elsewhere it confirms half. One or two confirmations are a dB and a half, and each further one a dB, up to five: real careers are borrowed, so that is less than half of what the simulated company would allow.",
	Next:       &detect.NextCheck{Do: "ask a past employer to confirm the dates, through contact details found independently", CandidateCost: 1, CompanyCost: 3, One: 50, Comfort: 34, Asks: []string{"checks.employment"}},
	Again: &detect.SecondLook{
		Do: "ask the employer who denied once more, at another office, with a contract or payslip that the person chooses to show", Left: 25,
		Then: &detect.SecondLook{
			Do:   "let the person open an official record of that work while you watch, such as a tax or social insurance statement, or let a payroll service fetch it with their consent",
			Left: 0, Asks: []string{"checks.employment_record"},
		},
	},
}, verificationParams{One: 50, Several: 90, Mixed: 35, Few: 25, Beside: 80, Among: 65, Corrected: 25, Confirmed: 34, Close: 50, Further: 22, Sources: 5, Silent: 0}, func(p *detect.Pass, cfg verificationParams) {
	verify(p, cfg, "employment", "past employment", "a past employer")
})

// unnamedAgain is how many denials that do not name who was asked are believed to
// hold one that was asked again.
const unnamedAgain = 3

// inquiries are the answers to one kind of question, by who was asked.
type inquiries struct {
	denied, passed, corrected, silent []record.Record // one for each who was asked, the newest; denied has all of theirs
	denying                           int             // who denied, and has not confirmed since
	repeated                          bool            // one of them denied again when asked once more
	again                             bool            // that, or so many denials that it is believed
	settled                           bool            // whoever denied again stands against a record that the person could not show
	asked                             int             // answers
	sources                           int             // who was asked
}

// inquire sorts the answers to a check, and the records of the same that the person
// opened. One that does not name who was asked is taken for an answer of somebody else
// each time.
func inquire(p *detect.Pass, check string) inquiries {
	type source struct {
		about          record.Redacted
		denied, passed []record.Record
	}
	var order []*source
	named := map[record.Redacted]*source{}
	var q inquiries
	unnamed := 0
	silent := map[record.Redacted]bool{}
	shown := map[record.Redacted]record.Record{} // the newest record that was opened, by whom it is about
	for r, c := range detect.Each[record.Check](p.View) {
		if c.Check == check+"_record" {
			shown[c.About.Fold()] = r
		}
		if c.Check != check {
			continue
		}
		denied := c.Result == "denied" || c.Result == "no_such_organisation"
		switch {
		case c.Result == "no_answer":
			q.silent = append(q.silent, r)
			silent[c.About.Fold()] = true
			continue
		case !denied && c.Result != "passed" && c.Result != "close":
			continue
		}
		q.asked++
		s := named[c.About.Fold()]
		if s == nil || c.About.Fold() == "" {
			s = &source{about: c.About.Fold()}
			order = append(order, s)
			named[c.About.Fold()] = s
		}
		switch {
		case !denied:
			s.passed = append(s.passed, r)
		case c.About.Fold() == "":
			unnamed++
			fallthrough
		default:
			s.denied = append(s.denied, r)
		}
	}
	q.asked += len(q.silent)
	q.settled = true
	for _, s := range order {
		official, opened := shown[s.about]
		switch {
		case len(s.denied) == 0:
			q.passed = append(q.passed, s.passed[len(s.passed)-1])
		case len(s.passed) > 0 && !s.denied[len(s.denied)-1].At.After(s.passed[len(s.passed)-1].At):
			q.corrected = append(q.corrected, s.passed[len(s.passed)-1])
		case len(s.denied) > 0 && opened && shows(official):
			q.passed = append(q.passed, official)
		default:
			q.denied = append(q.denied, s.denied...)
			q.denying++
			q.settled = q.settled && opened
			q.repeated = q.repeated || s.denied[len(s.denied)-1].At.After(s.denied[0].At)
		}
	}
	q.sources = len(order)
	for about := range silent {
		if named[about] == nil {
			q.sources++
		}
	}
	q.again = q.repeated || unnamed >= unnamedAgain
	slices.SortStableFunc(q.denied, func(a, b record.Record) int { return a.At.Compare(b.At) })
	return q
}

// shows reports whether a record that the person opened shows what was denied.
func shows(r record.Record) bool {
	c, ok := r.Body.(record.Check)
	return ok && (c.Result == "passed" || c.Result == "close")
}

// verify answers from the results of one check: who denied, against who confirmed.
func verify(p *detect.Pass, cfg verificationParams, check, what, whom string) {
	q := inquire(p, check)
	if q.sources < cfg.Sources {
		p.More()
	}
	if q.again {
		p.Repeated()
	}
	if q.again && q.settled && q.denying > 0 {
		p.Settled()
	}
	switch {
	case q.denying > 0 && renamed(p):
		p.Spare("an inquiry about %s %s, and a former name is on record: it may stand under that one", what, denial(q.denied))
	case q.asked == 1 && q.denying == 1:
		p.Report(cfg.One, cites(q.denied...), "The one inquiry to %s %s.", whom, denial(q.denied))
	case q.denying > 0 && (q.again || q.denying > len(q.passed) || cfg.Mixed > 0):
		p.Report(q.strength(cfg), cites(q.denied...), "Of %d inquiries about %s, %d %s%s and %s confirmed it.",
			q.asked, what, len(q.denied), denial(q.denied), q.repeatedly(), none(len(q.passed)))
	case q.denying > 0:
		p.Unknown("inquiries about %s disagree: %d confirmed it, %d denied it", what, len(q.passed), len(q.denied))
	case len(q.corrected) > 0 && cfg.Corrected > 0 && len(q.passed) < 2*len(q.corrected) && !renamed(p):
		p.Report(cfg.Corrected, cites(q.corrected...), "%s was denied by %s, and confirmed when they were asked again.", strings.ToUpper(what[:1])+what[1:], count(len(q.corrected), "source"))
	case len(q.corrected) > 0 && len(q.passed) == 0 && !renamed(p):
		p.Unknown("%s was denied, and confirmed when asked again", what)
	case len(q.corrected)+len(q.passed) > 0:
		confirmed := slices.Concat(q.corrected, q.passed)
		comfort, but := cfg.comfort(len(confirmed)), ""
		if !renamed(p) && !slices.ContainsFunc(confirmed, exact) {
			comfort, but = max(comfort*cfg.Close/100, 1), " but for a spelling or a detail"
		}
		p.ClearPartly(comfort, cites(confirmed...), "%s was confirmed%s, %s.", strings.ToUpper(what[:1])+what[1:], but, times(len(confirmed)))
	case len(q.silent) > 1 && cfg.Silent > 0:
		p.Report(cfg.Silent, cites(q.silent...), "No answer to %d inquiries about %s.", len(q.silent), what)
	case len(q.silent) > 0:
		p.Spare("no result about %s", what)
	default:
		p.Unknown("no result about %s", what)
	}
}

// exact reports whether a check confirmed everything, to the letter.
func exact(r record.Record) bool {
	c, ok := r.Body.(record.Check)
	return ok && c.Result == "passed"
}

// strength is how much of its weight a denial has.
func (q inquiries) strength(cfg verificationParams) int {
	switch {
	case q.again && cfg.Among > 0 && len(q.passed) >= 2*q.denying:
		return q.among(cfg.Among)
	case q.again && cfg.Beside > 0 && len(q.passed) >= q.denying:
		return cfg.Beside
	case q.again:
		return 100
	case q.denying > len(q.passed) && q.denying > 1:
		return cfg.Several
	case q.denying > len(q.passed):
		return cfg.One
	case len(q.passed) >= 2*q.denying:
		return q.among(cfg.Few)
	}
	return cfg.Mixed
}

// among is what a strength at twice as many confirmations as denials is at more:
// three quarters of it where one of four denied, and three fifths of one of five.
func (q inquiries) among(strength int) int {
	return max(strength*(2*q.denying+1)/(len(q.passed)+1), 1)
}

// comfort is how much of the comfort so many confirmations give, percent.
func (cfg verificationParams) comfort(confirmed int) int {
	if cfg.Confirmed == 0 {
		return 100
	}
	return min(cfg.Confirmed+cfg.Further*max(confirmed-2, 0), 100)
}

// repeatedly words that somebody who denied was asked again.
func (q inquiries) repeatedly() string {
	if q.repeated {
		return ", again when asked once more,"
	}
	return ""
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
