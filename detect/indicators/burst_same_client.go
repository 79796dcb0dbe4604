// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"time"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type burstSameClientParams struct {
	Others int `json:"others" doc:"other unrelated applicants from the address before it counts, so three in all; a starting value" min:"1" max:"100"`
	Days   int `json:"days" doc:"days within which they must have applied; a starting value" min:"1" max:"3650"`
	Exit   int `json:"exit" doc:"percent of what counts otherwise when every application of the person came through a commercial VPN, whose exits strangers share; a starting value" min:"1" max:"100"`
	Month  int `json:"month" doc:"percent of the weight when it took longer than 24 hours; a starting value" min:"1" max:"100"`
}

var burstSameClient = detect.Define(detect.Meta{
	ID:        "app.burst_same_client",
	Title:     "Several unrelated people applied from one address",
	Rationale: "A team that applies under many names does so from one room, or through one line, within hours.",
	Innocent: []string{
		"a campus, a library, a student house or a careers fair",
		"a staffing agency that submits for its people",
		"a carrier that puts many homes behind one address",
	},
	References:  []string{"method §7", "ASHBY", "GUIDE22", "MS26"},
	Family:      detect.Contact,
	Lifecycle:   detect.Stable,
	Observation: detect.ClientAddress,
	Needs:       []record.Kind{record.KindPerson},
	Present:     80,
	Absent:      0,
	Weighing:    "Universities, mobile carriers, offices, relays and Tor are left out, and linking damps crowded addresses; three strangers from one home line within a day are six times likelier to be one team, since shared houses exist. Over weeks it counts nine tenths: a team takes its time, and strangers seldom follow each other on one line. Strangers meet at the exit of a commercial VPN, and whoever applies through one as a habit meets them oftenest, so there it counts two fifths; a rented server has one tenant, and counts in full. Applying alone says nothing.",
}, burstSameClientParams{Others: 2, Days: 30, Month: 90, Exit: 40}, func(p *detect.Pass, cfg burstSameClientParams) {
	var others []record.SubjectID
	var cite []record.Citation
	var first, last time.Time
	for e := range p.EdgesVia(record.ClientAddr) {
		span := e.Last.Sub(e.First)
		if telling(e, 60) == 0 || e.First.IsZero() || span > time.Duration(cfg.Days)*24*time.Hour {
			continue
		}
		others = append(others, e.Other)
		cite = append(cite, e.Cites...)
		if first.IsZero() || e.First.Before(first) {
			first = e.First
		}
		if e.Last.After(last) {
			last = e.Last
		}
	}
	slices.Sort(others)
	others = slices.Compact(others)
	if len(others) >= cfg.Others {
		strength := cfg.Month
		if last.Sub(first) <= 24*time.Hour {
			strength = 100
		}
		if throughVPN(p) {
			strength = max(1, strength*cfg.Exit/100)
		}
		p.Relate(others...)
		p.Report(strength, cite, "Applied from the same address as %s of other names between %s and %s.", count(len(others), "unrelated profile"), clock(first), clock(last))
		return
	}
	var own, crowded []record.Record
	for r, b := range detect.Each[record.Person](p.View) {
		if n, ok := p.Network(b.ClientAddr); ok && !n.Class.Personal() {
			crowded = append(crowded, r)
		} else if b.ClientAddr.IsValid() {
			own = append(own, r)
		}
	}
	switch {
	case len(own) > 0:
		p.Clear(cites(own...), "Fewer than %d unrelated people applied from the same address within %d days.", cfg.Others, cfg.Days)
	case len(crowded) > 0:
		p.Unknown("the address is one that many people share: a campus, a carrier, an office or an anonymous network")
	default:
		p.Unknown("the address an application came from is not on record")
	}
})

// throughVPN reports whether every application of which the address is on record came
// through a commercial VPN.
func throughVPN(p *detect.Pass) bool {
	some := false
	for _, b := range detect.Each[record.Person](p.View) {
		if !b.ClientAddr.IsValid() {
			continue
		}
		if n, ok := p.Network(b.ClientAddr); !ok || n.Class != enrich.VPN {
			return false
		}
		some = true
	}
	return some
}
