// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"math"
	"strings"

	"daylight/detect"
	"daylight/record"
)

// Every picture is an SVG whose horizontal positions are percentages and whose
// text keeps its size, so it fits any width without a script and stays legible
// on a phone.

// at is a horizontal position in percent, with three decimals at most.
type pc float64

// String formats the position for an SVG attribute.
func (p pc) String() string {
	s := fmt.Sprintf("%.3f", float64(p))
	return strings.TrimRight(strings.TrimRight(s, "0"), ".") + "%"
}

// balance is the one picture of an assessment: blocks of evidence on a scale in
// decibans.
type balance struct {
	Label, Alt                      string
	Blocks                          []block
	Prior, Needle                   pc
	PriorText, NeedleText           string
	PriorSide, NeedleSide           string // text-anchor
	FollowUp, Escalate              pc
	FollowUpAt                      pc // of the words
	FollowUpSide                    string
	HasLimits                       bool
	Sum                             string // how prior and evidence make the probability, in words
	Counts                          string // how much of a weight counts for the probability, "" for all
	Unnumbered                      bool   // for readers who do not reckon in decibans
	FollowUpText, EscalateText      string
	Ticks                           []tick
	ZeroAt, LeftEnd, RightEnd, Span pc
}

type block struct {
	X, Width, Middle pc
	Number           int
	ShowNumber       bool
	Class            string // side and tint
	Cut              bool   // the family discount, a cap or a shared observation cut it
	Anchor           string // of the evidence in words
}

type tick struct {
	X    pc
	Text string
	Side string
}

// scale maps weights to positions: zero in the middle, one tick each ten or
// twenty decibans.
type scale struct{ limit record.Weight }

func newScale(reach record.Weight) scale {
	// A twentieth of room beyond the largest value, in whole tens of decibans.
	limit := record.Weight(math.Ceil(float64(reach)*1.05/100) * 100)
	return scale{max(limit, 200)}
}

const (
	scaleMiddle = 50.0
	scaleHalf   = 48.0
)

func (s scale) x(w record.Weight) pc {
	return pc(scaleMiddle + scaleHalf*float64(w)/float64(s.limit))
}

func (s scale) ticks() []tick {
	step := record.Weight(100)
	for s.limit/step > 3 {
		step *= 2
	}
	var out []tick
	for w := -(s.limit / step) * step; w <= s.limit; w += step {
		t := tick{s.x(w), strings.TrimSuffix(decibans(w), ".0"), "middle"}
		out = append(out, t)
	}
	return out
}

// labelRoom is how much of the picture the words of a threshold take on a narrow
// telephone; nearer to the edge they begin at it, and stand above their line.
const labelRoom pc = 32

// anchorFor keeps a label inside the picture.
func anchorFor(x pc) string {
	switch {
	case x < 22:
		return "start"
	case x > 78:
		return "end"
	}
	return "middle"
}

// newBalance draws the numbered steps that weigh something.
func (r *Report) newBalance(s *Subject, steps []step) balance {
	a := r.assessment(s)
	var right, left record.Weight
	for _, st := range steps {
		right += max(st.Part.Counted, 0)
		left -= min(st.Part.Counted, 0)
	}
	// The bar is of what counts for the probability, so that prior, blocks and needle
	// add up, and a threshold stands where the probability reaches it.
	counts := a.LogOdds()
	followUp, escalate := logOdds(r.Policy.FollowUpProbability), logOdds(r.Policy.EscalateProbability)
	sc := newScale(max(a.Scale.Of(right), a.Scale.Of(left), abs(a.Prior), abs(counts), abs(followUp), abs(escalate)))
	b := balance{
		Label: "Balance of the evidence for " + s.ID, Sum: sumWords(a), Ticks: sc.ticks(), ZeroAt: sc.x(0),
		Prior: sc.x(a.Prior), PriorText: "prior " + decibans(a.Prior),
		Needle: sc.x(counts), NeedleText: "together " + dB(counts),
		LeftEnd: pc(scaleMiddle - scaleHalf), RightEnd: pc(scaleMiddle + scaleHalf), Span: pc(2 * scaleHalf),
		HasLimits: r.Policy.FollowUpProbability > 0 && r.Policy.EscalateProbability > 0,
		FollowUp:  sc.x(followUp), FollowUpText: "follow-up " + percent(r.Policy.FollowUpProbability),
		Escalate: sc.x(escalate), EscalateText: "escalate " + percent(r.Policy.EscalateProbability),
	}
	if percent := slope(a.Scale); percent != 100 {
		b.Counts = fmt.Sprintf("%d %%", percent)
	}
	b.PriorSide, b.NeedleSide = anchorFor(b.Prior), anchorFor(b.Needle)
	b.FollowUpAt, b.FollowUpSide = b.FollowUp, "end"
	if b.FollowUp < labelRoom {
		b.FollowUpAt, b.FollowUpSide = 0, "start"
	}

	words := []string{fmt.Sprintf("starting from the prior of %s (%s)", dB(a.Prior), percent(probability(a.Prior)))}
	var toRight, toLeft record.Weight
	var family detect.Family
	tint := -1
	for _, st := range steps {
		c := st.Part
		if tint < 0 || c.Family != family {
			family = c.Family
			tint++
		}
		if c.Counted == 0 {
			continue
		}
		words = append(words, fmt.Sprintf("%s from %s, %s", decibans(c.Counted), c.Family, c.Finding.Indicator))
		k := block{Number: st.Number, Cut: c.Counted != c.Weight, Anchor: evidenceAnchor(anchor("p", s.ID), st.Number)}
		from, to := toRight, toRight+c.Counted
		k.Class = fmt.Sprintf("to t%d", tint%3)
		if c.Counted < 0 {
			from, to = -toLeft+c.Counted, -toLeft
			toLeft -= c.Counted
			k.Class = fmt.Sprintf("ag t%d", tint%3)
		} else {
			toRight = to
		}
		from, to = a.Scale.Of(from), a.Scale.Of(to)
		k.X, k.Width = sc.x(from), sc.x(to)-sc.x(from)
		k.Middle = k.X + k.Width/2
		// Two digits take half as much again on a phone.
		k.ShowNumber = k.Width > 3.4 && st.Number < 10 || k.Width > 5
		b.Blocks = append(b.Blocks, k)
	}
	b.Alt = sentence(strings.Join(words, "; ")) + " " + b.Sum
	return b
}

// Plain is the balance for readers who do not reckon in decibans: the same picture,
// with no figure of a weight.
func (b balance) Plain(s *Sheet) balance {
	b.Unnumbered, b.Counts, b.PriorText, b.NeedleText, b.Ticks = true, "", "before any evidence", "with the evidence", nil
	b.Sum, b.Alt = s.Plain, s.Plain
	return b
}
