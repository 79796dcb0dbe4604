// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"time"

	"daylight/detect"
	"daylight/record"
)

type extraKeysParams struct {
	First int     `json:"first" doc:"days from the day of hire that are looked at; a starting value" min:"1" max:"3650"`
	Final int     `json:"final" doc:"days before the day of leaving that are looked at; a starting value" min:"1" max:"3650"`
	Keys  int     `json:"keys" doc:"keys, tokens and granted applications in one of the two that count; a starting value" min:"1" max:"100"`
	Full  int     `json:"full" doc:"keys at which it counts in full; a profile keeps six; a starting value" min:"1" max:"100"`
	From  int     `json:"from" doc:"percent of the weight at the first count; a starting value" min:"1" max:"100"`
	Early float64 `json:"early" doc:"share of the weight, 0-1, of the first days, when a new laptop is set up; a starting value" min:"0.01" max:"1"`
}

var extraKeys = detect.Define(detect.Meta{
	ID:        "dat.extra_keys",
	Title:     "Many keys, tokens or applications were added in the first weeks or the last",
	Rationale: "A key that is made early or on the way out opens what the company has from any other machine, and lasts longer than a password.",
	Innocent: []string{
		"the set-up of a new laptop and its tools",
		"automation that needs a token for each service",
		"keys renewed on a day that policy sets",
	},
	References: []string{"SEAL", "CASES"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindActivity},
	Present:    35,
	Absent:     0,
	Weighing:   "Twice as likely in the last days, when few have a reason. In the first, newcomers set up their tools, so half of it. Few keys are the rule.",
}, extraKeysParams{First: 14, Final: 14, Keys: 3, Full: 6, From: 60, Early: 0.5}, func(p *detect.Pass, cfg extraKeysParams) {
	hired, hiredKnown := p.HiredAt()
	left, leftKnown := p.LeftAt()
	leftKnown = leftKnown && !left.After(p.AsOf)
	if !hiredKnown && !leftKnown {
		p.Unknown("neither a day of hire nor one of leaving is on record")
		return
	}
	var early, late []record.Citation
	if hiredKnown {
		early = keysAdded(p, hired.AddDate(0, 0, -1), hired.AddDate(0, 0, cfg.First+1))
	}
	if leftKnown {
		late = keysAdded(p, left.AddDate(0, 0, -cfg.Final), left.AddDate(0, 0, 1))
	}
	strong := func(n int) int { return grow(cfg.From, float64(n), float64(cfg.Keys), float64(cfg.Full)) }
	switch {
	case len(late) >= cfg.Keys:
		p.Report(strong(len(late)), late, "At least %d keys, tokens or granted applications were added in the %s before the person left on %s.",
			len(late), count(cfg.Final, "day"), day(left))
	case len(early) >= cfg.Keys:
		p.Report(max(int(cfg.Early*float64(strong(len(early)))), 1), early, "At least %d keys, tokens or granted applications were added within %s of the hire on %s.",
			len(early), count(cfg.First, "day"), day(hired))
	case !codeSeen(p):
		p.Unknown("no log of a service that lists keys names the person")
	case slices.Contains(p.Profile.Truncated(), "deeds"):
		p.Unknown("too many acts to know how many keys were added when")
	default:
		p.Clear(nil, "Fewer than %d keys, tokens or granted applications were added in the first days or the last.", cfg.Keys)
	}
})

// keysAdded cites the keys, tokens and applications that were added between two
// instants, the second not included.
func keysAdded(p *detect.Pass, from, until time.Time) (out []record.Citation) {
	for _, d := range p.Profile.Deeds(record.KeyAdded) {
		if !d.At.Before(from) && d.At.Before(until) {
			out = append(out, p.Cite(d.Sighting))
		}
	}
	return out
}
