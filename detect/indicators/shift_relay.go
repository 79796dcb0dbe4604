// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"fmt"

	"daylight/activity"
	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type shiftRelayParams struct {
	From    int     `json:"from" doc:"percent of the weight where device and hours just pass the test; a starting value" min:"1" max:"100"`
	Low     float64 `json:"low" doc:"mutual information, 0-1, at which From counts (from activity.ShiftFit's own bar)" min:"0" max:"1"`
	Full    float64 `json:"full" doc:"mutual information, 0-1, at which it counts in full; a starting value" min:"0" max:"1"`
	Network int     `json:"network" doc:"percent of the weight when only the network switches, as between an office and a home; a starting value" min:"1" max:"100"`
}

var shiftRelay = detect.Define(detect.Meta{
	ID:        "wrk.shift_relay",
	Title:     "Device and hours of the day switch together",
	Rationale: "Several people on one account relieve each other: each has hours of their own and a machine of their own. One person with a divided day takes the machine along.",
	Innocent: []string{
		"an office computer by day and a laptop in the evening",
		"a pair account that the team knows of",
		"an assistant program that works at night under the person's account",
	},
	References:  []string{"method §4", "SEAL", "CASES"},
	Family:      detect.Rhythm,
	Lifecycle:   detect.Stable,
	Observation: detect.ActivityHours,
	Needs:       []record.Kind{record.KindActivity},
	Present:     80,
	Absent:      0,
	Weighing:    "Six times likelier: two long blocks on nearly every day with a device each, beyond what a permutation test allows by chance, is rare among one person's habits but for an office and a home, which also switch the network; then it weighs a quarter. One block, or one device, is the rule on both sides.",
}, shiftRelayParams{From: 60, Low: 0.5, Full: 0.9, Network: 25}, func(p *detect.Pass, cfg shiftRelayParams) {
	c, ok := claimed(p)
	if !ok {
		c = claim{} // the blocks are the same by any clock that does not change
	}
	var best activity.ShiftFit
	for _, w := range stays(p, c.since) {
		if f := activity.Shifts(p.Profile, c.zone, w.from, w.to, shiftSeed); f.Days > best.Days {
			best = f
		}
	}
	switch {
	case !best.Enough:
		p.Unknown("%s outside declared absences are too few to see shifts", count(best.Days, "active day"))
	case best.Relay:
		strength := grow(cfg.From, best.Information, cfg.Low, cfg.Full)
		if best.Fingerprint == "network" || organisationLine(p) {
			strength = min(strength, cfg.Network)
		}
		clockOf := "UTC"
		if c.zone != nil && !p.Protected {
			clockOf = "the claimed clock"
		}
		p.Report(max(strength, 1), exemplars(p, 2*mostCited),
			"Over %s, work falls into %s by %s: %s. The %s switches with them on %s (share of information %s, chance %.3f by permutation).",
			count(best.Days, "active day"), count(len(best.Blocks), "block"), clockOf, blocks(best.Blocks), fingerprintWords[best.Fingerprint],
			count(best.PairedDays, "day"), percent(best.Information), best.P)
	case len(best.Blocks) > 1 && best.Fingerprint == "":
		p.Unknown("%s of work a day, and no device, browser or network has two values on enough days to tell hands apart", count(len(best.Blocks), "block"))
	default:
		p.Clear(exemplars(p, mostCited), "Over %s, no device or network changes hands with the hours of the day.", count(best.Days, "active day"))
	}
})

// shiftSeed starts the permutation test, the same for everybody: the test asks
// how rare an order is, and no seed favours an answer.
const shiftSeed = 1

var fingerprintWords = map[string]string{"endpoint": "machine", "browser": "browser", "agent": "client program", "network": "network"}

// organisationLine reports whether the person also works from the company's or
// another organisation's network, where another machine is to be expected.
func organisationLine(p *detect.Pass) bool {
	for _, l := range lines(p) {
		switch {
		case l.ours, l.network.Class == enrich.Corporate, l.network.Class == enrich.Business, l.network.Class == enrich.Education:
			return true
		}
	}
	return false
}

// blocks words daily blocks of work.
func blocks(bs []activity.Block) string {
	words := make([]string, len(bs))
	for i, b := range bs {
		words[i] = fmt.Sprintf("%s to %s (%s of activity)", wall(b.From), wall(b.To), percent(b.Share))
	}
	return list(words)
}
