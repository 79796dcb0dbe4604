// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"fmt"
	"strings"
	"time"

	"daylight/activity"
	"daylight/detect"
	"daylight/record"
)

type neverOffParams struct {
	Runs     int     `json:"runs" doc:"stretches of a day and a night without a pause of four hours that count; a starting value" min:"1" max:"100"`
	Full     int     `json:"full" doc:"such stretches at which it counts in full; a starting value" min:"1" max:"100"`
	Restless float64 `json:"restless" doc:"share of the busy days, 0-1, without a pause of five hours that counts; a starting value" min:"0" max:"1"`
	From     int     `json:"from" doc:"percent of the weight at the least; a starting value" min:"1" max:"100"`
	Sleep    int     `json:"sleep" doc:"hours of a stable quiet window that look like sleep; a starting value" min:"1" max:"12"`
}

var neverOff = detect.Define(detect.Meta{
	ID:        "net.never_off",
	Title:     "Activity goes on without a pause long enough for a night's sleep",
	Rationale: "One person cannot be active through several nights a week. Several hands on one account can.",
	Innocent: []string{
		"nights on call, or a release that went wrong",
		"scripts under the person's own account that no log marks as such",
		"a small child",
	},
	References:  []string{"method §4", "GUIDE22"},
	Family:      detect.Rhythm,
	Lifecycle:   detect.Stable,
	Observation: detect.ActivityHours,
	Needs:       []record.Kind{record.KindActivity},
	Present:     70,
	Absent:      0,
	Weighing:    "Five times likelier when it recurs: on-call weeks and unmarked scripts look alike, and one bad night counts for nothing. Sleep at any hour is the rule on both sides, so it says nothing.",
}, neverOffParams{Runs: 2, Full: 6, Restless: 0.3, From: 50, Sleep: 5}, func(p *detect.Pass, cfg neverOffParams) {
	zone, clockOf := time.UTC, "UTC"
	if c, ok := claimed(p); ok && !p.Protected {
		zone, clockOf = c.zone, "the claimed clock"
	}
	s := activity.Sleep(p.Profile, zone, time.Time{}, time.Time{})
	restless := 0.0
	if s.DenseDays >= activity.MinDenseDays {
		restless = float64(s.Restless) / float64(s.DenseDays)
	}
	switch {
	case s.LongRuns >= cfg.Runs || restless >= cfg.Restless:
		strength := max(grow(cfg.From, float64(s.LongRuns), float64(cfg.Runs), float64(cfg.Full)), grow(cfg.From, restless, cfg.Restless, 1))
		var words []string
		if s.LongRuns > 0 {
			words = append(words, fmt.Sprintf("%s of 24 hours or more without a pause of four hours, the longest %.0f hours to %s with acts in %d of them",
				count(s.LongRuns, "stretch"), s.LongestRun.Hours(), clock(s.RunTo), s.RunHours))
		}
		if s.Restless > 0 {
			words = append(words, fmt.Sprintf("no pause of five hours on %d of %d busy days", s.Restless, s.DenseDays))
		}
		p.Report(strength, append(exemplars(p, 2*mostCited), runCites(p, s)...), "Activity shows %s.", strings.Join(words, "; "))
	case !s.Enough:
		p.Unknown("%s with %s are too few to see sleep in", count(s.Days, "active day"), count(s.Hours, "active hour"))
	case s.QuietMinutes >= cfg.Sleep*60:
		p.Clear(exemplars(p, mostCited), "On nine of ten days nothing happens for %.1f hours from %s by %s, as in sleep.",
			float64(s.QuietMinutes)/60, wall(s.QuietStart), clockOf)
	default:
		p.Unknown("the hours of %s show neither a stable sleep nor its want", count(s.Days, "active day"))
	}
})

// runCites cites the acts among the newest that lie in the longest stretch.
func runCites(p *detect.Pass, s activity.SleepFit) []record.Citation {
	var out []record.Citation
	for _, l := range p.Profile.Last(2 * mostCited) {
		if !l.Automated && !l.At.Before(s.RunFrom) && !l.At.After(s.RunTo) {
			out = append(out, p.Cite(l.Sighting))
		}
	}
	return out
}

// wall words minutes after midnight as a clock shows them.
func wall(minutes int) string {
	minutes = (minutes%1440 + 1440) % 1440
	return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
}
