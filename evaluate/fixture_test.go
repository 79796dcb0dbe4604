// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"daylight/detect"
	"daylight/pipeline"
	"daylight/record"
	"daylight/weigh"
)

// catalog is a small one: two families, one indicator that never answers absent,
// one that speaks for people, one that weighs nothing.
func catalog() []*detect.Indicator {
	define := func(m detect.Meta) *detect.Indicator {
		m.Title, m.Lifecycle = m.ID, detect.Stable
		return detect.Define(m, struct{}{}, func(*detect.Pass, struct{}) {})
	}
	quiet := define(detect.Meta{ID: "new.unproved", Family: detect.Conduct, Present: 100})
	quiet.Lifecycle = detect.Experimental
	return []*detect.Indicator{
		define(detect.Meta{ID: "dev.one", Family: detect.Device, Present: 120, Absent: -20, Observation: detect.SignInAddress}),
		define(detect.Meta{ID: "dev.two", Family: detect.Device, Present: 80, OneSided: true}),
		define(detect.Meta{ID: "dev.net", Family: detect.Device, Present: 40, Absent: -40, Observation: detect.SignInAddress}),
		define(detect.Meta{ID: "doc.seen", Family: detect.Document, Present: -100, Reassuring: true}),
		define(detect.Meta{ID: "list.known", Family: detect.Listed, Present: 250, OneSided: true, Conclusive: true}),
		define(detect.Meta{ID: "net.one", Family: detect.Network, Present: 100, Absent: -10, Observation: detect.SignInAddress}),
		define(detect.Meta{ID: "net.two", Family: detect.Network, Present: 60, Absent: -30}),
		quiet,
	}
}

// said is one person of a made-up scan: the truth and the answers.
type said struct {
	Person
	answers map[string]detect.Outcome // unknown where there is none
	ring    int                       // found ring, counted from 1; 0 for none
	aliases []string
}

// scanned weighs the answers as a scan does.
func scanned(policy weigh.Policy, people ...said) (*pipeline.Result, *Truth) {
	res := &pipeline.Result{AsOf: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)}
	truth := &Truth{}
	for _, p := range people {
		v := &detect.View{Subject: record.SubjectID(p.ID), Stage: p.Stage}
		var findings []detect.Finding
		for _, ind := range catalog() {
			f := detect.Finding{Indicator: ind.ID, Outcome: detect.Unknown}
			if o, ok := p.answers[ind.ID]; ok {
				f.Outcome = o
				if o == detect.Present {
					f.Strength = 100
				}
			}
			findings = append(findings, f)
		}
		res.Subjects = append(res.Subjects, &pipeline.Subject{
			View: v, Aliases: p.aliases, Assessment: weigh.Assess(policy, catalog(), v, findings), Ring: p.ring - 1,
		})
		truth.People = append(truth.People, p.Person)
	}
	return res, truth
}

// at makes outcomes with the given totals, in centibans.
func at(deceptive bool, totals ...record.Weight) []Outcome {
	var out []Outcome
	for i, w := range totals {
		s := &pipeline.Subject{View: &detect.View{}, Assessment: weigh.Assessment{Stage: record.Applicant, Prior: -200, Total: w}}
		out = append(out, Outcome{Subject: record.SubjectID(fmt.Sprintf("%v-%d", deceptive, i)), Deceptive: deceptive, Total: w, Stage: record.Applicant, Found: -1, Assessed: s})
	}
	return out
}

// crowd is many people with random answers, the same for the same seed.
func crowd(n int, seed uint64) []said {
	rng := rand.New(rand.NewPCG(seed, 1))
	tactics := []string{"laptop-farm", "borrowed-identity", "stand-in"}
	groups := []string{"vpn-habit", "night-work", "thin-file", "rural-internet"}
	var out []said
	for i := range n {
		p := said{Person: Person{ID: fmt.Sprintf("p-%04d", i), Stage: record.Applicant}, answers: map[string]detect.Outcome{}}
		if i%2 == 1 {
			p.Stage = record.Worker
		}
		likely := .05
		if p.Deceptive = i%5 == 0; p.Deceptive {
			likely = .6
			p.Tactic = tactics[rng.IntN(len(tactics))]
			p.Ring = fmt.Sprintf("team-%d", i/25)
			p.ring = rng.IntN(3) * (1 + i/25)
		} else if rng.IntN(3) > 0 {
			p.Groups = []string{groups[rng.IntN(len(groups))]}
			if p.Groups[0] == "vpn-habit" {
				likely = .3
			}
		}
		for _, ind := range catalog() {
			switch u := rng.Float64(); {
			case u < likely && (!ind.Conclusive || p.Deceptive && u < likely/10) && !ind.Reassuring:
				p.answers[ind.ID] = detect.Present
			case ind.Reassuring && u > .8+likely/3:
				p.answers[ind.ID] = detect.Present
			case u < .8 && !ind.OneSided:
				p.answers[ind.ID] = detect.Absent
			}
		}
		out = append(out, p)
	}
	return out
}

// selves are answers of the crowd about themselves.
func selves(people []said) *SelfIdentification {
	s := &SelfIdentification{}
	for i, p := range people {
		s.Answers = append(s.Answers, Answer{p.ID, "hand", []string{"left", "right", "right", "both"}[i%4]})
	}
	s.Answers = append(s.Answers, Answer{people[1].ID, "hand", "neither"}, Answer{"nobody", "hand", "left"})
	return s
}

func measured(t *testing.T, o Options, people ...said) *Evaluation {
	t.Helper()
	policy := weigh.DefaultPolicy()
	res, truth := scanned(policy, people...)
	e, err := Measure(t.Context(), res, catalog(), policy, truth, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func find(t *testing.T, all []Indicator, id string) Indicator {
	t.Helper()
	i := slices.IndexFunc(all, func(x Indicator) bool { return x.ID == id })
	if i < 0 {
		t.Fatalf("no indicator %s", id)
	}
	return all[i]
}
