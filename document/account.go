// SPDX-License-Identifier: Apache-2.0

package document

// accountOf returns by line whether it tells of work or projects, or nil where no
// heading says so, and how many lines stand above all headings. The rest of a résumé
// is its frame: the lines at its head, what templates and agencies write for
// everybody, schools, skills, referees. People who never copied anything have those
// in common.
func accountOf(lines []Line) (work []bool, head int) {
	if len(forStructure(lines)) < len(lines) {
		return nil, 0
	}
	kind, told := preamble, false
	work, head = make([]bool, len(lines)), -1
	for i, l := range lines {
		if k, ok := heading(l.Text.Reveal()); ok {
			if kind = k; head < 0 {
				head = i
			}
			continue
		}
		work[i] = kind == experience || kind == projects
		told = told || work[i]
	}
	if !told {
		return nil, 0
	}
	return work, head
}
