// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/activity"
	"daylight/detect"
	"daylight/record"
)

type mfaDeviceSharedParams struct{}

var mfaDeviceShared = detect.Define(detect.Meta{
	ID:        "net.mfa_device_shared",
	Title:     "One authenticator answers for several people's accounts",
	Rationale: "The second factor is something a person carries. One telephone that approves for several accounts is in one person's hand.",
	Innocent: []string{
		"an administrator's telephone used for tests or for service accounts",
		"a couple's telephone during a repair",
		"an id that the sign-in provider gave twice",
	},
	References: []string{"method §7", "MS25", "OKTA"},
	Family:     detect.Contact,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindActivity},
	Present:    110,
	Absent:     0,
	Weighing:   "A dozen times likelier between people of other names: hardly anybody approves a stranger's sign-ins. A device that was handed on, and a household, weigh less by linking's rules. An authenticator of one's own is the rule on both sides.",
}, mfaDeviceSharedParams{}, func(p *detect.Pass, _ mfaDeviceSharedParams) {
	best, strength, others := strongest(p, 110, record.FactorDevice)
	switch {
	case strength > 0:
		p.Relate(others...)
		p.Report(strength, best.Cites, "An authenticator of this person also answers for the account of %s; %s hold it.", among(best, others), count(best.Holders, "profile"))
	case len(p.Profile.Devices(activity.FactorDevice)) == 0:
		p.Unknown("no log names an authenticator of the person")
	default:
		p.Clear(nil, "No authenticator of this person answers for an unrelated account.")
	}
})
