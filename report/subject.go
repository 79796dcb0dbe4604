// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

// NewSubject words one assessment. cards are the indicators that ran, by id.
//
// Evidence holds what counted or was present, strongest first; its weights add
// up to WeightDB exactly, because both are whole tenths of a deciban. The
// caller adds aliases, ring, activity, claim and journey.
func NewSubject(a weigh.Assessment, cards map[string]detect.Meta) *Subject {
	s := &Subject{
		ID: string(a.Subject), Stage: a.Stage, State: a.State, Assessment: a,
		Probability: roundProbability(a.Probability()),
		WeightDB:    (a.Total - a.Prior).DB(),
		Evidence:    []Evidence{}, NextChecks: []NextCheck{}, Missing: missing(a, cards),
	}
	for _, c := range a.Contributions {
		if c.Counted == 0 && c.Finding.Outcome != detect.Present {
			continue
		}
		s.Evidence = append(s.Evidence, newEvidence(c, cards[c.Finding.Indicator]))
	}
	slices.SortFunc(s.Evidence, func(x, y Evidence) int {
		return cmp.Or(cmp.Compare(abs(y.Part.Counted), abs(x.Part.Counted)), cmp.Compare(x.Indicator, y.Indicator))
	})
	for _, n := range a.Next {
		s.NextChecks = append(s.NextChecks, NextCheck{Check: n.Indicator, Why: n.Why, ExpectedDB: n.Expected.DB(), Do: n.Do, Asks: n.Asks})
	}
	return s
}

func newEvidence(c weigh.Contribution, card detect.Meta) Evidence {
	e := Evidence{
		Indicator: c.Finding.Indicator, Family: c.Family, WeightDB: c.Counted.DB(),
		Statement: c.Finding.Statement, Innocent: []string{}, Records: []record.Citation{},
		Related: c.Finding.Related, Part: c,
	}
	// What would innocently explain it is only asked of what speaks for a mismatch.
	if c.Finding.Outcome == detect.Present && c.Weight >= 0 {
		e.Innocent = append(e.Innocent, card.Innocent...)
	}
	e.Records = append(e.Records, c.Finding.Cites...)
	for _, r := range c.Finding.Cites {
		if !r.At.IsZero() && (e.At == nil || r.At.After(*e.At)) {
			at := r.At.UTC()
			e.At = &at
		}
	}
	return e
}

// roundProbability rounds to four decimals, and never to certainty.
func roundProbability(p float64) float64 {
	return min(max(math.Round(p*1e4)/1e4, 0.0001), 0.9999)
}

func abs(w record.Weight) record.Weight { return max(w, -w) }

// noData is the statement of an indicator that had nothing to look at. It is
// detect's, and a test holds the two together.
const noData = "no data to answer from"

// mostMissing bounds the list of what was missing; beyond it a reader learns
// nothing more.
const mostMissing = 8

// kindWords is how a kind of record that was not there is named.
var kindWords = []struct {
	kind  record.Kind
	words string
}{
	{record.KindPerson, "no profile of the person"},
	{record.KindResume, "no résumé"},
	{record.KindCheck, "no results of checks"},
	{record.KindInterview, "no interview notes"},
	{record.KindActivity, "no activity logs"},
	{record.KindDevice, "no device inventory"},
	{record.KindShipment, "no shipping records"},
	{record.KindPayout, "no pay records"},
	{record.KindCode, "no code history"},
	{record.KindIdentity, "no copy of an identity document was examined"},
	{record.KindPhoto, "no profile picture"},
}

// Lack is one thing that was not known of somebody: a kind of record that was not there,
// or else an indicator that could not tell or broke.
type Lack struct {
	Kind      record.Kind // "" for one of an indicator
	Indicator string
	Failed    bool
	Words     string // in English
}

// missing words what was not known.
func missing(a weigh.Assessment, cards map[string]detect.Meta) []string {
	words := []string{}
	for _, l := range Lacks(a, cards) {
		words = append(words, l.Words)
	}
	return words
}

// Lacks says what was not known: first which indicators failed, then which
// kinds of record were not there. Of the latter it asks only indicators
// that no declaration can switch off, so what it says is the same for a person
// with an accommodation or a protected address as for anyone else.
func Lacks(a weigh.Assessment, cards map[string]detect.Meta) []Lack {
	there := map[record.Kind]bool{}
	var asked []detect.Meta
	var unsure, failed []Lack
	for _, c := range a.Contributions {
		if card := cards[c.Finding.Indicator]; len(card.Waivers) == 0 {
			for _, k := range card.Needs {
				there[k] = true
			}
		}
	}
	for _, f := range a.Unanswered {
		if f.Outcome == detect.Failed {
			failed = append(failed, Lack{Indicator: f.Indicator, Failed: true, Words: failure(f)})
			continue
		}
		card, known := cards[f.Indicator]
		if !known || len(card.Waivers) > 0 || f.Outcome != detect.Unknown {
			continue
		}
		if f.Statement == noData {
			asked = append(asked, card)
			continue
		}
		for _, k := range card.Needs {
			there[k] = true
		}
		unsure = append(unsure, Lack{Indicator: f.Indicator, Words: f.Statement})
	}
	byWords := func(a, b Lack) int { return cmp.Compare(a.Words, b.Words) }
	slices.SortFunc(failed, byWords)
	out := failed
	gone := notThere(asked, there)
	for _, k := range kindWords {
		if gone[k.kind] {
			out = append(out, Lack{Kind: k.kind, Words: k.words})
		}
	}
	slices.SortStableFunc(unsure, byWords)
	out = append(out, slices.CompactFunc(unsure, func(a, b Lack) bool { return a.Words == b.Words })...)
	return out[:min(len(out), mostMissing)]
}

// notThere are the kinds of record that explain why indicators had nothing to look at.
func notThere(asked []detect.Meta, there map[record.Kind]bool) map[record.Kind]bool {
	gone := map[record.Kind]bool{}
	// Indicators with one need left first: they say for certain what is gone, and
	// explain others that need more than one kind.
	for _, certain := range []bool{true, false} {
		for _, card := range asked {
			left := slices.DeleteFunc(card.Wants(), func(kinds []record.Kind) bool {
				return slices.ContainsFunc(kinds, func(k record.Kind) bool { return there[k] })
			})
			explained := slices.ContainsFunc(left, func(kinds []record.Kind) bool {
				return !slices.ContainsFunc(kinds, func(k record.Kind) bool { return !gone[k] })
			})
			if explained || certain != (len(left) == 1) {
				continue
			}
			for _, k := range slices.Concat(left...) {
				gone[k] = true
			}
		}
	}
	return gone
}

// failure says that an indicator broke. It may have broken on one person and
// answered for the next, so it is said of each.
func failure(f detect.Finding) string {
	why := strings.TrimPrefix(strings.TrimPrefix(f.Statement, "the indicator "), "failed: ")
	return "the indicator " + f.Indicator + " failed: " + why
}

// unansweredWords says why an indicator gave no answer.
func unansweredWords(f detect.Finding, card detect.Meta) string {
	if f.Outcome == detect.Failed {
		return failure(f)
	}
	return f.Indicator + ": " + sentence(answer(f, card))
}

// answer returns the words of an unanswered finding as they may be shown. An
// indicator that a declaration can switch off always says the same, so that no
// one can tell a declaration from missing data.
func answer(f detect.Finding, card detect.Meta) string {
	if f.Outcome == detect.Unknown && len(card.Waivers) > 0 {
		return noData
	}
	return f.Statement
}
