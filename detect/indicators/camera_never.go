// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type cameraNeverParams struct {
	Calls  int     `json:"calls" doc:"calls since the hire that must say whether video was sent; a starting value" min:"3" max:"1000"`
	Peers  int     `json:"peers" doc:"colleagues of whom that is known before anybody is compared; a starting value" min:"1" max:"10000"`
	Mostly float64 `json:"mostly" doc:"share of those, 0-1, who sent video at least once; below it nobody is expected to; a starting value" min:"0.5" max:"1"`
}

var cameraNever = detect.Define(detect.Meta{
	ID:        "wrk.camera_never",
	Title:     "Never on camera since the hire, where nearly everybody is",
	Rationale: "Whoever was interviewed by another, or works through another, is not seen by those who would notice.",
	Innocent: []string{
		"a disability, a facial difference or a faith that HR has not been told of",
		"a team where cameras stay off",
		"a slow line, a shared room, or calls that are listened to only",
	},
	References:  []string{"method §9", "SEAL"},
	Family:      detect.Interview,
	Lifecycle:   detect.Stable,
	Observation: detect.CameraSession,
	Waivers:     []detect.Waiver{detect.Accommodated},
	Needs:       []record.Kind{record.KindCall},
	Present:     15,
	Absent:      -5,
	Weighing:    "A dB and a half: many keep it off for reasons that are nobody's business, and only a rule without exception, against nearly all colleagues, is told apart. Having been seen at work is slight comfort.",
}, cameraNeverParams{Calls: 8, Peers: 5, Mostly: 0.8}, func(p *detect.Pass, cfg cameraNeverParams) {
	hired, worker := p.HiredAt()
	if !worker {
		p.Unknown("no date of hire is on record")
		return
	}
	var on, off []record.Record
	for r, c := range detect.Each[record.Call](p.View) {
		switch {
		case c.Video == nil || r.At.Before(hired):
		case *c.Video > 0:
			on = append(on, r)
		default:
			off = append(off, r)
		}
	}
	var calls detect.Calls
	if p.Company != nil {
		calls = p.Company.Calls
	}
	known := calls.Seen + calls.Unseen
	switch {
	case len(on) > 0:
		p.Clear(cites(on...), "Video was sent in %d of %s since the hire.", len(on), count(len(on)+len(off), "call"))
	case len(off) < cfg.Calls:
		p.Unknown("%s since the hire say whether video was sent, and %d are needed", count(len(off), "call"), cfg.Calls)
	case known < cfg.Peers || float64(calls.Seen) < cfg.Mostly*float64(known):
		p.Unknown("no video was sent in %s since the hire, and not enough colleagues are known to send any", count(len(off), "call"))
	default:
		p.Report(100, cites(off...), "No video was sent in %s since the hire, from %s to %s; %d of %d people have sent some.",
			count(len(off), "call"), day(off[0].At), day(off[len(off)-1].At), calls.Seen, known)
	}
})
