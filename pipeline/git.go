// SPDX-License-Identifier: Apache-2.0

package pipeline

import (
	"context"
	"time"

	"daylight/normalize"
	"daylight/record"
	"daylight/source"
)

// readRepositories folds the commits of every git repository, and keeps what
// each repository says of its authors.
func (s *scan) readRepositories(ctx context.Context, f *folder) error {
	for _, in := range s.files {
		if in.file == nil || in.file.Shape != source.Git {
			continue
		}
		in.number = NumberOf(in.Path, func(n uint32) bool { _, taken := s.sources[n]; return taken })
		s.sources[in.number] = in.source()
		git := normalize.NewGit(in.Path)
		var e record.Event
		read, strangers := 0, 0
		for c, bad := range in.file.Commits(ctx) {
			if bad != nil {
				in.lose(bad)
				continue
			}
			if err := git.Decode(&c, &e); err != nil {
				in.skip(0, err.Error()+" (commit "+c.ID()[:16]+")")
				continue
			}
			read++
			if e.At > f.latest {
				in.postpone(1)
				continue
			}
			e.Pos.File = in.number
			if !f.add(&e) {
				strangers++
			}
		}
		in.count(read, strangers)
		err := git.Records(s.accountMade, func(r record.Record) {
			if i, ok := s.directory.resolve(r.Ref); ok {
				r.Subject = s.directory.subjects[i]
				s.bySubject[i] = append(s.bySubject[i], r)
			}
		})
		if err != nil {
			return err
		}
		s.Progress("fold activity", read, read)
	}
	return ctx.Err()
}

// accountMade is when the code account of the person whom ref names was opened,
// as the code host's own record of it says; zero when there is none.
func (s *scan) accountMade(ref record.Ref) time.Time {
	i, ok := s.directory.resolve(ref)
	if !ok {
		return time.Time{}
	}
	var made time.Time
	for _, r := range s.bySubject[i] {
		if b, ok := r.Body.(record.CodeHistory); ok && !b.AccountMade.IsZero() && (made.IsZero() || b.AccountMade.Before(made)) {
			made = b.AccountMade
		}
	}
	return made
}
