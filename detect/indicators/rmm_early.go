// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"time"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type rmmEarlyParams struct {
	Hours int `json:"hours" doc:"hours after the machine's first day with the person within which an installation is early (catalogue: 72)"`
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
	References: []string{"US v. Knoot (2024), indictment", "indicators.md §5 (MS25-P)"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindDevice},
	Present:    100,
	Absent:     0,
	Weighing:   "Ten times likelier: half of the described cases install one within three days, and one honest laptop in a hundred has one so early. A later one is dev.rmm_unapproved's matter.",
}, rmmEarlyParams{Hours: 72}, func(p *detect.Pass, cfg rmmEarlyParams) {
	found, inventory := programs(p, enrich.RemoteAccess)
	start, from, ok := arrival(p)
	switch {
	case !inventory:
		p.Unknown("No inventory of programs is on record.")
		return
	case !ok:
		p.Unknown("Neither a delivery, nor an enrolment, nor a day of hire is on record.")
		return
	}
	var early []installed
	for _, f := range found {
		// An installation from before the machine came is somebody else's doing.
		if d := f.at.Sub(start); d >= -24*time.Hour && d <= time.Duration(cfg.Hours)*time.Hour {
			early = append(early, f)
		}
	}
	if len(early) == 0 {
		p.Clear(nil, "No remote-access program appeared within %d hours of %s.", cfg.Hours, clock(start))
		return
	}
	p.Report(100, append(where(early), from.Cite()), "%s %s, within %d hours of the laptop's first day with the person (%s).",
		products(early), seenOn(early[0].at), cfg.Hours, clock(start))
})

func seenOn(t time.Time) string { return "was installed or first seen on " + clock(t) }

// arrival returns when the person's machine was first theirs: its delivery, else
// its first contact with device management, else the day of hire.
func arrival(p *detect.Pass) (at time.Time, from record.Record, ok bool) {
	take := func(t time.Time, r record.Record) {
		if !t.IsZero() && (!ok || t.Before(at)) {
			at, from, ok = t, r, true
		}
	}
	for r, s := range detect.Each[record.Shipment](p.View) {
		take(s.DeliveredAt, r)
	}
	if ok {
		return at, from, ok
	}
	for r, d := range detect.Each[record.Device](p.View) {
		if d.Fact == record.Enrolled {
			take(r.At, r)
		}
	}
	if ok {
		return at, from, ok
	}
	for r, b := range detect.Each[record.Person](p.View) {
		take(b.HiredAt, r)
	}
	return at, from, ok
}
