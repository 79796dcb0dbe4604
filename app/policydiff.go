// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"daylight/detect"
	"daylight/evaluate/calibrate"
	"daylight/policy"
	"daylight/record"
	"daylight/report"
	"daylight/weigh"
)

// policyDiffSchema is the version of the JSON form of a comparison.
const policyDiffSchema = "daylight.policy-diff/v1"

// mostParts is how many contributions are named of each person.
const mostParts = 3

// policyDiff is what another policy would change, docs/formats.md.
type policyDiff struct {
	Schema   string           `json:"schema"`
	AsOf     time.Time        `json:"as_of"`
	Old      string           `json:"old"` // versions
	New      string           `json:"new"`
	People   int              `json:"people"`
	Moved    int              `json:"moved"` // to another state
	States   []stateShift     `json:"states"`
	Settings []policy.Setting `json:"settings"` // prior, thresholds and scale that differ
	Weights  []weightDiff     `json:"weights"`  // that differ
	Subjects []subjectShift   `json:"subjects"` // whose figure or state differs
}

type stateShift struct {
	From  weigh.State `json:"from"`
	To    weigh.State `json:"to"`
	Count int         `json:"count"`
}

type weightDiff struct {
	Indicator  string  `json:"indicator"`
	OldPresent float64 `json:"old_present_db"`
	NewPresent float64 `json:"new_present_db"`
	OldAbsent  float64 `json:"old_absent_db"`
	NewAbsent  float64 `json:"new_absent_db"`
}

// subjectShift is one person, under the id of the report.
type subjectShift struct {
	ID             string         `json:"id"`
	Stage          record.Stage   `json:"stage"`
	From           weigh.State    `json:"from"`
	To             weigh.State    `json:"to"`
	OldProbability float64        `json:"old_probability"` // rounded to 4 decimals
	NewProbability float64        `json:"new_probability"`
	Change         float64        `json:"change_db"` // of the log-odds
	Contributions  []contribution `json:"contributions"`
}

type contribution struct {
	Indicator string         `json:"indicator"`
	Family    detect.Family  `json:"family"`
	Outcome   detect.Outcome `json:"outcome"`
	Old       float64        `json:"old_db"` // counted, after discounts
	New       float64        `json:"new_db"`
}

func newPolicyDiff(policies [2]weigh.Policy, asOf time.Time, c calibrate.Comparison) policyDiff {
	d := policyDiff{
		Schema: policyDiffSchema, AsOf: asOf.UTC(), Old: policies[0].Version, New: policies[1].Version, People: c.People,
		States: []stateShift{}, Settings: policy.Settings(policies[0], policies[1]), Weights: []weightDiff{}, Subjects: []subjectShift{},
	}
	for _, s := range c.Shifts {
		d.States = append(d.States, stateShift{s.Old, s.New, s.People})
	}
	for _, w := range c.Weights {
		d.Weights = append(d.Weights, weightDiff{w.Indicator, w.Old.Present.DB(), w.New.Present.DB(), w.Old.Absent.DB(), w.New.Absent.DB()})
	}
	for _, m := range c.Moves {
		if m.Moved() {
			d.Moved++
		}
		s := subjectShift{
			ID: string(m.Old.Subject), Stage: m.Old.Stage, From: m.Old.State, To: m.New.State,
			OldProbability: rounded(m.Old.Probability()), NewProbability: rounded(m.New.Probability()),
			Change: m.Change().DB(), Contributions: []contribution{},
		}
		for _, p := range m.Parts[:min(len(m.Parts), mostParts)] {
			s.Contributions = append(s.Contributions, contribution{p.Indicator, p.Family, p.Outcome, p.Old.DB(), p.New.DB()})
		}
		d.Subjects = append(d.Subjects, s)
	}
	return d
}

func rounded(p float64) float64 { return math.Round(p*1e4) / 1e4 }

func (d policyDiff) writeJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}

// writeText words the comparison: what differs, how many move, and who.
func (d policyDiff) writeText(out io.Writer, all bool) error {
	w := bufio.NewWriter(out)
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) } // Flush tells
	line("Policy %s against %s, %s. Nothing is adopted by this.", d.Old, d.New, count(d.People, "person", "people"))
	if len(d.Settings) > 0 {
		line("\nSettings that differ")
		for _, s := range d.Settings {
			line("  %-32s %v → %v", s.Name, s.Old, s.New)
		}
	}
	line("\nWeights that differ, present / absent%s", none(len(d.Weights)))
	for _, x := range d.Weights {
		line("  %-32s %s / %s → %s / %s", x.Indicator, weight(x.OldPresent), weight(x.OldAbsent), weight(x.NewPresent), weight(x.NewAbsent))
	}
	line("\nFrom state (down) to state (across)")
	d.writeMatrix(line)
	line("\nPeople whose state would change%s", none(d.Moved))
	for _, s := range d.Subjects[:d.Moved] {
		s.write(line)
	}
	rest := d.Subjects[d.Moved:]
	switch {
	case len(rest) == 0:
	case all:
		line("\nPeople whose figure would change and whose state would not")
		for _, s := range rest {
			s.write(line)
		}
	default:
		line("\nOf %s more the figure would change and the state would not, by %s at most (--all lists them).",
			count(len(rest), "person", "people"), strings.TrimPrefix(weight(math.Abs(rest[0].Change)), "+"))
	}
	return w.Flush()
}

// none is what is said of an empty list.
func none(n int) string {
	if n == 0 {
		return ": none"
	}
	return ""
}

// writeMatrix writes how many people go from which state to which.
func (d policyDiff) writeMatrix(line func(string, ...any)) {
	states := [...]weigh.State{weigh.Clear, weigh.Insufficient, weigh.FollowUp, weigh.Escalate}
	line("  %-14s%14s%14s%14s%14s", "", states[0], states[1], states[2], states[3])
	for _, from := range states {
		var n [len(states)]int
		for i, to := range states {
			if at := slices.IndexFunc(d.States, func(s stateShift) bool { return s.From == from && s.To == to }); at >= 0 {
				n[i] = d.States[at].Count
			}
		}
		line("  %-14s%14d%14d%14d%14d", from, n[0], n[1], n[2], n[3])
	}
}

func (s subjectShift) write(line func(string, ...any)) {
	states := string(s.From)
	if s.From != s.To {
		states += " → " + string(s.To)
	}
	line("  %s (%s): %s, %.2f %% → %.2f %%, %s", report.Visible(s.ID), s.Stage, states, 100*s.OldProbability, 100*s.NewProbability, weight(s.Change))
	for _, c := range s.Contributions {
		line("      %-30s %-8s %s → %s", c.Indicator, c.Outcome, weight(c.Old), weight(c.New))
	}
}

// weight words decibans.
func weight(db float64) string { return record.Weight(math.Round(db * 10)).String() }
