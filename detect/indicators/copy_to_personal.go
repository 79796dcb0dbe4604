// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"daylight/detect"
	"daylight/record"
)

type copyToPersonalParams struct {
	One     int `json:"one" doc:"percent of the weight of one act; a starting value" min:"1" max:"100"`
	Full    int `json:"full" doc:"acts at which it counts in full; a starting value" min:"1" max:"1000"`
	Created int `json:"created" doc:"percent of the weight when repositories were made outside and nothing is seen to go into them; a starting value" min:"1" max:"100"`
}

var copyToPersonal = detect.Define(detect.Meta{
	ID:        "dat.copy_to_personal",
	Title:     "Material was copied outside the company, or a place for it was made there",
	Rationale: "In cases that became public, code had been copied to an account of the person's own and was held for money later.",
	Innocent: []string{
		"open-source work that the company allows",
		"a fork made to propose a change",
		"a repository published on purpose",
	},
	References: []string{"FBI-2501", "CASES"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindActivity},
	Present:    90,
	Absent:     0,
	Weighing:   "Eight times likelier when it is repeated; one act is often a fork or a release and weighs half. A repository made outside, with nothing seen to go into it, weighs a seventh, as people make them for themselves. Most people never do, so absence says nothing.",
}, copyToPersonalParams{One: 50, Full: 3, Created: 15}, func(p *detect.Pass, cfg copyToPersonalParams) {
	copied, pushed, created := copies(p, record.CopiedOut), copies(p, record.PushedOutside), copies(p, record.CreatedOutside)
	var words []string
	if len(copied.cites) > 0 {
		words = append(words, "Company material was copied to a place outside the company "+copied.String()+".")
	}
	if len(pushed.cites) > 0 {
		words = append(words, "Something was pushed to a repository outside the organisation "+pushed.String()+".")
	}
	switch n := len(copied.cites) + len(pushed.cites); {
	case n > 0:
		p.Report(grow(cfg.One, float64(n), 1, float64(cfg.Full)), slices.Concat(copied.cites, pushed.cites), "%s", strings.Join(words, " "))
	case len(created.cites) > 0:
		p.Report(cfg.Created, created.cites, "A repository was created outside the organisation %s; the log does not show what went into it.", created)
	case !codeSeen(p):
		p.Unknown("no log of a code host or of file downloads names the person")
	default:
		p.Clear(nil, "No copy to a place outside the company is in the logs.")
	}
})

// outside is what the logs show of one act towards places outside the company.
type outside struct {
	cites       []record.Citation
	first, last time.Time
	places      int
}

func copies(p *detect.Pass, act record.Act) (o outside) {
	places := map[string]bool{}
	for _, d := range p.Profile.Deeds(act) { // by time
		if len(o.cites) == 0 {
			o.first = d.At
		}
		o.last = d.At
		o.cites = append(o.cites, p.Cite(d.Sighting))
		places[d.Object] = true
	}
	o.places = len(places)
	return o
}

// String words how often and when: a profile keeps the first and the last of
// what was done to one object, so more than once is a least number.
func (o outside) String() string {
	n := len(o.cites)
	if n == 1 {
		return "once, on " + clock(o.first)
	}
	return fmt.Sprintf("at least %s (%s), first %s, last %s", times(n), count(o.places, "place"), clock(o.first), clock(o.last))
}

// codeActs are what people do with code and files.
var codeActs = []record.Act{record.Clone, record.Fork, record.RepositoryCreated, record.Downloaded, record.CopiedOut, record.CreatedOutside, record.PushedOutside, record.KeyAdded}

// codeSeen reports whether the profile has acts on a code host or on files.
func codeSeen(p *detect.Pass) bool {
	return len(p.Profile.Days(record.Code)) > 0 || len(p.Profile.Deeds(codeActs...)) > 0
}
