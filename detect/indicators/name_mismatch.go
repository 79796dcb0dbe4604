// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type nameMismatchParams struct {
	One  int `json:"one" doc:"percent of the weight of a single call; a starting value" min:"1" max:"100"`
	Full int `json:"full" doc:"calls at which it counts in full; a starting value" min:"1" max:"100"`
}

var nameMismatch = detect.Define(detect.Meta{
	ID:        "int.name_mismatch",
	Title:     "Joined calls under another name",
	Rationale: "Somebody who appears under several names forgets to change the one that meeting software remembers from the last call.",
	Innocent: []string{
		"an account of the family, or a borrowed computer",
		"a nickname, or a former name that nobody wrote down",
		"a device's or a room's name instead of a person's",
	},
	References: []string{"KRAKEN", "SEAL"},
	Family:     detect.Interview,
	Lifecycle:  detect.Stable,
	Waivers:    []detect.Waiver{detect.AddressProtected}, // a name shown may be a former one
	Needs:      []record.Kind{record.KindCall, record.KindPerson},
	Present:    35,
	Absent:     0,
	Weighing:   "Two times likelier when it repeats: nicknames and family computers are common, and names are compared by their words only, so one call weighs two fifths. A name that agrees in part, or with a former one, or that is in another script than all that are on record, never counts; the right name costs nothing to show.",
}, nameMismatchParams{One: 40, Full: 3}, func(p *detect.Pass, cfg nameMismatchParams) {
	var other, own []record.Record
	seen := 0
	for r, c := range detect.Each[record.Call](p.View) {
		if c.Shown.IsZero() || c.Shown.IsPlaceholder() {
			continue
		}
		seen++
		switch holderMatch(p, c.Shown) {
		case record.NameDifferent:
			if legible(p, c.Shown) {
				other = append(other, r)
			}
		case record.NameSame, record.NameClose:
			own = append(own, r)
		case record.NameUnknown:
		}
	}
	// Metrics and quality of one call are two records of one joining.
	joined := map[int64]bool{}
	for _, r := range other {
		joined[r.At.UnixMilli()] = true
	}
	switch {
	case len(joined) > 0:
		p.Report(grow(cfg.One, float64(len(joined)), 1, float64(cfg.Full)), cites(other...),
			"The name shown in a call shares no word with any name on record, %s, last on %s.", times(len(joined)), day(other[len(other)-1].At))
	case len(own) > 0:
		p.Clear(cites(own...), "The name shown in %s agrees with one on record, at least in part.", count(len(own), "call"))
	case seen == 0:
		p.Unknown("no call says which name was shown")
	default:
		p.Unknown("no name is on record that the one in the calls can be compared with")
	}
})

// legible reports whether a name is in the script of one on record. Names in
// different scripts share no word whoever bears them.
func legible(p *detect.Pass, n record.Name) bool {
	for _, b := range detect.Each[record.Person](p.View) {
		if n.SameScript(b.Name) {
			return true
		}
	}
	return false
}
