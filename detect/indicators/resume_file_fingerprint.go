// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/record"
)

type resumeFileFingerprintParams struct {
	Author int `json:"author" doc:"percent of the weight when the file's author field names another person and no id is shared; a starting value" min:"1" max:"100"`
}

var resumeFileFingerprint = detect.Define(detect.Meta{
	ID:        "app.resume_file_fingerprint",
	Title:     "The résumé file descends from another person's file",
	Rationale: "Files carry ids that a copy keeps. One id in the files of two people means that one was made from the other, whatever the text says now.",
	Innocent: []string{
		"one career service, agency or template made both",
		"a computer shared in a family, a library or a course",
		"an author name left over from a template or a former owner",
	},
	References:  []string{"method §6", "OOXML", "XMP"},
	Family:      detect.Document,
	Lifecycle:   detect.Stable,
	Framable:    true,
	Observation: detect.ResumeFile,
	Needs:       []record.Kind{record.KindResume},
	Present:     140,
	Absent:      0,
	Weighing:    "Ids are unique to a file's ancestor, so a share is no accident; shared templates and agencies, which linking damps by the number of holders, keep it at fourteen dB. Another author's name alone is common and worth little. Files without ids are ordinary.",
}, resumeFileFingerprintParams{Author: 15}, func(p *detect.Pass, cfg resumeFileFingerprintParams) {
	best, strength, others := strongest(p, 90, record.DocumentID)
	if strength > 0 {
		how := best.Detail
		if how == "" {
			how = "the same document id"
		}
		p.Relate(others...)
		p.Report(strength, best.Cites, "The résumé file has %s as that of %s.", how, among(best, others))
		return
	}
	named := authoredByOther(p)
	if len(named) > 0 && !throughAgency(p) {
		p.Report(cfg.Author, cites(named...), "The author field of the résumé file names a person other than the applicant.")
		return
	}
	p.Clear(cites(resumes(p)...), "The résumé file shares no id with another person's and names no other author.")
})

// authoredByOther returns the résumés whose author agrees in nothing with any
// name the person has or had.
func authoredByOther(p *detect.Pass) []record.Record {
	var own []record.Name
	for _, b := range detect.Each[record.Person](p.View) {
		own = append(append(own, b.Name), b.Former...)
	}
	own = slices.DeleteFunc(own, record.Name.IsZero)
	if len(own) == 0 {
		return nil
	}
	var out []record.Record
	for r, b := range detect.Each[record.Resume](p.View) {
		author := b.Provenance.Author
		other := !author.IsZero() && !author.IsPlaceholder() && !slices.ContainsFunc(own, func(n record.Name) bool { return author.Compare(n) != record.NameDifferent })
		if other {
			out = append(out, r)
		}
	}
	return out
}

// throughAgency reports whether an agency put the person forward.
func throughAgency(p *detect.Pass) bool {
	for _, b := range detect.Each[record.Person](p.View) {
		if b.Agency != "" || slices.ContainsFunc(b.Relations, func(r record.Relation) bool { return r.Kind == record.AgencyOf }) {
			return true
		}
	}
	return false
}
