// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

var meetingRemoteControl = detect.Define(detect.Meta{
	ID:        "dev.meeting_remote_control",
	Title:     "A meeting with one account shared the screen and its control for hours",
	Rationale: "A meeting that nobody but the laptop attends is a way in that needs no program of its own.",
	Innocent: []string{
		"pair programming, or a lesson",
		"a support session of a vendor",
		"a meeting room that stays open all day",
		"assistance by a relative or an interpreter",
	},
	References: []string{"CASES"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Asks:       []string{"unattended_meeting"},
	Present:    90,
	Absent:     -5,
	Weighing:   "Eight times likelier: hours of control on several days, with nobody else there, have few other uses, and published cases used exactly that. One source counts three fifths, because logs of meetings name guests badly.",
}, attestParams{One: 60}, func(p *detect.Pass, cfg attestParams) {
	attest(p, cfg, attestation{
		check: "unattended_meeting",
		found: "a meeting with one account shared the screen and its control for hours, on several days",
		clear: "no meeting with one account shared its control for hours",
	})
})
