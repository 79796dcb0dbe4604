// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type excuseRepeatParams struct {
	Sessions int `json:"sessions" doc:"sessions with a technical reason before it counts; a starting value" min:"1" max:"100"`
	Doubtful int `json:"doubtful" doc:"percent of the weight when nobody recorded how good the picture was; a starting value" min:"1" max:"100"`
}

var excuseRepeat = detect.Define(detect.Meta{
	ID:        "int.excuse_repeat",
	Title:     "A technical reason was given for a missing picture in several interviews",
	Rationale: "A link or camera that fails in every session, while the picture or sound that does arrive is good, keeps a person from being compared with the one met before.",
	Innocent: []string{
		"a link that really is poor, as in much of the countryside",
		"a shared or old computer",
		"the company's own meeting software",
	},
	References:  []string{"BBC", "CASES"},
	Family:      detect.Interview,
	Lifecycle:   detect.Stable,
	Observation: detect.CameraSession,
	Needs:       []record.Kind{record.KindInterview},
	Waivers:     []detect.Waiver{detect.Accommodated},
	Present:     20,
	Absent:      -5,
	Weighing:    "Poor links are everywhere, so sessions whose recorded picture was poor do not count at all, and what is left is worth two dB. Several sessions without any such reason are slight evidence of nothing to avoid.",
}, excuseRepeatParams{Sessions: 3, Doubtful: 50}, func(p *detect.Pass, cfg excuseRepeatParams) {
	var excused, borne, free []record.Record
	good := 0
	for r, iv := range detect.Each[record.Interview](p.View) {
		technical := iv.Excuse == "bandwidth" || iv.Excuse == "camera"
		poor := iv.VideoQuality == "poor" || iv.VideoQuality == "frozen" || iv.Audio == "delayed"
		switch {
		case technical && poor:
			borne = append(borne, r)
		case technical:
			excused = append(excused, r)
			if iv.VideoQuality == "good" {
				good++
			}
		case iv.Excuse != "":
			free = append(free, r)
		}
	}
	total := len(excused) + len(borne) + len(free)
	switch {
	case total == 0:
		p.Unknown("no interviewer recorded whether a technical reason was given")
	case len(excused) >= cfg.Sessions:
		strength := cfg.Doubtful + (100-cfg.Doubtful)*good/len(excused)
		p.Report(strength, cites(excused...), "A technical reason for the missing picture was given in %d of %s from %s to %s; the picture was recorded as good in %d of them.",
			len(excused), count(total, "session"), day(excused[0].At), day(excused[len(excused)-1].At), good)
	case len(borne) > 0:
		p.Unknown("a technical reason was given in %s in which the picture or sound was in fact poor", count(len(borne), "session"))
	case total >= cfg.Sessions:
		p.Clear(cites(free...), "No technical reason was given in %d of %s.", len(free), count(total, "session"))
	default:
		p.Unknown("only %s recorded; a pattern needs %d", count(total, "session"), cfg.Sessions)
	}
})
