// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"daylight/detect"
	"daylight/record"
)

type profileSyncOtherParams struct {
	Accounts int `json:"accounts" doc:"accounts in the browsers of one machine before they count: work, one's own and two more; a starting value" min:"3" max:"20"`
	Full     int `json:"full" doc:"accounts at which they count in full; a starting value" min:"3" max:"40"`
}

var profileSyncOther = detect.Define(detect.Meta{
	ID:        "dev.profile_sync_other",
	Title:     "The browsers on the laptop are signed in to many accounts",
	Rationale: "Whoever works as several people keeps a browser profile for each. Whose the accounts are is not read, only how many there are.",
	Innocent: []string{
		"a family that shares the browser, or accounts of clients",
		"somebody who keeps an account for each purpose",
		"test accounts of a developer",
	},
	References: []string{"RF", "SEAL"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindDevice},
	Present:    15,
	Absent:     0,
	Weighing:   "Less than one and a half times likelier: reports describe it, and many people keep several accounts. Fewer say nothing, because other browsers are not in the inventory.",
}, profileSyncOtherParams{Accounts: 4, Full: 8}, func(p *detect.Pass, cfg profileSyncOtherParams) {
	byHost := map[string]map[string]record.Record{}
	var most map[string]record.Record
	for r, d := range detect.Each[record.Device](p.View) {
		if d.Fact != record.BrowserAccount || d.Removed {
			continue
		}
		if byHost[d.Host] == nil {
			byHost[d.Host] = map[string]record.Record{}
		}
		byHost[d.Host][d.Unit] = r
		if len(byHost[d.Host]) > len(most) {
			most = byHost[d.Host]
		}
	}
	var rows []record.Record
	for _, r := range most {
		rows = append(rows, r)
	}
	switch {
	case len(most) == 0:
		p.Unknown("no inventory says which accounts the browsers are signed in to")
	case len(most) < cfg.Accounts:
		p.Clear(nil, "The browsers on the laptop are signed in to %s.", count(len(most), "account"))
	default:
		p.Report(grow(50, float64(len(most)), float64(cfg.Accounts), float64(cfg.Full)), cites(rows...),
			"The browsers on one machine are signed in to %s.", count(len(most), "account"))
	}
})
