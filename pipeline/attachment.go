// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"path"
	"slices"
	"strings"

	"daylight/record"
	"daylight/sanctions"
)

// notAnExport is why what a person sent in is read as a document or not at all.
const notAnExport = "an attachment by its name, which begins with a person's id: what people send in is no export of the company"

// attachments returns which files are a person's attachments and no documents.
// Files are recognised by their content, and so an applicant could attach a list
// of known identifiers, a table of outcomes or a place database, and it would
// speak about everybody. An attachment bears the id that the applicant tracking
// system gave to its sender; nobody can give that name to a file of the company.
//
// Ids count that another file says: and of those, none that an attachment says, or
// it could name the company's own files.
func (s *scan) attachments(said saying) []int {
	named := func(not map[int]bool) map[int]bool {
		out := map[int]bool{}
		for i, in := range s.files {
			if !in.attachable {
				continue
			}
			out[i] = slices.ContainsFunc(prefixes(in.Path), func(id string) bool {
				return slices.ContainsFunc(said[id], func(by int) bool { return by != i && !not[by] })
			})
		}
		return out
	}
	var out []int
	for i, yes := range named(named(nil)) {
		if yes {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

// saying is which files say each id of a person, by their index. The ids are in
// lower case.
type saying map[string][]int

// add enters what a record of a file says.
func (said saying) add(r record.Record, file int) {
	if _, ok := r.Body.(record.Person); !ok || r.Ref.ID == "" {
		return
	}
	id := strings.ToLower(r.Ref.ID)
	if !slices.Contains(said[id], file) {
		said[id] = append(said[id], file)
	}
}

// prefixes are the beginnings of a file's name that may be an id.
func prefixes(file string) []string {
	base := strings.ToLower(path.Base(file))
	var out []string
	for i, r := range base {
		if i > 0 && strings.ContainsRune("-_. ", r) {
			out = append(out, base[:i])
		}
	}
	return out
}

// setAside leaves a file out and says so.
func (in *input) setAside() {
	in.Records, in.Unattributed, in.late, in.Notes, in.skipped, in.unread, in.Skipped = 0, 0, 0, nil, nil, nil, 0
	in.Format, in.format, in.file, in.sanctions, in.database = "attachment", nil, nil, sanctions.None, nil
	in.attachable = false
	in.skip(0, notAnExport)
}
