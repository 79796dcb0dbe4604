// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var portfolioInfraShared = detect.Define(detect.Meta{
	ID:        "app.portfolio_infra_shared",
	Title:     "The portfolio shares its build, its hosting project or its analytics with another person's",
	Rationale: "Portfolios for several profiles come from one workshop, which leaves its account numbers in the pages.",
	Innocent: []string{
		"a theme, a template or a course project that many people use",
		"a freelancer who built both sites",
		"a site that somebody else copied whole",
	},
	References: []string{"GUIDE22", "MANDIANT"},
	Family:     detect.Contact,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"portfolio_shared"},
	Present:    80,
	Absent:     -5,
	Weighing:   "Six times likelier when the theme's own marks are left out and two reviewers agree: an account number of hosting or analytics belongs to one owner. One comparison counts three fifths. A site that shares nothing is slight comfort.",
	Framable:   true,
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "portfolio_shared",
		found: "the portfolio shares its build, its hosting project or its analytics with another person's",
		clear: "the portfolio shares nothing but common themes with anybody's",
	})
})
