// SPDX-License-Identifier: Apache-2.0

package report

import (
	"strconv"

	"daylight/pipeline"
	"daylight/record"
)

// Concern is something that a legal duty is attached to. It stands apart from
// the assessments: it weighs nothing and changes nobody's state.
type Concern struct {
	Subject   string            `json:"subject"`
	Kind      string            `json:"kind"` // sanctioned_identifier or sanctioned_territory
	Statement string            `json:"statement"`
	Entries   []string          `json:"entries"` // numbers of the list's entries
	Records   []record.Citation `json:"records"`
}

// complianceTitle and complianceWords introduce the concerns in every form for
// people.
const (
	complianceTitle = "For compliance, apart from every assessment"
	complianceWords = "A legal duty may be attached to these. Counsel decides what they mean; they weigh nothing below, and names were not compared."
)

// textConcerns is how many concerns the text form lists, and textConcernCites
// how many records each cites.
const (
	textConcerns     = 12
	textConcernCites = 2
)

// Concerns puts what counsel has to see into the form that is shown.
func Concerns(all []pipeline.Concern) []Concern {
	out := []Concern{}
	for _, c := range all {
		out = append(out, Concern{string(c.Subject), string(c.Kind), c.Statement, filled(c.Entries), filled(c.Cites)})
	}
	return out
}

func (r *Report) textCompliance(p *printer) {
	if len(r.Compliance) == 0 {
		return
	}
	p.heading(complianceTitle)
	p.para(2, quiet, complianceWords)
	for i, c := range r.Compliance {
		if i == textConcerns {
			p.para(2, quiet, "and "+strconv.Itoa(len(r.Compliance)-i)+" more; the JSON form holds all.")
			break
		}
		p.hang(2, visible(c.Subject)+"  ", bold, plainStyle, c.Statement)
		if at := where(c.Records, textConcernCites); at != "" {
			p.para(4, quiet, at)
		}
	}
}
