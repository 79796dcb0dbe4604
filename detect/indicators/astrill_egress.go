// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"strings"

	"daylight/detect"
	"daylight/record"
)

type astrillEgressParams struct {
	List     string  `json:"list" doc:"what the name of the list of the provider's exits, or the operator's name, contains; blank matches nothing; (from the name of the provider)"`
	Days     int     `json:"days" doc:"distinct days through the provider's exits that count; (from the row of the catalogue)" min:"1" max:"3650"`
	Full     int     `json:"full" doc:"days at which it counts in full; a starting value" min:"1" max:"3650"`
	From     int     `json:"from" doc:"percent of the weight at the least; a starting value" min:"1" max:"100"`
	Habit    int     `json:"habit" doc:"percent of the weight of a habit: a long time, most days; a starting value" min:"1" max:"100"`
	HabitFor int     `json:"habit_for" doc:"days from first to last use from which it may be a habit; a starting value" min:"1" max:"3650"`
	Mostly   float64 `json:"mostly" doc:"share of all active days, 0-1, that makes a habit; a starting value" min:"0" max:"1"`
}

var astrillEgress = detect.Define(detect.Meta{
	ID:        "net.astrill_egress",
	Title:     "Works through exits of a VPN provider that reports name again and again",
	Rationale: "Reports on remote work under assumed identities name one provider's exits far more often than others. It is a VPN like others, and says nothing of where anybody is from.",
	Innocent: []string{
		"the provider is common wherever networks are filtered, and with those who travel there",
		"a privacy VPN used all year, as many engineers do",
		"an address that the provider has given up since the list was made",
	},
	References:  []string{"method §5", "MANDIANT", "RF", "SPUR"},
	Family:      detect.Network,
	Lifecycle:   detect.Stable,
	Observation: detect.SignInAddress,
	Needs:       []record.Kind{record.KindActivity},
	Habit:       true,
	Present:     50,
	Absent:      0,
	OneSided:    true,
	Weighing:    "A VPN is worth three dB. This provider is named in most reports and has few of all users, which adds two; a habit of half a year counts a third, and it counts beside two other families only, as for any VPN. It replaces the finding on VPNs more than it adds to it, for both rest on one address. Whether a list of its exits was given cannot be known from here, so nothing is ever absent.",
}, astrillEgressParams{List: "astrill", Days: 2, Full: 10, From: 60, Habit: 33, HabitFor: 180, Mostly: 0.5}, func(p *detect.Pass, cfg astrillEgressParams) {
	v := through(p, func(l line) bool {
		list, _, _ := strings.Cut(l.network.Table, "@")
		return l.vpn() && (holds(list, cfg.List) || holds(l.network.Operator, cfg.List))
	})
	if len(v.days) < cfg.Days {
		p.Unknown("no list of that provider's exits names an address of %s or more outside declared absences", count(cfg.Days, "day"))
		return
	}
	strength, habit := grow(cfg.From, float64(len(v.days)), float64(cfg.Days), float64(cfg.Full)), ""
	if v.habit(cfg.HabitFor, cfg.Mostly) {
		strength, habit = cfg.Habit, ", a habit of more than "+count(cfg.HabitFor, "day")
	}
	p.Report(strength, citeLines(p, v.lines), "Worked through listed exits of one VPN provider (%s) %s, of %s in all%s.",
		count(len(v.lines), "address"), spread(v.days), count(v.active, "active day"), habit)
})

// holds reports whether a name contains a word, without regard to case. A blank
// word is in no name.
func holds(name, word string) bool {
	word = strings.ToLower(strings.TrimSpace(word))
	return word != "" && strings.Contains(strings.ToLower(name), word)
}
