// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"path"
	"slices"
	"strings"
	"time"

	"daylight/detect"
	"daylight/record"
)

type firstReconParams struct {
	Commands int `json:"commands" doc:"different commands that survey a machine before they count; a starting value" min:"2" max:"10"`
	Minutes  int `json:"minutes" doc:"minutes within which they ran; a starting value" min:"1" max:"240"`
	Hours    int `json:"hours" doc:"hours after the machine's arrival within which they ran; a starting value" min:"1" max:"168"`
}

var firstRecon = detect.Define(detect.Meta{
	ID:        "dev.first_recon",
	Title:     "The first commands on the laptop surveyed it",
	Rationale: "Published recordings of remote workers begin with a look at what the machine is and who is signed in.",
	Innocent: []string{
		"an engineer who is curious about a new machine",
		"IT's own set-up or a support session",
		"an installer or a tool that asks the system the same things",
	},
	References: []string{"CASES"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindDevice},
	Present:    15,
	Absent:     0,
	Weighing:   "Less than one and a half times likelier: many engineers do the same on their first day. Not seeing it says nothing, because few inventories keep commands.",
}, firstReconParams{Commands: 3, Minutes: 10, Hours: 24}, func(p *detect.Pass, cfg firstReconParams) {
	starts := arrivals(p)
	if len(starts) == 0 {
		p.Unknown("neither a delivery, nor an enrolment, nor a day of hire is on record")
		return
	}
	processes := false
	var early []survey
	for r, d := range detect.Each[record.Device](p.View) {
		processes = processes || d.Fact == record.Process
		first := slices.ContainsFunc(starts, func(a arrival) bool {
			after := r.At.Sub(a.at)
			return a.of(d) && after >= 0 && after <= time.Duration(cfg.Hours)*time.Hour
		})
		if d.Fact == record.Process && d.Sign == record.Survey && first {
			early = append(early, survey{r, strings.ToLower(d.Host), commandName(d.Name)})
		}
	}
	if !processes {
		p.Unknown("no processes are on record")
		return
	}
	for i, from := range early {
		seen, rows := map[string]bool{}, []record.Record(nil)
		for _, s := range early[i:] {
			if s.host == from.host && s.record.At.Sub(from.record.At) <= time.Duration(cfg.Minutes)*time.Minute && !seen[s.name] {
				seen[s.name] = true
				rows = append(rows, s.record)
			}
		}
		if len(seen) >= cfg.Commands {
			p.Report(100, cites(rows...), "%d different commands that survey a machine ran within %d minutes from %s, within %d hours of its first day with the person.",
				len(seen), cfg.Minutes, moment(from.record.At), cfg.Hours)
			return
		}
	}
	p.Clear(nil, "Fewer than %d different commands that survey a machine ran within %d minutes on its first day.", cfg.Commands, cfg.Minutes)
})

// survey is one command that surveys a machine.
type survey struct {
	record     record.Record
	host, name string
}

// commandName is a program's name without its folder and extension.
func commandName(name string) string {
	return strings.TrimSuffix(strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/"))), ".exe")
}
