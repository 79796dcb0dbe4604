// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"strings"
	"time"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type rmmTwoVendorsParams struct {
	WithinDays int `json:"within_days" doc:"days between two first sightings that still count as side by side; a starting value" min:"1" max:"3650"`
	Full       int `json:"full" doc:"vendors at which it counts in full; a starting value" min:"1" max:"100"`
	Two        int `json:"two" doc:"percent of the weight of two vendors; a starting value" min:"1" max:"100"`
}

var rmmTwoVendors = detect.Define(detect.Meta{
	ID:        "dev.rmm_two_vendors",
	Title:     "Remote-access programs of several makers side by side",
	Rationale: "One way in serves a helper; a second is a spare for when the first is found.",
	Innocent: []string{
		"a hand-over from one support firm to another",
		"a merger of two companies' IT",
		"somebody who supports relatives and clients with what each of them uses",
	},
	References: []string{"ELASTIC", "RF"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindDevice},
	Present:    140,
	Absent:     0,
	Weighing:   "25 times likelier for three makers' programs at once and thirteen for two: few honest laptops have either. Having one or none is the rule on both sides and says nothing more than dev.rmm_unapproved does.",
}, rmmTwoVendorsParams{WithinDays: 30, Full: 3, Two: 75}, func(p *detect.Pass, cfg rmmTwoVendorsParams) {
	found, inventory := programs(p, enrich.RemoteAccess)
	if !inventory {
		p.Unknown("no inventory of programs is on record")
		return
	}
	// The most makers whose first sightings lie within one window: each maker's
	// first program begins one, and found is in the order of time.
	makers := firstOfEach(found)
	var together []installed
	for i, first := range makers {
		n := i
		for n < len(makers) && makers[n].at.Sub(first.at) <= time.Duration(cfg.WithinDays)*24*time.Hour {
			n++
		}
		if n-i > len(together) {
			together = makers[i:n]
		}
	}
	if len(together) < 2 {
		p.Clear(nil, "The inventory does not show remote-access programs of several makers at once.")
		return
	}
	p.Report(grow(cfg.Two, float64(len(together)), 2, float64(cfg.Full)), where(together),
		"Remote-access programs of %s were installed or first seen within %d days of each other: %s.", count(len(together), "maker"), cfg.WithinDays, products(together))
})

// firstOfEach keeps the first program of every maker.
func firstOfEach(found []installed) []installed {
	var out []installed
	for _, f := range found {
		if !slices.ContainsFunc(out, func(o installed) bool { return strings.EqualFold(o.tool.Vendor, f.tool.Vendor) }) {
			out = append(out, f)
		}
	}
	return out
}
