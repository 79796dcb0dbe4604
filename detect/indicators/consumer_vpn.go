// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type consumerVPNParams struct {
	Days     int     `json:"days" doc:"distinct days through a VPN that count; a starting value" min:"1" max:"3650"`
	Full     int     `json:"full" doc:"days at which it counts in full; a starting value" min:"1" max:"3650"`
	From     int     `json:"from" doc:"percent of the weight at the least; a starting value" min:"1" max:"100"`
	Habit    int     `json:"habit" doc:"percent of the weight of a habit: a long time, most days, and never without for long; a starting value" min:"1" max:"100"`
	HabitFor int     `json:"habit_for" doc:"days from first to last use from which it may be a habit; a starting value" min:"1" max:"3650"`
	Mostly   float64 `json:"mostly" doc:"share of all active days, 0-1, that makes a habit; a starting value" min:"0" max:"1"`
}

var consumerVPN = detect.Define(detect.Meta{
	ID:        "net.consumer_vpn",
	Title:     "Works through a VPN that IT did not issue",
	Rationale: "A VPN that people buy stands between the person and the place they state.",
	Innocent: []string{
		"a privacy VPN used all year, as many engineers do",
		"hotel and café networks",
		"a country one travels in that blocks what work needs",
	},
	References:  []string{"method §5", "MANDIANT", "MS26", "X4BNET", "CASES"},
	Family:      detect.Network,
	Lifecycle:   detect.Stable,
	Observation: detect.SignInAddress,
	Needs:       []record.Kind{record.KindActivity},
	Habit:       true,
	Present:     30,
	Absent:      0,
	Weighing:    "Some 60 % against 15 % by the figures for simulation would be six dB, but those are guesses and engineers differ: half of that, a third of it again for a habit of half a year, and only beside two families that say something without it. Working without one says nothing.",
}, consumerVPNParams{Days: 3, Full: 15, From: 50, Habit: 33, HabitFor: 180, Mostly: 0.5}, func(p *detect.Pass, cfg consumerVPNParams) {
	v := through(p, line.vpn)
	switch {
	case !v.known:
		p.Unknown("no table knows any of the networks")
	case len(v.days) < cfg.Days:
		p.Clear(nil, "Worked through a VPN that IT did not issue on fewer than %d days outside declared absences.", cfg.Days)
	default:
		strength, habit := grow(cfg.From, float64(len(v.days)), float64(cfg.Days), float64(cfg.Full)), ""
		if v.habit(cfg.HabitFor, cfg.Mostly) {
			strength, habit = cfg.Habit, ", a habit of more than half a year"
		}
		p.Report(strength, citeLines(p, v.lines), "Worked through a VPN or proxy that IT did not issue (%s) %s, of %s in all%s.",
			count(len(v.lines), "address"), spread(v.days), count(v.active, "active day"), habit)
	}
})
