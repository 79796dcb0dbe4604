// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/record"
)

type rareAVDeviceParams struct {
	People   int      `json:"people" doc:"people with a named device before one can be called rare; a starting value" min:"2" max:"1000000"`
	Share    float64  `json:"share" doc:"share of people, 0-1, up to which a device is rare, one person at least (from the row of the catalogue: a thousandth)" min:"0" max:"0.1"`
	Personal []string `json:"personal" doc:"parts of labels, lower-case, of things that carry their owner's name or are everybody's own choice; a starting value"`
}

var rareAVDevice = detect.Define(detect.Meta{
	ID:        "int.rare_av_device",
	Title:     "A camera or microphone that nobody else in the company has",
	Rationale: "Devices that feed a made or relayed picture and voice into a call are rare among ordinary cameras and headsets.",
	Innocent: []string{
		"new, old or professional equipment",
		"a label in another language",
		"a hearing aid or another device for access",
	},
	References: []string{"SPLUNK"},
	Family:     detect.Interview,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCall},
	Waivers:    []detect.Waiver{detect.Accommodated},
	Present:    10,
	Absent:     0,
	Weighing:   "One dB: somebody is always the first with a new headset. It points a reader to a label and adds to something else. A common device can be written into any label.",
}, rareAVDeviceParams{
	People: 100, Share: 0.001,
	Personal: []string{"'", "’", "airpods", "iphone", "ipad", "galaxy", "pixel", "buds", "hands-free", "hearing"},
}, func(p *detect.Pass, cfg rareAVDeviceParams) {
	var rare, common []record.Record
	var calls detect.Calls
	if p.Company != nil {
		calls = p.Company.Calls
	}
	if calls.Named < cfg.People {
		p.Unknown("calls of %d people name a device, and %d are needed to call one rare", calls.Named, cfg.People)
		return
	}
	most := max(1, int(cfg.Share*float64(calls.Named)))
	for r, c := range detect.Each[record.Call](p.View) {
		labels := slices.DeleteFunc(detect.Labels(c), func(l string) bool { return contains(l, cfg.Personal) })
		switch {
		case len(labels) == 0:
		case slices.ContainsFunc(labels, func(l string) bool { return calls.Devices[l] <= most }):
			rare = append(rare, r)
		default:
			common = append(common, r)
		}
	}
	switch {
	case len(rare) > 0:
		p.Report(100, cites(rare...), "In %d of %s a camera, microphone or speaker was named that stands in the calls of at most %d of %d people.",
			len(rare), count(len(rare)+len(common), "call"), most, calls.Named)
	case len(common) > 0:
		p.Clear(cites(common...), "Others have the devices named in %s too.", count(len(common), "call"))
	default:
		p.Unknown("no call names a device that can be compared")
	}
})
