// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"time"

	"daylight/connect"
	"daylight/intake"
	"daylight/store"
	"daylight/web"
)

// tellEveryWay is how often it is written how the ways in do that nobody reads from
// here, at most.
const tellEveryWay = time.Minute

// folderWay is the way of a watched folder, by its whole path.
func folderWay(folder string) connect.Way {
	if whole, err := filepath.Abs(folder); err == nil {
		folder = whole
	}
	return connect.FolderWay(folder)
}

// configuredWays are the folders and webhooks of a configuration.
func configuredWays(p servePlan) []connect.Way {
	var all []connect.Way
	for _, folder := range p.Watch {
		all = append(all, folderWay(folder))
	}
	for vendor := range p.config.Connect.Hooks {
		all = append(all, connect.HookWay(vendor))
	}
	return all
}

// looked tells how looking through a watched folder ended.
func (s *daemon) looked(folder string, received int, err error) {
	words := "looking through it failed; the log says more"
	unread, some := errors.AsType[*intake.UnreadError](err)
	switch {
	case err == nil:
		s.ways.Good(folderWay(folder), received)
		return
	case some:
		s.ways.Partly(folderWay(folder), received, connect.StateFailing, unreadWords(unread))
		return
	case errors.Is(err, fs.ErrNotExist):
		words = "the folder is not there"
	case errors.Is(err, fs.ErrPermission):
		words = "the folder may not be read"
	case errors.Is(err, intake.ErrNoFolder):
		words = intake.ErrNoFolder.Error()
	case errors.Is(err, store.ErrReadOnly):
		words = "nothing can be stored now"
	}
	s.ways.Bad(folderWay(folder), 1, connect.StateFailing, words)
}

// unreadWords say which file of a folder was not taken in and why, without a name that may
// be a person's.
func unreadWords(e *intake.UnreadError) string {
	name := e.First
	if web.NamedByPerson(name) {
		name = "one that somebody named"
	}
	if e.Files == 1 {
		return fmt.Sprintf("a file is not taken in (%s): %v", name, e.Err)
	}
	return fmt.Sprintf("%d files are not taken in, the first (%s): %v", e.Files, name, e.Err)
}

// tellWays writes how the ways in do, now and then and at the end.
func (s *daemon) tellWays(ctx context.Context, log *slog.Logger) {
	for ended := false; !ended; {
		select {
		case <-ctx.Done():
			ended = true
		case <-time.After(tellEveryWay):
		}
		over, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
		if err := errors.Join(s.console.TellWays(over), s.ways.Flush(over)); err != nil {
			log.WarnContext(over, "how the ways in do was not written", slog.Any("error", err))
		}
		cancel()
	}
}
