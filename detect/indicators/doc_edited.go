// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type docEditedParams struct {
	One    int `json:"one" doc:"percent of the weight of a single wrong check digit: a misread character changes one field and the composite; a starting value" min:"1" max:"100"`
	Editor int `json:"editor" doc:"percent of the weight when only image software is named: most people who crop a scan have used some; a starting value" min:"1" max:"100"`
}

var docEdited = detect.Define(detect.Meta{
	ID:        "onb.doc_edited",
	Title:     "Check digits of an identity document are wrong, or the file was edited",
	Rationale: "The digits that guard a machine-readable zone are computed from it. Whoever changes a number or a date without them leaves sums that do not come out.",
	Innocent: []string{
		"a character misread from a glossy or folded page",
		"a scan cropped or straightened with image software",
		"an issuing office that does not follow the standard",
	},
	References: []string{"GUIDE22", "ICAO9303", "MS25"},
	Family:     detect.Document,
	Lifecycle:  detect.Stable,
	Core:       true,
	Needs:      []record.Kind{record.KindIdentity},
	Present:    100,
	Absent:     -10,
	Weighing:   "A single wrong digit is mostly a misreading and counts two fifths; two or more, which a misread character rarely causes beyond its own field and the composite, ten times likelier. Image software alone is worth a dB and a half. Right digits prove little: anyone can compute them.",
	Next:       &detect.NextCheck{Do: "ask for a new photograph of the document's machine-readable lines, or verify it in person", CandidateCost: 1, CompanyCost: 1, One: 40, Asks: []string{"documents"}, Unless: []string{"identity_document"}},
}, docEditedParams{One: 40, Editor: 15}, func(p *detect.Pass, cfg docEditedParams) {
	var wrong, edited, right []record.Record
	var fields []string
	examined := 0
	for r, d := range detect.Each[record.IdentityDocument](p.View) {
		examined += d.Digits
		switch {
		case len(d.Wrong) > 0:
			wrong = append(wrong, r)
			fields = append(fields, d.Wrong...)
		case d.Editor != "":
			edited = append(edited, r)
		case d.Digits > 0:
			right = append(right, r)
		}
	}
	switch {
	case len(wrong) > 0:
		strength := 100
		// A misread character fails its own field's digit and the composite.
		if own := len(fields); own == 1 || own == 2 && fields[0] != fields[1] && contains("composite", fields) {
			strength = cfg.One
		}
		p.Report(strength, cites(wrong...), "%d of %d check digits of the document's machine-readable lines do not come out: %s.", len(fields), examined, list(fields))
	case len(edited) > 0:
		p.Report(cfg.Editor, cites(edited...), "The file of the identity document names image-editing software; %d check digits were examined and none is wrong.", examined)
	case len(right) > 0:
		p.Clear(cites(right...), "All %d check digits come out, and the file names no editing software.", examined)
	default:
		p.Unknown("the document has no machine-readable lines that could be read")
	}
})
