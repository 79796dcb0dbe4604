// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zeebo/xxh3"
	"golang.org/x/sync/errgroup"

	"daylight/activity"
	"daylight/normalize"
	"daylight/record"
	"daylight/source"
)

// canonicalEmail is the e-mail address an account name may be.
func canonicalEmail(s string) record.Redacted {
	if !strings.Contains(s, "@") {
		return ""
	}
	return normalize.Email(s)
}

// foldActivity folds every file of events into the profiles of the people who
// acted. Blocks of one file are decoded side by side; each worker owns its
// profiles, and they are joined at the end, so the order cannot matter.
func (s *scan) foldActivity(ctx context.Context) error {
	var files []*input
	for _, in := range s.files {
		if in.format != nil && in.format.NewEvents != nil {
			files = append(files, in)
		}
	}
	slices.SortFunc(files, func(a, b *input) int { return strings.Compare(a.Path, b.Path) })
	s.number(files)
	folders := make([]*folder, s.Workers)
	for w := range folders {
		folders[w] = newFolder(s, newActors(s.directory), len(s.directory.subjects))
	}
	if err := s.foldFiles(ctx, files, folders); err != nil {
		return err
	}
	if err := s.readRepositories(ctx, folders[0]); err != nil {
		return err
	}
	return s.joinProfiles(folders)
}

// foldFiles decodes the blocks of files, each by the next folder that is free.
func (s *scan) foldFiles(ctx context.Context, files []*input, folders []*folder) error {
	type job struct {
		in    *input
		block *source.Block
	}
	jobs := make(chan job, len(folders))
	g, gctx := errgroup.WithContext(ctx)
	for _, f := range folders {
		g.Go(func() error {
			var failed error
			for j := range jobs {
				if failed == nil {
					failed = f.fold(j.in, j.block)
				}
				j.block.Release()
			}
			return failed
		})
	}
	g.Go(func() error {
		defer close(jobs)
		for i, in := range files {
			for block, bad := range in.file.Blocks(gctx) {
				if bad != nil {
					in.lose(bad)
					continue
				}
				select {
				case jobs <- job{in, block}:
				case <-gctx.Done():
					block.Release()
					return gctx.Err()
				}
			}
			s.Progress("fold activity", i+1, len(files))
		}
		return gctx.Err()
	})
	return g.Wait()
}

// number gives each file of events the number by which sightings point to it.
func (s *scan) number(files []*input) {
	s.sources = record.Sources{}
	for _, in := range files {
		in.number = NumberOf(in.Path, func(n uint32) bool { _, taken := s.sources[n]; return taken })
		s.sources[in.number] = in.source()
	}
}

// NumberOf is the number of a file of events: a hash of its path, or the next
// that is not taken. Of sightings at one instant the one with the smaller number
// is kept, so numbers must not depend on which file came first.
func NumberOf(path string, taken func(uint32) bool) uint32 {
	n := uint32(xxh3.HashString(path)) //nolint:gosec // half a hash is enough
	for taken(n) {
		n++
	}
	return n
}

// source is how sightings in the file are cited.
func (in *input) source() record.Source {
	switch in.file.Shape { //nolint:exhaustive // only these have events
	case source.JSONLines:
		return record.Source{Path: in.Path, Unit: "line"}
	case source.Git:
		return record.Source{Path: in.Path, Unit: "commit"}
	}
	return record.Source{Path: in.Path, Unit: "row"}
}

// folder is one worker's decoders and profiles.
type folder struct {
	s        *scan
	decoders map[*normalize.Format]normalize.EventDecoder
	actors   attributor
	profiles *activity.Fold
	newest   int64        // Unix milliseconds
	latest   int64        // events after it are not used, Unix milliseconds
	after    func() error // called after each block, if set
}

// attributor says whose profile an event belongs to, as a dense index; ok is false
// when it is nobody's.
// An index of [heldBack] is that of an event that is not to be read.
type attributor interface {
	of(e *record.Event) (index int, ok bool)
}

// heldBack is the index of events of people who were not told that they are read.
const heldBack = -1

func newFolder(s *scan, actors attributor, n int) *folder {
	latest := int64(math.MaxInt64)
	for _, limit := range []time.Time{s.AsOf, s.Latest} {
		if !limit.IsZero() {
			latest = min(latest, limit.UnixMilli())
		}
	}
	return &folder{
		latest: latest,
		s:      s, decoders: map[*normalize.Format]normalize.EventDecoder{},
		actors: actors, profiles: activity.NewFold(n),
	}
}

func (f *folder) fold(in *input, block *source.Block) error {
	dec := f.decoders[in.format]
	if dec == nil {
		dec = in.format.NewEvents()
		f.decoders[in.format] = dec
	}
	var e record.Event
	read, strangers, late := 0, 0, 0
	for row := range block.Rows() {
		if err := dec.Decode(row.JSON, &e); err != nil {
			if errors.Is(err, normalize.ErrNotEvent) {
				read++
				continue
			}
			in.skip(row.Line, err.Error())
			continue
		}
		read++
		if e.At > f.latest {
			late++
			continue
		}
		e.Pos = record.Locus{File: in.number, Pos: uint64(row.Index)} //nolint:gosec // small and positive
		switch subject, ok := f.actors.of(&e); {
		case !ok:
			strangers++
		case subject == heldBack:
			read--
		default:
			f.put(subject, &e)
		}
	}
	in.count(read, strangers)
	in.postpone(late)
	if f.after != nil {
		return f.after()
	}
	return nil
}

// add folds one event into its actor's profile, and reports false when the
// actor is nobody known.
func (f *folder) add(e *record.Event) bool {
	subject, ok := f.actors.of(e)
	if !ok {
		return false
	}
	f.put(subject, e)
	return true
}

func (f *folder) put(subject int, e *record.Event) {
	f.newest = max(f.newest, e.At)
	f.profiles.Add(subject, e)
}

// joinProfiles joins the workers' profiles, a range of subjects a goroutine.
func (s *scan) joinProfiles(folders []*folder) error {
	n := len(s.directory.subjects)
	all := folders[0].profiles
	all.Grow(n)
	for _, f := range folders {
		f.profiles.Flush()
	}
	var wait sync.WaitGroup
	for w := range s.Workers {
		from, to := n*w/s.Workers, n*(w+1)/s.Workers
		wait.Go(func() {
			for _, f := range folders[1:] {
				all.Join(f.profiles, from, to)
			}
		})
	}
	wait.Wait()
	s.profiles = make([]*activity.Profile, n)
	for i, p := range all.All() {
		s.profiles[i] = p
	}
	for _, f := range folders {
		if f.newest > 0 {
			s.see(time.UnixMilli(f.newest))
		}
	}
	return nil
}
