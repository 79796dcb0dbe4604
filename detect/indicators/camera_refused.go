// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type cameraRefusedParams struct {
	Sessions int `json:"sessions" doc:"sessions without a camera before it counts; one bad day is nobody's pattern; a starting value" min:"1" max:"100"`
	Full     int `json:"full" doc:"sessions without a camera at which it counts in full; a starting value" min:"1" max:"100"`
	Some     int `json:"some" doc:"percent of the weight when it was off or declined in some, and on in no more than half; a starting value" min:"1" max:"100"`
}

var cameraRefused = detect.Define(detect.Meta{
	ID:        "int.camera_refused",
	Title:     "The camera was off or declined in interviews",
	Rationale: "Someone who answers for another, or for several, avoids being seen by the same interviewers again.",
	Innocent: []string{
		"a disability, a facial difference or a faith that HR has not been told of",
		"a slow connection or a broken camera",
		"other people in the room",
	},
	References:  []string{"method §9", "FBI-2310", "CASES"},
	Family:      detect.Interview,
	Lifecycle:   detect.Stable,
	Observation: detect.CameraSession,
	Needs:       []record.Kind{record.KindInterview},
	Waivers:     []detect.Waiver{detect.Accommodated},
	Present:     30,
	Absent:      -10,
	Weighing:    "Twice as likely at most: many honest people keep the camera off, and it is asked for unevenly. A camera left on through an interview costs a genuine person nothing, so it counts a dB in their favour. Off or declined in half of the sessions counts half of it; a camera that was on briefly counts for nothing.",
	Next:        &detect.NextCheck{Do: "offer another conversation with the camera on, at a time and on a device of their choice", CandidateCost: 2, CompanyCost: 2, One: 50, Asks: []string{"interviews.camera"}},
}, cameraRefusedParams{Sessions: 2, Full: 4, Some: 50}, func(p *detect.Pass, cfg cameraRefusedParams) {
	var without, seen, brief []record.Record
	for r, iv := range detect.Each[record.Interview](p.View) {
		switch iv.Camera {
		case "off", "refused":
			without = append(without, r)
		case "brief":
			brief = append(brief, r)
		case "on":
			seen = append(seen, r)
		}
	}
	total := len(without) + len(brief) + len(seen)
	switch {
	case total == 0:
		p.Unknown("no interviewer recorded whether a camera was on")
	case !p.AskedEvenly(detect.ItemCamera):
		p.Unknown(uneven)
	case len(without) >= cfg.Sessions && 10*len(seen) < total: // catalogue: on in fewer than a tenth
		p.Report(grow(50, float64(len(without)), float64(cfg.Sessions), float64(cfg.Full)), cites(without...),
			"The camera was off or declined in %d of %s, between %s and %s.", len(without), count(total, "session"),
			day(without[0].At), day(without[len(without)-1].At))
	case 2*len(seen) > total:
		p.Clear(cites(seen...), "The camera was on in %d of %s.", len(seen), count(total, "session"))
	case len(without) > 0:
		p.Report(cfg.Some, cites(without...), "The camera was off or declined in %d of %s, the first on %s.", len(without), count(total, "session"), day(without[0].At))
	case len(seen) > 0:
		p.Unknown("the camera was on in %d of %s, which says nothing either way", len(seen), count(total, "session"))
	default:
		p.Unknown("only %s recorded; a pattern needs %d", count(total, "session"), cfg.Sessions)
	}
})

// uneven is why an interview item does not weigh when it was put to some of the
// candidates only (method §9).
const uneven = "only some of the candidates for this post were asked, so the answer does not count for anyone"
