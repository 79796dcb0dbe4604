// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var identitySwitch = detect.Define(detect.Meta{
	ID:        "wrk.identity_switch",
	Title:     "A handle was renamed and another name was seen within a month",
	Rationale: "An operator with several profiles takes the wrong account now and then, and cleans up after it. No log that is read says both that an account was renamed and under which other name its owner was seen, so those who saw it write it down.",
	Innocent: []string{
		"a marriage, a transition, or a name that is simply used",
		"leaving an old handle behind after harassment",
		"one handle for private work and one for the company",
	},
	References: []string{"SEAL", "CASES"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"identity_switched"},
	Waivers:    []detect.Waiver{detect.AddressProtected}, // the other name may be a former one
	Present:    60,
	Absent:     0,
	Weighing:   "Four times likelier when two people saw the other name with its account; one counts half, since people have many reasons to change a handle, and none that they owe anybody. Keeping one handle is the rule.",
}, attestParams{One: 50}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "identity_switched",
		found: "the handle of the person was renamed and another name was seen within 30 days",
		clear: "no other name was seen on the accounts of the person",
	})
})
