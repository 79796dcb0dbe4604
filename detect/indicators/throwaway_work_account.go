// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"strings"
	"time"

	"daylight/detect"
	"daylight/record"
)

type throwawayWorkAccountParams struct {
	Days int `json:"days" doc:"days before and after the hire within which an account counts as made for the job; a starting value" min:"1" max:"365"`
}

var throwawayWorkAccount = detect.Define(detect.Meta{
	ID:        "app.throwaway_work_account",
	Title:     "Every code account on record was made around the hire",
	Rationale: "An account without a past keeps the work apart from other profiles of the same hands.",
	Innocent: []string{
		"a company that wants separate accounts for work",
		"work and private life kept apart",
		"a new account for a new name, or a first account at all",
	},
	References: []string{"SEAL"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Waivers:    []detect.Waiver{detect.AddressProtected},
	Needs:      []record.Kind{record.KindPerson, record.KindCode},
	Present:    15,
	Absent:     -5,
	Weighing:   "One and a half dB: separate accounts are good practice in many firms, and accounts that the company itself manages are left out. An account with years behind it is slight comfort, for those are sold.",
}, throwawayWorkAccountParams{Days: 30}, func(p *detect.Pass, cfg throwawayWorkAccountParams) {
	hired, ok := p.HiredAt()
	if !ok {
		p.Unknown("no date of hire on record")
		return
	}
	near := time.Duration(cfg.Days) * 24 * time.Hour
	var fresh, older []record.Record
	var made time.Time
	for r, c := range detect.Each[record.CodeHistory](p.View) {
		switch away := c.AccountMade.Sub(hired); {
		case c.AccountMade.IsZero() || managedLogin(c.Account):
		case away.Abs() <= near:
			fresh = append(fresh, r)
			if c.AccountMade.After(made) {
				made = c.AccountMade
			}
		case away < 0:
			older = append(older, r)
		}
	}
	switch {
	case len(older) > 0:
		p.Clear(cites(older...), "A code account on record was made more than %s before the hire.", count(cfg.Days, "day"))
	case len(fresh) > 0:
		p.Report(100, cites(fresh...), "Every code account on record was made within %s of the hire on %s, the last on %s.", count(cfg.Days, "day"), day(hired), day(made))
	default:
		p.Unknown("no code account of the person's own with a known beginning")
	}
})

// managedLogin reports whether a login is of an account that a company manages
// on GitHub: those alone have an underscore, before the company's short code
// (GitHub documentation, "Username considerations for external authentication").
func managedLogin(account string) bool { return strings.Contains(account, "_") }
