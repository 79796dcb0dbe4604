// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"daylight/activity"
	"daylight/detect"
	"daylight/link"
	"daylight/record"
	"daylight/sanctions"
	"daylight/weigh"
)

// People is everybody, joined and compared with everybody, before anybody is
// assessed. What one person's assessment needs beyond that is made when it is that
// person's turn, so that a caller who keeps nothing needs room for few at a time.
type People struct{ s *scan }

// Person is who somebody is to the sources.
type Person struct {
	Name    record.SubjectID // as [Options.Name] calls them
	ID      record.SubjectID // as the source does
	Aliases []string
}

// AsOf is the instant of the assessment, UTC.
func (p *People) AsOf() time.Time { return p.s.asOf() }

// Rings returns the rings, by smallest subject.
func (p *People) Rings() []link.Ring { return p.s.rings }

// All yields everybody, by name.
func (p *People) All() iter.Seq[Person] {
	return func(yield func(Person) bool) {
		d := p.s.directory
		for i, name := range d.subjects {
			if !yield(Person{name, d.sources[i], d.aliases[name]}) {
				return
			}
		}
	}
}

// atOnce is how many people are assessed before they are handed on: enough to keep
// all cores at work, few enough to hold.
const atOnce = 64

// Assess assesses everybody and hands them on, some at a time, by name. An error of
// each ends it. The result has everything but the people. It is called once.
func (p *People) Assess(ctx context.Context, each func([]*Subject) error) (*Result, error) {
	if err := p.s.assess(ctx, each); err != nil {
		return nil, fmt.Errorf("assess: %w", err)
	}
	return p.s.result(), nil
}

// collect assesses everybody and keeps them, the most telling first.
func (p *People) collect(ctx context.Context) (*Result, error) {
	var all []*Subject
	r, err := p.Assess(ctx, func(some []*Subject) error {
		all = append(all, some...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b *Subject) int {
		return cmp.Or(cmp.Compare(b.Assessment.Total, a.Assessment.Total), cmp.Compare(a.View.Subject, b.View.Subject))
	})
	r.Subjects = all
	return r, nil
}

// assess asks every indicator about every subject, and weighs the answers.
func (s *scan) assess(ctx context.Context, each func([]*Subject) error) error {
	s.company = *s.Company
	everybody := func(yield func(record.Record) bool) {
		for _, rs := range s.bySubject {
			for _, r := range rs {
				if !yield(r) {
					return
				}
			}
		}
	}
	s.company.Asked = detect.CountAsked(everybody)
	s.company.Calls = detect.CountCalls(everybody)
	s.company.Confirmed = s.confirmed()
	s.company.Contributions = detect.FindContributions(everybody, s.company.Confirmed)
	s.company.Referrals = s.referrals()
	listed := sanctions.NewIndex(s.sanctioned)

	for from := 0; from < len(s.bySubject); from += atOnce {
		some := make([]*Subject, min(atOnce, len(s.bySubject)-from))
		for n := range some {
			i := from + n
			profile, err := s.profileOf(i)
			if err != nil {
				return err
			}
			some[n] = s.subject(i, profile)
			s.comply(listed, i, profile)
		}
		if err := s.weigh(ctx, some); err != nil {
			return err
		}
		if err := each(some); err != nil {
			return err
		}
		s.Progress("assess", from+len(some), len(s.bySubject))
	}
	return nil
}

// weigh assesses some subjects, on all cores.
func (s *scan) weigh(ctx context.Context, some []*Subject) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.Workers)
	for _, sub := range some {
		g.Go(func() error {
			findings, err := detect.Run(ctx, s.Catalog, sub.View)
			if err != nil {
				return err
			}
			sub.Assessment = weigh.Assess(s.Policy, s.Catalog, sub.View, findings)
			return nil
		})
	}
	return g.Wait()
}

// profileOf is a subject's activity, nil when there is none.
func (s *scan) profileOf(i int) (*activity.Profile, error) {
	if s.profiles != nil {
		return s.profiles[i], nil
	}
	var all *activity.Profile
	for _, stored := range s.stored[i] {
		p := new(activity.Profile)
		if err := p.UnmarshalBinary(stored); err != nil {
			return nil, fmt.Errorf("read kept activity: %w", err)
		}
		if all == nil {
			all = p
		} else {
			all.Join(p)
		}
	}
	return all, nil
}

// subject is one person with all that may be known of them, to be assessed.
func (s *scan) subject(i int, profile *activity.Profile) *Subject {
	id, rs, asOf := s.directory.subjects[i], s.bySubject[i], s.asOf()
	v := &detect.View{
		Subject: id, Stage: stageOf(rs, asOf), AsOf: asOf, Records: rs, Profile: profile,
		Facts: s.facts, Edges: s.graph.Edges(id), Sources: s.sources, Company: &s.company,
	}
	holds := s.linkSubject(i, profile, asOf).Holds
	s.graph.Restore(v.Edges, func(yield func(record.Identifier) bool) {
		for _, h := range holds {
			if !yield(h.Identifier) {
				return
			}
		}
	})
	for _, r := range rs {
		if p, ok := r.Body.(record.Person); ok {
			v.Accommodation = v.Accommodation || p.Accommodation
			v.Protected = v.Protected || p.Protected
		}
		v.Accommodation = v.Accommodation || r.Arrangement()
	}
	if slices.ContainsFunc(rs, record.Record.Arrangement) {
		v.Records = slices.DeleteFunc(slices.Clone(rs), record.Record.Arrangement)
	}
	seen := map[record.Identifier]bool{}
	for _, h := range holds {
		if !seen[h.Identifier] {
			seen[h.Identifier] = true
			v.Listed = append(v.Listed, s.known[h.Identifier]...)
		}
	}
	sub := &Subject{ID: s.directory.sources[i], View: v, Aliases: s.directory.aliases[id], Ring: -1, Accounts: s.accounts[i], Documents: s.documents[i]}
	if n, ok := s.ringOf[id]; ok {
		sub.Ring = n
	}
	return sub
}
