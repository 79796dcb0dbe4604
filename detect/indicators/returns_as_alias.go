// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"time"

	"daylight/detect"
	"daylight/link"
	"daylight/record"
)

type returnsAsAliasParams struct {
	Left      int `json:"left" doc:"percent of the weight when the other left and no case of theirs was confirmed; a starting value" min:"1" max:"100"`
	Threshold int `json:"threshold" doc:"least weight of a link in centibans; linking's own threshold for a ring (from method §7)" min:"1" max:"1000"`
}

var returnsAsAlias = detect.Define(detect.Meta{
	ID:        "off.returns_as_alias",
	Title:     "Shares an account, a device or the like with somebody who left earlier",
	Rationale: "A profile that ended is sometimes followed by another under a new name, with the same telephone, account or files.",
	Innocent: []string{
		"a family member or a partner of the former colleague",
		"a former colleague who applies again under a married or changed name",
	},
	References: []string{"GTIG25", "SEAL"},
	Family:     detect.Contact,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindPerson},
	Present:    110,
	Absent:     0,
	Weighing:   "A dozen times likelier when people confirmed the other's case. Somebody who merely left may be family and weighs a quarter. Sharing nothing with former people says nothing.",
}, returnsAsAliasParams{Left: 25, Threshold: 50}, func(p *detect.Pass, cfg returnsAsAliasParams) {
	came := cameAt(p)
	var confirmed, gone alias
	for e := range p.EdgesVia(selectors...) {
		if e.OtherOutcome == "cleared" || telling(e, 100) == 0 || int(e.Weight) < cfg.Threshold {
			continue
		}
		// Who merely left must have left before this person came. Colleagues of one
		// time are wrk.multi_hire_cluster's matter, and so is a confirmed worker.
		switch left := e.OtherStage == record.Leaver; {
		case (left || e.OtherStage == record.Applicant) && e.OtherOutcome == "confirmed":
			confirmed.add(e)
		case left && (e.OtherLeft.IsZero() || came.IsZero() || came.After(e.OtherLeft)):
			gone.add(e)
		}
	}
	switch {
	case len(confirmed.others) > 0:
		words := "Shares " + called(confirmed.via) + " with " + list(confirmed.others) + ", whose case people confirmed"
		if len(gone.others) > 0 {
			words += "; and " + called(gone.via) + " with " + list(gone.others) + ", who left"
		}
		p.Relate(slices.Concat(confirmed.others, gone.others)...)
		p.Report(100, slices.Concat(confirmed.cites, gone.cites), "%s.", words)
	case len(gone.others) > 0:
		p.Relate(gone.others...)
		p.Report(cfg.Left, gone.cites, "Shares %s with %s, who left before this person came.", called(gone.via), list(gone.others))
	default:
		p.Clear(nil, "Shares no contact point, account, device or file with anybody who left or whose case was confirmed.")
	}
})

// alias gathers the others that are found again, with the heaviest share first.
type alias struct {
	others []record.SubjectID
	via    record.IdentifierType
	cites  []record.Citation
}

func (a *alias) add(e link.Edge) {
	if len(a.others) == 0 {
		a.via = e.Via
	}
	if !slices.Contains(a.others, e.Other) {
		a.others = append(a.others, e.Other)
		slices.Sort(a.others)
	}
	a.cites = append(a.cites, e.Cites...)
}

// cameAt is when the person first appears: the oldest day of applying or being
// hired, zero if neither is on record.
func cameAt(p *detect.Pass) (at time.Time) {
	for _, b := range detect.Each[record.Person](p.View) {
		for _, t := range []time.Time{b.AppliedAt, b.HiredAt} {
			if !t.IsZero() && (at.IsZero() || t.Before(at)) {
				at = t
			}
		}
	}
	return at
}

// selectors are the identifiers by which a person is found again.
var selectors = []record.IdentifierType{
	record.Email, record.Phone, record.ProfileURL, record.BankAccount, record.Wallet, record.Handle, record.FactorDevice,
	record.BrowserToken, record.DocumentID, record.PhotoHash, record.Network, record.HardwareID,
}
