// SPDX-License-Identifier: Apache-2.0

package simulate

// Process is how far people come and how much the company asks of them, the same
// of everyone at a stage, as shares from 0 to 1. It is the company's choice and
// not a figure about people.
type Process struct {
	Interviewed float64 // of applicants
	Finalists   float64 // of the interviewed
	Attested    float64 // each question to a service or a person, where it can be asked
	InPerson    float64 // of finalists: somebody meets the person with the document
	Met         float64 // of workers: somebody met them
	Offers      int     // how often a meeting is offered to who declined the one before
	FormerNames bool    // the form asks everybody for former names, for those who are asked about them
	Holder      float64 // of workers: the bank is asked whose the account is
	Done        int     // days from each application to the end of the exports, at least
}

// Usual is a company that exports every application and checks some things for
// some people.
func Usual() Process {
	return Process{Interviewed: 0.45, Finalists: 0.40, Attested: 0.15, InPerson: 0.70, Met: 0.35, Offers: 1, Holder: 0.30}
}

// Thorough is a company that assesses finalists and workers only, at the end of
// the process, asks all of
// them everything that can be asked at their stage, offers everybody up to three
// ways to be met in person, and has met its workers.
func Thorough() Process {
	return Process{Interviewed: 1, Finalists: 1, Attested: 1, InPerson: 1, Met: 1, Offers: 3, FormerNames: true, Holder: 1, Done: 45}
}

// Processes are those that can be named.
func Processes() map[string]Process {
	return map[string]Process{"usual": Usual(), "thorough": Thorough()}
}

// applicantStage draws how far an applicant comes.
func (p Process) applicantStage(c chance) stage {
	switch {
	case !c.is(p.Interviewed):
		return applied
	case !c.is(p.Finalists):
		return interviewed
	}
	return finalist
}
