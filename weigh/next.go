// SPDX-License-Identifier: Apache-2.0

package weigh

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"daylight/detect"
	"daylight/record"
)

// maxNext is how many checks are suggested: a person is asked for little.
const maxNext = 2

// next ranks the open checks by what they are expected to tell for their cost
// (method §3), times how likely asking is to bring an answer, and returns the best two,
// of each indicator one. It speaks only where something points towards deception and is
// not settled.
//
// A check is offered only to people of the stages it says, and not where another
// that was passed has answered it. One that a declaration has waived is never
// offered. Its finding reads like one without data, by design, so the declaration
// is looked up here, and the result does not say that it was.
func (p Policy) next(meta map[string]*detect.Indicator, v *detect.View, a Assessment, findings []detect.Finding) []Suggestion {
	toward := slices.ContainsFunc(a.Families, func(f FamilyTotal) bool { return f.Toward > 0 })
	if a.State == Clear || a.State == Insufficient && !toward {
		return nil
	}
	type offer struct {
		Suggestion
		cost  record.Weight
		first bool // nothing is escalated before it is answered, and asking may well answer it
	}
	weighed, known := p.items(meta, findings)
	var offers []offer
	for _, it := range known {
		ind, f := meta[it.id], weighed[it.at].Finding
		look := ind.Again.Open(f)
		if look == nil || ind.Waived(v) || !offered(ind.Next, v.Stage) {
			continue
		}
		whole, _ := p.weights(ind)
		left := whole * record.Weight(look.Left) / 100
		if f.Repeated && !f.Settled {
			whole = it.weight // what was said twice is not said louder for want of a paper
		}
		without := slices.DeleteFunc(slices.Clone(known), func(x item) bool { return x.at == it.at })
		seen, unseen := p.would(meta, a, without, ind, whole), p.would(meta, a, without, ind, left)
		expected := answered(f, expectation(a.Probability(), whole-it.weight, left-it.weight, seen, unseen))
		if expected <= 0 && !a.Held {
			continue
		}
		offers = append(offers, offer{
			Suggestion{
				Indicator: ind.ID, Do: look.Do, Expected: expected, Asks: places(look, ind),
				Why: fmt.Sprintf("asks %q again, which was answered %s: adds %v if confirmed, %v if not", ind.Title, times(f), seen, unseen),
			},
			cost(ind.Next), a.Held && 2*f.Doubt <= 100,
		})
	}
	for _, f := range findings {
		ind, ok := meta[f.Indicator]
		if !ok || ind.Next == nil || ind.Lifecycle != detect.Stable || ind.Waived(v) || !offered(ind.Next, v.Stage) || settled(ind.Next, v) {
			continue
		}
		present, absent := p.asked(ind)
		rest, ifSeen, ifUnseen := known, present, absent
		switch {
		case f.Outcome == detect.Unknown:
		case f.More && (f.Repeated || ind.Again.Open(f) == nil):
			// One more of several moves it by about half of what the first was worth.
			now := p.weight(ind, f)
			whole, _ := p.weights(ind)
			ifSeen, ifUnseen = min(whole, max(now, 0)+present/2), now+absent/2
			rest = slices.DeleteFunc(slices.Clone(known), func(x item) bool { return x.id == ind.ID })
		default:
			continue
		}
		seen, unseen := p.would(meta, a, rest, ind, ifSeen), p.would(meta, a, rest, ind, ifUnseen)
		expected := answered(f, expectation(a.Probability(), present, absent, seen, unseen))
		if expected <= 0 {
			continue
		}
		offers = append(offers, offer{
			Suggestion{
				Indicator: ind.ID, Do: ind.Next.Do, Expected: expected, Asks: ind.Answers(),
				Why: fmt.Sprintf("bears on %q: adds %v if so, %v if not", ind.Title, seen, unseen),
			},
			cost(ind.Next), false,
		})
	}
	slices.SortFunc(offers, func(x, y offer) int {
		if x.first != y.first {
			if x.first {
				return -1
			}
			return 1
		}
		// Expected / cost, compared without dividing.
		return cmp.Or(cmp.Compare(y.Expected*max(x.cost, 1), x.Expected*max(y.cost, 1)), cmp.Compare(x.Indicator, y.Indicator))
	})
	var out []Suggestion
	for _, o := range offers {
		// A request is for an indicator, whose better check comes first.
		asked := func(s Suggestion) bool { return s.Indicator == o.Indicator }
		if len(out) < maxNext && !slices.ContainsFunc(out, asked) {
			out = append(out, o.Suggestion)
		}
	}
	return out
}

// places are where the answer of a look is recorded.
func places(look *detect.SecondLook, ind *detect.Indicator) []string {
	if len(look.Asks) > 0 {
		return look.Asks
	}
	return ind.Answers()
}

// times words how often what a finding rests on was answered.
func times(f detect.Finding) string {
	if f.Repeated {
		return "twice"
	}
	return "once"
}

// answered is what is left of what an answer is expected to tell, by how likely asking
// is to bring one.
func answered(f detect.Finding, expected record.Weight) record.Weight {
	return expected * record.Weight(100-f.Doubt) / 100
}

// cost is what a check costs both sides; a look at something that has no check of its
// own costs both a little.
func cost(next *detect.NextCheck) record.Weight {
	if next == nil {
		return 2
	}
	return record.Weight(max(next.CandidateCost, 0) + max(next.CompanyCost, 0))
}

// offered reports whether a check can be offered to people of a stage. Nobody holds
// another interview with somebody who has left.
func offered(next *detect.NextCheck, stage record.Stage) bool {
	switch {
	case next == nil:
		return true
	case stage == record.Leaver && len(next.Asks) > 0 && !slices.ContainsFunc(next.Asks, func(a string) bool { return !strings.HasPrefix(a, "interviews.") }):
		return false
	}
	return len(next.Stages) == 0 || slices.Contains(next.Stages, stage)
}

// settled reports whether a passed check has answered what would be asked.
func settled(next *detect.NextCheck, v *detect.View) bool {
	for _, c := range detect.Each[record.Check](v) {
		if c.Result == "passed" && slices.Contains(next.Unless, c.Check) {
			return true
		}
	}
	return false
}

// would returns how the total moves when an indicator answers with a weight:
// less than the weight where its family has already spoken.
func (p Policy) would(meta map[string]*detect.Indicator, a Assessment, known []item, ind *detect.Indicator, w record.Weight) record.Weight {
	with := append(slices.Clip(known), item{family: ind.Family, shared: ind.Observation, id: ind.ID, weight: w})
	return p.total(p.heeded(meta, with)) - (a.Total - a.Prior)
}

// expectation returns what a check is expected to tell, in centibans, to the
// nearest: by how much it moves the total towards the truth on average, at
// probability prob, when its outcomes would move it by seen and unseen. What both
// sides answer alike moves it as often the wrong way and tells nothing.
//
// The two weights are likelihood ratios r1 = P(present|D)/P(present|G) and
// r0 = P(absent|D)/P(absent|G), which fix both probabilities:
// P(present|G) = (1-r0)/(r1-r0) and P(present|D) = r1 times that. A pair that is
// no pair of ratios (both of one sign, or a 0) tells nothing.
func expectation(prob float64, present, absent, seen, unseen record.Weight) record.Weight {
	if present <= 0 || absent >= 0 {
		return 0
	}
	r1, r0 := math.Pow(10, float64(present)/100), math.Pow(10, float64(absent)/100)
	genuine := (1 - r0) / (r1 - r0)
	deceptive := r1 * genuine
	towards := deceptive*float64(seen) + (1-deceptive)*float64(unseen)
	away := genuine*float64(seen) + (1-genuine)*float64(unseen)
	return record.Weight(math.Round(prob*towards - (1-prob)*away))
}
