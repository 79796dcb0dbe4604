// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/record"
)

type identityOfOtherParams struct {
	Met         int `json:"met" doc:"percent of the weight when one meeting in person found somebody who is not the document's holder; a starting value" min:"1" max:"100"`
	Unconfirmed int `json:"unconfirmed" doc:"percent of the weight while one checker alone has said so; the same name needs the same number to be the same person; a starting value" min:"1" max:"100"`
	Mismatch    int `json:"mismatch" doc:"percent of the weight of one identity or background check that was denied or does not match, which vendors often report in error; a starting value" min:"1" max:"100"`
	Answered    int `json:"answered" doc:"percent of the weight when somebody else has verified the person since, in the same way; a starting value" min:"1" max:"100"`
	Close       int `json:"close" doc:"percent of the comfort of a document that fits but for a spelling or a detail, where no former name on record explains it; a starting value" min:"1" max:"100"`
	Mismatches  int `json:"mismatches" doc:"percent of the weight when a second check says the same; a starting value" min:"1" max:"100"`
	Two         int `json:"two" doc:"percent of the weight when two checkers have said so and no third; a starting value" min:"1" max:"100"`
	Outvoted    int `json:"outvoted" doc:"percent of the weight when two checkers have said so and another has verified the person since; a starting value" min:"1" max:"100"`
}

var identityOfOther = detect.Define(detect.Meta{
	ID:        "onb.identity_of_other",
	Title:     "An identity check did not match, or found another holder",
	Rationale: "When the true holder of a name and number is found elsewhere, or reports misuse, the profile was built on a stolen or lent identity.",
	Innocent: []string{
		"two people of one name, matched without the number",
		"a clerical error in a register or a file that was mixed up",
		"an old photograph, or a vendor's wrong comparison",
	},
	References: []string{"DOJ-CHAP", "HUNT", "SEAL"},
	Family:     detect.Document,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Checks:     []string{"identity_document", "in_person", "background", "identity_record"},
	Present:    140,
	Absent:     -20,
	Weighing:   "A second checker who confirms by number leaves little but clerical error: 25 times likelier. One who says that it belongs to somebody else, in person or from papers, counts for seven tenths, a check that merely does not match for two fifths, two such for more; a quarter is left where another checker has verified the person since, in person or from papers as the first one did, or where a state has vouched for them after two checkers did not. Some have nothing that a state vouches for, so two count for nine tenths until a third has looked, and for half where the third verifies the person. Verification that passes is two dB of comfort: a borrowed identity passes documents too. One that fits but for a spelling or a detail is half of that, or all of it where a former name on record explains it.",
	Next:       &detect.NextCheck{Do: "offer identity verification in person, by a notary or by an accredited service, whichever suits them", CandidateCost: 2, CompanyCost: 1, One: 70, Asks: []string{"checks.identity_document", "checks.in_person"}},
	Again: &detect.SecondLook{
		Do: "have the identity verified by somebody else and in another way, by a notary or an accredited service, whichever suits the person", Left: 25,
		Then: &detect.SecondLook{
			Do:   "let the person prove who they are where a state vouches for it: by the document's chip, an electronic identity, or the office that issued the document",
			Left: 25, Asks: []string{"checks.identity_record"},
			Then: &detect.SecondLook{
				Do:   "have a third service verify the identity that knows nothing of what the others found, whichever suits the person",
				Left: 50, Asks: []string{"checks.identity_document", "checks.in_person"},
			},
		},
	},
}, identityOfOtherParams{Met: 70, Unconfirmed: 70, Mismatch: 40, Mismatches: 60, Two: 90, Outvoted: 50, Answered: 25, Close: 50}, func(p *detect.Pass, cfg identityOfOtherParams) {
	var met, seen, other, mismatch, passed, official []record.Record
	var checkers []string
	for r, c := range detect.Each[record.Check](p.View) {
		if c.Check == "in_person" && (c.Result == "mismatch" || c.Result == "belongs_to_other") {
			met = append(met, r)
			checkers = append(checkers, c.By)
		}
		if c.Check == "in_person" && c.Result == "passed" {
			seen = append(seen, r)
		}
		if c.Check == "identity_record" {
			official = append(official, r)
		}
		if c.Check != "identity_document" && c.Check != "background" {
			continue
		}
		switch {
		case c.Result == "belongs_to_other":
			other = append(other, r)
			checkers = append(checkers, c.By)
		case c.Result == "mismatch", c.Result == "denied":
			mismatch = append(mismatch, r)
		case c.Check == "identity_document" && (c.Result == "passed" || c.Result == "close"):
			passed = append(passed, r)
		}
	}
	slices.Sort(checkers)
	switch n := len(slices.Compact(checkers)); {
	case n > 1:
		found := append(other, met...)
		slices.SortStableFunc(found, func(a, b record.Record) int { return a.At.Compare(b.At) })
		p.Repeated()
		newest, since := newestSince(official, found)
		if since && shows(newest) {
			p.Report(cfg.Answered, cites(append(found, newest)...), "%d checkers found that the name and number belong to somebody else, first on %s; an official record has shown since that they are the person's own.", n, day(found[0].At))
			return
		}
		if len(official) > 0 && !shows(newest) && !newest.At.Before(found[1].At) {
			p.Settled() // nobody is asked for it twice, whoever looks afterwards
		}
		strength, but := 100, ""
		switch {
		case overruled(met, seen) && overruled(other, slices.Concat(passed, seen)):
			strength, but = cfg.Outvoted, "; another has verified the person since"
		case n == 2:
			strength = cfg.Two
		}
		p.Report(strength, cites(found...), "%d checkers found that the name and number belong to somebody else, first on %s%s.", n, day(found[0].At), but)
	case len(met)+len(other) > 0 && overruled(met, seen) && overruled(other, passed):
		found := append(met, other...)
		p.Report(cfg.Answered, cites(found...), "A check on %s found that the identity belongs to somebody else; another checker has looked since and verified the person.", day(found[0].At))
	case len(met) > 0:
		p.Report(cfg.Met, cites(append(met, other...)...), "Whoever came to be met in person on %s was not the holder of the document.", day(met[0].At))
	case len(other) > 0:
		p.Report(cfg.Unconfirmed, cites(other...), "A check on %s found that the identity belongs to somebody else; nobody else has confirmed it.", day(other[0].At))
	case len(mismatch) > len(passed):
		strength := cfg.Mismatch
		switch {
		case overruled(mismatch, seen):
			strength = cfg.Answered
		case len(mismatch) > 1:
			strength = cfg.Mismatches
		}
		p.Report(strength, cites(mismatch...), "The identity did not match, or was denied, in %d of %s.", len(mismatch), count(len(mismatch)+len(passed), "check"))
	case len(mismatch) > 0:
		p.Unknown("the identity was verified %s and did not match %s", times(len(passed)), times(len(mismatch)))
	case len(passed) > 0 && len(ofPresent(p, passed)) == 0:
		p.Unknown("the identity document was verified only before interviewers met another person")
	case len(passed) > 0:
		passed = ofPresent(p, passed)
		comfort, but := 100, ""
		if !renamed(p) && !slices.ContainsFunc(passed, exact) {
			comfort, but = cfg.Close, " but for a spelling or a detail"
		}
		p.ClearPartly(comfort, cites(passed...), "The identity document was verified%s, last on %s.", but, day(passed[len(passed)-1].At))
	default:
		p.Unknown("no identity check has a result")
	}
})

// newestSince returns the newest official record, and whether it was asked for after the
// last of what speaks against a person. Both are sorted by time.
func newestSince(official, against []record.Record) (newest record.Record, since bool) {
	if len(official) == 0 {
		return newest, false
	}
	newest = official[len(official)-1]
	return newest, !newest.At.Before(against[len(against)-1].At)
}

// overruled reports whether each of the checks that spoke against somebody was
// made again later, by another checker, and passed; also of none.
func overruled(found, passed []record.Record) bool {
	if len(found) == 0 {
		return true
	}
	last := found[len(found)-1]
	return slices.ContainsFunc(passed, func(r record.Record) bool {
		by := checker(r)
		return r.At.After(last.At) && by != "" && !slices.ContainsFunc(found, func(f record.Record) bool { return checker(f) == by })
	})
}

func checker(r record.Record) string {
	c, ok := r.Body.(record.Check)
	if !ok {
		return ""
	}
	return source(c)
}
