// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"maps"
	"slices"

	"daylight/detect"
	"daylight/link"
	"daylight/record"
)

type multiHireClusterParams struct {
	Strong int `json:"strong" doc:"least weight of a link in centibans; linking's own threshold for a ring (from method §7)" min:"1" max:"1000"`
	Kinds  int `json:"kinds" doc:"kinds of strong link to one other worker that make it more than a chance; a starting value" min:"1" max:"100"`
	Full   int `json:"full" doc:"kinds at which it counts in full, as a neighbour whose case people confirmed does; a starting value" min:"1" max:"100"`
	From   int `json:"from" doc:"percent of the weight at the least number of kinds; a starting value" min:"1" max:"100"`
}

var multiHireCluster = detect.Define(detect.Meta{
	ID:        "wrk.multi_hire_cluster",
	Title:     "Several ties to one other worker, or a tie to a confirmed case",
	Rationale: "Whoever placed one profile places more. Two workers who share an address may be neighbours; two who share a home, an account and a device are one undertaking.",
	Innocent: []string{
		"a couple or relatives who both work here and have not said so",
		"former colleagues who share a flat and equipment",
		"the other's case rests on the same mistake",
	},
	References: []string{"method §7", "BBC", "SEAL", "CASES"},
	Family:     detect.Contact,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindPerson},
	Present:    50,
	Absent:     0,
	Weighing:   "Each link is already weighed by the indicator that reads it, and being in a ring adds nothing: this is only the small extra that independent kinds of links agree on one other worker, or that people confirmed the other's case. Three times likelier and no more, within the same family, which discounts it again.",
}, multiHireClusterParams{Strong: 50, Kinds: 2, Full: 3, From: 70}, func(p *detect.Pass, cfg multiHireClusterParams) {
	ties := map[record.SubjectID]*tie{}
	for e := range p.EdgesVia(slices.Collect(maps.Keys(kindOfLink))...) {
		// Somebody who left or was turned away is off.returns_as_alias's matter.
		if e.OtherStage != record.Worker || e.OtherOutcome == "cleared" || int(e.Weight) < cfg.Strong || telling(e, 100) == 0 {
			continue
		}
		t := ties[e.Other]
		if t == nil {
			t = &tie{other: e.Other, confirmed: e.OtherOutcome == "confirmed"}
			ties[e.Other] = t
		}
		t.add(e)
	}
	var confirmed, several []record.SubjectID
	var cite []record.Citation
	most, known := &tie{}, &tie{}
	for _, other := range slices.Sorted(maps.Keys(ties)) {
		t := ties[other]
		switch {
		case t.confirmed:
			confirmed = append(confirmed, other)
			known = larger(known, t)
		case len(t.kinds) >= cfg.Kinds:
			several = append(several, other)
			most = larger(most, t)
		default:
			continue
		}
		cite = append(cite, t.cites...)
	}
	p.Relate(slices.Concat(confirmed, several)...)
	switch {
	case len(confirmed) > 0:
		p.Report(100, cite, "Tied to %s, whose case people confirmed: %s%s.", list(confirmed), toWhom(known.other, confirmed), by(known.kinds))
	case len(several) > 0:
		p.Report(grow(cfg.From, float64(len(most.kinds)), float64(cfg.Kinds), float64(cfg.Full)), cite,
			"Tied to %s in several ways at once: %s%s. Each tie is weighed by itself elsewhere; this counts only that they agree.",
			list(several), toWhom(most.other, several), by(most.kinds))
	default:
		p.Clear(nil, "No other worker is tied to this person in several strong ways, and none whose case people confirmed.")
	}
})

// toWhom names one of several others, and is empty where there is only one.
func toWhom(other record.SubjectID, all []record.SubjectID) string {
	if len(all) == 1 {
		return ""
	}
	return "to " + string(other) + " "
}

// by words kinds of links: "by a home and by pay".
func by(kinds []string) string {
	words := make([]string, len(kinds))
	for i, k := range kinds {
		words[i] = "by " + k
	}
	return list(words)
}

// tie is what links the person with one other worker.
type tie struct {
	other     record.SubjectID
	confirmed bool
	kinds     []string // sorted, each once
	cites     []record.Citation
}

func (t *tie) add(e link.Edge) {
	kind := kindOfLink[e.Via]
	if i, ok := slices.BinarySearch(t.kinds, kind); !ok {
		t.kinds = slices.Insert(t.kinds, i, kind)
	}
	t.cites = append(t.cites, e.Cites...)
}

// larger returns the tie with more kinds, the first among equals.
func larger(a, b *tie) *tie {
	if len(b.kinds) > len(a.kinds) {
		return b
	}
	return a
}

// kindOfLink groups identifiers that one cause explains together.
var kindOfLink = map[record.IdentifierType]string{
	record.Email: "contact points", record.Phone: "contact points", record.ProfileURL: "contact points", record.Handle: "contact points",
	record.BankAccount: "pay", record.Wallet: "pay",
	record.PostalAddress: "a home", record.Network: "a home", record.GatewayMAC: "a home",
	record.DeviceSerial: "a device", record.HardwareID: "a device", record.BrowserToken: "a device", record.FactorDevice: "an authenticator",
	record.PhotoHash:  "a picture",
	record.ResumeText: "documents", record.DocumentID: "documents",
}
