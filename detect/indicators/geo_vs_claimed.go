// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"maps"
	"slices"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type geoVsClaimedParams struct {
	BeyondKM float64 `json:"beyond_km" doc:"kilometres beyond both error radii before a distance within one country counts; a starting value" min:"0" max:"20000"`
	Days     int     `json:"days" doc:"days away from the claimed place from which it is no trip; a starting value" min:"1" max:"3650"`
	Full     int     `json:"full" doc:"days away at which it counts in full; a starting value" min:"1" max:"3650"`
	From     int     `json:"from" doc:"percent of the weight at the least number of days; a starting value" min:"1" max:"100"`
	Share    float64 `json:"share" doc:"share of the days that can be placed, 0-1, that must be away; a starting value" min:"0" max:"1"`
	Near     int     `json:"near" doc:"days at the claimed place that answer for it; a starting value" min:"1" max:"3650"`
	NearMost float64 `json:"near_most" doc:"share of days away, 0-1, up to which trips explain them; a starting value" min:"0" max:"1"`
}

var geoVsClaimed = detect.Define(detect.Meta{
	ID:        "net.geo_vs_claimed",
	Title:     "Works, day after day, from far outside the claimed place",
	Rationale: "Home and work networks lie where a person lives. Ordinary networks somewhere else on most days do not fit the place they state.",
	Innocent: []string{
		"a stay with family, or a move, that nobody entered",
		"a wrong entry in the address database",
		"an employer's or a customer's network that leads through another place",
	},
	References:  []string{"method §5", "FBI-2507", "RF", "CASES"},
	Family:      detect.Network,
	Lifecycle:   detect.Stable,
	Observation: detect.SignInAddress,
	Waivers:     []detect.Waiver{detect.AddressProtected},
	Needs:       []record.Kind{record.KindActivity, record.KindPerson},
	Present:     100,
	Absent:      -10,
	Weighing:    "A few genuine people in a hundred live elsewhere for weeks without telling, and databases place a few homes wrongly; two in five of the described cases show at some time where they are. Ten times likelier over two weeks. Weeks at the claimed place speak for the person, and no more than one dB, because a laptop kept there by a helper shows the same.",
	Next: &detect.NextCheck{
		Do:            "ask where the person works from at present, and note a stay elsewhere as declared",
		CandidateCost: 1, CompanyCost: 2, One: 50, Asks: []string{"people.declared_absence"},
		Stages: []record.Stage{record.Worker}, // only logs of work can answer it
	},
}, geoVsClaimedParams{BeyondKM: 300, Days: 5, Full: 14, From: 50, Share: 0.5, Near: 10, NearMost: 0.2}, func(p *detect.Pass, cfg geoVsClaimedParams) {
	t := tallyDays(p, cfg.BeyondKM)
	placedDays := len(t.away) + len(t.near)
	if len(t.near) < cfg.Near {
		p.Doubt(100) // a stay that is declared takes days away, and brings none near
	}
	switch {
	case !t.claimed:
		p.Unknown("the claimed place is not on record or cannot be located")
	case len(t.away) >= cfg.Days && float64(len(t.away)) >= cfg.Share*float64(placedDays):
		days := sortedDays(t.away)
		p.Report(grow(cfg.From, float64(len(days)), float64(cfg.Days), float64(cfg.Full)), t.awayCites(p),
			"Signed in only from elsewhere on %d of %d days that a network can place, from %s: the most used is %s. Days are UTC, %s to %s.",
			len(days), placedDays, count(len(t.lines), "network"), t.most, day(noon(days[0])), day(noon(days[len(days)-1])))
	case len(t.near) >= cfg.Near && float64(len(t.away)) <= cfg.NearMost*float64(placedDays):
		p.Clear(t.nearCites(p), "Signed in from a network at the claimed place, within its error, on %d of %d days that a network can place.", len(t.near), placedDays)
	case placedDays == 0:
		p.Unknown("every network is the company's, mobile, anonymous or not placed, or an absence was declared")
	default:
		p.Unknown("%s at the claimed place and %d away are too few, or too mixed, to say", count(len(t.near), "day"), len(t.away))
	}
})

// tally sorts the days of activity by where the person's networks were.
type tally struct {
	near, away map[int32]bool // UTC days since 1970; away: no network of the day was near
	claimed    bool
	lines      []line // those away
	nearLines  []line
	most       gap // of the line that was away on most days
}

// tallyDays looks at every line on every day of its use, against the place claimed
// at the time. Declared absences and lines that cannot be placed are left out.
func tallyDays(p *detect.Pass, beyondKM float64) tally {
	t := tally{near: map[int32]bool{}, away: map[int32]bool{}}
	mostDays := 0
	homes := homesOf(p)
	for _, l := range lines(p) {
		away, near := 0, false
		var furthest gap
		for _, d := range l.daysOf() {
			place, _, ok := p.Claimed(noon(d))
			t.claimed = t.claimed || ok
			if !ok || p.Away(noon(d)) {
				continue
			}
			switch g := l.from(place, beyondKM); {
			case !g.Known:
			case g.Elsewhere && !l.nearAny(homes, beyondKM):
				t.away[d] = true
				furthest = g
				away++
			default:
				t.near[d], near = true, true
			}
		}
		if away > 0 {
			t.lines = append(t.lines, l)
		}
		if near {
			t.nearLines = append(t.nearLines, l)
		}
		if away > mostDays {
			mostDays, t.most = away, furthest
		}
	}
	maps.DeleteFunc(t.away, func(d int32, _ bool) bool { return t.near[d] })
	return t
}

// homesOf returns every place that a system has for the person. Who moves is
// entered in one system before the others, often without a date.
func homesOf(p *detect.Pass) []enrich.Place {
	var out []enrich.Place
	for _, b := range detect.Each[record.Person](p.View) {
		if place, ok := p.Place(b.Address); ok && !slices.Contains(out, place) {
			out = append(out, place)
		}
	}
	return out
}

// nearAny reports whether a line is at one of the places.
func (l line) nearAny(homes []enrich.Place, beyondKM float64) bool {
	return slices.ContainsFunc(homes, func(at enrich.Place) bool {
		g := l.from(at, beyondKM)
		return g.Known && !g.Elsewhere
	})
}

func (t tally) awayCites(p *detect.Pass) []record.Citation { return citeLines(p, t.lines) }

func (t tally) nearCites(p *detect.Pass) []record.Citation { return citeLines(p, t.nearLines) }

// mostCited is how many records of each end of a long history are cited.
const mostCited = 4

// citeLines cites the first and the last use of the lines, those used on most days
// first, and not too many.
func citeLines(p *detect.Pass, ls []line) []record.Citation {
	ls = slices.Clone(ls)
	slices.SortStableFunc(ls, func(a, b line) int { return len(b.Days) - len(a.Days) })
	var out []record.Citation
	for _, l := range ls[:min(len(ls), mostCited)] {
		out = append(out, p.Cite(l.First), p.Cite(l.Last))
	}
	return out
}
