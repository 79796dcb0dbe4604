// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"strings"
	"time"

	"daylight/detect"
	"daylight/record"
)

type roleSprayParams struct {
	Roles int `json:"roles" doc:"different roles applied for before it counts; a starting value" min:"1" max:"100"`
	Days  int `json:"days" doc:"days within which; a starting value" min:"1" max:"3650"`
}

var roleSpray = detect.Define(detect.Meta{
	ID:        "app.role_spray",
	Title:     "Applied for many different roles within days",
	Rationale: "Where applying is piecework, one profile is sent to every opening.",
	Innocent: []string{
		"eager job-hunting, or a lay-off",
		"a careers page that suggests every opening",
		"a service that applies on one's behalf",
	},
	References: []string{"RF", "CASES"},
	Family:     detect.History,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindPerson},
	Present:    10,
	Absent:     0,
	Weighing:   "One dB: people in need of work do the same. One application says nothing.",
}, roleSprayParams{Roles: 5, Days: 7}, func(p *detect.Pass, cfg roleSprayParams) {
	type application struct {
		role string
		record.Record
	}
	var sent []application
	for r, b := range detect.Each[record.Person](p.View) {
		if role := strings.ToLower(strings.TrimSpace(b.Role)); role != "" && !b.AppliedAt.IsZero() {
			r.At = b.AppliedAt
			sent = append(sent, application{role, r})
		}
	}
	if len(sent) == 0 {
		p.Unknown("no application with its role and date is on record")
		return
	}
	slices.SortFunc(sent, func(a, b application) int { return a.At.Compare(b.At) })
	span := time.Duration(cfg.Days) * 24 * time.Hour
	for i := range sent {
		roles := map[string]record.Record{}
		for _, a := range sent[i:] {
			if a.At.Sub(sent[i].At) <= span {
				roles[a.role] = a.Record
			}
		}
		if len(roles) >= cfg.Roles {
			var from []record.Citation
			for _, r := range roles {
				from = append(from, r.Cite())
			}
			p.Report(100, from, "Applied for %d different roles within %d days from %s.", len(roles), cfg.Days, day(sent[i].At))
			return
		}
	}
	p.Clear([]record.Citation{sent[0].Cite()}, "Applied for fewer than %d roles within any %d days.", cfg.Roles, cfg.Days)
})
