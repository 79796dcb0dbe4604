// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"strings"

	"daylight/detect"
	"daylight/record"
)

// attestParams are the settings of an indicator that only a service or a person
// answers.
type attestParams struct {
	One int `json:"one" doc:"percent of the weight when one source has found it and no other has; a starting value" min:"1" max:"100"`
}

// attestation words the answers to one of [record.Attestations]. Both clauses
// stand after "found that", and the first also after "whether".
type attestation struct {
	check        string
	found, clear string
}

// attest answers from the newest decided answer of each source to one check.
// Found counts in full when two sources say so that are named and differ; rows
// that name nobody cannot be told apart and are one. Sources that disagree, and
// those that have not answered or were refused, say nothing.
func attest(p *detect.Pass, cfg attestParams, a attestation) {
	found, unseen := attested(p, a.check)
	switch {
	case len(found) > 0 && len(unseen) > 0:
		p.Unknown("sources disagree on whether %s: %d found it, %d did not", a.found, sources(found), sources(unseen))
	case len(found) > 0:
		strength := cfg.One
		if sources(found) > 1 {
			strength = 100
		}
		p.Report(strength, cites(found...), "%s", attestedWords(found, a.found))
	case len(unseen) > 0:
		p.Clear(cites(unseen...), "%s", attestedWords(unseen, a.clear))
	default:
		p.Unknown("nobody has answered whether %s", a.found)
	}
}

// attestFirst answers as [attest] does and reports true, unless no source has
// decided: then the indicator has to look for itself.
func attestFirst(p *detect.Pass, one int, a attestation) bool {
	found, unseen := attested(p, a.check)
	if len(found)+len(unseen) == 0 {
		return false
	}
	attest(p, attestParams{One: one}, a)
	return true
}

// attested returns the newest decided answers to a check, of each source: those
// that say found and those that say not found. A source with both at one instant
// has both.
func attested(p *detect.Pass, check string) (found, unseen []record.Record) {
	newest := map[string]record.Record{} // records come in the order of time
	for r, c := range detect.Each[record.Check](p.View) {
		if c.Check == check && decided(c) {
			newest[source(c)] = r
		}
	}
	for r, c := range detect.Each[record.Check](p.View) {
		if c.Check != check || !decided(c) || !r.At.Equal(newest[source(c)].At) {
			continue
		}
		if c.Result == "found" {
			found = append(found, r)
		} else {
			unseen = append(unseen, r)
		}
	}
	return found, unseen
}

func decided(c record.Check) bool { return slices.Contains(record.AttestationResults[:], c.Result) }

// source names who gave an answer, so that one source is not counted twice.
func source(c record.Check) string { return strings.ToLower(c.By) }

// sources counts who gave some answers. Those without a name may be one of the
// others, so they count only where nobody is named.
func sources(answers []record.Record) int {
	named := map[string]bool{}
	for _, r := range answers {
		if c, ok := r.Body.(record.Check); ok && c.By != "" {
			named[source(c)] = true
		}
	}
	return max(len(named), 1)
}

// attestedWords says who found something, and when.
func attestedWords(answers []record.Record, clause string) string {
	last := day(answers[len(answers)-1].At)
	if n := sources(answers); n > 1 {
		return count(n, "source") + " found that " + clause + ", last on " + last + "."
	}
	return "One source found that " + clause + ", on " + last + "."
}
