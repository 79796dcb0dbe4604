// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/record"
)

// wholeMachine is the weight of linking, in centibans, of hardware that two
// strangers share and nobody else: it counts in full.
const wholeMachine = 80

type clientSharedParams struct{}

var clientShared = detect.Define(detect.Meta{
	ID:        "int.client_shared",
	Title:     "One machine sat in calls of people of different names",
	Rationale: "Meeting software writes down the hardware it runs on. Two people who are called at different times and answer from one machine sit at one desk, or are one.",
	Innocent: []string{
		"members of one household, or a machine bought second-hand",
		"an agency's or a library's room for interviews",
		"a network adapter that is passed round, or hardware whose maker repeats its numbers",
	},
	References: []string{"method §7", "DTEX", "MS26"},
	Family:     detect.Contact,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCall},
	Present:    90,
	Absent:     0,
	Weighing:   "Eight times likelier where linking leaves the whole weight of a share, between two people of other names. Households, agencies and many holders weigh less by linking's rules; numbers that are random, or the same on many machines, are never compared. A machine of one's own is the rule on both sides.",
}, clientSharedParams{}, func(p *detect.Pass, _ clientSharedParams) {
	var told []record.Record
	for r, c := range detect.Each[record.Call](p.View) {
		if len(c.Identifiers()) > 0 {
			told = append(told, r)
		}
	}
	ofCall := func(c record.Citation) bool {
		return slices.ContainsFunc(told, func(r record.Record) bool { return r.Origin.Path == c.Path && r.Origin.Locator == c.Locator })
	}
	strength, best, with := 0, 0, []record.SubjectID(nil)
	edges := slices.Collect(p.EdgesVia(record.HardwareID))
	for i, e := range edges {
		s := telling(e, wholeMachine)
		if s == 0 || !slices.ContainsFunc(e.Cites, ofCall) {
			continue // hardware of one person's that stands in no call of theirs
		}
		with = append(with, e.Other)
		if s > strength {
			strength, best = s, i
		}
	}
	slices.Sort(with)
	with = slices.Compact(with)
	switch {
	case strength > 0:
		p.Relate(with...)
		p.Report(strength, edges[best].Cites, "A machine of this person's calls was also used in calls of %s; %s hold it.",
			among(edges[best], with), count(edges[best].Holders, "profile"))
	case len(told) == 0:
		p.Unknown("no call names the hardware of the person's machine")
	default:
		p.Clear(cites(told...), "No machine of the person's calls (%s) is shared in a way that tells strangers apart.", count(len(told), "call"))
	}
})
