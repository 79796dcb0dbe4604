// SPDX-License-Identifier: Apache-2.0

// Package evaluate measures a scan against people of whom the truth is known:
// how many of the deceptive are found and how many of the genuine are bothered,
// whether the stated probabilities come true, what each indicator is worth, and
// whether groups of honest people are reviewed alike.
//
// It changes nothing and weighs nobody. What it says holds for the people it was
// given; every rate has an interval that says how much so.
package evaluate

import (
	"context"
	"time"

	"daylight/detect"
	"daylight/pipeline"
	"daylight/record"
	"daylight/weigh"
)

// Schema names the form that WriteJSON writes.
const Schema = "daylight.evaluation/v1"

// Options say what to measure beyond the rates.
type Options struct {
	Tool string // name and version of the program, for the record
	// Workers bounds parallelism; 0 is one a core. It never changes the result.
	Workers int
	// Fairness asks for the comparison of groups of honest people.
	Fairness bool
	// SelfIdentification, if set, adds the groups that people named themselves.
	SelfIdentification *SelfIdentification
}

// Evaluation is all that was measured. Its fields are documented in
// docs/formats.md as schema daylight.evaluation/v1.
type Evaluation struct {
	Schema      string      `json:"schema"`
	Tool        string      `json:"tool"`
	Policy      string      `json:"policy"`
	AsOf        time.Time   `json:"as_of"`
	Coverage    Coverage    `json:"coverage"`
	Overall     Truths      `json:"overall"`
	Curve       Curve       `json:"curve"`
	Precision   []Precision `json:"precision"`
	Calibration Calibration `json:"calibration"`
	Stages      []Slice     `json:"stages"`
	Tactics     []Slice     `json:"tactics"` // hardest first
	Groups      []Slice     `json:"groups"`  // most bothered first
	Rings       Rings       `json:"rings"`
	Indicators  []Indicator `json:"indicators"` // most valuable first
	NextChecks  NextChecks  `json:"next_checks"`
	Fairness    *Fairness   `json:"fairness,omitempty"`
	Outcomes    []Outcome   `json:"outcomes"` // by subject
}

// Measure compares what a scan said with the truth. The catalogue and the
// policy are those of the scan. It fails only when ctx is done.
func Measure(ctx context.Context, res *pipeline.Result, catalog []*detect.Indicator, policy weigh.Policy, truth *Truth, o Options) (*Evaluation, error) {
	outcomes, coverage := Match(res, truth)
	e := &Evaluation{
		Schema: Schema, Tool: o.Tool, Policy: policy.Version, AsOf: res.AsOf.UTC(),
		Coverage: coverage, Outcomes: outcomes,
		Overall:     newTruths(outcomes),
		Curve:       newCurve(outcomes),
		Calibration: newCalibration(outcomes),
		Stages:      byStage(outcomes),
		Tactics:     byTactic(outcomes),
		Groups:      byGroup(outcomes),
		Rings:       newRings(outcomes),
		NextChecks:  newNextChecks(outcomes),
	}
	e.Precision = precisions(e.Overall)
	var err error
	if e.Indicators, err = MeasureIndicators(ctx, outcomes, catalog, policy, o.Workers); err != nil {
		return nil, err
	}
	if o.Fairness || o.SelfIdentification != nil {
		e.Fairness = newFairness(outcomes, catalog, o.SelfIdentification)
	}
	return e, nil
}

// Outcome is what a scan said of one person of whom the truth is known.
type Outcome struct {
	Subject   record.SubjectID `json:"subject"`
	Deceptive bool             `json:"deceptive"`
	// Stage is the truth's, or the scan's where the truth gives none.
	Stage  record.Stage `json:"stage"`
	Tactic string       `json:"tactic,omitempty"`
	Groups []string     `json:"groups,omitempty"`
	Ring   string       `json:"ring,omitempty"`
	// Outside are those of Groups for which the limit of [Fairness] does not hold.
	Outside []string    `json:"outside_limit,omitempty"`
	Found   int         `json:"-"` // index of the ring in the scan's result, or -1
	State   weigh.State `json:"state"`
	// Total is the log-odds as believed: prior and evidence, under the scale of a
	// policy that has one.
	Total    record.Weight     `json:"-"`
	TotalDB  Number            `json:"total_db"`
	Assessed *pipeline.Subject `json:"-"`
}

// Escalated reports whether a case was opened for a person.
func (o *Outcome) Escalated() bool { return o.State == weigh.Escalate }

// Reviewed reports whether the person was followed up or escalated: whether
// anybody was asked to look.
func (o *Outcome) Reviewed() bool { return o.State == weigh.Escalate || o.State == weigh.FollowUp }

// Coverage says whom the measures are about, and whom they are not.
type Coverage struct {
	People    int `json:"people"` // in both, measured
	Deceptive int `json:"deceptive"`
	Genuine   int `json:"genuine"`
	// Missing are the people in the truth whom the scan does not have.
	Missing []string `json:"missing"`
	// Untold are the subjects of the scan about whom the truth says nothing.
	Untold []record.SubjectID `json:"untold"`
	// Contradicted are subjects whom several rows of the truth name and disagree
	// about: the scan took two people for one. They are in no measure.
	Contradicted []record.SubjectID `json:"contradicted"`
	// Merged counts rows of the truth beyond the first that name one subject and
	// agree.
	Merged int `json:"merged"`
	// OtherStage counts people whose stage in the truth is not the scan's.
	OtherStage int `json:"other_stage"`
}
