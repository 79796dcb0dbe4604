// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"strings"
	"time"

	"daylight/detect"
	"daylight/enrich"
	"daylight/record"
)

type arpFarmParams struct {
	Boards  int `json:"boards" doc:"single-board computers beside the laptop before they count; a starting value" min:"1" max:"50"`
	Laptops int `json:"laptops" doc:"machines of makers of business laptops beside the laptop before they count; a starting value" min:"2" max:"100"`
	Looks   int `json:"looks" doc:"looks at the network that show it, on different days, at which it counts in full; a starting value" min:"1" max:"30"`
}

var arpFarm = detect.Define(detect.Meta{
	ID:        "dev.arp_farm",
	Title:     "The laptop's network holds many boards or business laptops",
	Rationale: "A home that keeps laptops for others has many firms' laptops on one network, often each with a small board as its remote keyboard. Only makers are counted.",
	Innocent: []string{
		"a co-working space, an office or a training room",
		"an engineer's home laboratory",
		"a large household, or printers and screens of the same makers",
	},
	References: []string{"HUNT", "CASES"},
	Family:     detect.Device,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindDevice},
	Present:    50,
	Absent:     -5,
	Weighing:   "Three times likelier: described houses held dozens, and so do co-working spaces and some homes. Half on one day, in full once it is there again and again. A small network is what a home has, but a laptop apart from the others shows one too.",
}, arpFarmParams{Boards: 3, Laptops: 5, Looks: 3}, func(p *detect.Pass, cfg arpFarmParams) {
	looks := looksAround(p)
	if len(looks) == 0 {
		p.Unknown("no look at the laptop's network is on record")
		return
	}
	days := map[string]bool{}
	var rows []record.Record
	boards, laptops := 0, 0
	for _, l := range looks {
		boards, laptops = max(boards, l.boards), max(laptops, l.laptops)
		if l.boards >= cfg.Boards || l.laptops >= cfg.Laptops {
			days[day(l.at)] = true
			rows = append(rows, l.row)
		}
	}
	if len(days) == 0 {
		p.Clear(cites(looks[0].row, looks[len(looks)-1].row), "Beside the laptop there were at most %s and %s.",
			count(boards, "single-board computer"), count(laptops, "machine")+" of makers of business laptops")
		return
	}
	p.Report(grow(50, float64(len(days)), 1, float64(cfg.Looks)), cites(rows...),
		"Beside the laptop, on one network, there were up to %s and %s, on %s.",
		count(boards, "single-board computer"), count(laptops, "machine")+" of makers of business laptops", count(len(days), "day"))
})

// look is what one look at a machine's network counted.
type look struct {
	host            string
	at              time.Time
	row             record.Record // the first of it
	boards, laptops int
}

// looksAround returns the looks at the networks of the person's machines, in the
// order of time.
func looksAround(p *detect.Pass) []*look {
	var out []*look
	for r, d := range detect.Each[record.Device](p.View) {
		if d.Fact != record.Neighbour || d.Removed {
			continue
		}
		host := strings.ToLower(d.Host)
		var l *look
		for i := len(out) - 1; i >= 0 && out[i].at.Equal(r.At); i-- {
			if out[i].host == host {
				l = out[i]
			}
		}
		if l == nil {
			l = &look{host: host, at: r.At, row: r}
			out = append(out, l)
		}
		switch _, class := enrich.MakerOf(d.MAC); class {
		case enrich.Board:
			l.boards++
		case enrich.Laptop:
			l.laptops++
		}
	}
	return out
}
