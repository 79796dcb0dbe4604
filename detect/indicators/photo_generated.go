// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"strings"

	"daylight/detect"
	"daylight/record"
)

type photoGeneratedParams struct {
	Names []string `json:"names" doc:"parts of the names that image generators write into their files, lower-case (from makers' documentation, C2PA and PNG metadata)"`
}

var photoGenerated = detect.Define(detect.Meta{
	ID:        "app.photo_generated",
	Title:     "The profile picture names an image generator",
	Rationale: "A picture that a program made shows nobody, and some programs say in the file that they made it.",
	Innocent: []string{
		"a head-shot service or a beautifier, which many people use",
		"privacy: a drawn or generated picture instead of one's own",
	},
	References: []string{"method §6", "C2PA", "MS25", "CASES"},
	Family:     detect.Document,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindPhoto},
	Present:    10,
	Absent:     0,
	Weighing:   "One dB: generated head-shots are a common service. Most generated pictures name nothing, so no name says nothing. The picture itself is not looked at.",
}, photoGeneratedParams{Names: []string{
	"midjourney", "dall-e", "dall·e", "openai", "stable diffusion", "stability", "firefly", "comfyui", "automatic1111", "novelai", "flux.1", "imagen", "leonardo.ai", "trainedalgorithmicmedia",
}}, func(p *detect.Pass, cfg photoGeneratedParams) {
	var made, other []record.Record
	for r, b := range detect.Each[record.Photo](p.View) {
		if contains(strings.ToLower(b.Generator), cfg.Names) {
			made = append(made, r)
		} else if b.Generator != "" {
			other = append(other, r)
		}
	}
	switch {
	case len(made) > 0:
		p.Report(100, cites(made...), "The metadata of the profile picture names an image generator.")
	case len(other) > 0:
		p.Clear(cites(other...), "The metadata of the profile picture names software that is no image generator.")
	default:
		p.Unknown("the profile picture does not say how it was made")
	}
})
