// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"net/netip"
	"slices"
	"time"

	"daylight/activity"
	"daylight/detect"
	"daylight/record"
)

type impossibleTravelParams struct {
	KMH      float64 `json:"kmh" doc:"kilometres an hour, beyond both error radii, that no airliner's passenger exceeds (from method §5: 1,000)" min:"500" max:"40000"`
	BeyondKM float64 `json:"beyond_km" doc:"least kilometres beyond both error radii; below it, address databases differ for one home; a starting value" min:"0" max:"20000"`
	One      int     `json:"one" doc:"percent of the weight when it happened on one day; a starting value" min:"1" max:"100"`
	Full     int     `json:"full" doc:"distinct days at which it counts in full; a starting value" min:"1" max:"3650"`
	Unsure   int     `json:"unsure" doc:"percent of that when one of the two networks is of no known kind each time; a starting value" min:"1" max:"100"`
}

var impossibleTravel = detect.Define(detect.Meta{
	ID:        "net.impossible_travel",
	Title:     "Active from two places with no time to travel between them",
	Rationale: "Nobody flies faster than an airliner. Two home networks that far apart in so little time were used by two people, or one of them was not a home.",
	Innocent: []string{
		"a VPN or relay that the address tables do not know",
		"a wrong entry in the address database",
		"a machine left on at home, reached or synchronising while its owner travels",
	},
	References:  []string{"method §5", "GUIDE22", "MS25", "MS26"},
	Family:      detect.Network,
	Lifecycle:   detect.Stable,
	Observation: detect.SignInAddress,
	Needs:       []record.Kind{record.KindActivity},
	Present:     70,
	Absent:      0,
	Weighing:    "With errors taken off, and between homes only, a single hit is still often a wrong entry and weighs a third; on three days or more, five times likelier. A network of no known kind may be a gateway or a VPN, and leaves two fifths. Nearly everybody has none.",
}, impossibleTravelParams{KMH: 1000, BeyondKM: 500, One: 35, Full: 3, Unsure: 40}, func(p *detect.Pass, cfg impossibleTravelParams) {
	visits := placedVisits(p)
	var hops []hop
	for i := 1; i < len(visits); i++ {
		a, b := visits[i-1], visits[i]
		gone := b.First.At.Sub(a.Last.At)
		if a.Addr == b.Addr || gone <= 0 { // at once is net.concurrent_places' matter
			continue
		}
		km, radii := a.line.apart(b.line)
		if beyond := km - radii; beyond > cfg.BeyondKM && beyond > cfg.KMH*gone.Hours() {
			hops = append(hops, hop{a, b, gone, km, radii})
		}
	}
	if len(hops) == 0 {
		if len(visits) < 2 {
			p.Unknown("no two visits are from networks that can be placed")
			return
		}
		p.Clear(nil, "Every move between networks that can be placed left time to travel (%s).", count(len(visits), "visit"))
		return
	}
	strength := 100
	if sure := slices.DeleteFunc(slices.Clone(hops), func(h hop) bool { return !h.a.line.home() || !h.b.line.home() }); len(sure) > 0 {
		hops = sure
	} else {
		strength = cfg.Unsure
	}
	days := map[int32]bool{}
	var cite []record.Citation
	most := hops[0]
	for _, h := range hops {
		if d := dayNumber(h.b.First.At); !days[d] {
			days[d] = true
			cite = append(cite, p.Cite(h.a.Last), p.Cite(h.b.First))
		}
		if h.km-h.radii > most.km-most.radii {
			most = h
		}
	}
	p.Report(max(strength*grow(cfg.One, float64(len(days)), 1, float64(cfg.Full))/100, 1), cite[:min(len(cite), 4*mostCited)],
		"Active from two places %s km apart within %s (%s, then %s; error radii %s and %s km), on %s; so far apart in too little time on %s.",
		kilometres(most.km), span(most.gone), most.a.line.named(), most.b.line.named(), kilometres(most.a.line.network.RadiusKM), kilometres(most.b.line.network.RadiusKM),
		clock(most.b.First.At), count(len(days), "day"))
})

// hop is a move between two visits that left too little time.
type hop struct {
	a, b      placedVisit
	gone      time.Duration
	km, radii float64
}

// placedVisit is a visit from a line that can say where its user stands.
type placedVisit struct {
	activity.Visit
	line line
}

// placedVisits returns the visits that can be placed, in the order of time.
func placedVisits(p *detect.Pass) []placedVisit {
	known := map[netip.Addr]line{}
	for _, l := range lines(p) {
		if l.point() {
			known[l.Addr] = l
		}
	}
	var out []placedVisit
	for _, v := range p.Profile.Visits() {
		if l, ok := known[v.Addr]; ok {
			out = append(out, placedVisit{v, l})
		}
	}
	return out
}

// span words a duration to the minute, or to the hour when it is long.
func span(d time.Duration) string {
	if d < 2*time.Hour {
		return count(max(int(d.Minutes()), 1), "minute")
	}
	return count(int(d.Hours()+0.5), "hour")
}
