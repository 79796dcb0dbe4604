// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"context"
	"runtime"
	"slices"
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
// changes no assessment when it is left out, so only the others are tried; and of
// them only the families that the answer can touch are weighed again.
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
	totals := make([]scored, len(outcomes))
	for i, o := range outcomes {
		totals[i] = scored{o.Total, o.Deceptive}
	}
	before := area(points(slices.Clone(totals)))
	out := make([]Marginal, len(catalog))
	g, running = errgroup.WithContext(ctx)
	g.SetLimit(workers)
	for i := range catalog {
		g.Go(func() error {
			out[i] = marginal(outcomes, without[i], totals, before)
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
	var telling []answer
	conclusive := 0
	for _, c := range o.Assessed.Assessment.Contributions {
		i, ok := byID[c.Finding.Indicator]
		if !ok || c.Weight == 0 && !catalog[i].Conclusive {
			continue
		}
		a := answer{i, catalog[i], c.Finding}
		conclusive += one(a.concludes())
		telling = append(telling, a)
	}
	whole := o.Assessed.Assessment
	view := &detect.View{Subject: o.Subject, Stage: whole.Stage}
	var out []change
	for _, cluster := range clusters(telling) {
		apart, counted := outside(whole.Families, cluster)
		asked := make([]*detect.Indicator, len(cluster))
		rest := make([]detect.Finding, 0, len(cluster))
		for i, a := range cluster {
			asked[i] = a.indicator
		}
		for i, left := range cluster {
			rest = rest[:0]
			for j, a := range cluster {
				if j != i {
					rest = append(rest, a.finding)
				}
			}
			part := weigh.Assess(policy, asked, view, rest)
			after := weigh.Assessment{
				Prior: whole.Prior, Scale: whole.Scale,
				Total:      whole.Total - counted + part.Total - part.Prior,
				Families:   append(slices.Clone(apart), part.Families...),
				Conclusive: conclusive-one(left.concludes()) > 0,
				Held:       part.Held,
				Spared:     whole.Spared,
			}
			if total, state := after.LogOdds(), policy.State(after); total != o.Total || state != o.State {
				out = append(out, change{left.at, total, state})
			}
		}
	}
	return out
}

// answer is one finding that weighs or concludes.
type answer struct {
	at        int // in the catalogue
	indicator *detect.Indicator
	finding   detect.Finding
}

// concludes reports whether the finding escalates whatever the total, as
// [weigh.Assess] has it.
func (a answer) concludes() bool {
	return a.indicator.Conclusive && a.finding.Outcome == detect.Present && a.finding.Strength >= 100
}

// clusters divides answers so that no observation stands behind two of the
// parts. A family is counted by itself but for observations that it shares, so
// the parts add up to the whole, and one can be weighed again without the rest.
// With a habit, or an answer that can be asked again, there is one part.
func clusters(telling []answer) [][]answer {
	var families []detect.Family
	root := map[detect.Family]detect.Family{}
	find := func(f detect.Family) detect.Family {
		for root[f] != f {
			f = root[f]
		}
		return f
	}
	first := map[detect.Observation]detect.Family{}
	// Whether a habit counts hangs on every family, and so does whether somebody is
	// held because an answer can be asked again.
	whole := slices.ContainsFunc(telling, func(a answer) bool { return a.indicator.Habit || a.indicator.Again.Open(a.finding) != nil })
	for _, a := range telling {
		f := a.indicator.Family
		if _, ok := root[f]; !ok {
			root[f] = f
			families = append(families, f)
		}
		if whole {
			root[find(f)] = find(families[0])
		}
		o := a.indicator.Observation
		if o == detect.OwnObservation {
			continue
		}
		if other, ok := first[o]; ok {
			root[find(f)] = find(other)
		} else {
			first[o] = f
		}
	}
	at := map[detect.Family]int{}
	var out [][]answer
	for _, f := range families {
		if r := find(f); r == f {
			at[r] = len(out)
			out = append(out, nil)
		}
	}
	for _, a := range telling {
		i := at[find(a.indicator.Family)]
		out[i] = append(out[i], a)
	}
	return out
}

// outside returns the families that a cluster has no part in, and the sum of
// the others.
func outside(families []weigh.FamilyTotal, cluster []answer) (apart []weigh.FamilyTotal, counted record.Weight) {
	for _, f := range families {
		if slices.ContainsFunc(cluster, func(a answer) bool { return a.indicator.Family == f.Family }) {
			counted += f.Sum()
		} else {
			apart = append(apart, f)
		}
	}
	return apart, counted
}

// marginal compares everybody as they are, with their totals and the area under
// their curve, with those who would differ.
func marginal(outcomes []Outcome, different []verdict, totals []scored, before float64) Marginal {
	m := Marginal{Changed: len(different)}
	if len(different) == 0 {
		return m
	}
	var people [2]int // genuine, deceptive
	for _, o := range outcomes {
		people[truthOf(o)]++
	}
	after := slices.Clone(totals)
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
	m.AUC = Number(area(points(after)) - before)
	return m
}

func truthOf(o Outcome) int { return one(o.Deceptive) }

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
