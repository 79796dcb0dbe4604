// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"time"

	"daylight/detect"
	"daylight/record"
)

type concurrentPlacesParams struct {
	Minutes  int     `json:"minutes" doc:"minutes that two visits must overlap (catalogue: 10)"`
	BeyondKM float64 `json:"beyond_km" doc:"kilometres beyond both error radii (catalogue: 500)"`
	One      int     `json:"one" doc:"percent of the weight when it happened on one day; a starting value"`
	Full     int     `json:"full" doc:"distinct days at which it counts in full; a starting value"`
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
	References:  []string{"method §4.5", "indicators.md §4 (ADV22)"},
	Family:      detect.Network,
	Lifecycle:   detect.Stable,
	Observation: detect.SignInAddress,
	Needs:       []record.Kind{record.KindActivity},
	Present:     70,
	Absent:      0,
	Weighing:    "As impossible travel, and a little surer, for no speed is assumed: half for one day, five times likelier on three. Nearly everybody has none.",
}, concurrentPlacesParams{Minutes: 10, BeyondKM: 500, One: 50, Full: 3}, func(p *detect.Pass, cfg concurrentPlacesParams) {
	visits := placedVisits(p)
	if len(visits) < 2 {
		p.Unknown("no two visits are from networks that can be placed")
		return
	}
	days := map[int32]bool{}
	var cite []record.Citation
	var a, b placedVisit
	var longest time.Duration
	var km, radii float64
	for i, x := range visits {
		for _, y := range visits[i+1:] {
			if y.First.At.After(x.Last.At) {
				break
			}
			both := earlier(x.Last.At, y.Last.At).Sub(y.First.At)
			d, r := x.line.apart(y.line)
			if x.Addr == y.Addr || both < time.Duration(cfg.Minutes)*time.Minute || d-r <= cfg.BeyondKM {
				continue
			}
			if n := dayNumber(y.First.At); !days[n] {
				days[n] = true
				cite = append(cite, p.Cite(x.First), p.Cite(y.First), p.Cite(x.Last), p.Cite(y.Last))
			}
			if both > longest {
				a, b, longest, km, radii = x, y, both, d, r
			}
		}
	}
	if len(days) == 0 {
		p.Clear(nil, "No two visits from networks that can be placed were at the same time and far apart (%s).", count(len(visits), "visit"))
		return
	}
	p.Report(grow(cfg.One, float64(len(days)), 1, float64(cfg.Full)), cite[:min(len(cite), 4*mostCited)],
		"Active for %s at once from two places %.0f km apart (%s and %s; error radii %.0f km together), from %s; so on %s.",
		span(longest), km, a.line.named(), b.line.named(), radii, clock(b.First.At), count(len(days), "day"))
})

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
