// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"fmt"
	"math"
	"strconv"

	"daylight/detect"
	"daylight/record"
)

type hoursVsClaimedParams struct {
	Least float64 `json:"least" doc:"log10 of how much better five hours or more off explains the hours than the claim, from which it counts; a starting value" min:"0" max:"10"`
	Full  float64 `json:"full" doc:"the same at which it counts in full; a starting value" min:"0" max:"20"`
	From  int     `json:"from" doc:"percent of the weight at least; a starting value" min:"1" max:"100"`
	Hours int     `json:"hours" doc:"hours between the best offset and the claim below which nothing counts; a starting value" min:"1" max:"12"`
	Fits  float64 `json:"fits" doc:"the same logarithm, negative, at which the claim fits well; a starting value" min:"-20" max:"0"`
	Close int     `json:"close" doc:"hours between the best offset and the claim up to which people differ anyway (from method §4: 2)" min:"0" max:"12"`
}

var hoursVsClaimed = detect.Define(detect.Meta{
	ID:        "wrk.hours_vs_claimed",
	Title:     "The hours of activity fit another clock than the claimed place's",
	Rationale: "People sleep at night where they are. Weeks of messages and commits show a day, and whose clock it follows.",
	Innocent: []string{
		"night work, or hours agreed with a team elsewhere, that no export of the employer states",
		"caring for somebody at night, or on call",
		"a long stay elsewhere that nobody entered",
	},
	References:  []string{"method §4", "SEAL", "CASES"},
	Family:      detect.Rhythm,
	Lifecycle:   detect.Stable,
	Observation: detect.ActivityHours,
	Waivers:     []detect.Waiver{detect.AddressProtected, detect.Accommodated}, // hours may be what was accommodated
	Needs:       []record.Kind{record.KindActivity, record.KindPerson},
	Present:     70,
	Absent:      0,
	Weighing:    "On 49 authors of three public repositories no true claim is found and four in five claims six to twelve hours off are. At work, though, a few genuine people in a hundred keep such hours by choice or duty, so five times likelier and no more. Hours that fit are no comfort: whoever is paid to keep them can, and owls, carers and people whose days are split would lack it for how they live.",
}, hoursVsClaimedParams{Least: 1, Full: 3, From: 40, Hours: 5, Fits: -1, Close: 2}, func(p *detect.Pass, cfg hoursVsClaimedParams) {
	c, ok := claimed(p)
	if !ok {
		p.Unknown("the claimed place is not on record or its clock is not known")
		return
	}
	stated := statedHours(p)
	fit, in := rhythm(p, c, stated.hours)
	if !fit.Enough {
		p.Unknown("%s and %s outside declared absences are too few for a rhythm", count(fit.Days, "active day"), count(fit.Hours, "active hour"))
		return
	}
	off := max(fit.Error, -fit.Error)
	seen := fmt.Sprintf("%s with %s", count(fit.Days, "active day"), count(fit.Hours, "active hour"))
	if !in.from.IsZero() {
		seen += " since " + day(in.from)
	}
	if fit.Stated {
		seen += stated.words
	}
	switch {
	case off >= cfg.Hours*60 && fit.LogRatio >= cfg.Least:
		p.Report(grow(cfg.From, fit.LogRatio, cfg.Least, cfg.Full), append(append(exemplars(p, 2*mostCited), c.record.Cite()), stated.cites...),
			"Over %s, the hours fit clocks at %s to %s best, %s from the claimed %s (standard time). A clock five hours or more off explains them %s better than one within two hours of the claim.",
			seen, offset(fit.Low), offset(fit.High), hours(off), offset(fit.Claim), timesBetter(fit.LogRatio))
	case off <= cfg.Close*60 && fit.LogRatio <= cfg.Fits:
		p.Clear(append(exemplars(p, mostCited), stated.cites...), "Over %s, the hours fit the claimed clock (%s in standard time) to within two hours, %s better than one five hours or more off.",
			seen, offset(fit.Claim), timesBetter(-fit.LogRatio))
	default:
		p.Unknown("the hours of %s fit the claimed clock neither well nor badly", seen)
	}
})

// stated are the working hours that the employer states of a person, in words and
// with the record; empty where it states none, or those of an ordinary day.
type stated struct {
	hours []record.Hours
	words string
	cites []record.Citation
}

// statedHours returns the stated hours, or nothing where all of them are an ordinary
// day's: those are judged as if nothing were stated.
func statedHours(p *detect.Pass) (s stated) {
	hours, from := p.WorkingHours()
	var words []string
	for _, h := range hours {
		if !h.ByDay() {
			s.hours = hours
		}
		words = append(words, h.String())
	}
	if len(s.hours) > 0 {
		s.words, s.cites = ", by working hours that the employer states as "+list(words), []record.Citation{from.Cite()}
	}
	return s
}

// offset words a UTC offset in minutes: "UTC+05:30".
func offset(minutes int) string {
	sign := '+'
	if minutes < 0 {
		sign, minutes = '−', -minutes
	}
	return fmt.Sprintf("UTC%c%02d:%02d", sign, minutes/60, minutes%60)
}

// hours words minutes as hours, to the quarter, as clocks differ: "9½ hours".
func hours(minutes int) string {
	quarters := (minutes + 7) / 15
	words := [...]string{"", "¼", "½", "¾"}[quarters%4]
	if whole := quarters / 4; whole > 0 || words == "" {
		words = strconv.Itoa(whole) + words
	}
	if quarters > 0 && quarters <= 4 {
		return words + " hour"
	}
	return words + " hours"
}

// timesBetter words how many times better, from the logarithm.
func timesBetter(log10 float64) string {
	switch {
	case log10 >= 6:
		return "over a million times"
	case log10 >= 3:
		return "over a thousand times"
	}
	return fmt.Sprintf("some %.0f times", math.Pow(10, log10))
}
