// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"slices"

	"daylight/pipeline"
	"daylight/record"
)

// Match finds the subject of each person in the truth, by the subject's id or,
// failing that, by one of its aliases. The outcomes are sorted by subject.
func Match(res *pipeline.Result, truth *Truth) ([]Outcome, Coverage) {
	find := newFinder(res)
	rows := map[*pipeline.Subject][]Person{}
	c := Coverage{Missing: []string{}, Untold: []record.SubjectID{}, Contradicted: []record.SubjectID{}}
	for _, p := range truth.People {
		if s := find.subject(p.ID); s != nil {
			rows[s] = append(rows[s], p)
		} else {
			c.Missing = append(c.Missing, p.ID)
		}
	}
	slices.Sort(c.Missing)
	out := []Outcome{}
	for _, s := range find.sorted {
		people := rows[s]
		switch {
		case len(people) == 0:
			c.Untold = append(c.Untold, s.View.Subject)
			continue
		case slices.ContainsFunc(people, func(p Person) bool { return p.Deceptive != people[0].Deceptive }):
			c.Contradicted = append(c.Contradicted, s.View.Subject)
			continue
		}
		c.Merged += len(people) - 1
		o := newOutcome(s, people)
		if (o.Stage == record.Applicant) != (priorStage(o) == record.Applicant) {
			c.OtherStage++
		}
		if o.Deceptive {
			c.Deceptive++
		} else {
			c.Genuine++
		}
		out = append(out, o)
	}
	c.People = len(out)
	return out, c
}

// finder finds subjects by what a file may call them.
type finder struct {
	sorted       []*pipeline.Subject // by id
	ids, aliases map[string]*pipeline.Subject
}

func newFinder(res *pipeline.Result) *finder {
	f := &finder{sorted: slices.Clone(res.Subjects), ids: map[string]*pipeline.Subject{}, aliases: map[string]*pipeline.Subject{}}
	slices.SortFunc(f.sorted, func(a, b *pipeline.Subject) int { return cmp.Compare(a.View.Subject, b.View.Subject) })
	for _, s := range f.sorted {
		f.ids[string(s.View.Subject)] = s
		for _, a := range s.Aliases {
			if f.aliases[a] == nil { // of several, the first by id
				f.aliases[a] = s
			}
		}
	}
	return f
}

// subject returns nobody as nil.
func (f *finder) subject(id string) *pipeline.Subject {
	if s := f.ids[id]; s != nil {
		return s
	}
	return f.aliases[id]
}

// newOutcome joins what the truth's rows about one subject say: the first that
// says anything, and the groups of all.
func newOutcome(s *pipeline.Subject, people []Person) Outcome {
	total := s.Assessment.LogOdds()
	o := Outcome{
		Subject: s.View.Subject, Deceptive: people[0].Deceptive, Found: s.Ring,
		State: s.Assessment.State, Total: total, TotalDB: Number(total.DB()), Assessed: s,
	}
	for _, p := range people {
		o.Stage = cmp.Or(o.Stage, p.Stage)
		o.Tactic = cmp.Or(o.Tactic, p.Tactic)
		o.Ring = cmp.Or(o.Ring, p.Ring)
		o.Groups = append(o.Groups, p.Groups...)
		o.Outside = append(o.Outside, p.Outside...)
	}
	o.Stage = cmp.Or(o.Stage, s.Assessment.Stage)
	slices.Sort(o.Groups)
	o.Groups = slices.Compact(o.Groups)
	slices.Sort(o.Outside)
	o.Outside = slices.Compact(o.Outside)
	return o
}
