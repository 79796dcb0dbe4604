// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type rmmUnapprovedParams struct{}

var rmmUnapproved = detect.Define(detect.Meta{
	ID:        "dev.rmm_unapproved",
	Title:     "A remote-access program that IT did not deploy",
	Rationale: "Whoever works from somewhere else on a laptop kept in the claimed town needs a way in; a remote-access program is the simplest.",
	Innocent: []string{
		"a family member or a vendor once helped with something",
		"left over from a previous employer's or owner's set-up",
		"a program IT does deploy that the configuration does not name",
	},
	References: []string{"DOJ-KNOOT", "FBI-2405", "LOLRMM", "MS25"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindDevice},
	Present:    120,
	Absent:     -15,
	Weighing:   "Sixteen times likelier on a machine that is driven from elsewhere; about one honest laptop in fifty has one, mostly for family support. Its absence is a dB and a half of comfort, because hardware does the same without a trace.",
}, rmmUnapprovedParams{}, func(p *detect.Pass, _ rmmUnapprovedParams) {
	found, inventory := programs(p, enrich.RemoteAccess)
	switch {
	case len(found) > 0:
		p.Report(100, where(found), "The person's machines have %s that the company did not approve: %s%s.",
			count(len(found), "remote-access program"), products(found), firstSeen(found))
	case inventory:
		p.Clear(inventories(p), "No remote-access program beyond the approved is in the inventory.")
	default:
		p.Unknown("no inventory of programs is on record")
	}
})
