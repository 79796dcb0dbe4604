// SPDX-License-Identifier: Apache-2.0

package simulate

import (
	"fmt"
	"io"
	"strings"
)

// truth writes who is who. An earlier application of a person has a row of its
// own, because it may be read as another person.
func (s *company) truth(w io.Writer) error {
	return rows(w, []string{"person", "truth", "stage", "tactic", "group", "ring", "outside_limit"}, func(add func(...string)) {
		for _, p := range s.people {
			truth, stage, ring := "genuine", "applicant", ""
			if p.deceptive {
				truth = "deceptive"
				if p.gang.members > 1 {
					ring = p.gang.id
				}
			}
			if p.worker() {
				stage = "worker"
			}
			outside := ""
			if p.in(nomadUndeclared) {
				outside = nomadUndeclared
			}
			add(p.id, truth, stage, p.tactic, strings.Join(p.groups, ";"), ring, outside)
			if p.earlier != nil {
				add(p.earlier.id, truth, stage, p.tactic, strings.Join(p.groups, ";"), ring, outside)
			}
		}
	})
}

// selfIdentification writes what part of the people said of themselves. The
// groups are neutral and drawn independently of everything else, so that every
// difference that is measured between them is chance or a defect.
func (s *company) selfIdentification(w io.Writer) error {
	attributes := []struct {
		name   string
		groups []string
	}{
		{"attribute one", []string{"group a", "group b", "group c"}},
		{"attribute two", []string{"group a", "group b"}},
		{"age band", []string{"band x", "band y", "band z"}},
	}
	return rows(w, []string{"person", "attribute", "group"}, func(add func(...string)) {
		for _, p := range s.people {
			c := s.draw(p, "self-identification")
			for _, a := range attributes {
				g := of(c, a.groups)
				if c.is(0.85) {
					add(p.id, a.name, g)
				}
			}
		}
	})
}

// configuration writes what a company would tell Daylight of itself.
func (s *company) configuration(w io.Writer) error {
	_, err := fmt.Fprintf(w, "# What the simulated company deploys itself.\ncompany:\n  egress: [%q]\n", ip4(egressBase)+"/24")
	return err
}

// count fills the summary.
func (s *company) count() {
	s.sum = Summary{Tactics: map[string]int{}, Groups: map[string]int{}, Start: s.start, End: s.end, Answered: s.end.AddDate(0, 0, roundDays*len(s.c.Answer))}
	for _, p := range s.people {
		if p.deceptive {
			s.sum.Deceptive++
			s.sum.Tactics[p.tactic]++
		} else {
			s.sum.Honest++
		}
		if p.worker() {
			s.sum.Workers++
		} else {
			s.sum.Applicants++
		}
		for _, g := range p.groups {
			s.sum.Groups[g]++
		}
	}
}
