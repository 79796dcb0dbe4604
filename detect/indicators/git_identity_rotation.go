// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type gitIdentityRotationParams struct {
	Names  int `json:"names" doc:"names under one e-mail address before it counts; a starting value" min:"1" max:"100"`
	Emails int `json:"emails" doc:"e-mail addresses under one name before it counts, no-reply addresses left out; a starting value" min:"1" max:"100"`
}

var gitIdentityRotation = detect.Define(detect.Meta{
	ID:        "app.git_identity_rotation",
	Title:     "Commits under many names or many addresses",
	Rationale: "Whoever works several profiles from one machine commits, now and then, under the wrong one.",
	Innocent: []string{
		"marriage, transition or another change of name",
		"a pseudonym, pair programming, several laptops and employers",
	},
	References: []string{"method §9", "SEAL", "CASES"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Waivers:    []detect.Waiver{detect.AddressProtected},
	Needs:      []record.Kind{record.KindCode},
	Present:    15,
	Absent:     0,
	Weighing:   "A dB and a half, because changed names and many laptops are ordinary. Only how many there are is kept; the names and addresses never are. One steady identity says nothing.",
}, gitIdentityRotationParams{Names: 3, Emails: 4}, func(p *detect.Pass, cfg gitIdentityRotationParams) {
	var rotating, steady []record.Record
	names, emails := 0, 0
	for r, c := range detect.Each[record.CodeHistory](p.View) {
		switch {
		case c.NamesPerEmail >= cfg.Names || c.EmailsPerName >= cfg.Emails:
			rotating = append(rotating, r)
			names, emails = max(names, c.NamesPerEmail), max(emails, c.EmailsPerName)
		case c.NamesPerEmail+c.EmailsPerName > 0:
			steady = append(steady, r)
		}
	}
	switch {
	case len(rotating) > 0:
		p.Report(100, cites(rotating...), "Commits in %s use up to %s for one e-mail address and up to %d addresses for one name.",
			count(len(rotating), "repository"), count(names, "name"), emails)
	case len(steady) > 0:
		p.Clear(cites(steady...), "Commits in %s use few names and addresses.", count(len(steady), "repository"))
	default:
		p.Unknown("the code history does not say under which names commits were made")
	}
})
