// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/record"
)

type referralClusterParams struct {
	NamedBy int `json:"named_by" doc:"percent of the weight when only the other's record names this person, which the other may have filled in; a starting value" min:"1" max:"100"`
}

var referralCluster = detect.Define(detect.Meta{
	ID:        "app.referral_cluster",
	Title:     "A referral connects the person with a confirmed case",
	Rationale: "Somebody who got in under an assumed identity recommends the next profile, and is recommended by the one before.",
	Innocent: []string{
		"a good network: people refer whom they worked with, and may have been misled themselves",
		"an employee who refers many, for a bonus",
		"an applicant who named somebody they hardly knew, or who was never asked",
	},
	References: []string{"GUIDE22", "SEAL"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindPerson},
	Present:    50,
	Absent:     0,
	Weighing:   "Three times likelier once people have confirmed the other's case, and nothing before that. Being named in the other's record alone counts two fifths, because an applicant can name anybody. Referrals by and of other people say nothing.",
	Framable:   true,
}, referralClusterParams{NamedBy: 40}, func(p *detect.Pass, cfg referralClusterParams) {
	var own, named, rest []record.Citation
	var ownTo, namedBy []record.SubjectID
	if p.Company != nil {
		for _, r := range p.Company.Referrals[p.Subject] {
			switch {
			case !p.Company.Confirmed[r.Other]:
				rest = append(rest, r.Cite)
			case r.Own:
				own, ownTo = append(own, r.Cite), append(ownTo, r.Other)
			default:
				named, namedBy = append(named, r.Cite), append(namedBy, r.Other)
			}
		}
	}
	p.Relate(ownTo...)
	p.Relate(namedBy...)
	switch {
	case len(own) > 0:
		p.Report(100, slices.Concat(own, named), "The person's own record names a referral by or of %s.", confirmedCases(ownTo))
	case len(named) > 0:
		p.Report(cfg.NamedBy, named, "A referral that only the other's record names leads to %s.", confirmedCases(namedBy))
	case len(rest) > 0:
		p.Clear(rest, "No referral on record leads to anybody whose case people confirmed.")
	default:
		p.Unknown("no referral on record leads to anybody in the files")
	}
})

// confirmedCases names subjects, each once, and says that their cases are known.
func confirmedCases(ids []record.SubjectID) string {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) == 1 {
		return list(ids) + ", whose case people confirmed"
	}
	return list(ids) + ", whose cases people confirmed"
}
