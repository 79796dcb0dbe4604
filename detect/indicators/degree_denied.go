// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var degreeDenied = detect.Define(detect.Meta{
	ID:        "app.degree_denied",
	Title:     "An institution did not confirm the degree, or denied it",
	Rationale: "An invented or borrowed education does not stand in the institution's register.",
	Innocent: []string{
		"a former name, or a spelling from another script",
		"old paper records, or a course that was left before the end",
		"a register that does not answer inquiries from abroad",
	},
	References: []string{"FBI-2405", "GUIDE22"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Checks:     []string{"education", "education_record"},
	Present:    140,
	Absent:     -10,
	Weighing:   "Registers err, and oftener where a name has changed, so one denial counts two fifths, several that nobody has asked again nine tenths, and one that the same institution repeats in full: 25 times likelier for an invented education. They miss changed names, so none counts where a former name is on record, and a find that fits but for a spelling or a detail then confirms; elsewhere it confirms half. The institution's own record, opened by the person, confirms, whatever was denied. A confirmation is a dB of comfort, because a real graduate's name can be borrowed. Silence says nothing: registers differ in how they answer, and who runs them is not the person's doing.",
	Next:       &detect.NextCheck{Do: "ask the institution to confirm the degree, with any former name the candidate wants to give", CandidateCost: 1, CompanyCost: 2, One: 40, Asks: []string{"checks.education"}},
	Again: &detect.SecondLook{
		Do: "ask the institution once more, with the certificate and any former name that the person chooses to give", Left: 0,
		Then: &detect.SecondLook{
			Do:   "let the person open the institution's own record of the degree while you watch, or a service that the institution has given it to, under any name",
			Left: 0, Asks: []string{"checks.education_record"},
		},
	},
}, degreeDeniedParams{One: 40, Close: 50, Several: 90}, func(p *detect.Pass, cfg degreeDeniedParams) {
	verify(p, verificationParams{One: cfg.One, Several: cfg.Several, Close: cfg.Close}, "education", "education", "an institution")
})

type degreeDeniedParams struct {
	One     int `json:"one" doc:"percent of the weight of a single denial; registers err, so full weight needs it to be asked again; a starting value" min:"1" max:"100"`
	Close   int `json:"close" doc:"percent of the comfort of a find that fits but for a spelling or a detail, where no former name on record explains it; a starting value" min:"0" max:"100"`
	Several int `json:"several" doc:"percent of the weight of denials by several that nobody has asked again; a starting value" min:"1" max:"100"`
}
