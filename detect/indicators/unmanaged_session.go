// SPDX-License-Identifier: Apache-2.0

package indicators

import (
	"slices"
	"time"

	"daylight/activity"
	"daylight/detect"
	"daylight/record"
)

type unmanagedSessionParams struct {
	Grace int     `json:"grace" doc:"days from the hire on, while a laptop is on its way, that do not count (from the row of the catalogue: 7)" min:"0" max:"365"`
	Days  int     `json:"days" doc:"days with a known machine, after that, before it counts; a starting value" min:"1" max:"128"`
	Share float64 `json:"share" doc:"share of those days, 0-1, with a machine that is not managed (from the row of the catalogue: 0.2)" min:"0" max:"1"`
	From  int     `json:"from" doc:"percent of the weight at that share, all of it when every day has one; a starting value" min:"1" max:"100"`
}

var unmanagedSession = detect.Define(detect.Meta{
	ID:        "net.unmanaged_session",
	Title:     "Work is done on a machine that the company does not manage",
	Rationale: "Whoever works for somebody else reaches the company from a machine of their own, while the laptop that was sent stands somewhere to be seen.",
	Innocent: []string{
		"a company, or a contract, that lets people use their own",
		"a laptop in repair, or one that lost its enrolment",
		"a browser or a virtual machine that does not show which computer it runs on",
	},
	References: []string{"FBI-2501"},
	Family:     detect.Network,
	Lifecycle:  detect.Stable,
	Needs:      []record.Kind{record.KindActivity},
	Present:    45,
	Absent:     -5,
	Weighing:   "Nearly three times likelier on every day, and half as much at a fifth of them: own devices are usual in many companies, so it counts only beside days on a managed machine, which the person evidently has. Managed days alone are slight comfort, for a machine that a helper keeps gives them too.",
}, unmanagedSessionParams{Grace: 7, Days: 10, Share: 0.2, From: 50}, func(p *detect.Pass, cfg unmanagedSessionParams) {
	managed, has := p.Profile.Machines(true)
	own, other := p.Profile.Machines(false)
	if !has {
		p.Unknown("no log says that the person ever used a machine that the company manages")
		return
	}
	from := managed.First.At // without a hire: since the laptop is known to be there
	if hired, ok := p.HiredAt(); ok {
		from = hired.AddDate(0, 0, cfg.Grace)
	}
	later := func(days []int32) []int32 {
		return slices.DeleteFunc(slices.Clone(days), func(d int32) bool { return noon(d).Before(from) })
	}
	without, all := later(own.Days), later(slices.Concat(managed.Days, own.Days))
	slices.Sort(all)
	all = slices.Compact(all)
	share := float64(len(without)) / float64(max(len(all), 1))
	switch {
	case len(all) < cfg.Days:
		p.Unknown("the logs say of %s only, after the first days, which machine was used", count(len(all), "day"))
	case other && len(without) > 0 && share > cfg.Share:
		p.Report(grow(cfg.From, share, cfg.Share, 1), citeAfter(p, own, from),
			"A machine that the company does not manage was used on %d of %s of which the logs say it (%s), last on %s.",
			len(without), count(len(all), "day"), percent(share), day(own.Last.At))
	case len(without) == 0:
		p.Clear([]record.Citation{p.Cite(managed.Last)}, "A machine that the company manages was used on each of %s of which the logs say it.", count(len(all), "day"))
	default:
		p.Unknown("a machine that the company does not manage was used on %d of %s, which is too seldom to say anything", len(without), count(len(all), "day"))
	}
})

// citeAfter cites the last of a machine's acts and, if it counts, the first.
func citeAfter(p *detect.Pass, use activity.MachineUse, from time.Time) []record.Citation {
	out := []record.Citation{p.Cite(use.Last)}
	if !use.First.At.Before(from) {
		out = append(out, p.Cite(use.First))
	}
	return out
}
