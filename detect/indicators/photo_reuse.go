// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type photoReuseParams struct {
	MinDetail  int `json:"min_detail" doc:"least detail of a picture, 0-100, that is compared; blank and icon-like pictures score low (from document.PerceptualHash)" min:"0" max:"100"`
	MaxHolders int `json:"max_holders" doc:"profiles with the picture before it is a stock or default one; a starting value" min:"1" max:"1000"`
}

var photoReuse = detect.Define(detect.Meta{
	ID:        "app.photo_reuse",
	Title:     "The profile picture is also in another person's profile",
	Rationale: "A picture taken of one person does not stand in two people's profiles.",
	Innocent: []string{
		"a drawing, logo, landscape or default picture",
		"a group photograph, or the wrong picture uploaded by a recruiter",
		"the person's own earlier profile under a former name",
	},
	References: []string{"method §6", "method §9", "HUNT", "KNOWBE4"},
	Family:     detect.Document,
	Lifecycle:  detect.Stable,
	Framable:   true,
	Needs:      []record.Kind{record.KindPhoto},
	Present:    80,
	Absent:     0,
	Weighing:   "Copies of one picture are recognised by a hash of its light and dark, never by a face, so a share is a copy; drawings, stock pictures and mix-ups keep it at eight dB. A picture of one's own is what everyone has.",
}, photoReuseParams{MinDetail: 20, MaxHolders: 8}, func(p *detect.Pass, cfg photoReuseParams) {
	var compared []record.Record
	for r, b := range detect.Each[record.Photo](p.View) {
		if b.Detail >= cfg.MinDetail {
			compared = append(compared, r)
		}
	}
	if len(compared) == 0 {
		p.Unknown("the picture is blank or too simple to be compared")
		return
	}
	best, strength, others := strongest(p, 80, record.PhotoHash)
	if strength == 0 || best.Holders > cfg.MaxHolders {
		p.Clear(cites(compared...), "The picture is in no other person's profile.")
		return
	}
	how := ""
	if best.Detail != "" {
		how = " (" + best.Detail + ")"
	}
	p.Relate(others...)
	p.Report(strength, append(cites(compared...), best.Cites...), "The picture is also in the profile of %s%s.", among(best, others), how)
})
