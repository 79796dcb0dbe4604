// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

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
	Observation: detect.CameraSession,
	Needs:       []record.Kind{record.KindInterview},
	Waivers:     []detect.Waiver{detect.Accommodated},
	Present:     30,
	Absent:      -5,
	Weighing:    "Three dB, twice as likely at most, where it was poor every other time and good in between. Where it mostly is poor, that is an old camera, a slow line or a dark room: it says as much about the home as about anything else, and nobody is asked about for that. A well-lit, clear picture is half a dB of comfort, since whole groups of honest people cannot have one.",
}, struct{}{}, func(p *detect.Pass, _ struct{}) {
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
	case len(poor) > len(good):
		p.Unknown("light or picture was poor in %d of %s, as an old camera, a slow line or a dark room leave it", len(poor), count(total, "session"))
	case len(good) > len(poor):
		p.Clear(cites(good...), "Light and picture were good in %d of %s.", len(good), count(total, "session"))
	default:
		p.Report(100, cites(poor...), "Light or picture was poor in %d of %s.", len(poor), count(total, "session"))
	}
})
