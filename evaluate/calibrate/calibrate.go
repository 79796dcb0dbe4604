// SPDX-License-Identifier: Apache-2.0

// Package calibrate learns weights from what people have concluded
// (docs/method.md §8): counts go in, a policy with a reason for each changed
// weight comes out. It knows indicators' answers and nothing else of a person,
// adopts nothing, and moves little on little.
package calibrate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// What must be known before anything changes.
const (
	// MinConfirmed confirmed people must have an answer of an indicator before its
	// weights move: below ten, one mistaken label is a tenth of all or more.
	MinConfirmed = 10
	// MinCleared is the same for cleared people, who are easier to come by.
	MinCleared = 20
	// MinScaleLabels people must be labelled before the total is scaled.
	MinScaleLabels = 200
	// MinScaleConfirmed of them must be confirmed, and as many cleared: ten for
	// each fitted number (Peduzzi et al. 1996, "A simulation study of the number of
	// events per variable in logistic regression analysis").
	MinScaleConfirmed = 20
	// DefaultPseudoCount is the weight of the shipped judgement: that of twenty
	// observations, ten among the confirmed and ten among the cleared.
	DefaultPseudoCount = 20
	// MaxPseudoCount keeps sums of counts exact; with it, nothing ever moves.
	MaxPseudoCount = 1_000_000
)

// Case is the answers of one person about whom people have concluded.
type Case struct {
	// Subject orders the cases and Stage picks the prior of the total. No weight
	// depends on either.
	Subject   record.SubjectID
	Stage     record.Stage
	Deceptive bool // confirmed, rather than cleared
	Findings  []detect.Finding
	// NotSeen are one-sided indicators that had the records they need and did not
	// see the thing. They do not answer absent, so their finding does not tell
	// that from having had nothing to look at.
	NotSeen []string
}

// NewCase takes from a view what a case needs: the stage, and which one-sided
// indicators could have seen something. A person whom an indicator is waived for
// counts as not looked at.
func NewCase(v *detect.View, catalog []*detect.Indicator, findings []detect.Finding, deceptive bool) Case {
	c := Case{Subject: v.Subject, Stage: v.Stage, Deceptive: deceptive, Findings: findings}
	unknown := map[string]bool{}
	for _, f := range findings {
		unknown[f.Indicator] = f.Outcome == detect.Unknown
	}
	for _, ind := range catalog {
		waived := v.Accommodation && slices.Contains(ind.Waivers, detect.Accommodated) ||
			v.Protected && slices.Contains(ind.Waivers, detect.AddressProtected)
		if ind.OneSided && unknown[ind.ID] && ind.Ready(v) && !waived {
			c.NotSeen = append(c.NotSeen, ind.ID)
		}
	}
	return c
}

// Learned is what the outcomes say of one indicator.
type Learned struct {
	Indicator string
	Counts    Counts
	Shipped   weigh.Override // the catalogue's
	Now       weigh.Override
	Enough    bool // there are enough answers to say anything
}

// Change is one weight that differs from the catalogue's.
type Change struct {
	Indicator string
	Side      detect.Outcome // Present or Absent
	From, To  record.Weight
	Why       string // one sentence, counts only
}

// Result is a policy learned from outcomes, and why it is as it is.
type Result struct {
	Confirmed, Cleared int
	Policy             weigh.Policy // the base with learned weights and scale
	Learned            []Learned    // of every indicator that can learn, by id
	Changes            []Change     // by indicator, present before absent
	Fit                *Fit         // nil: too few labels
}

// Learn re-estimates the weights of a policy from cases. Every weight starts from
// the catalogue's, not from that of base, so that outcomes learned from twice
// count once. A weight the cases say too little about stays as it is in base.
//
// Indicators that weigh nothing yet, and conclusive ones, whose weight is a rule
// and not a frequency, do not learn. The order of cases does not matter.
func Learn(cases []Case, catalog []*detect.Indicator, base weigh.Policy, pseudoCount int) (Result, error) {
	if pseudoCount < 1 || pseudoCount > MaxPseudoCount {
		return Result{}, fmt.Errorf("the pseudo-count is %d, and must be 1 to %d", pseudoCount, MaxPseudoCount)
	}
	cases = slices.SortedFunc(slices.Values(cases), func(a, b Case) int { return cmp.Compare(a.Subject, b.Subject) })
	for i := 1; i < len(cases); i++ {
		if cases[i].Subject == cases[i-1].Subject {
			return Result{}, fmt.Errorf("%s is given twice: one person has one outcome", cases[i].Subject)
		}
	}
	var r Result
	for _, c := range cases {
		if c.Deceptive {
			r.Confirmed++
		} else {
			r.Cleared++
		}
	}
	r.Policy, r.Learned, r.Changes = learnWeights(cases, catalog, base, pseudoCount)
	if r.Confirmed+r.Cleared >= MinScaleLabels && min(r.Confirmed, r.Cleared) >= MinScaleConfirmed {
		fit := fitScale(heldOut(cases, catalog, base, pseudoCount), r.Policy)
		r.Fit, r.Policy.Scale = &fit, fit.Scale
	}
	return r, nil
}

// learnWeights returns base with the weights the cases suggest.
func learnWeights(cases []Case, catalog []*detect.Indicator, base weigh.Policy, pseudoCount int) (weigh.Policy, []Learned, []Change) {
	p := base
	p.Weights = map[string]weigh.Override{}
	maps.Copy(p.Weights, base.Weights)
	counts := count(cases)
	var learned []Learned
	var changes []Change
	for _, ind := range slices.SortedFunc(slices.Values(catalog), func(a, b *detect.Indicator) int { return cmp.Compare(a.ID, b.ID) }) {
		if ind.Lifecycle != detect.Stable || ind.Conclusive {
			continue
		}
		l := Learned{Indicator: ind.ID, Shipped: weigh.Override{Present: ind.Present, Absent: ind.Absent}}
		if n := counts[ind.ID]; n != nil {
			l.Counts = *n
		}
		l.Enough = l.Counts.Confirmed.Answered() >= MinConfirmed && l.Counts.Cleared.Answered() >= MinCleared
		l.Now = base.WeightsOf(ind)
		if l.Enough {
			up, down := base.Cap(ind.Family)
			e := estimator{counts: l.Counts, pseudoCount: pseudoCount, up: up, down: down}
			present, why := e.learn(detect.Present, ind.Present)
			absent, whyAbsent := e.learn(detect.Absent, ind.Absent)
			l.Now = weigh.Override{Present: present, Absent: absent}
			if present != ind.Present {
				changes = append(changes, Change{ind.ID, detect.Present, ind.Present, present, why})
			}
			if absent != ind.Absent {
				changes = append(changes, Change{ind.ID, detect.Absent, ind.Absent, absent, whyAbsent})
			}
		}
		p.Weights[ind.ID] = l.Now
		if l.Now == l.Shipped {
			delete(p.Weights, ind.ID)
		}
		learned = append(learned, l)
	}
	return p, learned, changes
}
