// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type videoPoorParams struct {
	Sessions int `json:"sessions" doc:"sessions with a poor picture before it counts in full; a starting value" min:"1" max:"100"`
	Fewer    int `json:"fewer" doc:"percent of the weight of fewer, or of as many as with a good one; a starting value" min:"1" max:"100"`
}

var videoPoor = detect.Define(detect.Meta{
	ID:        "int.video_poor",
	Title:     "Poor light or picture in several interviews",
	Rationale: "A dark room and a blurred picture hide the edges of a face that software draws, and the room behind it.",
	Innocent: []string{
		"an old camera, a slow link, a room without a window",
		"evening interviews, when home lighting is what it is",
	},
	References:  []string{"FBI-2206", "CASES"},
	Family:      detect.Interview,
	Lifecycle:   detect.Stable,
	Core:        true,
	Observation: detect.CameraSession,
	Needs:       []record.Kind{record.KindInterview},
	Waivers:     []detect.Waiver{detect.Accommodated},
	Present:     30,
	Absent:      -20,
	Weighing:    "Three dB, twice as likely at most: it is common among genuine people; half of that where it was so once, or as often as not. A well-lit, clear picture is two dB of comfort: hiding is what a bad one is for.",
}, videoPoorParams{Sessions: 2, Fewer: 50}, func(p *detect.Pass, cfg videoPoorParams) {
	var poor, good []record.Record
	for r, iv := range detect.Each[record.Interview](p.View) {
		switch {
		case iv.Lighting == "poor", iv.Lighting == "dark", iv.VideoQuality == "poor", iv.VideoQuality == "frozen":
			poor = append(poor, r)
		case iv.Lighting == "good", iv.VideoQuality == "good":
			good = append(good, r)
		}
	}
	total := len(poor) + len(good)
	switch {
	case total == 0:
		p.Unknown("no interviewer recorded how good light and picture were")
	case len(poor) >= cfg.Sessions && len(poor) > len(good):
		p.Report(100, cites(poor...), "Light or picture was poor in %d of %s.", len(poor), count(total, "session"))
	case len(good) > len(poor):
		p.Clear(cites(good...), "Light and picture were good in %d of %s.", len(good), count(total, "session"))
	default:
		p.Report(cfg.Fewer, cites(poor...), "Light or picture was poor in %d of %s.", len(poor), count(total, "session"))
	}
})
