// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

var doubleHID = detect.Define(detect.Meta{
	ID:        "dev.double_hid",
	Title:     "The laptop's own keyboard and pointer were not used",
	Rationale: "Whoever types through a box beside the laptop never touches the laptop itself.",
	Innocent: []string{
		"a laptop in a dock, with a keyboard of its own: very common",
		"a keyboard, pointer or switch for somebody who cannot use the built-in one",
		"a built-in keyboard that is broken",
	},
	References: []string{"HUNT", "CASES"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck, record.KindDevice},
	Asks:       []string{"builtin_unused"},
	Waivers:    []detect.Waiver{detect.Accommodated},
	Present:    80,
	Absent:     -10,
	Weighing:   "Six times likelier when two sources say so and hardly less from one, which is the sensor itself, and only beside hardware or a program that could be the other keyboard: alone it is how most people with a desk work. A built-in keyboard in use says that somebody sits there at times: a dB of comfort.",
}, attestParams{One: 90}, func(p *detect.Pass, cfg attestParams) {
	found, unseen := attested(p, "builtin_unused")
	others, _ := programs(p, enrich.RemoteAccess)
	boxes, _ := hardware(p, record.USB, enrich.IPKVM, enrich.Gadget)
	bridges, _ := hardware(p, record.Display, enrich.IPKVM, enrich.CaptureBridge)
	signs := slices.Concat(where(others), sockets(boxes), sockets(bridges))
	switch {
	case len(found) == 0 || len(unseen) > 0:
		attest(p, cfg, attestation{
			check: "builtin_unused",
			found: "the laptop's own keyboard and pointer were not used for two weeks",
			clear: "the laptop's own keyboard or pointer was used",
		})
	case len(signs) == 0:
		p.Unknown("the laptop's own keyboard and pointer were not used, as in a dock, and nothing else on the machine bears on it")
	default:
		strength := cfg.One
		if sources(found) > 1 {
			strength = 100
		}
		p.Report(strength, append(cites(found...), signs...), "%s", attestedWords(found,
			"the laptop's own keyboard and pointer were not used for two weeks, beside hardware or a program through which somebody else could type"))
	}
})
