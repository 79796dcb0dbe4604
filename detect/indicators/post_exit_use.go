// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"time"

	"daylight/activity"
	"daylight/detect"
	"daylight/record"
)

type postExitUseParams struct {
	GraceHours int `json:"grace_hours" doc:"hours after the end of the last day before use counts; clocks, hand-overs and time zones explain less; a starting value" min:"0" max:"720"`
	Full       int `json:"full" doc:"distinct days of use at which it counts in full; a starting value" min:"1" max:"3650"`
	One        int `json:"one" doc:"percent of the weight of one day; a starting value" min:"1" max:"100"`
}

var postExitUse = detect.Define(detect.Meta{
	ID:        "off.post_exit_use",
	Title:     "Accounts were used after the person left",
	Rationale: "Keys and sessions end with the work. When they go on being used, somebody still holds them, or something still runs on them.",
	Innocent: []string{
		"automation under the person's account that was left running",
		"a hand-over that was agreed to",
		"a date of leaving that was entered wrongly",
	},
	References: []string{"FBI-2501", "CASES"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindActivity},
	Present:    90,
	Absent:     0,
	Weighing:   "Eight times likelier when it happens on several days; one day is often a hand-over and weighs half. Not using an account afterwards is the rule.",
}, postExitUseParams{GraceHours: 24, Full: 3, One: 50}, func(p *detect.Pass, cfg postExitUseParams) {
	left, ok := p.LeftAt()
	if !ok || left.After(p.AsOf) {
		p.Unknown("no date of leaving is on record, or it is still to come")
		return
	}
	for _, b := range detect.Each[record.Person](p.View) {
		if b.HiredAt.After(left) {
			p.Unknown("the person was hired again after they left")
			return
		}
	}
	after := left.Add(time.Duration(24+cfg.GraceHours) * time.Hour)
	var late []activity.Latest
	for _, l := range p.Profile.Last(64) {
		if !l.Automated && l.Act != record.SignOut && l.Act != record.AccountRemoved && l.At.After(after) {
			late = append(late, l)
		}
	}
	days := map[string]bool{}
	var cite []record.Citation
	for _, l := range late {
		days[day(l.At)] = true
		cite = append(cite, p.Cite(l.Sighting))
	}
	if len(days) == 0 {
		p.Clear(nil, "No deliberate act under the person's accounts is later than %d hours after the day of leaving.", cfg.GraceHours)
		return
	}
	p.Report(grow(cfg.One, float64(len(days)), 1, float64(cfg.Full)), cite,
		"The person's accounts were used on at least %s after the day of leaving (%s), last %s (%s).",
		count(len(days), "day"), day(left), clock(late[0].At), late[0].Act)
})
