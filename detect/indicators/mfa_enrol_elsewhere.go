// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"time"

	"daylight/detect"
	"daylight/record"
)

type mfaEnrolElsewhereParams struct {
	BeyondKM float64 `json:"beyond_km" doc:"kilometres beyond both error radii (from the row of the catalogue: 500)" min:"0" max:"20000"`
	Minutes  int     `json:"minutes" doc:"minutes between the enrolment and the work beside it (from the row of the catalogue: an hour)" min:"1" max:"1440"`
	Unsure   int     `json:"unsure" doc:"percent of the weight when one of the two networks is of no known kind; a starting value" min:"1" max:"100"`
}

var mfaEnrolElsewhere = detect.Define(detect.Meta{
	ID:        "onb.mfa_enrol_elsewhere",
	Title:     "An authenticator was enrolled far from where the laptop was in use",
	Rationale: "Telephone and laptop are set up side by side. Enrolled from another place within the hour, the telephone is in other hands than the laptop.",
	Innocent: []string{
		"a telephone on a carrier's gateway that the tables do not know, or on a VPN",
		"a wrong entry in the address database",
		"a laptop reached from afar by IT during the set-up",
	},
	References:  []string{"method §5", "MS25", "OKTA"},
	Family:      detect.Network,
	Lifecycle:   detect.Stable,
	Observation: detect.SignInAddress,
	Needs:       []record.Kind{record.KindActivity},
	Present:     50,
	Absent:      -5,
	Weighing:    "Three times likelier between two homes, with errors taken off: mobile networks, VPNs and relays are not compared, but entries err and gateways hide among networks of no known kind, which leave two fifths. Enrolment beside the laptop is the rule on both sides.",
}, mfaEnrolElsewhereParams{BeyondKM: 500, Minutes: 60, Unsure: 40}, func(p *detect.Pass, cfg mfaEnrolElsewhereParams) {
	far, near := factorPairs(p, time.Duration(cfg.Minutes)*time.Minute, cfg.BeyondKM,
		func(v placedVisit) bool { return v.FactorEnrolled },
		func(_, o placedVisit) bool { return !o.FactorEnrolled })
	// A network that the person works from on other days is a place of theirs too.
	for _, v := range placedVisits(p) {
		if v.FactorEnrolled && len(v.line.daysOf()) > 1 {
			near = append(near, v)
		}
	}
	switch {
	case len(far) > 0:
		f, strength := furthest(far), 100
		if !f.sure {
			strength = cfg.Unsure
		}
		p.Report(strength, citePairs(p, far),
			"An authenticator was enrolled on %s from %s, and within %s the account was in use from %s, %s km away (error radii %s km together).",
			clock(f.factor.First.At), f.factor.line.named(), count(cfg.Minutes, "minute"), f.other.line.named(), kilometres(f.km), kilometres(f.errorKM))
	case len(near) > 0:
		p.Clear(citeVisits(p, near), "An authenticator was enrolled where the account was in use, within the hour or on other days.")
	case len(p.Profile.Deeds(record.FactorEnrolled)) == 0:
		p.Unknown("no log shows an authenticator being enrolled")
	default:
		p.Unknown("no enrolment can be placed beside work within %s", count(cfg.Minutes, "minute"))
	}
})
