// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"strings"

	"daylight/detect"
	"daylight/record"
)

type crdScriptedParams struct{}

var crdScripted = detect.Define(detect.Meta{
	ID:        "dev.crd_scripted",
	Title:     "A remote-access host was set up by a command with a fixed PIN",
	Rationale: "Setting Chrome Remote Desktop up from a command line, with the PIN in it, makes a machine reachable without anybody at its screen.",
	Innocent: []string{
		"a developer's convenience, for a machine of their own: a matter of policy",
		"a script of IT for support that the configuration does not name",
	},
	References: []string{"CASES", "SIGMA"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindDevice},
	Present:    100,
	Absent:     0,
	Weighing:   "Ten times likelier: published cases show this command on the first day, and few who want to reach their own laptop do it that way. Not seeing it says nothing, because few inventories keep commands.",
}, crdScriptedParams{}, func(p *detect.Pass, _ crdScriptedParams) {
	var found []record.Record
	processes := false
	for r, d := range detect.Each[record.Device](p.View) {
		processes = processes || d.Fact == record.Process
		if d.Fact == record.Process && d.Sign == record.RemoteHostPIN && !deploys(p, "Chrome Remote Desktop") {
			found = append(found, r)
		}
	}
	switch {
	case len(found) > 0:
		p.Report(100, cites(found...), "A command set up Chrome Remote Desktop with a PIN among its arguments, seen %s, first on %s.", times(len(found)), moment(found[0].At))
	case processes:
		p.Clear(nil, "No command on record set up a remote-access host with a PIN.")
	default:
		p.Unknown("no processes are on record")
	}
})

// deploys reports whether the company names a product among those it deploys.
func deploys(p *detect.Pass, product string) bool {
	if p.Company == nil {
		return false
	}
	for _, name := range p.Company.ApprovedTools {
		if strings.EqualFold(name, product) {
			return true
		}
	}
	return false
}
