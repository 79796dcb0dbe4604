// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"strings"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type captureAsWebcamParams struct {
	Unused int `json:"unused" doc:"percent of the weight when no interview or inventory names the card as the camera in use; a starting value" min:"1" max:"100"`
	Name   int `json:"name" doc:"least letters of a card's own name that a camera's label is compared with; a starting value" min:"3" max:"64"`
}

var captureAsWebcam = detect.Define(detect.Meta{
	ID:        "dev.capture_as_webcam",
	Title:     "A capture card is plugged in, or in use as a camera",
	Rationale: "A capture card shows another machine's picture where a camera's is expected, so what is seen need not be in front of the laptop.",
	Innocent: []string{
		"a photographer's camera used for better pictures",
		"streaming or teaching as a hobby",
		"a docking set-up shared between two computers",
	},
	References:  []string{"HUNT", "MS2130"},
	Family:      detect.Device,
	Lifecycle:   detect.Stable,
	Observation: detect.USBDevices,
	Waivers:     []detect.Waiver{detect.Accommodated},
	Needs:       []record.Kind{record.KindDevice},
	Present:     50,
	Absent:      0,
	Weighing:    "Three times likelier when it is the camera in use; streamers own the same cards, so owning one weighs a fifth of that. Having none says nothing.",
}, captureAsWebcamParams{Unused: 20, Name: 8}, func(p *detect.Pass, cfg captureAsWebcamParams) {
	found, inventory := hardware(p, record.USB, enrich.CaptureCard)
	if !inventory {
		p.Unknown("no inventory of USB devices is on record")
		return
	}
	if len(found) == 0 {
		p.Clear(nil, "No capture card is in the inventory.")
		return
	}
	cite, used := sockets(found), false
	// A card that gives itself no name goes by its chip's usual ones. "USB Video
	// Device" is what every ordinary camera is called and says nothing.
	names := []string{"usb3 video", "usb2 video", "usb3.0 capture", "usb capture"}
	for _, f := range found {
		if name := strings.ToLower(strings.TrimSpace(f.device.Name)); len(name) >= cfg.Name && name != "usb video" && name != "usb video device" {
			names = append(names, name)
		}
	}
	labelled := func(label string) bool {
		label = strings.ToLower(label)
		return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(label, name) })
	}
	for r, b := range detect.Each[record.Interview](p.View) {
		if labelled(b.CameraDevice) {
			cite, used = append(cite, r.Cite()), true
		}
	}
	for r, d := range detect.Each[record.Device](p.View) {
		if d.Fact == record.Camera && labelled(d.Name) {
			cite, used = append(cite, r.Cite()), true
		}
	}
	if used {
		p.Report(100, cite, "A capture card is plugged in (%s), and a camera of its name is in use.", signals(found))
		return
	}
	p.Report(cfg.Unused, cite, "A capture card is plugged in (%s); nothing shows it in use as a camera.", signals(found))
})
