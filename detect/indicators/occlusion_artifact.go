// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type occlusionArtifactParams struct {
	Full     int `json:"full" doc:"failed prompts at which it counts in full; a starting value" min:"1" max:"100"`
	One      int `json:"one" doc:"percent of the weight of a single failed prompt; a starting value" min:"1" max:"100"`
	Mixed    int `json:"mixed" doc:"percent of the weight when prompts failed, and as many or more did not; a starting value" min:"1" max:"100"`
	Refused  int `json:"refused" doc:"percent of the weight when prompts were only declined, twice or more; a starting value" min:"1" max:"100"`
	Once     int `json:"once" doc:"percent of the weight when the only prompt was declined; a starting value" min:"1" max:"100"`
	PoorLink int `json:"poor_link" doc:"percent that a failure counts when the picture was poor at each of them, or in half of the sessions or more; a starting value" min:"1" max:"100"`
}

var occlusionArtifact = detect.Define(detect.Meta{
	ID:        "int.occlusion_artifact",
	Title:     "At a camera prompt the picture broke up, or the prompt was declined",
	Rationale: "Software that draws one face over another loses track when a hand passes in front or the head turns to the side. A camera does not.",
	Innocent: []string{
		"a low bit rate, background blur or a camera filter",
		"limited movement of hand or head",
		"a prompt that was not understood",
	},
	References:  []string{"method §9", "UNIT42", "CASES"},
	Family:      detect.Interview,
	Lifecycle:   detect.Stable,
	Observation: detect.CameraSession,
	Needs:       []record.Kind{record.KindInterview},
	Waivers:     []detect.Waiver{detect.Accommodated},
	Present:     60,
	Absent:      -10,
	Weighing:    "Four times likelier from a drawn face than from a camera when it happens twice: most who see it happen twice have a bad camera or limited movement. Once, it is worth half, among clean prompts a third, and over a poor link a third of that. A prompt done cleanly is passed by nearly every genuine person and, as tools improve, by more drawn faces: a dB. Declining says little: a quarter twice, a seventh once.",
	Next:        &detect.NextCheck{Do: "ask for the same short camera prompts as everyone: a hand across the face, a turn of the head", CandidateCost: 1, CompanyCost: 2, One: 50, Asks: []string{"interviews.gesture"}},
}, occlusionArtifactParams{Full: 2, One: 50, Mixed: 35, Refused: 25, Once: 15, PoorLink: 35}, func(p *detect.Pass, cfg occlusionArtifactParams) {
	var failed, refused, done []record.Record
	poor := 0
	var prompts, broke, clean int
	for r, iv := range detect.Each[record.Interview](p.View) {
		for _, q := range iv.Prompts() {
			prompts++
			switch q.Word {
			case "failed":
				broke++
			case "done":
				clean++
			}
		}
		switch ofSession(iv) {
		case "failed":
			failed = append(failed, r)
			if iv.VideoQuality == "poor" || iv.VideoQuality == "frozen" || iv.Background == "blurred" || iv.Background == "virtual" {
				poor++
			}
		case "refused":
			refused = append(refused, r)
		case "done":
			done = append(done, r)
		}
	}
	total := len(failed) + len(refused) + len(done)
	_, replaced := replacedAt(p)
	switch {
	case total == 0:
		p.Unknown("no camera prompt was asked for")
	case !p.AskedEvenly(detect.ItemGesture):
		p.Unknown(uneven)
	case len(failed) > 0:
		strength := cfg.One
		switch {
		case len(failed) <= len(done):
			strength = cfg.Mixed
		case len(failed) >= cfg.Full:
			strength = 100
		}
		filter := ""
		switch {
		case poor == len(failed):
			filter = "; the picture was poor or the background replaced each time"
		case badLink(p):
			filter = "; the picture was poor in half of the sessions or more"
		}
		if filter != "" {
			strength = max(strength*cfg.PoorLink/100, 1)
		}
		p.Report(strength, cites(failed...), "The picture of the face broke up at %d of %s, first on %s%s.",
			broke, count(prompts, "camera prompt"), day(failed[0].At), filter)
	case len(done) > 0 && replaced:
		p.Unknown("interviewers met two people, so a clean camera prompt shows only that each was there")
	case len(done) > 0 && broke > 0:
		p.Clear(cites(done...), "Did %d of %s cleanly, and the picture broke up at %d.", clean, count(prompts, "camera prompt"), broke)
	case len(done) > 0:
		p.Clear(cites(done...), "Did the camera prompt cleanly in %s.", count(len(done), "session"))
	case len(refused) > 1:
		p.Report(cfg.Refused, cites(refused...), "Declined the camera prompt in %s.", count(len(refused), "session"))
	default:
		p.Report(cfg.Once, cites(refused...), "Declined the camera prompt in 1 session, on %s.", day(refused[0].At))
	}
})

// ofSession is what the camera prompts of one session say together. Prompts before the
// same camera, over the same line and in the same minutes are no independent looks: a
// face breaks up where at least half of those that were done say so, as a single fault
// among clean ones is the line more often than anything else. It was declined where
// nothing was done.
func ofSession(iv record.Interview) string {
	n := map[string]int{}
	for _, q := range iv.Prompts() {
		n[q.Word]++
	}
	switch {
	case n["failed"] > 0 && n["failed"] >= n["done"]:
		return "failed"
	case n["done"] > 0:
		return "done"
	case n["refused"] > 0:
		return "refused"
	}
	return ""
}

// badLink reports whether the picture was poor in half of the sessions or more
// in which somebody noted it: such a line breaks up any face.
func badLink(p *detect.Pass) bool {
	poor, noted := 0, 0
	for _, iv := range detect.Each[record.Interview](p.View) {
		switch iv.VideoQuality {
		case "poor", "frozen":
			poor, noted = poor+1, noted+1
		case "good":
			noted++
		}
	}
	return noted > 0 && 2*poor >= noted
}
