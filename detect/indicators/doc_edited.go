// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"time"

	"daylight/detect"
	"daylight/record"
)

type docEditedParams struct {
	One        int `json:"one" doc:"percent of the weight of a single wrong check digit: a misread character changes one field and the composite; a starting value" min:"1" max:"100"`
	Impossible int `json:"impossible" doc:"percent of the weight of a date that stands in no calendar where the digits come out: a misread character would spoil them; a starting value" min:"1" max:"100"`
	Generator  int `json:"generator" doc:"percent of the weight when an image generator is named: a picture of a document is taken, not made; a starting value" min:"1" max:"100"`
	Expired    int `json:"expired" doc:"percent of the weight of a document that had expired when the person was hired, or applied; a starting value" min:"1" max:"100"`
	Editor     int `json:"editor" doc:"percent of the weight when only image software is named: most people who crop a scan have used some; a starting value" min:"1" max:"100"`
}

var docEdited = detect.Define(detect.Meta{
	ID:        "onb.doc_edited",
	Title:     "Check digits or dates of a document do not fit, or its file names software",
	Rationale: "The digits that guard a machine-readable zone are computed from it. Whoever changes a number or a date without them leaves sums that do not come out. A picture of a document is taken by a camera; a file that names a generator was made.",
	Innocent: []string{
		"a character misread from a glossy or folded page",
		"a scan cropped or straightened with image software, or made brighter by one with a model in it",
		"a passport that ran out and has not been renewed yet",
		"an issuing office that does not follow the standard",
	},
	References: []string{"GUIDE22", "ICAO9303", "MS25"},
	Family:     detect.Document,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindIdentity},
	Present:    100,
	Absent:     -10,
	Weighing:   "A single wrong digit is mostly a misreading and counts two fifths; two or more, which a misread character rarely causes beyond its own field and the composite, ten times likelier. A date that stands in no calendar while its digit is right counts four fifths; a named generator three fifths, for photo editors use models too. Image software alone is worth a dB and a half, and an expired document a dB. Right digits prove little: anyone can compute them.",
	Next:       &detect.NextCheck{Do: "ask for a new photograph of the document's machine-readable lines, or verify it in person", CandidateCost: 1, CompanyCost: 1, One: 40, Asks: []string{"documents"}, Unless: []string{"identity_document"}},
}, docEditedParams{One: 40, Impossible: 80, Generator: 60, Expired: 10, Editor: 15}, func(p *detect.Pass, cfg docEditedParams) {
	var wrong, impossible, generated, edited, expired, right []record.Record
	var fields, dates []string
	var until record.Date
	examined := 0
	for r, d := range detect.Each[record.IdentityDocument](p.View) {
		examined += d.Digits
		switch {
		case len(d.Wrong) > 0:
			wrong = append(wrong, r)
			fields = append(fields, d.Wrong...)
		case len(d.Impossible) > 0:
			impossible = append(impossible, r)
			dates = append(dates, d.Impossible...)
		case d.Generator != "":
			generated = append(generated, r)
		case d.Editor != "":
			edited = append(edited, r)
		case expiredBy(d, shownAt(p, r)):
			expired, until = append(expired, r), d.Expires
		case d.Digits > 0:
			right = append(right, r)
		}
	}
	digits := "no check digits could be examined"
	if examined > 0 {
		digits = "none of " + count(examined, "check digit") + " is wrong"
	}
	switch {
	case len(wrong) > 0:
		strength := 100
		// A misread character fails its own field's digit and the composite.
		if own := len(fields); own == 1 || own == 2 && fields[0] != fields[1] && contains("composite", fields) {
			strength = cfg.One
		}
		p.Report(strength, cites(wrong...), "%d of %d check digits of the document's machine-readable lines do not come out: %s.", len(fields), examined, list(fields))
	case len(impossible) > 0:
		p.Report(cfg.Impossible, cites(impossible...), "All check digits of the document's machine-readable lines come out, and the %s stands in no calendar.", list(dates))
	case len(generated) > 0:
		p.Report(cfg.Generator, cites(generated...), "The file of the identity document names an image generator; %s.", digits)
	case len(edited) > 0:
		p.Report(cfg.Editor, cites(edited...), "The file of the identity document names image-editing software; %s.", digits)
	case len(right) > 0:
		p.Clear(cites(right...), "All %s of the document's machine-readable lines come out, and the file names no editing software.", count(examined, "check digit"))
	case len(expired) > 0:
		p.Report(cfg.Expired, cites(expired...), "The document expired on %s, before it was needed; %s.", until, digits)
	default:
		p.Unknown("the document has no machine-readable lines that could be read, and its file names no software")
	}
})

// shownAt is when a document was needed: when the person was hired, or applied.
func shownAt(p *detect.Pass, r record.Record) time.Time {
	if hired, ok := p.HiredAt(); ok && hired.After(r.At) {
		return hired
	}
	return r.At
}

// expiredBy reports whether a document had expired, for a day is not an hour: the
// day on which it expires is still good.
func expiredBy(d record.IdentityDocument, at time.Time) bool {
	return !d.Expires.IsZero() && !at.IsZero() && d.Expires.Time().AddDate(0, 0, 1).Before(at)
}
