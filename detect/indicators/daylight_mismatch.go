// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"fmt"
	"time"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
	"daylight/sun"
)

type daylightMismatchParams struct {
	HighDegrees float64 `json:"high_degrees" doc:"the sun's elevation in degrees above which a window must be bright, above the 6 from which it is full day; a starting value" min:"0" max:"60"`
	LowDegrees  float64 `json:"low_degrees" doc:"the sun's elevation in degrees below which a window must be dark (from method §5: the end of civil twilight, -6)" min:"-60" max:"0"`
	Full        int     `json:"full" doc:"contradicting sessions at which it counts in full; a starting value" min:"1" max:"100"`
	One         int     `json:"one" doc:"percent of the weight of a single contradicting session; a starting value" min:"1" max:"100"`
	Spread      float64 `json:"spread_degrees" doc:"degrees by which the elevation may be off for the extent of the place and, where only the beginning of a session is known, its length; one degree is four minutes or 111 km; a starting value" min:"0" max:"10"`
}

var daylightMismatch = detect.Define(detect.Meta{
	ID:        "int.daylight_mismatch",
	Title:     "The light outside the window does not fit the sun at the stated place",
	Rationale: "The sun cannot be moved. A night outside at noon in the stated place, or day outside at midnight, means that the window is somewhere else.",
	Innocent: []string{
		"blinds, an inner courtyard, a storm, a street lamp or stadium outside",
		"a trip, or an old address on file",
		"a screen or a lamp taken for a window",
	},
	References:  []string{"method §5", "BBC", "SPA"},
	Family:      detect.Interview,
	Lifecycle:   detect.Stable,
	Observation: detect.CameraSession,
	Waivers:     []detect.Waiver{detect.Accommodated, detect.AddressProtected},
	Needs:       []record.Kind{record.KindInterview, record.KindPerson},
	Present:     120,
	Absent:      -20,
	Weighing:    "Only clear contradictions count; blinds, lamps and wrong notes leave a few in a hundred sessions, so one counts three quarters and two are sixteen times likelier from another place. Chance alone would allow much more; a habit, such as blinds always drawn, does not. A window that is as it should be is seen by every genuine person who has one, and by an operator elsewhere about half the time: two dB, rounded towards nothing.",
	Next:        &detect.NextCheck{Do: "hold a short conversation at a time when the stated place has full day, and look out of a window together (`daylight sun plan` proposes times)", CandidateCost: 1, CompanyCost: 2, One: 75, Asks: []string{"interviews.window"}},
	Again:       &detect.SecondLook{Do: "hold another short conversation in full day at the stated place, ask first what lies before the window (blinds, a courtyard, a lamp) and whether they are elsewhere that day, and look out of it together", Left: 0},
}, daylightMismatchParams{HighDegrees: 10, LowDegrees: -6, Full: 2, One: 75, Spread: 1}, func(p *detect.Pass, cfg daylightMismatchParams) {
	var against, fits []record.Record
	var first string
	looked, blind, hidden := 0, 0, 0
	for r, iv := range detect.Each[record.Interview](p.View) {
		if iv.Window == "not_shown" || iv.Window == "refused" {
			hidden++
		}
		if iv.Window != "bright" && iv.Window != "dark" {
			continue
		}
		if iv.Camera == "off" || iv.Camera == "refused" {
			blind++ // nobody can have seen a window, whatever was noted
			continue
		}
		looked++
		place, claim, ok := p.Claimed(r.At)
		if !ok || p.Away(r.At) {
			continue
		}
		low, high := sunDuring(r.At, iv.Until, place)
		day, night := low > cfg.HighDegrees+cfg.Spread, high < cfg.LowDegrees-cfg.Spread
		switch {
		case day && iv.Window == "dark", night && iv.Window == "bright":
			if first == "" {
				first = fmt.Sprintf("%s on %s, it was %s outside while the sun stood %s the horizon", place.Name, clock(r.At), iv.Window, height(low, high, iv.Until))
			}
			against = append(against, r, claim)
			hidden = 0 // what counts is how often it was asked again
		case day, night:
			fits = append(fits, r)
		}
	}
	// Whoever had no window in sight so often has none the next time either, by the rule
	// of succession.
	p.Doubt(100 * hidden / (hidden + 1))
	sessions := len(against) / 2
	seen := len(fits)
	if sessions == 0 {
		fits = ofPresent(p, fits)
	}
	switch {
	case looked == 0 && blind > 0:
		p.Unknown("a window was noted only where the camera was off, so it cannot have been seen")
	case looked == 0:
		p.Unknown("no window was shown")
	case !p.AskedEvenly(detect.ItemWindow):
		p.Unknown(uneven)
	case sessions > len(fits):
		p.Report(grow(cfg.One, float64(sessions), 1, float64(cfg.Full)), cites(against...), "In %d of %s with a window in sight, the light outside did not fit the stated place: in %s.",
			sessions, count(looked, "session"), first)
	case sessions > 0:
		p.Unknown("the light outside fitted the stated place in %s and did not in %d", count(len(fits), "session"), sessions)
	case len(fits) > 0:
		p.Clear(cites(fits...), "The light outside was as it should be at the stated place in %s.", count(len(fits), "session"))
	case seen > 0:
		p.Unknown("the light outside fitted the stated place only before interviewers met another person")
	default:
		p.Unknown("the stated place cannot be placed, an absence was declared, or the sun was near the horizon at some time of the session")
	}
})

// sunStep is how closely the sun is followed through a session: it climbs at most one
// degree in four minutes.
const sunStep = 4 * time.Minute

// longestSession is beyond what any source brings as one session; the sun repeats itself
// after a day.
const longestSession = 24 * time.Hour

// sunDuring returns the lowest and the highest elevation of the sun in degrees from an
// instant until another, as nobody wrote down when in a session the window was seen. A
// zero until stands for the one instant.
func sunDuring(from, until time.Time, at enrich.Place) (low, high float64) {
	low = sun.Elevation(from, at.Lat, at.Lon)
	high = low
	for t, end := from, min(until.Sub(from), longestSession); t.Sub(from) < end; {
		t = from.Add(min(t.Sub(from)+sunStep, end))
		e := sun.Elevation(t, at.Lat, at.Lon)
		low, high = min(low, e), max(high, e)
	}
	return low, high
}

// height words how far from the horizon the sun stood, at the end of a session that is
// nearer to it where that end is known.
func height(low, high float64, until time.Time) string {
	words, side, degrees := "", "above", low
	if low < 0 {
		side, degrees = "below", -high
	}
	if !until.IsZero() {
		words = "at least "
	}
	return fmt.Sprintf("%s%.0f° %s", words, degrees, side)
}
