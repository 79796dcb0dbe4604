// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// Sheet is one person's assessment as a page shows it: worded, numbered and
// drawn. Its words are raw; [Funcs] makes hidden characters in them visible.
type Sheet struct {
	*Subject
	Anchor, Word, Shape string
	Chance, Concluded   string
	Plain               string   // the chance in words, for who does not reckon in decibans
	Why                 []reason // the strongest toward a mismatch
	Strongest           string
	Balance             balance
	Prior, Total        record.Weight
	Corrections         []correction  // between the sum of the weights and LogOdds
	LogOdds             record.Weight // what the probability is read from
	Steps               []step        // what weighs or was present
	Families            []familyView
	Zero                []step // answered, and weighs nothing
	Next                []nextView
	Unanswered          []string
	Journey             *journeyPicture
	Rhythm              *rhythmPicture
	RingAnchor          string
	Links               []LinkSentence
	MoreLinks           int
	Changes             []change
}

// reason is one of the strongest statements, with a link to the whole of it.
type reason struct {
	DB, Statement, Innocent, Anchor string
}

// nextView is a next check; Plain is what it bears on, without weights.
type nextView struct{ Offer, Why, Plain string }

type familyView struct {
	Title, Name string
	Sum         record.Weight
	Steps       []stepView
}

type stepView struct {
	step
	Anchor, Reckoning string
	Innocent          []string
	Side              string // "toward", "against" or ""
}

// Sheet words and draws one assessment under the report's policy, cards and
// instant. Rings are left to the caller.
func (r *Report) Sheet(s *Subject) *Sheet {
	a := r.assessment(s)
	x := &Sheet{
		Subject: s, Anchor: anchor("p", s.ID), Word: string(s.State), Shape: shape(s.State), Chance: r.chance(s), Plain: r.plain(s), Concluded: s.concluded(),
		Prior: a.Prior, Total: a.Total, Corrections: corrections(a), LogOdds: a.LogOdds(),
		Journey: newJourney(s, r.AsOf), Rhythm: newRhythm(s), Changes: r.changes(s),
	}
	running := a.Prior
	for _, st := range pressingFirst(r.steps(s), a) {
		if st.Part.Counted == 0 && st.Part.Finding.Outcome != detect.Present {
			if len(x.Zero) < htmlZero {
				x.Zero = append(x.Zero, st)
			}
			continue
		}
		running += st.Part.Counted
		st.Number, st.Running = len(x.Steps)+1, running
		x.Steps = append(x.Steps, st)
	}
	x.Balance = r.newBalance(s, x.Steps)
	for i, st := range x.Steps {
		if i == 0 || st.Part.Family != x.Steps[i-1].Part.Family {
			x.Families = append(x.Families, familyView{Title: familyTitle(st.Part.Family, a), Name: capital(string(st.Part.Family))})
		}
		f := &x.Families[len(x.Families)-1]
		f.Sum += st.Part.Counted
		f.Steps = append(f.Steps, r.stepView(x, st))
	}
	if toward, against := sides(s.Evidence); len(toward) > 0 {
		x.Strongest = step{Part: toward[0].Part, Card: r.card(toward[0].Indicator)}.Title()
	} else if len(against) > 0 {
		x.Strongest = step{Part: against[0].Part, Card: r.card(against[0].Indicator)}.Title()
	}
	for _, n := range s.NextChecks {
		bears, _, _ := strings.Cut(n.Why, ": adds ")
		view := nextView{Offer: offer(n), Plain: sentence(bears)}
		if words := nextWords(n); len(words) > len(view.Offer) {
			view.Why = strings.TrimSpace(words[len(view.Offer):])
		}
		x.Next = append(x.Next, view)
	}
	for _, f := range a.Unanswered {
		card := r.card(f.Indicator)
		x.Unanswered = append(x.Unanswered, unansweredWords(f, card))
	}
	x.Why = x.reasons()
	return x
}

// pressingFirst orders steps for a reader who asks why: the family that adds
// most toward a mismatch first, those that speak for consistency after, the
// strongest of each side first. The sum is the same in any order.
func pressingFirst(steps []step, a weigh.Assessment) []step {
	sums := map[detect.Family]record.Weight{}
	for _, f := range a.Families {
		sums[f.Family] = f.Sum()
	}
	heavier := func(x, y record.Weight) int {
		return cmp.Or(cmp.Compare(side(x), side(y)), cmp.Compare(abs(y), abs(x)))
	}
	slices.SortStableFunc(steps, func(x, y step) int {
		f, g := x.Part.Family, y.Part.Family
		if f != g {
			return cmp.Or(heavier(sums[f], sums[g]), cmp.Compare(slices.Index(detect.Families, f), slices.Index(detect.Families, g)))
		}
		return heavier(x.Part.Counted, y.Part.Counted)
	})
	return steps
}

// side orders weights: toward a mismatch, toward consistency, neither.
func side(w record.Weight) int {
	switch {
	case w > 0:
		return 0
	case w < 0:
		return 1
	}
	return 2
}

// reasons returns the strongest statements toward a mismatch.
func (x *Sheet) reasons() []reason {
	var out []reason
	for _, e := range speakFor(x.Evidence) {
		if len(out) == htmlWhy {
			break
		}
		out = append(out, reason{
			DB: dB(centibans(e.WeightDB)), Statement: sentence(e.Statement), Innocent: wouldExplain(e.Innocent, textReasons), Anchor: x.anchorOf(e.Part),
		})
	}
	return out
}

// anchorOf returns the anchor of a contribution's article, or of the section.
func (x *Sheet) anchorOf(c weigh.Contribution) string {
	for _, f := range x.Families {
		for _, st := range f.Steps {
			if st.Part.Finding.Indicator == c.Finding.Indicator {
				return st.Anchor
			}
		}
	}
	return x.Anchor
}

func (r *Report) stepView(x *Sheet, st step) stepView {
	v := stepView{step: st, Anchor: evidenceAnchor(x.Anchor, st.Number), Reckoning: sentence(r.reckoning(st.Part, st.Card))}
	switch {
	case st.Part.Counted > 0:
		v.Side = "toward"
	case st.Part.Counted < 0:
		v.Side = "against"
	}
	i := slices.IndexFunc(x.Evidence, func(e Evidence) bool { return e.Indicator == st.Part.Finding.Indicator })
	if i >= 0 {
		v.Innocent = x.Evidence[i].Innocent
	}
	return v
}

// evidenceAnchor is the anchor of a numbered piece of evidence in a section.
func evidenceAnchor(section string, number int) string {
	return fmt.Sprintf("%s.e%d", section, number)
}
