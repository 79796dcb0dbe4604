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

type rmmEarlyParams struct {
	Hours int `json:"hours" doc:"hours after the machine's arrival within which an installation is early; a starting value" min:"1" max:"720"`
}

var rmmEarly = detect.Define(detect.Meta{
	ID:        "dev.rmm_early",
	Title:     "A remote-access program within days of the laptop's arrival",
	Rationale: "Where a laptop is kept for somebody else, setting up the way in is the first thing done with it.",
	Innocent: []string{
		"IT's own help with setting up the machine",
		"a person who moves their old tools over at once",
		"a machine that was in use before, with the program on it",
	},
	References: []string{"DOJ-KNOOT", "MS25"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindDevice},
	Present:    100,
	Absent:     0,
	Weighing:   "Ten times likelier: half of the described cases install one within three days, and one honest laptop in a hundred has one so early. A later one is dev.rmm_unapproved's matter.",
}, rmmEarlyParams{Hours: 72}, func(p *detect.Pass, cfg rmmEarlyParams) {
	found, inventory := programs(p, enrich.RemoteAccess)
	starts := arrivals(p)
	switch {
	case !inventory && len(found) == 0:
		p.Unknown("no inventory of programs is on record")
		return
	case len(starts) == 0:
		p.Unknown("neither a delivery, nor an enrolment, nor a day of hire is on record")
		return
	}
	var early []installed
	var from arrival
	for _, f := range found {
		for _, start := range starts {
			// An installation from before the machine came is somebody else's doing;
			// a day's grace is for inventories that give only the day.
			after := f.at.Sub(start.at)
			if start.of(f.device) && after >= -24*time.Hour && after <= time.Duration(cfg.Hours)*time.Hour {
				if len(early) == 0 {
					from = start
				}
				early = append(early, f)
				break
			}
		}
	}
	if len(early) == 0 {
		p.Clear(nil, "No remote-access program appeared within %d hours of the arrival of a machine (%s).", cfg.Hours, moment(starts[0].at))
		return
	}
	p.Report(100, append(where(early), from.record.Cite()), "%s, installed or first seen on %s, within %d hours of the machine's first day with the person (%s).",
		products(early), moment(early[0].at), cfg.Hours, moment(from.at))
})

// arrival is when a machine was first the person's.
type arrival struct {
	at     time.Time
	serial string // of the machine, "" if not known
	record record.Record
}

// of reports whether the machine of an inventory row may be the one that arrived.
func (a arrival) of(d record.Device) bool {
	return a.serial == "" || d.Serial == "" || strings.EqualFold(a.serial, d.Serial)
}

// arrivals returns when the person's machines were first theirs: their
// deliveries, else their first contacts with device management, else the day of
// hire.
func arrivals(p *detect.Pass) []arrival {
	var out []arrival
	for r, s := range detect.Each[record.Shipment](p.View) {
		if !s.DeliveredAt.IsZero() {
			out = append(out, arrival{s.DeliveredAt, s.Serial, r})
		}
	}
	if len(out) > 0 {
		return out
	}
	for r, d := range detect.Each[record.Device](p.View) {
		known := slices.ContainsFunc(out, func(a arrival) bool { return a.of(d) })
		if d.Fact == record.Enrolled && !r.At.IsZero() && !known {
			out = append(out, arrival{r.At, d.Serial, r})
		}
	}
	if len(out) > 0 {
		return out
	}
	for r, b := range detect.Each[record.Person](p.View) {
		if !b.HiredAt.IsZero() {
			return []arrival{{b.HiredAt, "", r}}
		}
	}
	return nil
}
