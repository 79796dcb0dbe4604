// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"fmt"

	"daylight/detect"
	"daylight/record"
)

type typingRhythmParams struct {
	Fewest int `json:"fewest" doc:"times between digits without which a check-in says nothing; a starting value" min:"2" max:"64"`
	Fast   int `json:"fast_ms" doc:"milliseconds: a median between digits below it is faster than fingers; a starting value" min:"1" max:"200"`
	Even   int `json:"even_ms" doc:"milliseconds: the most and the least between digits no further apart are more even than fingers; a starting value" min:"0" max:"100"`
	Full   int `json:"full" doc:"check-ins with such a rhythm at which it counts in full; a starting value" min:"1" max:"20"`
	One    int `json:"one" doc:"percent of the weight of a single one; a starting value" min:"1" max:"100"`
}

var typingRhythm = detect.Define(detect.Meta{
	ID:        "int.typing_rhythm",
	Title:     "Digits in a check-in came faster or more evenly than fingers type",
	Rationale: "Fingers need tens of milliseconds from key to key, now more and now less. A program that types, or a way that collects keys and passes them on together, keeps another rhythm.",
	Innocent: []string{
		"a password manager or a clipboard tool that types",
		"software of assistance, dictation, or a switch that types",
		"a browser that rounds its clock, as some do for privacy",
		"a virtual desktop, or a slow and busy machine",
	},
	References: []string{"Dhakal et al., Observations on Typing from 136 Million Keystrokes (CHI 2018)"},
	Family:     detect.Interview,
	Lifecycle:  detect.Experimental,
	Needs:      []record.Kind{record.KindInterview},
	Waivers:    []detect.Waiver{detect.Accommodated},
	Present:    20,
	Absent:     0,
	Weighing:   "No published method says how often it is right, so it is shown and weighs nothing until outcomes have calibrated it; then a careful start would be two dB. The rhythm of fingers says nothing: whoever sits elsewhere has fingers too.",
}, typingRhythmParams{Fewest: 8, Fast: 30, Even: 10, Full: 2, One: 60}, func(p *detect.Pass, cfg typingRhythmParams) {
	var unlike, fingers []record.Record
	first := ""
	few, wrong := 0, 0
	for r, iv := range detect.Each[record.Interview](p.View) {
		t := iv.Typed
		switch {
		case t == nil:
		case !t.Right:
			wrong++
		case t.N < cfg.Fewest:
			few++
		case t.Median < cfg.Fast || t.Most-t.Least <= cfg.Even:
			unlike = append(unlike, r)
			if first == "" {
				first = fmt.Sprintf("from %d to %d ms between them, %d ms in the middle, on %s", t.Least, t.Most, t.Median, day(r.At))
			}
		default:
			fingers = append(fingers, r)
		}
	}
	total := len(unlike) + len(fingers)
	switch {
	case total == 0 && wrong > 0:
		p.Unknown("the digits that were typed were others than those asked for")
	case total == 0 && few > 0:
		p.Unknown("the digits did not come one after the other, so that there was no rhythm")
	case total == 0:
		p.Unknown("no check-in asked for digits")
	case !p.AskedEvenly(detect.ItemTyped):
		p.Unknown(uneven)
	case len(unlike) > len(fingers):
		p.Report(grow(cfg.One, float64(len(unlike)), 1, float64(cfg.Full)), cites(unlike...),
			"In %d of %s the digits came faster or more evenly than fingers type, first %s.", len(unlike), count(total, "check-in"), first)
	case len(unlike) > 0:
		p.Unknown("the digits came as fingers type in %s and did not in %d", count(len(fingers), "check-in"), len(unlike))
	default:
		p.Clear(cites(fingers...), "The digits came as fingers type in %s.", count(len(fingers), "check-in"))
	}
})
