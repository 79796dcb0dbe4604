// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"time"

	"daylight/detect"
	"daylight/record"
)

type payChangeFrequencyParams struct {
	Changes int `json:"changes" doc:"changes of account within the window that count; a starting value" min:"1" max:"100"`
	Days    int `json:"days" doc:"length of the window in days; a starting value" min:"1" max:"3650"`
	Full    int `json:"full" doc:"changes at which it counts in full; a starting value" min:"1" max:"100"`
	From    int `json:"from" doc:"percent of the weight at the first count; a starting value" min:"1" max:"100"`
}

var payChangeFrequency = detect.Define(detect.Meta{
	ID:        "pay.change_frequency",
	Title:     "The pay account changes again and again",
	Rationale: "Banks close accounts that were opened for somebody else, and those have to be replaced; an own account mostly stays for years.",
	Innocent: []string{
		"bonuses for switching banks",
		"closing an account after a theft from it",
		"a move to another country",
	},
	References: []string{"FBI-2405", "MS26", "CASES"},
	Family:     detect.Pay,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindPayout},
	Present:    50,
	Absent:     0,
	Weighing:   "Three times likelier for several changes within a quarter. One change is ordinary and weighs nothing; so does having kept one account.",
}, payChangeFrequencyParams{Changes: 2, Days: 90, Full: 4, From: 80}, func(p *detect.Pass, cfg payChangeFrequencyParams) {
	// Only an account not seen before is a change: splitting pay between two, or
	// going back to an old one, is ordinary.
	var changes []record.Record
	seen := map[record.Redacted]time.Time{}
	for r, b := range detect.Each[record.Payout](p.View) {
		if b.Account == "" || r.At.IsZero() {
			continue
		}
		if _, known := seen[b.Account]; known {
			continue
		}
		together := false // several accounts from one day on are one arrangement
		for _, at := range seen {
			together = together || day(at) == day(r.At)
		}
		if len(seen) > 0 && !together {
			changes = append(changes, r)
		}
		seen[b.Account] = r.At
	}
	if len(seen) == 0 {
		p.Unknown("no dated pay account is on record")
		return
	}
	window := time.Duration(cfg.Days) * 24 * time.Hour
	var most []record.Record
	for i, first := range changes {
		n := i
		for n < len(changes) && changes[n].At.Sub(first.At) <= window {
			n++
		}
		if n-i > len(most) {
			most = slices.Clone(changes[i:n])
		}
	}
	if len(most) < cfg.Changes {
		p.Clear(nil, "The pay account changed fewer than %d times within any %d days.", cfg.Changes, cfg.Days)
		return
	}
	p.Report(grow(cfg.From, float64(len(most)), float64(cfg.Changes), float64(cfg.Full)), cites(most...),
		"The pay account changed %s between %s and %s.", times(len(most)), day(most[0].At), day(most[len(most)-1].At))
})
