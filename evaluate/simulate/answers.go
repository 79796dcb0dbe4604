// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Asked are the checks that somebody was asked to make after a scan: for each
// person, by id, where the answer of each check can be recorded.
type Asked map[string][]Check

// Check is one check that was asked for: the places of docs/formats.md that can
// hold its answer, such as "interviews.window" or "checks.employment".
type Check []string

// Rounds of checks follow the end of the logs, a week each.
const (
	roundDays = 7
	// MaxRounds is how many rounds of checks a company can have.
	MaxRounds = 10
)

// toldWhenAsked is how many honest people name a stay elsewhere when asked where
// they work from, or a former name when asked for one, if they had not declared it.
const toldWhenAsked = 0.9

// Who can open an official record of what was denied twice, such as a statement of
// the tax office or an institution's own certificate, while somebody watches. Some
// honest people have none: posts abroad, old registers, accounts they cannot enter.
// Hardly anybody can open one that somebody else's office keeps of a career that is
// not theirs.
const (
	opensOwn   = 0.85
	opensOther = 0.10
	proves     = 0.25 // of an identity: some are lent, and the lender comes
)

// Who is asked again about an answer that spoke against them. Of honest people it
// was an error, and one in five errors stays: of consumers who disputed what a
// credit report said, four in five had it changed (FTC 2012, report to Congress
// under section 319 of the FACT Act). What is untrue stays so, but for a forged
// paper or a careless second office.
const (
	errsAgain = 0.2
	liesStand = 0.9
)

// desk makes the checks that were asked for in a round, from 0: somebody else each time,
// so that who looks at a person a third time is a third.
func desk(round int) string {
	if round == 0 {
		return "second-desk"
	}
	return fmt.Sprintf("desk-%d", round+2)
}

// stands is how likely an answer against a person is given again.
func (p *person) stands() float64 {
	if p.deceptive {
		return liesStand
	}
	return errsAgain
}

// ErrAsked is wrapped by errors about a report whose checks cannot be read.
var ErrAsked = errors.New("no checks to answer")

// ReadAsked reads the next checks of everybody who is followed up or escalated
// from a report in the form of docs/formats.md, under all ids of each.
func ReadAsked(r io.Reader) (Asked, error) {
	var report struct {
		Schema   string `json:"schema"`
		Subjects []struct {
			ID      string   `json:"id"`
			Aliases []string `json:"aliases"`
			State   string   `json:"state"`
			Next    []struct {
				Asks Check `json:"asks"`
			} `json:"next_checks"`
		} `json:"subjects"`
	}
	if err := json.NewDecoder(r).Decode(&report); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAsked, err)
	}
	if report.Schema != "daylight.report/v1" {
		return nil, fmt.Errorf("%w: the schema is %q, not daylight.report/v1", ErrAsked, report.Schema)
	}
	asked := Asked{}
	for _, s := range report.Subjects {
		if s.State != "follow-up" && s.State != "escalate" {
			continue
		}
		for _, id := range append([]string{s.ID}, s.Aliases...) {
			for _, n := range s.Next {
				asked[id] = append(asked[id], n.Asks)
			}
		}
	}
	return asked, nil
}

// answer is a row of checks.csv: what was asked, of whom, and when.
type answer struct {
	check, result, about string
	by                   string // of the checks that were asked for; see desk
	at                   time.Time
}

// gone reports whether a person cannot be asked any more: who left, and applicants
// who withdrew at a check.
func gone(p *person, earlier []answer) bool {
	return !p.left.IsZero() || !p.worker() && slices.ContainsFunc(earlier, func(a answer) bool {
		return a.check == "background" && a.result == "withdrawn"
	})
}

// answers are the checks of all rounds that checks.csv records, the oldest first.
// What is known of a person by then counts: who declined once declines again as
// habits go, and one source says the same twice.
func (s *company) answers(p *person, earlier []answer) []answer {
	var all []answer
	for round, asked := range s.c.Answer {
		c := s.draw(p, fmt.Sprintf("answers %d", round))
		at := s.end.AddDate(0, 0, roundDays*round+1+c.IntN(4)).Add(9 * time.Hour)
		for _, check := range asked[p.id] {
			for _, place := range check {
				what, ok := strings.CutPrefix(place, "checks.")
				if !ok {
					continue
				}
				known := slices.Concat(earlier, all)
				var given []answer
				switch {
				case !gone(p, earlier):
					given = s.ask(p, c, what, known)
				case what == "employment", what == "education":
					// What is kept on record about somebody who left or withdrew is put
					// right too: whoever denied can be asked again without them.
					given = s.askAgain(p, c, what, known)
				case what == "employment_record", what == "education_record":
					given = unopened(deniers(known, strings.TrimSuffix(what, "_record")))
				case what == "identity_record":
					given = unopened([]string{""})
				}
				for i := range given {
					given[i].check, given[i].at, given[i].by = what, at, desk(round)
				}
				if all = append(all, given...); len(given) > 0 {
					break
				}
			}
		}
	}
	return all
}

// ask makes one check of a person, or gives nothing for one that this company has
// no way to make. Whoever denied is asked again, and answers, as they did before;
// if nobody did, one more employer is asked.
func (s *company) ask(p *person, c chance, what string, earlier []answer) []answer {
	o := p.odds
	one := func(result string) []answer {
		if result == "" {
			return nil
		}
		return []answer{{result: result}}
	}
	switch what {
	case "employment":
		if again := s.askAgain(p, c, what, earlier); len(again) > 0 {
			return again
		}
		result := "no_answer"
		if !c.is(o[jobSilent]) {
			result = either(c, o[jobDenied]+o[noSuchFirm], "denied", "passed")
		}
		return []answer{{result: result, about: s.employer(p, len(sources(earlier, what)))}}
	case "education":
		if again := s.askAgain(p, c, what, earlier); len(again) > 0 {
			return again
		}
		return []answer{{result: either(c, o[degreeDenied], "denied", "passed"), about: s.institution(p)}}
	case "employment_record", "education_record":
		return s.open(p, deniers(earlier, strings.TrimSuffix(what, "_record")))
	case "identity_record":
		opens := opensOwn
		if p.deceptive {
			opens = proves
		}
		return one(either(s.draw(p, what), opens, "passed", "no_answer"))
	case "in_person", "background":
		return one(s.meet(p, c, earlier))
	case "identity_document":
		for _, against := range []string{"belongs_to_other", "mismatch"} {
			if spoke(earlier, what, against) {
				return one(either(c, p.stands(), against, "passed"))
			}
		}
		return nil // it was asked for before, or is shown when they meet
	}
	for _, a := range slices.Concat(asked, onRequest) {
		if string(a.sign) == what {
			return one(either(s.draw(p, "asked "+what), o[a.sign], "found", "not_found"))
		}
	}
	return nil
}

// sources are who has been asked, the first first.
func sources(earlier []answer, what string) (names []string) {
	for _, a := range earlier {
		if a.check == what && !slices.Contains(names, a.about) {
			names = append(names, a.about)
		}
	}
	return names
}

// deniers are those whose last word was a denial.
func deniers(earlier []answer, what string) []string {
	return slices.DeleteFunc(sources(earlier, what), func(about string) bool {
		denied := false
		for _, a := range earlier {
			if a.check == what && a.about == about {
				denied = a.result == "denied" || a.result == "no_such_organisation"
			}
		}
		return !denied
	})
}

// open has a person open the official record of what each of some sources denied.
func (s *company) open(p *person, deniers []string) []answer {
	opens := opensOwn
	if p.deceptive {
		opens = opensOther
	}
	given := unopened(deniers)
	for i := range given {
		given[i].result = either(s.draw(p, "record of "+given[i].about), opens, "passed", "no_answer")
	}
	return given
}

// unopened is a record of each source that nobody opened.
func unopened(deniers []string) (given []answer) {
	for _, about := range deniers {
		given = append(given, answer{result: "no_answer", about: about})
	}
	return given
}

// askAgain asks everybody whose last word was a denial. What was said twice is
// said a third time.
func (s *company) askAgain(p *person, c chance, what string, earlier []answer) (again []answer) {
	for _, about := range sources(earlier, what) {
		denials, last := 0, false
		for _, a := range earlier {
			if a.check != what || a.about != about {
				continue
			}
			if last = a.result == "denied" || a.result == "no_such_organisation"; last {
				denials++
			}
		}
		switch {
		case !last, denials > 1 && what == "employment": // nobody asks a third time
		case denials > 1:
			again = append(again, answer{result: "denied", about: about})
		default:
			again = append(again, answer{result: either(c, p.stands(), "denied", "passed"), about: about})
		}
	}
	return again
}

// spoke reports whether a check has spoken against a person.
func spoke(earlier []answer, what string, against ...string) bool {
	return slices.ContainsFunc(earlier, func(a answer) bool { return a.check == what && slices.Contains(against, a.result) })
}

// meet offers a meeting in person. Who came before comes again, and whoever
// declined declines as habits go. That an honest person was not recognised was an
// error of who looked.
func (s *company) meet(p *person, c chance, earlier []answer) string {
	refuses := p.odds[meetingRefused]
	for _, a := range earlier {
		switch {
		case a.check != "in_person":
		case a.result == "refused", a.result == "withdrawn":
			refuses = inHabit
		case a.result == "mismatch" && !p.deceptive:
			return either(c, errsAgain, "mismatch", "passed")
		default:
			return a.result
		}
	}
	if c.is(refuses) {
		return "refused"
	}
	return either(s.draw(p, "who comes"), p.odds[meetingPassed], "passed", "mismatch")
}

// conversations are the interviews that were asked for, one a round whatever is
// to be looked at, in the full light of the claimed place. Whether it is the same
// person is recorded by two.
func (s *company) conversations(p *person, c chance, h odds, virtual, capture, different bool) []meeting {
	var out []meeting
	var known []answer
	s.checks(p, func(a answer) { known = append(known, a) })
	for round, asked := range s.c.Answer {
		places := slices.Concat(asked[p.id]...)
		talk := slices.ContainsFunc(places, func(a string) bool { return strings.HasPrefix(a, "interviews.") })
		if !talk || gone(p, known) {
			continue
		}
		day := s.end.AddDate(0, 0, roundDays*round+1+c.IntN(4))
		m := s.meeting(p, h, c, day, fmt.Sprintf("interviewer-%d", 1+c.IntN(40)))
		m.at = time.Date(m.at.Year(), m.at.Month(), m.at.Day(), 10+c.IntN(4), 15*c.IntN(4), 0, 0, m.at.Location())
		if m.window == "bright" || m.window == "dark" {
			m.window = s.light(p, h, c, m.at)
		}
		if different && m.same != "not_compared" {
			m.same = either(c, p.stands(), "no", "yes")
		}
		m.camouflage(c, virtual, capture, p.tactic == careful)
		out = append(out, m)
		if slices.Contains(places, "interviews.same_person") && m.same != "not_compared" {
			second := meeting{at: m.at, interviewer: fmt.Sprintf("interviewer-%d", 41+c.IntN(40)), channel: m.channel, same: either(c, h[unsurePerson], "unsure", "yes")}
			if different {
				second.same = either(c, p.stands(), "no", "yes")
			}
			out = append(out, second)
		}
	}
	return out
}

// tellStays notes the stays elsewhere of who was asked where they work from, if
// they are honest and had not said so. Others stay with their story.
func (s *company) tellStays(p *person) {
	if p.deceptive || p.absence != "" || len(p.stays) == 0 || !p.moved.IsZero() {
		return
	}
	for _, asked := range s.c.Answer {
		places := slices.Concat(asked[p.id]...)
		if slices.Contains(places, "people.declared_absence") && s.draw(p, "told when asked").is(toldWhenAsked) {
			p.absence = p.stays[0].declared()
			return
		}
	}
}
