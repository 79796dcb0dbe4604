// SPDX-License-Identifier: Apache-2.0

// Package weigh weighs findings into one explainable assessment.
//
// The total is a sum of logarithms of likelihood ratios (Good's weight of
// evidence), in integers. So every point of it belongs to a named finding, the
// parts add up to the whole exactly, and the order of the parts cannot matter.
// Nothing here decides about a person: the strongest state asks a person to look.
package weigh

import (
	"math"
	"time"

	"daylight/detect"
	"daylight/record"
)

// State is what software may say of an assessment.
type State string

// The states. Insufficient is never to be read as clear.
const (
	Clear        State = "clear"
	Insufficient State = "insufficient"
	FollowUp     State = "follow-up"
	Escalate     State = "escalate"
)

// Contribution is one finding's part in the total.
type Contribution struct {
	Finding detect.Finding
	Family  detect.Family
	Weight  record.Weight // declared or overridden, times strength
	Counted record.Weight // after discounts and caps; these sum to Total - Prior
	// Why says what cut the weight, or "": "third of its family", "family cap",
	// "half: same observation as net.geo_vs_claimed", joined by "; ".
	Why string
}

// FamilyTotal is what one family adds.
type FamilyTotal struct {
	Family  detect.Family
	Toward  record.Weight // sum of the positive counted weights
	Against record.Weight // sum of the negative ones
	// Own is what Toward would be without the findings that somebody else's
	// application can make true of the subject, see [detect.Meta]: nothing that
	// others send in makes it less, nor more.
	Own      record.Weight
	Answered int // stable indicators that answered present or absent
	Telling  int // of those, the ones whose answer weighs anything
}

// Sum returns Toward plus Against.
func (f FamilyTotal) Sum() record.Weight { return f.Toward + f.Against }

// Suggestion is a next check, ranked by what it is expected to tell.
type Suggestion struct {
	Indicator string
	Do        string // the offer, in words
	Why       string // what it would settle, with what it would add either way
	// Asks names where the answer is recorded, see [detect.Meta.Answers].
	Asks []string
	// Expected is how far the check is expected to move the total towards the truth
	// at the present probability, before dividing by cost (method §3).
	Expected record.Weight
}

// Assessment is what is believed of one subject at one time, and why.
type Assessment struct {
	Subject      record.SubjectID
	Stage        record.Stage
	AsOf         time.Time // UTC
	Policy       string    // version
	Prior, Total record.Weight
	Scale        Scale // the policy's
	State        State
	Conclusive   bool // a listed identifier confirmed twice escalated it
	// Held is set where the thresholds of escalation are reached, and would not be
	// if the answers that can be asked again spoke for the person.
	Held bool
	// Spared is the comfort, 0 or less, of answers that are lacking through no doing
	// of the person's, less what habits add; the threshold of follow-up on the
	// probability reads it, and nothing else.
	Spared        record.Weight
	Contributions []Contribution // by family in detect.Families' order, then by counted weight, then id
	Families      []FamilyTotal
	Unanswered    []detect.Finding // unknown and failed: shown, never weighed
	Next          []Suggestion     // at most two
}

// LogOdds returns what the total counts as under the policy's scale, centibans:
// the total itself where the policy has none.
func (a Assessment) LogOdds() record.Weight { return a.Scale.LogOdds(a.Prior, a.Total) }

// Probability returns the log-odds as a probability, for display and thresholds.
func (a Assessment) Probability() float64 {
	return 1 / (1 + math.Pow(10, -float64(a.LogOdds())/100))
}
