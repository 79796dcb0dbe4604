// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"fmt"
	"slices"

	"daylight/detect"
	"daylight/link"
	"daylight/record"
)

type ipSharedAccountsParams struct {
	Days int `json:"days" doc:"days on which both used the network before it counts; once is a visit; a starting value" min:"1" max:"3650"`
	Full int `json:"full" doc:"people at one network, this one among them, from which the weight counts in full; a starting value" min:"1" max:"100"`
	Two  int `json:"two" doc:"percent of the weight when there are only two; couples and flatmates; a starting value" min:"1" max:"100"`
}

var ipSharedAccounts = detect.Define(detect.Meta{
	ID:        "net.ip_shared_accounts",
	Title:     "Several people's accounts work from one home network",
	Rationale: "Laptops that were sent to different people and run in one house, day after day, are looked after by one.",
	Innocent: []string{
		"a couple or flatmates who have not said so",
		"a co-working site or an office that the tables take for a home",
		"a carrier that gives many homes one address",
	},
	References:  []string{"method §7", "DOJ-CHAP", "GUIDE22", "MS26"},
	Family:      detect.Contact,
	Lifecycle:   detect.Stable,
	Observation: detect.SignInAddress,
	Needs:       []record.Kind{record.KindActivity},
	Present:     130,
	Absent:      -5,
	Weighing:    "Twenty times likelier for three people or more of other names, on many days, who claim homes far apart. Linking has already cut it for near homes to two fifths, for a common claimed home to a tenth, and to nothing for a declared household or co-working site. Two people weigh half: couples are common. One employer sees sharing only when it hired two, so seeing none is slight comfort.",
}, ipSharedAccountsParams{Days: 3, Full: 3, Two: 50}, func(p *detect.Pass, cfg ipSharedAccountsParams) {
	var best network
	for e := range p.EdgesVia(record.Network) {
		if e.Days < cfg.Days || telling(e, 110) == 0 {
			continue
		}
		if n := atNetwork(p, e.Value, cfg.Days); n.weight(cfg) > best.weight(cfg) {
			best = n
		}
	}
	if len(best.edges) == 0 {
		used := lines(p)
		if len(used) == 0 {
			p.Unknown("no log names the networks the person works from")
			return
		}
		p.Clear([]record.Citation{p.Cite(used[0].First), p.Cite(used[len(used)-1].Last)}, "No unrelated person works from one of this person's home networks on %d days or more.", cfg.Days)
		return
	}
	var words []string
	for _, e := range best.edges[:min(len(best.edges), mostCited)] {
		w := fmt.Sprintf("%s on %s", e.Other, count(e.Days, "day"))
		if e.OtherPlace {
			w += " (claims a place more than 100 km away from this person's)"
		}
		p.Relate(e.Other)
		words = append(words, w)
	}
	var cite []record.Citation
	first, last := best.edges[0].First, best.edges[0].Last
	for _, e := range best.edges {
		if e.First.Before(first) {
			first = e.First
		}
		if e.Last.After(last) {
			last = e.Last
		}
		p.Relate(e.Other)
		cite = append(cite, e.Cites...)
	}
	p.Report(best.weight(cfg), cite[:min(len(cite), 4*mostCited)], "Works from one home network with %s under other names: %s, between %s and %s.",
		count(len(best.edges), "other account"), list(words), day(first), day(last))
})

// network is who works from one network with the person, the heaviest edge first.
type network struct{ edges []link.Edge }

// atNetwork gathers the others at one network.
func atNetwork(p *detect.Pass, value record.Redacted, days int) (n network) {
	for e := range p.EdgesVia(record.Network) {
		if e.Value == value && e.Days >= days && telling(e, 110) > 0 {
			n.edges = append(n.edges, e)
		}
	}
	slices.SortStableFunc(n.edges, func(a, b link.Edge) int { return int(b.Weight - a.Weight) })
	return n
}

// weight is the strength in percent: that of the most telling edge, whatever the
// others are called. Of edges of equal weight, which comes first says nothing.
func (n network) weight(cfg ipSharedAccountsParams) int {
	if len(n.edges) == 0 {
		return 0
	}
	most := 0
	for _, e := range n.edges {
		most = max(most, telling(e, 110))
	}
	return max(most*grow(cfg.Two, float64(1+len(n.edges)), 2, float64(cfg.Full))/100, 1)
}
