// SPDX-License-Identifier: Apache-2.0

// Package detect runs independent indicators over what is known of one subject.
//
// An indicator is a value, declared in one place with [Define]: what it looks
// for, why that matters, what innocent explanations there are, which records it
// needs, how much it should count, and the function that looks. Indicators are
// pure. They do no I/O, read no clock and keep no state, so the same records
// give the same findings on every machine, in every order, in any year.
package detect

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"daylight/record"
)

// Outcome is an indicator's answer for one subject.
type Outcome string

// The outcomes. Unknown is not Absent: missing data must never clear anyone,
// nor count against them.
const (
	Present Outcome = "present"
	Absent  Outcome = "absent"
	Unknown Outcome = "unknown"
	Failed  Outcome = "failed" // the indicator itself broke; counts as nothing
)

// Family groups indicators whose signals share a cause, so that weighing does
// not count one fact three times.
type Family string

// The families.
const (
	History   Family = "history"
	Document  Family = "document"
	Contact   Family = "contact"
	Interview Family = "interview"
	Network   Family = "network"
	Device    Family = "device"
	Logistics Family = "logistics"
	Rhythm    Family = "rhythm"
	Conduct   Family = "conduct"
	Pay       Family = "pay"
	Listed    Family = "listed"
)

// Families lists every family in the order people see them.
var Families = []Family{History, Document, Contact, Interview, Network, Device, Logistics, Rhythm, Conduct, Pay, Listed}

// Lifecycle says what may be relied on.
type Lifecycle string

// An indicator starts Experimental: it runs and is shown, and weighs nothing.
const (
	Experimental Lifecycle = "experimental"
	Stable       Lifecycle = "stable"
	Deprecated   Lifecycle = "deprecated"
)

// Waiver is a declaration under which an indicator does not apply to a person.
type Waiver int

// The waivers.
const (
	// Accommodated indicators depend on camera, speech, speed of reply or
	// attendance, and answer Unknown for a person with an accommodation.
	Accommodated Waiver = iota + 1
	// AddressProtected indicators compare addresses or former names, and answer
	// Unknown for a person in a confidentiality programme.
	AddressProtected
)

// Observation names the underlying thing seen. When indicators of different
// families rest on the same observation, weighing counts the largest in full
// and half of the rest.
type Observation string

// The observations that feed more than one family.
const (
	OwnObservation Observation = "" // nothing else rests on it
	SignInAddress  Observation = "sign-in address"
	ClientAddress  Observation = "application address"
	ResumeFile     Observation = "résumé file"
	HomeAddress    Observation = "home address"
	USBDevices     Observation = "USB devices"
	CameraSession  Observation = "interview video"
	ActivityHours  Observation = "hours of activity"
)

// NextCheck is what a person can do to answer an indicator that is unknown. An
// indicator with one must have a negative Absent weight: a check that cannot
// clear anyone is not offered.
type NextCheck struct {
	Do string // an offer in plain words, neutral, that fits "You could …"
	// CandidateCost and CompanyCost are relative, 1 (a minute) to 10 (a day).
	CandidateCost, CompanyCost int
	// One is the percent of the Present weight that one answer is worth, where it
	// takes several to count in full; 0 for all of it.
	One int
	// Comfort is the percent of the Absent weight that one answer is worth, where it
	// takes several to count in full; 0 for all of it.
	Comfort int
	// Unless names checks of which one that was passed has answered this already.
	Unless []string
	// Asks names the columns, such as "interviews.window", and the checks, such as
	// "checks.employment", of docs/formats.md that record the answer, or "documents"
	// for a file. [Meta.Asks] are among [Meta.Answers] without being repeated.
	Asks []string
	// Stages are those of the people to whom it can be offered; all when empty. A
	// check that needs logs of somebody's work says nothing to an applicant.
	Stages []record.Stage
}

// SecondLook is how an answer that speaks against a person is asked again: at
// another office, by somebody else, or with a paper that the person shows.
type SecondLook struct {
	Do string // an offer in plain words, neutral, that fits "You could …"
	// Left is the percent of the Present weight that stays when the second answer
	// speaks for the person.
	Left int
	// Asks are the places of the answer, as in [NextCheck.Asks]; those of the first
	// question when empty.
	Asks []string
	// Then is what the person can show where the same answer came again, and the Then
	// of that what is left to ask where they could not; nil for nothing.
	Then *SecondLook
}

// Open returns the look that is still to be taken at a finding, or nil. The first is
// open while the finding is present below its full strength and above Left, and was
// not asked again ([Finding.Repeated]); what follows a repeated answer, while it is
// above that one's Left and was not answered either ([Finding.Settled]); and what
// follows that, once more below full strength.
func (s *SecondLook) Open(f Finding) *SecondLook {
	if s == nil || f.Outcome != Present {
		return nil
	}
	if f.Repeated {
		s = s.Then
		if s != nil && f.Settled {
			s = s.Then
		}
	}
	full := f.Strength == 100 && (!f.Repeated || f.Settled)
	if s == nil || f.Strength <= s.Left || full {
		return nil
	}
	return s
}

// Meta is all that is said about an indicator. A test reads every field.
type Meta struct {
	ID          string // the catalogue's, such as "net.impossible_travel"; never reused
	Title       string // one line, as a reviewer reads it
	Rationale   string // why this bears on the question
	Innocent    []string
	References  []string // keys of [Sources], "method §4" for a section of docs/method.md, or citations in full
	Family      Family
	Lifecycle   Lifecycle
	Observation Observation
	Needs       []record.Kind // without one of each, the outcome is Unknown
	// Either are two kinds or more of which any one is enough, beside Needs. Without
	// any of them, the outcome is Unknown.
	Either []record.Kind
	// Asks names the checks of checks.csv that answer it, see
	// [record.Attestations]; empty when no check does.
	Asks []string
	// Checks names the other checks of checks.csv whose results it reads; empty for
	// none, and for one that reads those of all.
	Checks  []string
	Waivers []Waiver
	// Present is the weight of a finding at full strength. It is positive, except
	// when Reassuring is set: then it is negative and Absent 0.
	Present record.Weight
	// Reassuring is set when being Present speaks for the person.
	Reassuring bool
	// Absent is the weight when the indicator looked and saw nothing; 0 or less.
	Absent record.Weight
	// OneSided is set when the indicator never answers Absent, because not seeing
	// the thing says nothing.
	OneSided bool
	// Weighing says why the weights are what they are. Required.
	Weighing string
	// Next offers the check that would answer the indicator, if there is one.
	Next *NextCheck
	// Again asks a present finding again, with the costs, stages and places of Next;
	// without Next, it names places of its own. Nobody is escalated on what such a look could take away.
	Again *SecondLook
	// Framable is set when somebody else's own application can make the finding
	// true of this person: their telephone number, picture or wording in another
	// file. Framable findings together stand for one source, however many families
	// they are in, so that nobody is escalated by what one stranger sent in.
	Framable bool
	// Habit is set when what is seen is how many honest people live, such as a
	// privacy VPN used all year. Such a finding counts only beside two other
	// families that speak for themselves, and not seeing it is no comfort: a habit
	// says how somebody could hide, and never that there is something to hide.
	Habit bool
	// Conclusive is for listed identifiers only: present twice confirmed, it
	// escalates whatever the total.
	Conclusive bool
	// Words are Title, Rationale and Innocent in other languages, by their codes (BCP 47);
	// see [Meta.In] and [Translated].
	Words map[string]*Words
}

// Wants returns what the indicator needs: a record of one kind of each list.
func (m Meta) Wants() [][]record.Kind {
	var out [][]record.Kind
	for _, k := range m.Needs {
		out = append(out, []record.Kind{k})
	}
	if len(m.Either) > 0 {
		out = append(out, m.Either)
	}
	return out
}

// Ready reports whether the view has all that the indicator needs. Otherwise its
// answer is Unknown, whatever else is there.
func (m Meta) Ready(v *View) bool {
	return !slices.ContainsFunc(m.Wants(), func(kinds []record.Kind) bool { return !slices.ContainsFunc(kinds, v.Has) })
}

// Answers names where the outcome of the next check is recorded; nil without one.
func (m Meta) Answers() []string {
	if m.Next == nil {
		return nil
	}
	out := slices.Clone(m.Next.Asks)
	for _, check := range m.Asks {
		if check = "checks." + check; !slices.Contains(out, check) {
			out = append(out, check)
		}
	}
	return out
}

// Indicator is one declared indicator. Make it with [Define].
type Indicator struct {
	Meta
	params any
	tune   func(json.RawMessage) (*Indicator, error)
	run    func(*Pass)
}

// Define declares an indicator with typed parameters and their defaults. The
// fields of P carry a json tag, a doc tag that gives meaning, unit and source, and,
// when they are numbers, min and max tags that hold for both ends.
func Define[P any](m Meta, defaults P, run func(*Pass, P)) *Indicator {
	ind := &Indicator{Meta: m, params: defaults, run: func(p *Pass) { run(p, defaults) }}
	ind.tune = func(raw json.RawMessage) (*Indicator, error) {
		tuned := defaults
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&tuned); err != nil {
			return nil, fmt.Errorf("indicator %s: %w", m.ID, err)
		}
		if err := CheckParams(tuned); err != nil {
			return nil, fmt.Errorf("indicator %s: %w", m.ID, err)
		}
		return Define(m, tuned, run), nil
	}
	return ind
}

// Tune returns a copy of the indicator with parameters overridden from
// configuration. Unknown parameter names are errors, and so is a number outside
// its bounds.
func (ind *Indicator) Tune(raw json.RawMessage) (*Indicator, error) {
	tuned, err := ind.tune(raw)
	if err != nil {
		return nil, err
	}
	tuned.Words = ind.Words
	return tuned, nil
}

// Params returns the parameters in force, for documentation.
func (ind *Indicator) Params() any { return ind.params }

// Finding is one indicator's answer for one subject.
type Finding struct {
	Indicator string  `json:"indicator"`
	Outcome   Outcome `json:"outcome"`
	// Strength is how much of the Present weight counts, in percent, 1-100. Of the
	// Absent weight all counts where it is 0.
	Strength int `json:"strength,omitzero"`
	// Statement says what was observed, or why the answer is unknown.
	Statement string             `json:"statement"`
	Cites     []record.Citation  `json:"cites,omitzero"`
	Related   []record.SubjectID `json:"related,omitzero"`
	// Spared is set where it is not the person's doing that there is no answer: a
	// declaration waives the one there was, which is not kept, or whoever was asked
	// does not answer (see [Pass.Spare]). No report shows it: a waiver must not be
	// readable.
	Spared bool `json:"spared,omitzero"`
	// More is set where one more source could be asked the same (see [Pass.More]).
	More bool `json:"more,omitzero"`
	// Repeated is set where whoever answered has given the same answer when asked
	// again (see [Pass.Repeated]).
	Repeated bool `json:"repeated,omitzero"`
	// Settled is set where what the person was then asked to show is known, or that
	// nothing came (see [Pass.Settled]).
	Settled bool `json:"settled,omitzero"`
	// Doubt is how unlikely the next check is to bring an answer, in percent: 0 where
	// nothing is known of that, 100 where it cannot (see [Pass.Doubt]).
	Doubt int `json:"doubt,omitzero"`
}

// Run asks every indicator about the view. It returns exactly one finding an
// indicator, sorted by indicator; it fails only when ctx is done. It sorts the
// view's slices in place, so the order of arrival cannot matter.
func Run(ctx context.Context, catalog []*Indicator, v *View) ([]Finding, error) {
	v.sort()
	out := make([]Finding, 0, len(catalog))
	for _, ind := range catalog {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out = append(out, ind.ask(v))
	}
	slices.SortFunc(out, func(a, b Finding) int { return cmp.Compare(a.Indicator, b.Indicator) })
	return out, nil
}

// ask answers for one person. What a declaration waives reads like missing data.
func (ind *Indicator) ask(v *View) Finding {
	f := ind.answer(v)
	if ind.Waived(v) {
		// The same words as for missing data: a waiver must not be readable.
		return Finding{Indicator: ind.ID, Outcome: Unknown, Statement: noData, Spared: f.Outcome == Present || f.Outcome == Absent || f.Spared}
	}
	return f
}

// Waived reports whether a declaration of the person has it that the indicator
// does not apply to them.
func (ind *Indicator) Waived(v *View) bool {
	return v.Accommodation && slices.Contains(ind.Waivers, Accommodated) ||
		v.Protected && slices.Contains(ind.Waivers, AddressProtected)
}

func (ind *Indicator) answer(v *View) (f Finding) {
	if !ind.Ready(v) {
		return Finding{Indicator: ind.ID, Outcome: Unknown, Statement: noData}
	}
	defer func() {
		if r := recover(); r != nil {
			f = Finding{Indicator: ind.ID, Outcome: Failed, Statement: fmt.Sprint("the indicator failed: ", r)}
		}
	}()
	p := &Pass{View: v, finding: Finding{Indicator: ind.ID, Outcome: Failed, Statement: "the indicator gave no answer"}}
	ind.run(p)
	if f := p.finding; f.Outcome == Absent && ind.Absent < 0 && len(f.Cites) == 0 {
		return Finding{Indicator: ind.ID, Outcome: Failed, Statement: "the indicator failed: an answer that weighs cites no record"}
	}
	return p.finding
}

const noData = "no data to answer from"
