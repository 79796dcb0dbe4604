// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/activity"
	"daylight/detect"
	"daylight/record"
)

type clockChangeParams struct {
	Least float64 `json:"least" doc:"log10 of how much better staying on UTC explains the hours than following the claimed clock, from which it counts; a starting value" min:"0" max:"10"`
	Full  float64 `json:"full" doc:"the same at which it counts in full; a starting value" min:"0" max:"20"`
	From  int     `json:"from" doc:"percent of the weight at the least; a starting value" min:"1" max:"100"`
	Fits  float64 `json:"fits" doc:"the same logarithm, negative, at which the hours follow the clock; a starting value" min:"-20" max:"0"`
}

var clockChange = detect.Define(detect.Meta{
	ID:        "wrk.clock_change",
	Title:     "The hours stayed where they were when the claimed place changed its clocks",
	Rationale: "When clocks go forward, people there get up an hour earlier by the sun, whatever hours they keep. Somebody who lives by another clock does not notice.",
	Innocent: []string{
		"meetings with a team whose clocks do not change, or change on another day",
		"a day that follows the light or an animal rather than the clock",
		"a new role or new hours that began in the same weeks",
	},
	References:  []string{"method §4"},
	Family:      detect.Rhythm,
	Lifecycle:   detect.Stable,
	Observation: detect.ActivityHours,
	Waivers:     []detect.Waiver{detect.AddressProtected, detect.Accommodated}, // hours may be what was accommodated
	Needs:       []record.Kind{record.KindActivity, record.KindPerson},
	Present:     40,
	Absent:      -10,
	Weighing:    "A night worker's hours move with the clock too, so this tells apart what the hours alone cannot; new hours in the same weeks imitate it, so two and a half times likelier. Whoever is paid to keep the claimed place's hours follows its clock, so agreement says little.",
}, clockChangeParams{Least: 1, Full: 2, From: 50, Fits: -1}, func(p *detect.Pass, cfg clockChangeParams) {
	c, ok := claimed(p)
	if !ok {
		p.Unknown("the claimed place is not on record or its clock is not known")
		return
	}
	var fit activity.SeasonFit
	for _, w := range stays(p, c.since) {
		f := activity.Season(p.Profile, c.zone, w.from, w.to)
		if f.Enough && f.StandardDays+f.SaveDays > fit.StandardDays+fit.SaveDays {
			fit = f
		}
	}
	const before = "The hours of %s in standard time and %s in summer time at the claimed place moved by %s minutes of its clock (90 %% between %s and %s)"
	switch {
	case !fit.Enough:
		p.Unknown("the claimed place keeps one clock all year, or too few active days lie on either side of a change")
	case fit.LogRatio >= cfg.Least:
		p.Report(grow(cfg.From, fit.LogRatio, cfg.Least, cfg.Full), append(exemplars(p, 2*mostCited), c.record.Cite()),
			before+". Sixty is a clock that does not change: it explains them %s better than the claimed one.",
			count(fit.StandardDays, "active day"), count(fit.SaveDays, "active day"), signed(fit.Shift), signed(fit.Low), signed(fit.High), timesBetter(fit.LogRatio))
	case fit.LogRatio <= cfg.Fits:
		p.Clear(exemplars(p, mostCited), before+", as people there do.",
			count(fit.StandardDays, "active day"), count(fit.SaveDays, "active day"), signed(fit.Shift), signed(fit.Low), signed(fit.High))
	default:
		p.Unknown("the hours of %s and %s on either side of a clock change fit both", count(fit.StandardDays, "active day"), count(fit.SaveDays, "active day"))
	}
})
