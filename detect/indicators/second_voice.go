// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type secondVoiceParams struct {
	One    int `json:"one" doc:"percent of the weight for a single session; a starting value" min:"1" max:"100"`
	Rare   int `json:"rare" doc:"percent of the weight for a single session among quiet ones; a starting value" min:"1" max:"100"`
	Office int `json:"office" doc:"percent added when the sound was like a call centre in two sessions or more; a starting value" min:"0" max:"99"`
}

var secondVoice = detect.Define(detect.Meta{
	ID:        "int.second_voice",
	Title:     "Other voices, or answers read aloud, were recorded in interviews",
	Rationale: "Where several people work one desk, or one answers for another, somebody prompts and others are heard at the same work.",
	Innocent: []string{
		"family, a shared flat, a café or an open office",
		"an interpreter or a screen reader",
		"notes prepared for the interview",
	},
	References:  []string{"FBI-2206", "KRAKEN", "RF"},
	Family:      detect.Interview,
	Lifecycle:   detect.Stable,
	Observation: detect.OwnObservation,
	Needs:       []record.Kind{record.KindInterview},
	Waivers:     []detect.Waiver{detect.Accommodated},
	Present:     75,
	Absent:      -25,
	Weighing:    "Five to six times as likely where it recurs with the sound of a call centre, half of that weight without, because it is common at home and the same home each time; a single session is worth a third. A quiet room with free answers every time is two and a half dB of comfort: a desk that is shared is seldom quiet. What is said, and how, is never read: only whether it came from others or from a page.",
}, secondVoiceParams{One: 33, Rare: 33, Office: 50}, func(p *detect.Pass, cfg secondVoiceParams) {
	var heard, quiet []record.Record
	centre := 0
	for r, iv := range detect.Each[record.Interview](p.View) {
		switch {
		case iv.Audio == "call_centre", iv.Audio == "others_talking" && iv.Answers == "read_aloud":
			centre++
			heard = append(heard, r)
		case iv.Audio == "others_talking", iv.Answers == "read_aloud":
			heard = append(heard, r)
		case iv.Audio == "clear":
			quiet = append(quiet, r)
		}
	}
	total := len(heard) + len(quiet)
	switch {
	case total == 0:
		p.Unknown("no interviewer recorded what was heard")
	case len(heard) > len(quiet), len(heard) > 1:
		strength := cfg.One
		if len(heard) > 1 {
			strength = 100 - cfg.Office
			if centre > 1 {
				strength = 100
			}
		}
		p.Report(strength, cites(heard...), "Other voices, a call-centre sound or answers read aloud were recorded in %d of %s.", len(heard), count(total, "session"))
	case len(heard) > 0:
		p.Report(cfg.Rare, cites(heard...), "Other voices, a call-centre sound or answers read aloud were recorded in 1 of %s.", count(total, "session"))
	default:
		p.Clear(cites(quiet...), "Nobody else was heard in %s.", count(len(quiet), "session"))
	}
})
