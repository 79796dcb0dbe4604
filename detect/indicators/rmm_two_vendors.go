// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"time"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type rmmTwoVendorsParams struct {
	WithinDays int `json:"within_days" doc:"days between two first sightings that still count as side by side (catalogue: 30)"`
	Full       int `json:"full" doc:"vendors at which it counts in full; a starting value"`
	Two        int `json:"two" doc:"percent of the weight of two vendors; a starting value"`
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
	References: []string{"indicators.md §5 (RF, ELAS)"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindDevice},
	Present:    90,
	Absent:     0,
	Weighing:   "Eight times likelier: few honest laptops have two makers' programs at once. Having one or none is the rule on both sides and says nothing more than dev.rmm_unapproved does.",
}, rmmTwoVendorsParams{WithinDays: 30, Full: 3, Two: 75}, func(p *detect.Pass, cfg rmmTwoVendorsParams) {
	found, inventory := programs(p, enrich.RemoteAccess)
	if !inventory {
		p.Unknown("No inventory of programs is on record.")
		return
	}
	first := map[string]installed{}
	for _, f := range found {
		if old, ok := first[f.tool.Vendor]; !ok || f.at.Before(old.at) {
			first[f.tool.Vendor] = f
		}
	}
	var together []installed
	for _, f := range found { // in the order of the records
		if first[f.tool.Vendor].tool.Name != f.tool.Name {
			continue
		}
		for vendor, o := range first {
			if vendor != f.tool.Vendor && f.at.Sub(o.at).Abs() <= time.Duration(cfg.WithinDays)*24*time.Hour {
				together = append(together, f)
				break
			}
		}
	}
	if len(together) < 2 {
		p.Clear(nil, "The inventory does not show remote-access programs of several makers at once.")
		return
	}
	p.Report(grow(cfg.Two, float64(len(together)), 2, float64(cfg.Full)), where(together),
		"Remote-access programs of %s within %d days: %s.", count(len(together), "maker"), cfg.WithinDays, products(together))
})
