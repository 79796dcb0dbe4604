// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"daylight/record"
)

// joinPeople resolves who every record is about.
func (s *scan) joinPeople(context.Context) error {
	var people []record.Record
	for _, r := range s.records {
		if r.Body.Kind() == record.KindPerson {
			people = append(people, r)
		}
	}
	s.directory = newDirectory(people, s.Name)
	inputs := s.byPath()

	// Device rows name a machine; the shipment of its serial names the person.
	var waiting []int
	machines := map[string]int{}
	s.owners = make([]int, len(s.records), cap(s.records))
	give := func(n, i int) {
		r := &s.records[n]
		r.Subject, s.owners[n] = s.directory.subjects[i], i
		switch b := r.Body.(type) {
		case record.Shipment:
			enter(machines, nonEmpty(fold(b.Serial)), i)
		case record.Device:
			enter(machines, nonEmpty(fold(b.Serial), fold(b.Host)), i)
		case record.Person, record.Resume, record.Photo, record.IdentityDocument, record.Interview, record.Check,
			record.Payout, record.CodeHistory, record.Outcome, record.Call:
		}
	}
	for n, r := range s.records {
		s.see(r.At)
		if p, ok := r.Body.(record.Person); ok {
			s.see(p.ActiveAt)
		}
		if i, ok := s.directory.whose(r); ok {
			give(n, i)
			continue
		}
		waiting = append(waiting, n)
	}
	for _, n := range waiting {
		r := s.records[n]
		if d, ok := r.Body.(record.Device); ok {
			if i, ok := machines[fold(d.Serial)]; ok && i != ambiguous && d.Serial != "" {
				give(n, i)
				continue
			}
			if i, ok := machines[fold(d.Host)]; ok && i != ambiguous && d.Host != "" {
				give(n, i)
				continue
			}
		}
		s.owners[n] = nobody
		if in := inputs[r.Origin.Path]; in != nil {
			in.count(0, 1)
		}
	}
	s.noteApart(inputs)
	s.bySubject = deal(s.records, s.owners, len(s.directory.subjects))
	s.joinDocuments()
	s.bySubject = deal(s.records, s.owners, len(s.directory.subjects))
	s.records, s.owners = nil, nil // they are their people's now
	for _, rs := range s.bySubject {
		slices.SortFunc(rs, func(a, b record.Record) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
		})
	}
	return nil
}

// deal moves records, where they stand, to be grouped by their owners, and returns
// each owner's: records are most of what an assessment holds, and a copy would be as
// much again. Those of nobody come last and are forgotten; the others of an owner keep
// their order. The owners move along.
func deal(records []record.Record, owners []int, n int) [][]record.Record {
	next := make([]int, n+1) // where the next one of an owner goes; the last is of nobody
	for _, i := range owners {
		if i != nobody {
			next[i+1]++
		}
	}
	for i := range n {
		next[i+1] += next[i]
	}
	out := make([][]record.Record, n)
	for i := range n {
		out[i] = records[next[i]:next[i+1]:next[i+1]]
	}
	owned := next[n]
	to := make([]int, len(records))
	for r, i := range owners {
		if i == nobody {
			i = n
		}
		to[r] = next[i]
		next[i]++
	}
	for r := range to {
		for to[r] != r {
			t := to[r]
			records[r], records[t] = records[t], records[r]
			owners[r], owners[t] = owners[t], owners[r]
			to[r], to[t] = to[t], to[r]
		}
	}
	clear(records[owned:])
	return out
}

// noteApart says in which files there are ids that other people have in another
// file.
func (s *scan) noteApart(inputs map[string]*input) {
	count := map[apart]int{}
	for _, a := range s.directory.apart {
		count[a]++
	}
	for a, n := range count {
		if in := inputs[a.path]; in != nil {
			in.Notes = append(in.Notes, fmt.Sprintf("%d of its records have the id of another person in %s, under another name and without an e-mail address, "+
				"username or telephone number in common; they are kept apart, and what names only that id is not attributed", n, a.feed))
			slices.Sort(in.Notes)
		}
	}
}

func nonEmpty(keys ...string) []string {
	return slices.DeleteFunc(keys, func(k string) bool { return k == "" })
}

// datedBy is the instant a subject's documents are filed under: the earliest
// application on record, or the zero time.
func (s *scan) datedBy(subject int) time.Time {
	var at time.Time
	for _, r := range s.bySubject[subject] {
		if p, ok := r.Body.(record.Person); ok && !p.AppliedAt.IsZero() && (at.IsZero() || p.AppliedAt.Before(at)) {
			at = p.AppliedAt
		}
	}
	return at
}

// stageOf is where in the working life a subject is. Who left is back by being hired
// later; who left for want of a day only by a directory, whose account ended, also by an
// account that was in use later. An account that outlives a known day of leaving proves
// nobody back: it may only not be closed yet.
func stageOf(records []record.Record, asOf time.Time) record.Stage {
	stage := record.Applicant
	var left, ended, hired, active time.Time
	for _, r := range records {
		p, ok := r.Body.(record.Person)
		if !ok {
			continue
		}
		here := !p.HiredAt.IsZero() && !p.HiredAt.After(asOf)
		if p.Stage == record.Worker || p.Stage == record.Leaver || here {
			stage = record.Worker
		}
		if here {
			hired = latest(hired, p.HiredAt)
		}
		if !p.ActiveAt.After(asOf) {
			active = latest(active, p.ActiveAt)
		}
		left = latest(left, p.LeftAt)
		if p.Stage == record.Leaver && p.LeftAt.IsZero() && !r.At.After(asOf) {
			ended = latest(ended, r.At)
		}
	}
	if left.IsZero() {
		left = ended
		hired = latest(hired, active)
	}
	if stage == record.Worker && !left.IsZero() && !left.After(asOf) && !hired.After(left) {
		return record.Leaver
	}
	return stage
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
