// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/record"
)

type knownSelectorParams struct {
	MinConfidence int `json:"min_confidence" doc:"least confidence, 0-100 as STIX 2.1, of an entry that is read at all; a starting value" min:"0" max:"100"`
	Sure          int `json:"sure" doc:"confidence from which an entry can confirm another; 70-89 is probable (from STIX 2.1, appendix A)" min:"0" max:"100"`
	Alone         int `json:"alone" doc:"percent of the weight, at confidence 100, of an identifier that only one source lists; a starting value" min:"1" max:"100"`
}

var knownSelector = detect.Define(detect.Meta{
	ID:        "app.known_selector",
	Title:     "An identifier is on a list of known identifiers",
	Rationale: "Mailboxes, phones, wallets and accounts that investigators have tied to earlier cases are used again.",
	Innocent: []string{
		"lists hold the data of people whose identity was stolen",
		"an entry that is out of date, or was never verified",
		"a number or mailbox that was given to somebody else since",
	},
	References: []string{"method §3", "KRAKEN", "STIX", "CASES"},
	Family:     detect.Listed,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindPerson},
	Present:    140,
	Absent:     0,
	Weighing:   "An exact value that two sources vouch for independently is 25 times likelier in a known scheme; from one source, by its stated confidence, at most three fifths, because lists hold victims too. Not being listed says nothing. Names are never looked up.",
	Conclusive: true,
}, knownSelectorParams{MinConfidence: 30, Sure: 70, Alone: 60}, func(p *detect.Pass, cfg knownSelectorParams) {
	var best record.Listed
	var cite []record.Citation
	sources := map[record.Identifier][]string{}
	strength, lapsed := 0, 0
	for _, l := range p.Listed {
		if l.Revoked || !l.Until.IsZero() && !p.AsOf.Before(l.Until.Time()) || l.Confidence < cfg.MinConfidence {
			lapsed++
			continue
		}
		cite = append(cite, l.Cite)
		s := max(cfg.Alone*min(l.Confidence, 100)/100, 1)
		if l.Confidence >= cfg.Sure && l.Source != "" {
			known := sources[l.Identifier]
			if !slices.Contains(known, l.Source) {
				sources[l.Identifier] = append(known, l.Source)
			}
			if len(sources[l.Identifier]) > 1 {
				s = 100
			}
		}
		if s > strength {
			best, strength = l, s
		}
	}
	switch {
	case strength == 100:
		p.Report(100, cite, "%d sources list %s of this person: %s.", len(sources[best.Identifier]), called(best.Type), list(sources[best.Identifier]))
	case strength > 0:
		p.Report(strength, cite, "One source, %s, lists %s of this person with confidence %d of 100%s; no second source confirms it.",
			best.Source, called(best.Type), best.Confidence, since(best.Seen))
	case lapsed > 0:
		p.Unknown("only lapsed, withdrawn or doubtful entries match: %d", lapsed)
	default:
		var known []record.Record
		for r := range detect.Each[record.Person](p.View) {
			known = append(known, r)
		}
		p.Clear(cites(known...), "No identifier of this person is on a list that was read.")
	}
})

// since words when an entry was last seen in use.
func since(d record.Date) string {
	if d.IsZero() {
		return ""
	}
	return ", last seen " + d.String()
}
