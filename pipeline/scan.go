// SPDX-License-Identifier: Apache-2.0

// Package pipeline runs the stages in their one order:
//
//	source → normalize → join → fold → enrich → link → detect → weigh
//
// Every stage but the first is pure. A scan keeps nothing: it reads a folder and
// returns what it found, the same for the same input whatever the order of files
// and the number of cores.
package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"time"

	"daylight/activity"
	"daylight/detect"
	"daylight/document"
	"daylight/enrich"
	"daylight/link"
	"daylight/record"
	"daylight/sanctions"
	"daylight/weigh"
)

// Options is what a scan needs. Files, Tables, Catalog and Policy are required.
type Options struct {
	Files   fs.FS
	Tables  *enrich.Tables
	Catalog []*detect.Indicator
	Policy  weigh.Policy
	Company *detect.Company
	// Territories are what counsel lists as comprehensively sanctioned. They lead to
	// concerns and reach no indicator.
	Territories []sanctions.Territory
	// Columns maps headers of CSV files to columns of docs/formats.md.
	Columns map[string]string
	// Boilerplate are the employer's own texts: what several résumés have of their
	// wording says nothing.
	Boilerplate []Wording
	// AsOf is the instant of the assessment, and what happened after it is not
	// used; zero for the newest record or event.
	AsOf time.Time
	// Latest, if set, is the present: records dated after it do not set the instant
	// of the assessment, and events after it are not used. One export with a clock
	// years ahead must not age everything else.
	Latest time.Time
	// Name is what people are called in the result, instead of by the ids that
	// sources give them; nil leaves those. It must call no two people the same.
	Name func(record.SubjectID) record.SubjectID
	// Told, if set, says when activity of an event's actor may be read: at which
	// instants, Unix milliseconds. [Read] asks it once for each account that comes up
	// in a file, from several goroutines; of an event that it refuses, nothing is used.
	Told func(format string, e *record.Event) (func(at int64) bool, error)
	// Workers bounds parallelism; 0 is one a core. It never changes the result.
	Workers int
	// Progress, if set, is told what is being done and how far it is: done of
	// total, in units of the stage. It may be called from several goroutines.
	Progress func(stage string, done, total int)
	Log      *slog.Logger
}

// Wording is a text in any form that a résumé may have, read whole.
type Wording struct {
	Name string // of the file, for messages
	Data []byte
}

// Input is one file as read.
type Input struct {
	Path, Format                   string
	Records, Skipped, Unattributed int
	Notes                          []string
}

// Skipped is one piece of input that was not used, and why.
type Skipped struct {
	Path   string
	Line   int
	Reason string
}

// Subject is one person's view and what follows from it.
type Subject struct {
	// ID is the person's id as the sources give it: the view's, unless
	// [Options.Name] gives another.
	ID         record.SubjectID
	View       *detect.View
	Aliases    []string
	Assessment weigh.Assessment
	Ring       int // index into Result.Rings, or -1
	// Accounts are the keys of the kept accounts, and Documents the paths of the
	// documents, that are this person's.
	Accounts, Documents []string
}

// Result is everything a scan found.
type Result struct {
	AsOf     time.Time // UTC
	Inputs   []Input   // by path
	Skipped  []Skipped // by path, line, reason
	Subjects []*Subject
	Rings    []link.Ring
	Concerns []Concern // by subject, kind, statement
	Graph    *link.Graph
	Facts    *enrich.Facts
}

// Scan reads a folder of exports and assesses everyone in it. Input that cannot
// be read is in Result.Skipped; an error means that there is no result.
func Scan(ctx context.Context, o Options) (*Result, error) {
	s := newScan(o)
	if err := s.run(ctx, []stage{
		{"recognise files", s.recognise},
		{"read records", s.readRecords},
		{"read documents", s.readDocuments},
		{"read place databases", s.readDatabases},
		{"read sanctions lists", s.readSanctions},
		{"join people", s.joinPeople},
		{"fold activity", s.foldActivity},
	}); err != nil {
		return nil, err
	}
	return (&People{s}).collect(ctx)
}

// stage is one step of a run.
type stage struct {
	name string
	run  func(context.Context) error
}

// run reads as the first stages say, and does what has to be done of everybody
// together before anybody can be assessed.
func (s *scan) run(ctx context.Context, first []stage) error {
	for _, stage := range append(first,
		stage{"read the employer's wording", s.readBoilerplate},
		stage{"look up places", s.enrich},
		stage{"compare texts", s.compareTexts},
		stage{"link people", s.linkPeople},
	) {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("%s: %w", stage.name, err)
		}
		if err := stage.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", stage.name, err)
		}
	}
	return nil
}

// readBoilerplate reads the employer's own wording.
func (s *scan) readBoilerplate(context.Context) error {
	for _, w := range s.Boilerplate {
		doc, err := document.Read(w.Name, w.Data)
		if err != nil {
			return fmt.Errorf("boilerplate %w", err)
		}
		if doc.Text().Len() == 0 {
			return fmt.Errorf("boilerplate %s: there is no text in it", w.Name)
		}
		s.ignored = append(s.ignored, doc.Text())
	}
	return nil
}

// scan is the state of one run, filled stage by stage.
type scan struct {
	Options

	files   []*input
	records []record.Record // with Ref, not yet joined
	listed  []record.Listed
	texts   []text
	ignored []*document.Text // the employer's own wording

	// What the compliance queue rests on; no stage before it reads them.
	sanctioned []sanctions.Entry
	concerns   []Concern

	directory *directory
	owners    []int // while people are joined, the subject of each of records, or nobody
	bySubject [][]record.Record
	// Activity, by subject: profiles of what a scan folded, or else stored forms of
	// accounts, from which a profile is made when it is needed.
	profiles []*activity.Profile
	stored   [][][]byte
	sources  record.Sources
	newest   time.Time

	// accounts and documents are what of each kind is each person's, by index.
	accounts, documents map[int][]string

	facts    *enrich.Facts
	overlaps []overlap
	graph    *link.Graph
	rings    []link.Ring
	company  detect.Company
	ringOf   map[record.SubjectID]int
	known    map[record.Identifier][]record.Listed
}

// asOf is the instant of the assessment: the caller's, or that of the newest
// thing known, so that a replay of old exports gives the old answer.
func (s *scan) asOf() time.Time {
	switch {
	case !s.AsOf.IsZero():
		return s.AsOf.UTC()
	case s.newest.IsZero(): // nothing in the input has a date
		return s.Latest.UTC().Truncate(24 * time.Hour)
	}
	return s.newest
}

// after reports whether t is later than the instant the caller asked about.
func (s *scan) after(t time.Time) bool { return !s.AsOf.IsZero() && t.After(s.AsOf) }

func (s *scan) see(t time.Time) {
	if t.After(s.newest) && (s.Latest.IsZero() || !t.After(s.Latest)) {
		s.newest = t.UTC()
	}
}

// confirmed are the subjects whose newest outcome is that people confirmed them.
func (s *scan) confirmed() map[record.SubjectID]bool {
	out := map[record.SubjectID]bool{}
	for i, rs := range s.bySubject {
		var newest record.Record
		for _, r := range rs {
			if _, ok := r.Body.(record.Outcome); ok && (newest.Body == nil || cmp.Or(r.At.Compare(newest.At), cmp.Compare(r.ID, newest.ID)) > 0) {
				newest = r
			}
		}
		if o, ok := newest.Body.(record.Outcome); ok && o.Outcome == "confirmed" {
			out[s.directory.subjects[i]] = true
		}
	}
	return out
}

// referrals are those that records name, for both of the people they connect.
func (s *scan) referrals() map[record.SubjectID][]detect.Referral {
	out := map[record.SubjectID][]detect.Referral{}
	for i, rs := range s.bySubject {
		for _, r := range rs {
			b, ok := r.Body.(record.Person)
			if !ok {
				continue
			}
			this := s.directory.subjects[i]
			for _, with := range referredTo(b) {
				if n, ok := s.directory.named(with); ok && n != i {
					other := s.directory.subjects[n]
					out[this] = append(out[this], detect.Referral{Other: other, Own: true, Cite: r.Cite()})
					out[other] = append(out[other], detect.Referral{Other: this, Cite: r.Cite()})
				}
			}
		}
	}
	return out
}

// referredTo returns the other people in the referrals that a record names.
func referredTo(b record.Person) []string {
	var with []string
	if b.Referrer != "" {
		with = append(with, b.Referrer)
	}
	for _, rel := range b.Relations {
		if rel.Kind == record.Referral {
			with = append(with, rel.With)
		}
	}
	return with
}

// result is everything but the people.
func (s *scan) result() *Result {
	slices.SortFunc(s.concerns, func(a, b Concern) int {
		return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Statement, b.Statement))
	})
	r := &Result{AsOf: s.asOf(), Rings: s.rings, Concerns: s.concerns, Graph: s.graph, Facts: s.facts}
	for _, f := range s.files {
		if f.late > 0 {
			f.Notes = append(f.Notes, fmt.Sprintf("%d of its records are later than the instant of the assessment and were not used", f.late))
		}
		r.Inputs = append(r.Inputs, f.Input)
		r.Skipped = append(r.Skipped, f.named()...)
	}
	slices.SortFunc(r.Inputs, func(a, b Input) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(r.Skipped, func(a, b Skipped) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason))
	})
	return r
}
