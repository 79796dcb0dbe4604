// SPDX-License-Identifier: Apache-2.0

// Package policy is an organisation's judgement written down, and how it changes: a
// file of the form daylight.policy/v1, which policy is in force in a store, and how
// a new one is proposed by one person and adopted by another.
package policy

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"daylight/detect"
	"daylight/record"
	"daylight/weigh"
)

const (
	// Schema is the version of the form of a policy file.
	Schema = "daylight.policy/v1"
	// Shipped names the policy that ships, where a file could be named.
	Shipped = "default"
)

// File is a policy as it is written down, docs/configuration.md. It holds
// counts of outcomes, and nothing of a person.
type File struct {
	Schema     string           `yaml:"schema"`
	Version    string           `yaml:"version"`
	BasedOn    string           `yaml:"based_on,omitempty"`
	MadeAt     string           `yaml:"made_at,omitempty"` // RFC 3339
	MadeFrom   *MadeFrom        `yaml:"made_from,omitempty"`
	Prior      Priors           `yaml:"prior"`
	Thresholds Thresholds       `yaml:"thresholds"`
	Scale      *Scale           `yaml:"scale,omitempty"`
	Changed    []Changed        `yaml:"changed,omitempty"`
	Weights    map[string]Sides `yaml:"weights"`
}

// MadeFrom counts the outcomes that a policy was learned from.
type MadeFrom struct {
	Labels      string `yaml:"labels"` // outcomes or truth
	Confirmed   int    `yaml:"confirmed"`
	Cleared     int    `yaml:"cleared"`
	Unresolved  int    `yaml:"unresolved"` // counted for neither
	PseudoCount int    `yaml:"pseudo_count"`
}

// Scale is a [weigh.Scale].
type Scale struct {
	Slope     int     `yaml:"slope_percent"`
	Intercept float64 `yaml:"intercept_db"`
	Why       string  `yaml:"why"`
}

// Sides is what one indicator weighs; a side that is left out keeps the
// catalogue's weight.
type Sides struct {
	Present *float64 `yaml:"present_db"`
	Absent  *float64 `yaml:"absent_db"`
}

// Changed says why a weight is not the catalogue's.
type Changed struct {
	Indicator string         `yaml:"indicator"`
	Side      detect.Outcome `yaml:"side"` // present or absent
	From      float64        `yaml:"from_db"`
	To        float64        `yaml:"to_db"`
	Why       string         `yaml:"why"`
}

// shippedScale is why the policy that ships scales as it does.
const shippedScale = "as shipped: measured on simulated companies, docs/results.md"

// NewFile writes a policy down: the weight of every indicator that can
// weigh, whether it is the catalogue's or not.
func NewFile(p weigh.Policy, catalog []*detect.Indicator, changed []Changed) File {
	f := File{Schema: Schema, Version: p.Version, Changed: changed, Weights: map[string]Sides{}}
	f.Prior, f.Thresholds = Of(p)
	f.Scale = &Scale{Slope: p.Scale.Slope, Intercept: p.Scale.Intercept.DB()}
	if f.Scale.Slope == 0 {
		f.Scale.Slope = 100
	}
	if p.Scale == weigh.DefaultPolicy().Scale {
		f.Scale.Why = shippedScale
	}
	for _, ind := range catalog {
		w := p.WeightsOf(ind)
		f.Weights[ind.ID] = Sides{new(w.Present.DB()), new(w.Absent.DB())}
	}
	slices.SortStableFunc(f.Changed, func(a, b Changed) int {
		return cmp.Or(cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(b.Side, a.Side)) // present before absent
	})
	return f
}

// Decode reads a policy file strictly onto the policy that ships. What it says is
// checked by [File.Compile].
func Decode(data []byte) (File, error) {
	var f File
	f.Prior, f.Thresholds = Of(weigh.DefaultPolicy())
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return f, err
	}
	if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
		return f, errors.New("there is more after the end of the document (---), which would not be read")
	}
	return f, nil
}

// Encode writes the file as [Decode] reads it.
func (f File) Encode() ([]byte, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(f), enc.Close()); err != nil {
		return nil, fmt.Errorf("write the policy: %w", err)
	}
	return b.Bytes(), nil
}

// versionForm is what a policy may be called: it is printed beside every
// assessment.
var versionForm = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$`)

// Compile checks the whole file and reports every problem at once. Weights that
// are the catalogue's are no overrides: a file that changes nothing gives the
// default policy, bit for bit.
func (f File) Compile(catalog []*detect.Indicator) (weigh.Policy, error) {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }

	if f.Schema != Schema {
		bad("schema is %q, and must be %s", f.Schema, Schema)
	}
	if !versionForm.MatchString(f.Version) {
		bad("version is %q, and must be up to 64 letters, digits and . _ -, such as 2026-05-01.1", f.Version)
	}
	if f.MadeAt != "" {
		if _, err := time.Parse(time.RFC3339, f.MadeAt); err != nil {
			bad("made_at: %w", err)
		}
	}
	if m := f.MadeFrom; m != nil && min(m.Confirmed, m.Cleared, m.Unresolved, m.PseudoCount) < 0 {
		bad("made_from: a count is negative")
	}
	p := f.Thresholds.Apply(weigh.DefaultPolicy())
	p.Version, p.PriorApplicant, p.PriorWorker = f.Version, f.Prior.Applicant, f.Prior.Worker
	if s := f.Scale; s != nil {
		p.Scale = weigh.Scale{Slope: s.Slope, Intercept: Centibans(s.Intercept)}
		if s.Why == "" {
			bad("scale: it needs a reason in \"why\"")
		}
	}
	p.Weights = f.overrides(catalog, bad)
	if err := p.Validate(); err != nil {
		problems = append(problems, err)
	}
	if base := weigh.DefaultPolicy(); len(problems) == 0 && p.Version == base.Version && !f.isDefault(p, base) {
		bad("version %s is that of the policy that ships, and this one differs from it: give it a version of its own", p.Version)
	}
	return p, errors.Join(problems...)
}

// isDefault reports whether a policy judges as the one that ships.
func (f File) isDefault(p, base weigh.Policy) bool {
	prior, thresholds := Of(base)
	return len(p.Weights) == 0 && p.Scale == base.Scale && f.Prior == prior && f.Thresholds == thresholds
}

// overrides are the weights that differ from the catalogue's. Each of them needs
// its reason.
func (f File) overrides(catalog []*detect.Indicator, bad func(string, ...any)) map[string]weigh.Override {
	type weight struct {
		indicator string
		side      detect.Outcome
	}
	why := map[weight]Changed{}
	for _, c := range f.Changed {
		at := weight{c.Indicator, c.Side}
		switch _, twice := why[at]; {
		case c.Side != detect.Present && c.Side != detect.Absent:
			bad("changed: %s: side is %q, and must be present or absent", c.Indicator, c.Side)
		case twice:
			bad("changed: %s: %s is there twice", c.Indicator, c.Side)
		case c.Why == "":
			bad("changed: %s: %s needs a reason in \"why\"", c.Indicator, c.Side)
		}
		why[at] = c
	}
	explain := func(id string, side detect.Outcome, now, shipped float64) {
		c, ok := why[weight{id, side}]
		delete(why, weight{id, side})
		switch {
		case ok && !(math.Abs(c.To-now) < 0.05):
			bad("changed: %s: %s is to be %v dB, and is %v dB under weights", id, side, c.To, now)
		case !ok && now != shipped:
			bad("weights: %s: %s_db is %v and the catalogue's %v, and nothing under changed says why", id, side, now, shipped)
		}
	}
	out := map[string]weigh.Override{}
	known := map[string]bool{}
	for _, ind := range catalog {
		known[ind.ID] = true
		w, ok := f.Weights[ind.ID]
		if !ok {
			continue
		}
		o := w.Onto(weigh.Override{Present: ind.Present, Absent: ind.Absent})
		if (o.Present < 0) != (ind.Present < 0) {
			bad("weights: %s: present_db turns what it means around", ind.ID)
		}
		if ind.Habit && o.Absent != 0 {
			bad("weights: %s: absent_db is not 0, but not having a habit is no comfort", ind.ID)
		}
		explain(ind.ID, detect.Present, o.Present.DB(), ind.Present.DB())
		explain(ind.ID, detect.Absent, o.Absent.DB(), ind.Absent.DB())
		if o.Present != ind.Present || o.Absent != ind.Absent {
			out[ind.ID] = o
		}
	}
	for _, id := range slices.Sorted(maps.Keys(f.Weights)) {
		if !known[id] {
			bad("weights: no indicator is called %q", id)
		}
	}
	for _, c := range f.Changed {
		if _, left := why[weight{c.Indicator, c.Side}]; left && (c.Side == detect.Present || c.Side == detect.Absent) {
			bad("changed: %s is not under weights", c.Indicator)
		}
	}
	return out
}

// Onto gives the weights where the file has them.
func (w Sides) Onto(o weigh.Override) weigh.Override {
	if w.Present != nil {
		o.Present = Centibans(*w.Present)
	}
	if w.Absent != nil {
		o.Absent = Centibans(*w.Absent)
	}
	return o
}

// Whole is the file with the weights that it leaves to the catalogue.
func (f File) Whole(p weigh.Policy, catalog []*detect.Indicator) File {
	f.Weights = NewFile(p, catalog, nil).Weights
	return f
}

// Write writes the file as [Decode] reads it.
func (f File) Write(w io.Writer) error {
	data, err := f.Encode()
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// Priors are the assumed rates of deception before any evidence, per stage.
type Priors struct {
	Applicant float64 `yaml:"applicant"`
	Worker    float64 `yaml:"worker"`
}

// Thresholds are method §3's, weights in decibans.
type Thresholds struct {
	FollowUpFamily      float64 `yaml:"follow_up_family_db"`
	FollowUpToward      float64 `yaml:"follow_up_toward_db"`
	FollowUpProbability float64 `yaml:"follow_up_probability"`
	EscalateProbability float64 `yaml:"escalate_probability"`
	EscalateFamilies    int     `yaml:"escalate_families"`
	EscalateFamily      float64 `yaml:"escalate_family_db"`
	MinimumAnswers      int     `yaml:"minimum_answers"`
	SparedShare         int     `yaml:"spared_share_percent"`
}

// Of returns what a policy file says of a policy's prior and thresholds.
func Of(p weigh.Policy) (Priors, Thresholds) {
	return Priors{p.PriorApplicant, p.PriorWorker}, Thresholds{
		FollowUpFamily:      p.FollowUpFamily.DB(),
		FollowUpToward:      p.FollowUpToward.DB(),
		FollowUpProbability: p.FollowUpProbability,
		EscalateProbability: p.EscalateProbability,
		EscalateFamilies:    p.EscalateFamilies,
		EscalateFamily:      p.EscalateFamily.DB(),
		MinimumAnswers:      p.MinimumAnswers,
		SparedShare:         int(p.SparedShare),
	}
}

// Apply sets the thresholds of a policy.
func (t Thresholds) Apply(p weigh.Policy) weigh.Policy {
	p.FollowUpFamily, p.FollowUpToward, p.EscalateFamily = Centibans(t.FollowUpFamily), Centibans(t.FollowUpToward), Centibans(t.EscalateFamily)
	p.FollowUpProbability, p.EscalateProbability = t.FollowUpProbability, t.EscalateProbability
	p.EscalateFamilies, p.MinimumAnswers = t.EscalateFamilies, t.MinimumAnswers
	p.SparedShare = record.Weight(t.SparedShare)
	return p
}

// Centibans converts decibans to the unit of weights, rounding half away from
// zero.
func Centibans(db float64) record.Weight {
	switch {
	case !(math.Abs(db) < 1e6): // also NaN: no policy allows it
		return math.MaxInt32
	case db < 0:
		return -record.Weight(-db*10 + 0.5)
	}
	return record.Weight(db*10 + 0.5)
}

// ValidVersion reports whether a policy may be called so.
func ValidVersion(version string) bool { return versionForm.MatchString(version) }
