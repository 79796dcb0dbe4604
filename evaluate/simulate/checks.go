// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"io"
	"maps"
	"slices"
	"time"
)

// hiredAnyway is how often somebody is hired in spite of an answer that speaks
// against them: because it came late, or nobody read it. What is known of workers
// is that much rarer, for honest and deceptive alike.
const hiredAnyway = 0.4

// question is one that only a service or a person answers, by the stage it can be
// asked from. The check has the sign's name.
type question struct {
	sign Sign
	from stage
}

// onRequest are questions that no process asks of everybody, only whoever wants
// to know of one person.
var onRequest = []question{
	{linkedReference, applied},
	{shallowAnswers, interviewed},
	{liveIDDeclined, interviewed},
	{otherPortrait, finalist},
}

// asked are the questions of a process.
var asked = []question{
	{voipPhone, applied},
	{formMachine, applied},
	{advertMirrored, applied},
	{layoutShared, applied},
	{lipsApart, interviewed},
	{slowReplies, interviewed},
	{signedElsewhere, hired},
	{ownDevice, hired},
	{forwarder, hired},
	{receivedByOther, hired},
	{inputDelayed, hired},
	{builtinUnused, hired},
	{rackProfile, hired},
	{contextLost, hired},
	{meetupsAvoided, hired},
	{prepayment, hired},
	{moneyService, hired},
}

// checksCSV writes the answers to what was asked about people.
func (s *company) checksCSV(w io.Writer) error {
	return rows(w, []string{"person", "check", "result", "about", "at", "by", "note"}, func(add func(...string)) {
		for _, p := range s.people {
			var known []answer
			s.checks(p, func(a answer) {
				if a.at.Before(s.end) {
					known = append(known, a)
				}
			})
			for _, a := range known {
				add(p.id, a.check, a.result, a.about, stamp(a.at), "screening-desk", "")
			}
			for _, a := range s.answers(p, known) {
				add(p.id, a.check, a.result, a.about, stamp(a.at), a.by, "")
			}
		}
	})
}

// checks asks about one person. Whoever withdraws at a check is asked no more.
func (s *company) checks(p *person, add func(answer)) {
	s.attest(p, add)
	c, o := s.draw(p, "checks"), p.odds
	at := p.applied.AddDate(0, 0, 14+c.IntN(5)).Truncate(time.Hour)
	if p.reached(finalist) && !s.screen(p, c, at, add) {
		return
	}
	if !p.worker() {
		return
	}
	if c.is(s.c.Process.Holder) {
		holder := either(c, o[otherHolder], "mismatch", either(c, 0.05, "close", "passed"))
		add(answer{check: "account_holder", result: holder, at: p.hired.AddDate(0, 0, 10)})
	}
	if !p.left.IsZero() && c.is(o[extortion]) {
		add(answer{check: "extortion", result: "reported", at: p.left.AddDate(0, 0, 3)})
	}
}

// attest asks some of the questions that can be asked by now.
func (s *company) attest(p *person, add func(answer)) {
	c := s.draw(p, "attest")
	for _, a := range asked {
		wanted := c.is(s.c.Process.Attested)
		result, days := either(c, p.odds[a.sign], "found", "not_found"), c.IntN(20)
		if !wanted || !p.reached(a.from) {
			continue
		}
		at := p.applied.AddDate(0, 0, 2+days/4)
		if a.from == hired {
			at = p.hired.AddDate(0, 0, 3+days)
		}
		add(answer{check: string(a.sign), result: result, at: at})
	}
}

// employersAsked is how many past employers a process asks.
const employersAsked = 2

// employer is the i-th past employer who can be asked: those of the résumé, the
// newest first, and then older ones. No two have one name.
func (s *company) employer(p *person, i int) string {
	var names []string
	for _, j := range s.compose(p, 0, p.applied).jobs {
		if !slices.Contains(names, j.employer) {
			names = append(names, j.employer)
		}
	}
	for c := s.draw(p, "older employers"); len(names) <= i; {
		if name := of(c, firmWords) + " " + of(c, firmKinds); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names[i]
}

// institution is where the degree of a person is from.
func (s *company) institution(p *person) string {
	return of(s.draw(p, "institution"), firmWords) + " Institute"
}

// screen is what finalists go through. It reports whether the person stayed.
func (s *company) screen(p *person, c chance, at time.Time, add func(answer)) bool {
	o, inPerson := p.odds, s.c.Process.InPerson
	if p.worker() {
		o, inPerson = maps.Clone(o), s.c.Process.Met
		for _, sign := range []Sign{jobDenied, noSuchFirm, degreeDenied, documentMismatch, documentOther, meetingRefused} {
			o[sign] *= hiredAnyway
		}
		o[meetingPassed] = 1 - hiredAnyway*(1-o[meetingPassed])
	}
	for i := range employersAsked {
		result := "passed"
		switch {
		case c.is(o[jobSilent]):
			result = "no_answer"
		case c.is(o[jobDenied]):
			result = "denied"
		case c.is(o[noSuchFirm]):
			result = "no_such_organisation"
		case p.former != "" && c.is(0.3):
			result = "close"
		}
		add(answer{check: "employment", result: result, about: s.employer(p, i), at: at.AddDate(0, 0, c.IntN(6))})
	}
	education := either(c, o[degreeDenied], "denied", either(c, 0.1, "no_answer", "passed"))
	if p.former != "" && education == "passed" && c.is(0.4) {
		education = "close"
	}
	add(answer{check: "education", result: education, about: s.institution(p), at: at.AddDate(0, 0, c.IntN(8))})
	add(answer{check: "reference", result: either(c, o[refereeSilent], "no_answer", "passed"), at: at.AddDate(0, 0, c.IntN(8))})
	document := "passed"
	switch {
	case c.is(o[documentOther]):
		document = "belongs_to_other"
	case c.is(o[documentMismatch]):
		document = "mismatch"
	case p.former != "" && c.is(0.4):
		document = "close"
	}
	add(answer{check: "identity_document", result: document, at: at.AddDate(0, 0, 2)})
	// Who was hired in spite of a check did not withdraw.
	if !p.worker() && c.is(o[withdrew]) {
		add(answer{check: "background", result: "withdrawn", at: at.AddDate(0, 0, 6)})
		return false
	}
	if c.is(o[checkExtended]) {
		add(answer{check: "background", result: "extended", at: at.AddDate(0, 0, 5)})
	}
	add(answer{check: "background", result: "passed", at: at.AddDate(0, 0, 9)})
	if !c.is(inPerson) {
		return true
	}
	result := either(c, o[meetingPassed], "passed", "mismatch")
	declined := 0
	for refuses := c.is(o[meetingRefused]); refuses; refuses = c.is(inHabit) {
		add(answer{check: "in_person", result: either(c, 0.6, "refused", "withdrawn"), at: at.AddDate(0, 0, 12+5*declined)})
		if declined++; declined >= s.c.Process.Offers {
			return p.worker()
		}
	}
	add(answer{check: "in_person", result: result, at: at.AddDate(0, 0, 12+5*declined)})
	return result == "passed" || p.worker()
}
