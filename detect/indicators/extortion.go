// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"

	"daylight/detect"
	"daylight/record"
)

type extortionParams struct {
	One int `json:"one" doc:"percent of the weight when one person reported it and nobody else did; a starting value" min:"1" max:"100"`
}

var extortion = detect.Define(detect.Meta{
	ID:        "off.extortion",
	Title:     "Somebody reported a threat to publish or keep company material",
	Rationale: "In cases that became public, material taken earlier was held for money after the work had ended.",
	Innocent: []string{
		"a dispute over pay or notice, put sharply",
		"somebody else who wrote under the person's name",
		"a misunderstanding between two people who had fallen out",
	},
	References: []string{"FBI-2501", "GTIG25", "CASES"},
	Family:     detect.Conduct,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindCheck},
	Checks:     []string{"extortion"},
	Present:    110,
	Absent:     0,
	OneSided:   true,
	Weighing:   "A dozen times likelier when two people report it, for among genuine leavers it is nearly unheard of; one report may be a quarrel and weighs a little over half. Nobody reads messages for it: people report, and silence says nothing.",
}, extortionParams{One: 55}, func(p *detect.Pass, cfg extortionParams) {
	var reported []record.Record
	var by []string
	withdrawn := false
	for r, c := range detect.Each[record.Check](p.View) {
		switch {
		case c.Check != "extortion":
		case c.Result == "withdrawn":
			reported, by, withdrawn = nil, nil, true
		case c.Result == "reported":
			reported = append(reported, r)
			by = append(by, c.By)
		}
	}
	slices.Sort(by)
	by = slices.Compact(by)
	switch {
	case len(by) > 1:
		p.Report(100, cites(reported...), "%s reported a threat to publish or keep company material, first on %s.", count(len(by), "reporter"), day(reported[0].At))
	case len(reported) > 0:
		p.Report(cfg.One, cites(reported...), "A threat to publish or keep company material was reported %s by one reporter, first on %s.", times(len(reported)), day(reported[0].At))
	case withdrawn:
		p.Unknown("a report of a threat was withdrawn")
	default:
		p.Unknown("nobody reported a threat, which says nothing")
	}
})
