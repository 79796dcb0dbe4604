// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"context"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// verdict is one person's assessment as far as the rates need it.
type verdict struct {
	subject int // index into the outcomes
	total   record.Weight
	state   weigh.State
}

// leaveOneOut weighs everybody again without each indicator in turn, and
// returns the changes by the catalogue's order.
//
// Nothing is detected again. An answer that weighs nothing and concludes nothing
// changes no assessment when it is left out, so only the others are tried, and
// only they are given to [weigh.Assess].
func leaveOneOut(ctx context.Context, outcomes []Outcome, catalog []*detect.Indicator, policy weigh.Policy, workers int) ([]Marginal, error) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	byID := make(map[string]int, len(catalog))
	for i, ind := range catalog {
		byID[ind.ID] = i
	}
	changed := make([][]change, len(outcomes)) // each written by one goroutine
	g, running := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range workers {
		g.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(outcomes) {
					return nil
				}
				if err := running.Err(); err != nil {
					return err
				}
				changed[i] = changes(outcomes[i], catalog, byID, policy)
			}
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	without := make([][]verdict, len(catalog))
	for i, cs := range changed {
		for _, c := range cs {
			without[c.indicator] = append(without[c.indicator], verdict{i, c.total, c.state})
		}
	}
	out := make([]Marginal, len(catalog))
	g, running = errgroup.WithContext(ctx)
	g.SetLimit(workers)
	for i := range catalog {
		g.Go(func() error {
			out[i] = marginal(outcomes, without[i])
			return running.Err()
		})
	}
	return out, g.Wait()
}

// change is one person's assessment without one indicator, where it differs.
type change struct {
	indicator int
	total     record.Weight
	state     weigh.State
}

func changes(o Outcome, catalog []*detect.Indicator, byID map[string]int, policy weigh.Policy) []change {
	var telling []detect.Finding
	var asked []*detect.Indicator
	for _, c := range o.Assessed.Assessment.Contributions {
		i, ok := byID[c.Finding.Indicator]
		if ok && (c.Weight != 0 || catalog[i].Conclusive) {
			telling = append(telling, c.Finding)
			asked = append(asked, catalog[i])
		}
	}
	view := &detect.View{Subject: o.Subject, Stage: o.Assessed.Assessment.Stage}
	rest := make([]detect.Finding, 0, len(telling))
	var out []change
	for i := range telling {
		rest = append(append(rest[:0], telling[:i]...), telling[i+1:]...)
		a := weigh.Assess(policy, asked, view, rest)
		if a.Total != o.Total || a.State != o.State {
			out = append(out, change{byID[telling[i].Indicator], a.Total, a.State})
		}
	}
	return out
}

// marginal compares everybody as they are with those who would differ.
func marginal(outcomes []Outcome, different []verdict) Marginal {
	m := Marginal{Changed: len(different)}
	if len(different) == 0 {
		return m
	}
	before, after := make([]scored, len(outcomes)), make([]scored, len(outcomes))
	var people [2]int // genuine, deceptive
	for i, o := range outcomes {
		before[i] = scored{o.Total, o.Deceptive}
		people[truthOf(o)]++
	}
	copy(after, before)
	var escalated, reviewed [2]int // changes
	for _, v := range different {
		o := outcomes[v.subject]
		then := Outcome{State: v.state}
		k := truthOf(o)
		escalated[k] += one(then.Escalated()) - one(o.Escalated())
		reviewed[k] += one(then.Reviewed()) - one(o.Reviewed())
		after[v.subject].total = v.total
	}
	share := func(n, of int) Number {
		if of == 0 {
			return 0
		}
		return Number(n) / Number(of)
	}
	m.Recall, m.Reviewed = share(escalated[1], people[1]), share(reviewed[1], people[1])
	m.False, m.Bothered = share(escalated[0], people[0]), share(reviewed[0], people[0])
	m.AUC = Number(area(points(after)) - area(points(before)))
	return m
}

func truthOf(o Outcome) int { return one(o.Deceptive) }

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
