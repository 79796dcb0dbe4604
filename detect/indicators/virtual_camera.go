// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"strings"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type virtualCameraParams struct {
	Names   []string `json:"names" doc:"parts of camera labels, lower-case, of software that offers a made picture as a camera (from makers' documentation)"`
	Capture []string `json:"capture" doc:"parts of labels of HDMI capture devices (from Huntress 2026 and the MS2130 data sheet); they count half, as many people film with a real camera"`
	Own     int      `json:"own" doc:"percent of the weight when it is on the person's inventory but was not seen in an interview; a starting value" min:"1" max:"100"`
}

var virtualCamera = detect.Define(detect.Meta{
	ID:        "int.virtual_camera",
	Title:     "A camera that is software or a capture device was in use or installed",
	Rationale: "A changed face or somebody else's screen reaches a meeting through a camera that is software, or through a capture device.",
	Innocent: []string{
		"streaming as a hobby, or a good camera on a capture device",
		"software for backgrounds, lighting or sign-language interpreting",
		"a phone used as a camera",
	},
	References: []string{"HUNT", "SPLUNK", "CASES"},
	Family:     detect.Interview,
	Lifecycle:  detect.Stable,
	Either:     []record.Kind{record.KindInterview, record.KindDevice},
	Present:    45,
	Absent:     -5,
	Weighing:   "About one genuine person in twenty uses one; among drawn faces nearly all do, but few deceptive candidates draw faces: nearly three times likelier. An ordinary camera named by the meeting software is slight comfort, as labels can be changed.",
}, virtualCameraParams{
	Names:   []string{"virtual cam", "virtualcam", "obs-camera", "obs camera", "manycam", "splitcam", "xsplit vcam", "e2esoft vcam", "camtwist", "snap camera", "unity video capture", "akvcam", "v4l2loopback", "deepfacelive", "webcamoid"},
	Capture: []string{"guermok", "usb3 video", "usb3.0 capture", "usb video capture", "hdmi capture", "cam link", "ms2109", "ms2130"},
	Own:     50,
}, func(p *detect.Pass, cfg virtualCameraParams) {
	var software, capture, ordinary, installed []record.Record
	kinds := []struct {
		part  []string
		found *[]record.Record
	}{{cfg.Names, &software}, {cfg.Capture, &capture}}
	for r, iv := range detect.Each[record.Interview](p.View) {
		label := strings.ToLower(iv.CameraDevice)
		found := &ordinary
		for _, k := range kinds {
			if contains(label, k.part) {
				found = k.found
				break
			}
		}
		if p.Facts.Tools[label].Class == enrich.VirtualCamera {
			found = &software
		}
		if label != "" {
			*found = append(*found, r)
		}
	}
	for r, d := range detect.Each[record.Device](p.View) {
		label := strings.ToLower(d.Name)
		if d.Fact == record.Camera && !d.Removed && (contains(label, cfg.Names) || p.Facts.Tools[label].Class == enrich.VirtualCamera) {
			installed = append(installed, r)
		}
	}
	named := len(software) + len(capture) + len(ordinary)
	switch {
	case len(software) > 0:
		p.Report(100, cites(software...), "In %d of %s the meeting software named a camera that is software.", len(software), count(named, "session"))
	case len(capture) > 0:
		p.Report(50, cites(capture...), "In %d of %s the meeting software named an HDMI capture device as the camera.", len(capture), count(named, "session"))
	case len(installed) > 0:
		p.Report(cfg.Own, cites(installed...), "The device inventory lists a camera that is software, %s; no interview recorded which camera was used.", times(len(installed)))
	case len(ordinary) > 0:
		p.Clear(cites(ordinary...), "An ordinary camera was named in %s.", count(len(ordinary), "session"))
	default:
		p.Unknown("neither an interview nor an inventory names a camera")
	}
})

// contains reports whether s has any of the parts in it.
func contains(s string, parts []string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(s, part) })
}
