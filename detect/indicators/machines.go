// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

// installed is a program that reference data knows, on one of the person's
// machines.
type installed struct {
	record record.Record
	device record.Device
	tool   enrich.Tool
	at     time.Time // installed, or first seen; UTC
}

// programs lists the programs of one class on the person's machines that the
// company has not approved, each product once, at its first sighting, oldest
// first, and says whether there is any inventory of programs to read.
func programs(p *detect.Pass, class enrich.ToolClass) (found []installed, inventory bool) {
	seen := map[string]int{}
	for r, d := range detect.Each[record.Device](p.View) {
		switch d.Fact {
		case record.Software, record.Process:
			inventory = true
		case record.Listening: // names who listens, and lists no programs
		case record.USB, record.Display, record.Interface, record.Clock, record.Enrolled, record.Camera, record.Neighbour, record.Extension,
			record.RemoteLogon, record.BrowserAccount:
			continue
		}
		tool, ok := known(p, d)
		if !ok || tool.Class != class || d.Removed || approved(p, tool) {
			continue
		}
		at := r.At
		if !d.InstalledAt.IsZero() && (at.IsZero() || d.InstalledAt.Before(at)) {
			at = d.InstalledAt
		}
		if i, ok := seen[tool.Name]; ok {
			if !at.IsZero() && (found[i].at.IsZero() || at.Before(found[i].at)) {
				found[i].at = at
			}
			continue
		}
		seen[tool.Name] = len(found)
		found = append(found, installed{r, d, tool, at})
	}
	slices.SortFunc(found, func(a, b installed) int {
		return cmp.Or(a.at.Compare(b.at), strings.Compare(a.tool.Name, b.tool.Name))
	})
	return found, inventory
}

// inventories cites the oldest and the newest inventory row of programs.
func inventories(p *detect.Pass) []record.Citation {
	var rows []record.Record
	for r, d := range detect.Each[record.Device](p.View) {
		if d.Fact == record.Software || d.Fact == record.Process {
			rows = append(rows, r)
		}
	}
	if len(rows) > 2 {
		rows = []record.Record{rows[0], rows[len(rows)-1]}
	}
	return cites(rows...)
}

// known returns what reference data says of a program, by its name or, for a
// row that has none, by its file's.
func known(p *detect.Pass, d record.Device) (enrich.Tool, bool) {
	if t, ok := p.Facts.Tools[strings.ToLower(strings.TrimSpace(d.Name))]; ok {
		return t, true
	}
	if d.Path == "" {
		return enrich.Tool{}, false
	}
	t, ok := p.Facts.Tools[strings.ToLower(path.Base(strings.ReplaceAll(d.Path, `\`, "/")))]
	return t, ok
}

// approved reports whether the company deploys the product itself.
func approved(p *detect.Pass, t enrich.Tool) bool {
	return p.Company != nil && slices.ContainsFunc(p.Company.ApprovedTools, func(name string) bool {
		return strings.EqualFold(name, t.Name) || strings.EqualFold(name, t.Vendor)
	})
}

// products words the products, each once.
func products(found []installed) string {
	var names []string
	for _, f := range found {
		names = append(names, f.tool.Name)
	}
	slices.Sort(names)
	return list(slices.Compact(names))
}

// firstSeen words when the first of the programs came, as far as the inventory
// says.
func firstSeen(found []installed) string {
	for _, f := range found {
		if !f.at.IsZero() {
			return ", the first installed or first seen on " + day(f.at)
		}
	}
	return ""
}

// where cites the inventory rows.
func where(found []installed) []record.Citation {
	var out []record.Citation
	for _, f := range found {
		out = append(out, f.record.Cite())
	}
	return out
}

// plugged is a USB device or monitor that reference data knows.
type plugged struct {
	record   record.Record
	device   record.Device
	hardware enrich.Hardware
}

// hardware lists what is plugged into the person's machines and known, each
// product and signal once, and says whether there is any inventory of the kind.
func hardware(p *detect.Pass, fact record.DeviceFact, classes ...enrich.HardwareClass) (found []plugged, inventory bool) {
	seen := map[string]bool{}
	for r, d := range detect.Each[record.Device](p.View) {
		if d.Fact != fact {
			continue
		}
		inventory = true
		h, ok := p.Facts.Hardware[enrich.KeyOf(d)]
		if !ok || d.Removed || !slices.Contains(classes, h.Class) || seen[h.Product+h.Signal] {
			continue
		}
		seen[h.Product+h.Signal] = true
		found = append(found, plugged{r, d, h})
	}
	slices.SortFunc(found, func(a, b plugged) int {
		return cmp.Or(strings.Compare(a.hardware.Product, b.hardware.Product), strings.Compare(a.hardware.Signal, b.hardware.Signal))
	})
	return found, inventory
}

// signals words the known hardware: what it is, and by what it is known.
func signals(found []plugged) string {
	var words []string
	for _, f := range found {
		words = append(words, f.hardware.Product+" (by "+f.hardware.Signal+")")
	}
	return list(words)
}

// sockets cites the rows of the hardware.
func sockets(found []plugged) []record.Citation {
	var out []record.Citation
	for _, f := range found {
		out = append(out, f.record.Cite())
	}
	return out
}
