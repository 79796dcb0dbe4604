// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// chance says a subject's probability, what it rests on, and what made the
// state.
func (r *Report) chance(s *Subject) string {
	words := []string{fmt.Sprintf("%s; the evidence adds %s.", strings.TrimSuffix(r.likely(s), "."), dB(centibans(s.WeightDB))), r.because(s), r.strongestSign(s)}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

// likely says how likely a mismatch is, and by what assumption.
func (r *Report) likely(s *Subject) string {
	return fmt.Sprintf("By the assumed rate of %s and the weights below, %s that the profile is not one consistent person.", percent(r.prior(s)), likely(s.Probability))
}

// plain says the same without weights.
func (r *Report) plain(s *Subject) string {
	switch w := centibans(s.WeightDB); {
	case support(w) != noSupport:
		return r.likely(s) + " Together the evidence is " + support(w) + " support for a mismatch."
	case support(-w) != noSupport:
		return r.likely(s) + " Together the evidence speaks for consistency."
	}
	return r.likely(s) + " Together the evidence speaks neither way."
}

// because says what made a state, under the policy of the report.
func (r *Report) because(s *Subject) string {
	a, p := r.assessment(s), r.Policy
	switch s.State {
	case weigh.Escalate:
		if a.Conclusive {
			return "An identifier on a list matched in full, which asks for a person's look whatever the sum."
		}
		if f := familiesFrom(a.Families, p.EscalateFamily); len(f) > 1 && p.EscalateFamily > 0 {
			return "Independent kinds of evidence agree: " + familyWords(f) + "."
		}
	case weigh.FollowUp:
		return r.askedBy(a)
	case weigh.Insufficient:
		if p.MinimumAnswers > 0 {
			return fmt.Sprintf("Fewer than %s had a telling answer in any one family, so the figure says little.", plural(p.MinimumAnswers, "indicator", "indicators"))
		}
	case weigh.Clear:
	}
	return ""
}

// askedBy says what asked for a follow-up: one kind of evidence, the sum, or
// both. As in [weigh.Assess], hours that nothing else supports ask for nothing.
func (r *Report) askedBy(a weigh.Assessment) string {
	p := r.Policy
	toward := familiesFrom(a.Families, 1)
	total, fitting := a.Total, familiesFrom(a.Families, p.FollowUpFamily+1)
	if len(toward) == 1 && toward[0].Family == detect.Rhythm {
		total -= toward[0].Sum()
		fitting = nil
	}
	if p.FollowUpFamily <= 0 {
		fitting = nil
	}
	var speaks record.Weight
	for _, f := range a.Families {
		speaks += f.Toward
	}
	bySum := p.FollowUpProbability > 0 && speaks > p.FollowUpToward && probability(a.Scale.LogOdds(a.Prior, total)) >= p.FollowUpProbability
	limit, sum := dB(p.FollowUpFamily), "the sum, at "+percent(p.FollowUpProbability)+" or more"
	var words string
	switch {
	case len(fitting) == 0 && !bySum:
		return ""
	case len(fitting) == 0:
		words = "Asked for by " + sum + "; no one kind of evidence is above " + limit + "."
	case len(fitting) == 1 && bySum:
		words = "Asked for by " + familyWords(fitting) + ", above " + limit + ", and by " + sum + "."
	case len(fitting) == 1:
		words = "Asked for by one kind of evidence only: " + familyWords(fitting) + ", above " + limit + "."
	case bySum:
		words = "Asked for by " + familyWords(fitting) + ", each above " + limit + ", and by " + sum + "."
	default:
		words = "Asked for by " + familyWords(fitting) + ", each above " + limit + "."
	}
	if len(toward) == 1 {
		words += " No other kind of evidence speaks for a mismatch."
	}
	return words
}

// familiesFrom returns the families that add at least a limit, heaviest first.
func familiesFrom(families []weigh.FamilyTotal, limit record.Weight) []weigh.FamilyTotal {
	out := slices.DeleteFunc(slices.Clone(families), func(f weigh.FamilyTotal) bool { return f.Sum() < limit })
	slices.SortStableFunc(out, func(a, b weigh.FamilyTotal) int { return cmp.Compare(b.Sum(), a.Sum()) })
	return out
}

func familyWords(families []weigh.FamilyTotal) string {
	words := make([]string, len(families))
	for i, f := range families {
		words[i] = fmt.Sprintf("%s (%s)", f.Family, dB(f.Sum()))
	}
	return listed(words, 6)
}

// strongestSign names the finding that counts most toward a state that asks for
// a look.
func (r *Report) strongestSign(s *Subject) string {
	if rank(s.State) > 1 {
		return ""
	}
	signs := speakFor(s.Evidence)
	if len(signs) == 0 {
		return ""
	}
	e := signs[0]
	title := step{Part: e.Part, Card: r.card(e.Indicator)}.Title()
	return fmt.Sprintf("The strongest single sign: %q, %s.", title, dB(centibans(e.WeightDB)))
}

// speakFor returns the evidence that counts toward a mismatch, strongest first.
func speakFor(evidence []Evidence) []Evidence {
	out := slices.DeleteFunc(slices.Clone(evidence), func(e Evidence) bool { return e.WeightDB <= 0 })
	slices.SortStableFunc(out, func(a, b Evidence) int { return cmp.Compare(b.WeightDB, a.WeightDB) })
	return out
}

// wouldExplain lists what would innocently explain a piece of evidence, cut to
// most reasons; "" when there is nothing to explain.
func wouldExplain(innocent []string, most int) string {
	switch n := len(innocent); {
	case n == 0:
		return ""
	case n > most:
		return fmt.Sprintf("Would also explain it: %s; or %s.", strings.Join(innocent[:most], "; "), plural(n-most, "other reason", "other reasons"))
	}
	return "Would also explain it: " + stop(strings.Join(innocent, "; "))
}

// words of one outcome: "cleared on 2026-01-20 by analyst-2".
func (o Outcome) words() string {
	words := o.Word
	if !o.At.IsZero() {
		words += " on " + o.At.UTC().Format(time.DateOnly)
	}
	if o.By != "" {
		words += " by " + o.By
	}
	return words
}

// mostOutcomes bounds the outcomes said of one person; the newest are kept.
const mostOutcomes = 3

// concluded says what people concluded about a subject before, newest first;
// "" when nobody did.
func (s *Subject) concluded() string {
	var words []string
	for _, o := range slices.Backward(s.Outcomes) {
		if len(words) == mostOutcomes {
			break
		}
		words = append(words, o.words())
	}
	if len(words) == 0 {
		return ""
	}
	return sentence(strings.Join(words, "; before that, "))
}

// asOf says the instant of the assessment.
func (r *Report) asOf() string {
	if r.undated() {
		return "No record has a date."
	}
	return "As of " + instant(r.AsOf) + "."
}

func (r *Report) undated() bool { return r.Undated || r.AsOf.IsZero() }

// notes stand under the headline: how to read the figures, and what did not work.
func (r *Report) notes() []string {
	if len(r.Subjects) == 0 {
		return nil
	}
	out := []string{"A weight of +10 dB makes a mismatch ten times likelier; people are shown by the id of your own systems."}
	broken := map[string]bool{}
	hit := 0
	for _, s := range r.Subjects {
		before := hit
		for _, f := range s.Assessment.Unanswered {
			if f.Outcome == detect.Failed {
				broken[f.Indicator] = true
				hit = before + 1
			}
		}
	}
	if len(broken) > 0 {
		out = append(out, fmt.Sprintf("%s failed, for %s: %s. What would have been said is not known.",
			plural(len(broken), "indicator", "indicators"), people(hit), listed(slices.Sorted(maps.Keys(broken)), 4)))
	}
	return out
}

// assumptions lists what the figures rest on, one sentence each.
func (r *Report) assumptions() []string {
	out := []string{
		fmt.Sprintf("Before any evidence, %s of applicants and %s of workers are assumed to be other than they say. This prior is an assumption; change it and every probability moves with it.",
			percent(r.Prior.Applicant), percent(r.Prior.Worker)),
		"A weight of +10 dB makes a mismatch ten times likelier, −10 dB ten times less likely. What is missing weighs nothing.",
	}
	p := r.Policy
	if p.Version != "" {
		out = append(out, "Policy "+p.Version+".")
	}
	if p.FollowUpProbability > 0 && p.EscalateProbability > 0 {
		out = append(out,
			fmt.Sprintf("Follow-up: any one family above %s, or %s and more%s.", dB(p.FollowUpFamily), percent(p.FollowUpProbability), speaking(p)),
			fmt.Sprintf("Escalate: %s and more, and at least %d independent families at %s or more, also if every answer that was given once and can be asked again spoke for the person.", percent(p.EscalateProbability), max(p.EscalateFamilies, 2), dB(p.EscalateFamily)))
	}
	if words := scaleWords(p.Scale); words != "" {
		out = append(out, words)
	}
	out = append(out, r.overrides()...)
	if r.Tool != "" {
		out = append(out, "Made by "+r.Tool+".")
	}
	return out
}

// scaleWords says how far the policy believes sums of weights; "" when as they
// are.
func scaleWords(s weigh.Scale) string {
	if slope(s) == 100 && s.Intercept == 0 {
		return ""
	}
	reason := "as the organisation's own outcomes suggest"
	if s == weigh.DefaultPolicy().Scale {
		reason = "since the weights that ship are cautious one by one, and more so in sum"
	}
	counts := fmt.Sprintf("%d %% of the evidence counts", slope(s))
	if s.Intercept != 0 {
		counts += fmt.Sprintf(", and %s are added", dB(s.Intercept))
	}
	return fmt.Sprintf("For the probability, %s, %s; weights and sums are shown unscaled.", counts, reason)
}

// overrides lists the weights that differ from the catalogue's, by id.
func (r *Report) overrides() []string {
	both := func(present, absent record.Weight) string { return decibans(present) + " / " + dB(absent) }
	var out []string
	for _, id := range slices.Sorted(maps.Keys(r.Policy.Weights)) {
		o, card := r.Policy.Weights[id], r.card(id)
		if o.Present == card.Present && o.Absent == card.Absent {
			continue
		}
		out = append(out, fmt.Sprintf("Weight set by the organisation, when present / absent: %s: %s instead of %s.",
			id, both(o.Present, o.Absent), both(card.Present, card.Absent)))
	}
	return out
}

// speaking words what the probability needs beside it to ask for a follow-up.
func speaking(p weigh.Policy) string {
	if p.FollowUpToward <= 0 {
		return ""
	}
	return " where more than " + dB(p.FollowUpToward) + " speaks for a mismatch"
}
