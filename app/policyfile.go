// SPDX-License-Identifier: Apache-2.0

package app

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
	"daylight/weigh"
)

const (
	// policySchema is the version of the form of a policy file.
	policySchema = "daylight.policy/v1"
	// defaultPolicy names the policy that ships, where a file could be named.
	defaultPolicy = "default"
)

// policyFile is a policy as it is written down, docs/configuration.md. It holds
// counts of outcomes, and nothing of a person.
type policyFile struct {
	Schema     string              `yaml:"schema"`
	Version    string              `yaml:"version"`
	BasedOn    string              `yaml:"based_on,omitempty"`
	MadeAt     string              `yaml:"made_at,omitempty"` // RFC 3339
	MadeFrom   *madeFrom           `yaml:"made_from,omitempty"`
	Prior      Priors              `yaml:"prior"`
	Thresholds Thresholds          `yaml:"thresholds"`
	Scale      *policyScale        `yaml:"scale,omitempty"`
	Changed    []changedWeight     `yaml:"changed,omitempty"`
	Weights    map[string]weightDB `yaml:"weights"`
}

// madeFrom counts the outcomes that a policy was learned from.
type madeFrom struct {
	Labels      string `yaml:"labels"` // outcomes or truth
	Confirmed   int    `yaml:"confirmed"`
	Cleared     int    `yaml:"cleared"`
	Unresolved  int    `yaml:"unresolved"` // counted for neither
	PseudoCount int    `yaml:"pseudo_count"`
}

// policyScale is a [weigh.Scale].
type policyScale struct {
	Slope     int     `yaml:"slope_percent"`
	Intercept float64 `yaml:"intercept_db"`
	Why       string  `yaml:"why"`
}

// weightDB is what one indicator weighs; a side that is left out keeps the
// catalogue's weight.
type weightDB struct {
	Present *float64 `yaml:"present_db"`
	Absent  *float64 `yaml:"absent_db"`
}

// changedWeight says why a weight is not the catalogue's.
type changedWeight struct {
	Indicator string         `yaml:"indicator"`
	Side      detect.Outcome `yaml:"side"` // present or absent
	From      float64        `yaml:"from_db"`
	To        float64        `yaml:"to_db"`
	Why       string         `yaml:"why"`
}

// shippedScale is why the policy that ships scales as it does.
const shippedScale = "as shipped: measured on simulated companies, docs/results.md"

// newPolicyFile writes a policy down: the weight of every indicator that can
// weigh, whether it is the catalogue's or not.
func newPolicyFile(p weigh.Policy, catalog []*detect.Indicator, changed []changedWeight) policyFile {
	c := configOf(p)
	f := policyFile{Schema: policySchema, Version: p.Version, Prior: c.Prior, Thresholds: c.Thresholds, Changed: changed, Weights: map[string]weightDB{}}
	f.Scale = &policyScale{Slope: p.Scale.Slope, Intercept: p.Scale.Intercept.DB()}
	if f.Scale.Slope == 0 {
		f.Scale.Slope = 100
	}
	if p.Scale == weigh.DefaultPolicy().Scale {
		f.Scale.Why = shippedScale
	}
	for _, ind := range catalog {
		w := p.WeightsOf(ind)
		f.Weights[ind.ID] = weightDB{new(w.Present.DB()), new(w.Absent.DB())}
	}
	slices.SortStableFunc(f.Changed, func(a, b changedWeight) int {
		return cmp.Or(cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(b.Side, a.Side)) // present before absent
	})
	return f
}

// readPolicy decodes a policy file strictly onto the defaults.
func readPolicy(path string) (policyFile, error) {
	data, err := readConfig(path)
	if err != nil {
		return policyFile{}, fmt.Errorf("read the policy: %w", err)
	}
	f, err := decodePolicy(data)
	if err != nil {
		return f, fmt.Errorf("policy %s: %w", path, err)
	}
	return f, nil
}

func decodePolicy(data []byte) (policyFile, error) {
	c := DefaultConfig()
	f := policyFile{Prior: c.Prior, Thresholds: c.Thresholds}
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

// encode writes the file as [readPolicy] reads it.
func (f policyFile) encode() ([]byte, error) {
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

// compile checks the whole file and reports every problem at once. Weights that
// are the catalogue's are no overrides: a file that changes nothing gives the
// default policy, bit for bit.
func (f policyFile) compile(catalog []*detect.Indicator) (weigh.Policy, error) {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }

	if f.Schema != policySchema {
		bad("schema is %q, and must be %s", f.Schema, policySchema)
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
	p := f.Thresholds.apply(weigh.DefaultPolicy())
	p.Version, p.PriorApplicant, p.PriorWorker = f.Version, f.Prior.Applicant, f.Prior.Worker
	if s := f.Scale; s != nil {
		p.Scale = weigh.Scale{Slope: s.Slope, Intercept: centibans(s.Intercept)}
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
func (f policyFile) isDefault(p, base weigh.Policy) bool {
	d := DefaultConfig()
	return len(p.Weights) == 0 && p.Scale == base.Scale && f.Prior == d.Prior && f.Thresholds == d.Thresholds
}

// overrides are the weights that differ from the catalogue's. Each of them needs
// its reason.
func (f policyFile) overrides(catalog []*detect.Indicator, bad func(string, ...any)) map[string]weigh.Override {
	type weight struct {
		indicator string
		side      detect.Outcome
	}
	why := map[weight]changedWeight{}
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
		o := w.onto(weigh.Override{Present: ind.Present, Absent: ind.Absent})
		if (o.Present < 0) != (ind.Present < 0) {
			bad("weights: %s: present_db turns what it means around", ind.ID)
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

// onto gives the weights where the file has them.
func (w weightDB) onto(o weigh.Override) weigh.Override {
	if w.Present != nil {
		o.Present = centibans(*w.Present)
	}
	if w.Absent != nil {
		o.Absent = centibans(*w.Absent)
	}
	return o
}
