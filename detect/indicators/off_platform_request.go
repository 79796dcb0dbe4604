// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var offPlatformRequest = detect.Define(detect.Meta{
	ID:        "app.off_platform_request",
	Title:     "The person asked to leave the hiring platform or to use somebody else's account",
	Rationale: "Away from the platform nobody verifies who writes, and an account in somebody else's name needs no identity of one's own.",
	Innocent: []string{
		"the platform's fees",
		"an app that everybody around them uses",
		"an account that was locked, or a friend's while one's own is reviewed",
	},
	References: []string{"GUIDE22", "GTIG25"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"off_platform"},
	Present:    40,
	Absent:     0,
	Weighing:   "Two and a half times likelier when two people report it, three fifths of that from one: asking for another app is common, for somebody else's account it is not. Staying on the platform says nothing.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "off_platform",
		found: "the person asked to leave the hiring platform or to use somebody else's account",
		clear: "the person stayed on the hiring platform with their own account",
	})
})
