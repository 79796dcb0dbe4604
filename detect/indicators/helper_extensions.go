// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"strings"

	"daylight/detect"
	"daylight/record"
)

type helperExtensionsParams struct {
	One     int      `json:"one" doc:"percent of the weight when the extensions are of one kind only; a starting value" min:"1" max:"100"`
	Answers []string `json:"answers" doc:"names of extensions that write answers or fill applications in; a starting value, from published reports"`
	Codes   []string `json:"codes" doc:"names of extensions that keep one-time codes in the browser; a starting value, from published reports"`
}

var helperExtensions = detect.Define(detect.Meta{
	ID:        "dev.helper_extensions",
	Title:     "Browser extensions for applying to jobs, or for one-time codes, on the work laptop",
	Rationale: "Recordings of remote workers with many accounts show extensions that apply and answer for them, and that keep everybody's one-time codes in one browser.",
	Innocent: []string{
		"ordinary tools of somebody who looks for another job, which is nobody's business",
		"a developer who tests sign-in",
		"a browser that brings a personal profile's extensions along",
	},
	References: []string{"CASES"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindDevice},
	Present:    10,
	Absent:     0,
	Weighing:   "A quarter likelier with both kinds: each is installed by millions, and one kind alone counts half. Not seeing them says nothing.",
}, helperExtensionsParams{
	One:     50,
	Answers: []string{"Simplify Copilot", "AIApply", "Final Round AI"},
	Codes:   []string{"Authenticator", "Authenticator.cc", "OTP.ee"},
}, func(p *detect.Pass, cfg helperExtensionsParams) {
	var answers, codes []record.Record
	inventory := false
	for r, d := range detect.Each[record.Device](p.View) {
		if d.Fact != record.Extension {
			continue
		}
		inventory = true
		switch {
		case d.Removed:
		case named(cfg.Answers, d.Name):
			answers = append(answers, r)
		case named(cfg.Codes, d.Name):
			codes = append(codes, r)
		}
	}
	var kinds []string
	if len(answers) > 0 {
		kinds = append(kinds, "applying to jobs")
	}
	if len(codes) > 0 {
		kinds = append(kinds, "one-time codes")
	}
	switch {
	case !inventory:
		p.Unknown("no inventory of browser extensions is on record")
	case len(kinds) == 0:
		p.Clear(nil, "No extension in the inventory is one of those that the configuration names.")
	default:
		p.Report(grow(cfg.One, float64(len(kinds)), 1, 2), cites(slices.Concat(answers, codes)...), "The browsers on the laptop have extensions for %s.", list(kinds))
	}
})

// named reports whether a name is one of a list, without case.
func named(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, strings.TrimSpace(name)) })
}
