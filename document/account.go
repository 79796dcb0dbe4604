// SPDX-License-Identifier: Apache-2.0

package document

// account returns by line whether it tells of work or projects, or nil where no
// heading says so. The rest of a résumé is its frame: the lines at its head, what
// templates and agencies write for everybody, schools, skills, referees. People who
// never copied anything have those in common.
func (d *Document) account() []bool {
	lines := d.forStructure()
	if len(lines) < len(d.Lines) {
		return nil
	}
	kind, told := preamble, false
	in := make([]bool, len(lines))
	for i, l := range lines {
		if k, ok := heading(l.Text.Reveal()); ok {
			kind = k
			continue
		}
		in[i] = kind == experience || kind == projects
		told = told || in[i]
	}
	if !told {
		return nil
	}
	return in
}
