// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"time"

	"daylight/activity"
	"daylight/detect"
	"daylight/record"
)

type historyConsistentParams struct {
	Span     int     `json:"span" doc:"days from the first to the last day at the claimed place (half a year); a starting value" min:"1" max:"3650"`
	Days     int     `json:"days" doc:"days at the claimed place in all; a starting value" min:"1" max:"3650"`
	Share    float64 `json:"share" doc:"share of the days that a network can place, 0-1, that must be there; a starting value" min:"0" max:"1"`
	Full     int     `json:"full" doc:"days from the first to the last at which it counts in full (a year); a starting value" min:"1" max:"3650"`
	From     int     `json:"from" doc:"percent of the weight at the least; a starting value" min:"1" max:"100"`
	Device   int     `json:"device" doc:"days that one device, browser or authenticator must have served; a starting value" min:"1" max:"3650"`
	Accounts int     `json:"accounts" doc:"pay accounts in the last year above which pay is not steady; a starting value" min:"1" max:"100"`
}

var historyConsistent = detect.Define(detect.Meta{
	ID:        "wrk.history_consistent",
	Title:     "Half a year or more of one steady life at the claimed place",
	Rationale: "Networks, hours, devices and pay that agree with the claim for months are hard to keep up for somebody else.",
	Innocent: []string{
		"a laptop kept at the claimed place by a helper has a steady network too: the hours and the machine must agree as well",
		"a lent or rented identity is steady in everything but who does the work",
	},
	References: []string{"method §1", "method §4", "method §5"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Waivers:    []detect.Waiver{detect.AddressProtected},
	Needs:      []record.Kind{record.KindActivity, record.KindPerson},
	Present:    -50,
	Reassuring: true,
	Absent:     0,
	OneSided:   true,
	Weighing:   "Most long-standing genuine people have such a history and perhaps one in four of the described cases could, by a helper and night work: a factor of a little over three in the person's favour after a year. Newcomers, travellers and those behind a VPN cannot show it, and that weighs nothing.",
}, historyConsistentParams{Span: 180, Days: 60, Share: 0.8, Full: 365, From: 60, Device: 90, Accounts: 2}, func(p *detect.Pass, cfg historyConsistentParams) {
	c, ok := claimed(p)
	if !ok {
		p.Unknown("the claimed place is not on record or its clock is not known")
		return
	}
	const beyondKM = 300 // as net.geo_vs_claimed
	t := tallyDays(p, beyondKM)
	if len(t.near) == 0 || len(t.near) < cfg.Days || float64(len(t.near)) < cfg.Share*float64(len(t.near)+len(t.away)) {
		p.Unknown("%s at the claimed place and %d away make no steady half year", count(len(t.near), "day"), len(t.away))
		return
	}
	near := sortedDays(t.near)
	length := int(near[len(near)-1] - near[0])
	fit, _ := rhythm(p, c, statedHours(p).hours)
	steady := steadyDevice(p)
	accounts := recentAccounts(p)
	switch {
	case length < cfg.Span:
		p.Unknown("the logs show %s at the claimed place, less than half a year", count(length+1, "day"))
	case !fit.Enough || fit.LogRatio >= 0 || max(fit.Error, -fit.Error) > 180:
		p.Unknown("the hours do not speak for the claimed place")
	case steady < cfg.Device:
		p.Unknown("no device, browser or authenticator served for %d days", cfg.Device)
	case accounts > cfg.Accounts:
		p.Unknown("%s in the last year are not a steady one", count(accounts, "pay account"))
	default:
		p.Report(grow(cfg.From, float64(length), float64(cfg.Span), float64(cfg.Full)), t.nearCites(p),
			"From %s to %s, %d of %d days that a network can place were at the claimed place, the hours fit its clock, and one device served for %d days.",
			day(noon(near[0])), day(noon(near[len(near)-1])), len(near), len(near)+len(t.away), steady)
	}
})

func sortedDays(days map[int32]bool) []int32 {
	out := make([]int32, 0, len(days))
	for d := range days {
		out = append(out, d)
	}
	slices.Sort(out)
	return out
}

// steadyDevice is the longest service of one machine, browser or authenticator,
// in days from first to last.
func steadyDevice(p *detect.Pass) int {
	longest := 0
	for _, kind := range []activity.DeviceKind{activity.EndpointDevice, activity.BrowserToken, activity.FactorDevice} {
		for _, d := range p.Profile.Devices(kind) {
			longest = max(longest, int(d.Last.At.Sub(d.First.At)/(24*time.Hour)))
		}
	}
	return longest
}

// recentAccounts counts the distinct pay accounts in force from a year before the
// assessment on.
func recentAccounts(p *detect.Pass) int {
	seen := map[record.Redacted]bool{}
	for r, b := range detect.Each[record.Payout](p.View) {
		if b.Account != "" && !r.At.Before(p.AsOf.AddDate(-1, 0, 0)) {
			seen[b.Account] = true
		}
	}
	return len(seen)
}
