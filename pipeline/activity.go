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
	for _, in := range files {
		unit := "row"
		if in.file.Shape == source.JSONLines {
			unit = "line"
		}
		s.sources = append(s.sources, record.Source{Path: in.Path, Unit: unit})
	}

	type job struct {
		file  int
		block *source.Block
	}
	jobs := make(chan job, s.Workers)
	folders := make([]*folder, s.Workers)
	g, gctx := errgroup.WithContext(ctx)
	for w := range folders {
		folders[w] = newFolder(s, files)
		g.Go(func() error {
			for j := range jobs {
				folders[w].fold(j.file, j.block)
				j.block.Release()
			}
			return nil
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
				case jobs <- job{i, block}:
				case <-gctx.Done():
					block.Release()
					return gctx.Err()
				}
			}
			s.Progress("fold activity", i+1, len(files))
		}
		return gctx.Err()
	})
	if err := g.Wait(); err != nil {
		return err
	}
	if err := s.readRepositories(ctx, folders[0]); err != nil {
		return err
	}
	return s.joinProfiles(folders)
}

// folder is one worker's decoders and profiles.
type folder struct {
	s        *scan
	files    []*input
	decoders map[*normalize.Format]normalize.EventDecoder
	actors   *actors
	profiles *activity.Fold
	newest   int64 // Unix milliseconds
	latest   int64 // events after it are not used, Unix milliseconds
}

func newFolder(s *scan, files []*input) *folder {
	latest := int64(math.MaxInt64)
	for _, limit := range []time.Time{s.AsOf, s.Latest} {
		if !limit.IsZero() {
			latest = min(latest, limit.UnixMilli())
		}
	}
	return &folder{
		latest: latest,
		s:      s, files: files, decoders: map[*normalize.Format]normalize.EventDecoder{},
		actors: newActors(s.directory), profiles: activity.NewFold(len(s.directory.subjects)),
	}
}

func (f *folder) fold(file int, block *source.Block) {
	in := f.files[file]
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
		e.Pos = record.Locus{File: uint32(file), Pos: uint64(row.Index)} //nolint:gosec // both are small and positive
		if !f.add(&e) {
			strangers++
		}
	}
	in.count(read, strangers)
	in.postpone(late)
}

// add folds one event into its actor's profile, and reports false when the
// actor is nobody known.
func (f *folder) add(e *record.Event) bool {
	subject, ok := f.actors.of(e)
	if !ok {
		return false
	}
	if e.At > f.newest {
		f.newest = e.At
	}
	f.profiles.Add(subject, e)
	return true
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
