// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"time"

	"daylight/detect"
	"daylight/record"
)

type concurrentPlacesParams struct {
	Minutes  int     `json:"minutes" doc:"minutes that two visits must overlap; a starting value" min:"1" max:"1440"`
	BeyondKM float64 `json:"beyond_km" doc:"kilometres beyond both error radii; a starting value" min:"0" max:"20000"`
	One      int     `json:"one" doc:"percent of the weight when it happened on one day; a starting value" min:"1" max:"100"`
	Full     int     `json:"full" doc:"distinct days at which it counts in full; a starting value" min:"1" max:"3650"`
	Unsure   int     `json:"unsure" doc:"percent of that when one of the two networks is of no known kind each time; a starting value" min:"1" max:"100"`
}

var concurrentPlaces = detect.Define(detect.Meta{
	ID:        "net.concurrent_places",
	Title:     "Active from two distant places at the same time",
	Rationale: "One person is in one place. Two home networks far apart, both in use by deliberate acts, are two pairs of hands or a machine driven from afar.",
	Innocent: []string{
		"a machine left on at home that acts while its owner travels",
		"a VPN on one device and not on the other that the address tables do not know",
		"a wrong entry in the address database",
	},
	References:  []string{"method §4", "GUIDE22"},
	Family:      detect.Network,
	Lifecycle:   detect.Stable,
	Observation: detect.SignInAddress,
	Needs:       []record.Kind{record.KindActivity},
	Present:     70,
	Absent:      0,
	Weighing:    "As impossible travel, and a little surer, for no speed is assumed: half for one day, five times likelier on three. A network of no known kind may be a gateway or a VPN, and leaves two fifths. Nearly everybody has none.",
}, concurrentPlacesParams{Minutes: 10, BeyondKM: 500, One: 50, Full: 3, Unsure: 40}, func(p *detect.Pass, cfg concurrentPlacesParams) {
	visits := placedVisits(p)
	if len(visits) < 2 {
		p.Unknown("no two visits are from networks that can be placed")
		return
	}
	pairs := overlapping(visits, cfg)
	strength := 100
	if sure := slices.DeleteFunc(slices.Clone(pairs), func(o together) bool { return !o.a.line.home() || !o.b.line.home() }); len(sure) > 0 {
		pairs = sure
	} else {
		strength = cfg.Unsure
	}
	if len(pairs) == 0 {
		p.Clear(nil, "No two visits from networks that can be placed were at the same time and far apart (%s).", count(len(visits), "visit"))
		return
	}
	days := map[int32]bool{}
	var cite []record.Citation
	most := pairs[0]
	for _, o := range pairs {
		if n := dayNumber(o.b.First.At); !days[n] {
			days[n] = true
			cite = append(cite, p.Cite(o.a.First), p.Cite(o.b.First), p.Cite(o.a.Last), p.Cite(o.b.Last))
		}
		if o.both > most.both {
			most = o
		}
	}
	p.Report(max(strength*grow(cfg.One, float64(len(days)), 1, float64(cfg.Full))/100, 1), cite[:min(len(cite), 4*mostCited)],
		"Active for %s at once from two places %s km apart (%s and %s; error radii %s km together), from %s; so on %s.",
		span(most.both), kilometres(most.km), most.a.line.named(), most.b.line.named(), kilometres(most.radii), clock(most.b.First.At), count(len(days), "day"))
})

// together is two visits at one time.
type together struct {
	a, b      placedVisit
	both      time.Duration
	km, radii float64
}

// overlapping returns the pairs of visits that overlap long enough and far enough
// apart. Visits are in the order of their first acts.
func overlapping(visits []placedVisit, cfg concurrentPlacesParams) []together {
	var out []together
	for i, x := range visits {
		for _, y := range visits[i+1:] {
			if y.First.At.After(x.Last.At) {
				break
			}
			both := earlier(x.Last.At, y.Last.At).Sub(y.First.At)
			km, radii := x.line.apart(y.line)
			if x.Addr != y.Addr && both >= time.Duration(cfg.Minutes)*time.Minute && km-radii > cfg.BeyondKM {
				out = append(out, together{x, y, both, km, radii})
			}
		}
	}
	return out
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
