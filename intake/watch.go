// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Watcher receives the files of a folder, and those that come or change. The path
// below the folder is the path in evidence.
//
// No file system says that a file is whole. One is taken to be when its size and time
// stood still for Quiet from one look to another, or when it was last written long
// before it was first seen, and when neither changed while it was read. A name that
// begins with a dot, or ends as those of files do that are being written, is passed
// over: who writes slowly writes under such a name and renames the file in.
type Watcher struct {
	Folder string
	Box    *Box
	Log    *slog.Logger
	// Quiet is how long a file's size and time must have stood still before it is
	// read; 0 is ten seconds. Every is how often the folder is looked through even if
	// nothing was heard; 0 is a minute.
	Quiet, Every time.Duration
	// Looked, if set, is told after each look how many files were received, and why the
	// look failed if it did: with an [UnreadError] if it was for some files only.
	Looked func(received int, err error)

	received int    // in this look
	said     string // why the last look failed
	seen     map[string]seenFile
}

// longQuiet times Quiet before it was first seen, a file was last written that need not
// be looked at twice. The clock of a file server may be behind.
const longQuiet = 6

// longRestless times Quiet after it was first seen, a file that was not still for Quiet is
// said not to be taken in.
const longRestless = 60

// unfinished are the ends of names of files that are being written: of curl and wget
// scripts, Firefox, WinSCP, Chromium.
var unfinished = []string{".part", ".partial", ".filepart", ".crdownload", ".tmp"}

// passedOver reports whether a file or folder of this name is not looked at.
func passedOver(name string) bool {
	return strings.HasPrefix(name, ".") || slices.Contains(unfinished, strings.ToLower(path.Ext(name)))
}

// errGrowing is that a file changed while it was read.
var errGrowing = errors.New("the file is being written")

// ErrNoFolder is that something else has taken the place of a watched folder.
var ErrNoFolder = errors.New("it is no folder any more")

// errRestless is that a file changes for so long that it may never be whole.
var errRestless = errors.New("it is written to again and again, and is taken in once it stands still")

// errUnreadable is that a file could not be read to its end.
var errUnreadable = errors.New("the file cannot be read")

// UnreadError says which files of a folder were not taken in at a look. Its words do not
// hold the name of a file, which may be a person's.
type UnreadError struct {
	Files int    // how many, folders that cannot be listed included
	First string // the path of the first below the folder
	Err   error  // why the first was not
}

// Error implements error.
func (e *UnreadError) Error() string {
	files := "files"
	if e.Files == 1 {
		files = "file"
	}
	return fmt.Sprintf("%d %s not taken in, the first: %v", e.Files, files, e.Err)
}

// Unwrap returns why the first was not taken in.
func (e *UnreadError) Unwrap() error { return e.Err }

// add counts one more, whose path no reason holds.
func (e *UnreadError) add(name string, err error) {
	if e.Files++; e.Files == 1 {
		e.First, e.Err = name, bare(err)
	}
}

// seenFile is a file as it was when it was looked at last.
type seenFile struct {
	size     int64
	modified time.Time
	since    time.Time // it was first seen like this
	first    time.Time // it was first seen since it was last taken in
	received bool
	refused  error // why it is not taken in until it changes
}

// like reports whether a file still has the size and time that it had.
func (f seenFile) like(info fs.FileInfo) bool {
	return f.size == info.Size() && f.modified.Equal(info.ModTime())
}

// steady reads a file, and fails at its end unless it is as it was seen.
type steady struct {
	*os.File
	seen seenFile
}

// Read implements [io.Reader].
func (f steady) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, fmt.Errorf("%w: %w", errUnreadable, bare(err))
	}
	if err == nil {
		return n, nil
	}
	if info, err := f.Stat(); err != nil || !f.seen.like(info) {
		return n, errGrowing
	}
	return n, io.EOF
}

// Source is the name that files of watched folders have as a source.
const Source = "folder"

// Run watches until the context ends.
func (w *Watcher) Run(ctx context.Context) error {
	if w.Quiet == 0 {
		w.Quiet = 10 * time.Second
	}
	if w.Every == 0 {
		w.Every = time.Minute
	}
	w.seen = map[string]seenFile{}
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch %s: %w", w.Folder, err)
	}
	defer notify.Close() //nolint:errcheck // nothing was written
	for {
		w.received = 0
		unsettled, err := w.look(ctx, notify)
		if w.Looked != nil && ctx.Err() == nil {
			w.Looked(w.received, err)
		}
		words := ""
		if err != nil {
			words = err.Error()
		}
		if words != "" && words != w.said && ctx.Err() == nil { // there may be a look each few seconds
			w.Log.ErrorContext(ctx, "looking through a watched folder failed", slog.Any("error", err))
		}
		w.said = words
		pause := w.Every
		if unsettled {
			pause = w.Quiet
		}
		if !wait(ctx, notify, pause, w.Quiet/4) {
			return nil
		}
	}
}

// wait returns when the pause is over, or soon after something was heard, and reports
// false when the context has ended. What is heard until then is one; a file that is
// written all the time keeps no other waiting.
func wait(ctx context.Context, notify *fsnotify.Watcher, pause, soon time.Duration) bool {
	over, heard := time.After(pause), false
	for {
		select {
		case <-ctx.Done():
			return false
		case <-over:
			return true
		case _, ok := <-notify.Errors: // some was missed: the folder is looked through
			return ok || ctx.Err() == nil
		case <-notify.Events:
			if !heard {
				over, heard = time.After(min(pause, soon)), true
			}
		}
	}
}

// look receives every file that has stood still and was not received as it is, and
// reports whether there are others. A file that cannot be opened or read keeps no other:
// the look goes on, fails with an [UnreadError] at its end, and the next one tries again.
func (w *Watcher) look(ctx context.Context, notify *fsnotify.Watcher) (unsettled bool, err error) {
	root, err := os.OpenRoot(w.Folder) // nothing outside is read, whatever links lie in it
	if err != nil {
		if info, failed := os.Stat(w.Folder); failed == nil && !info.IsDir() {
			return false, ErrNoFolder
		}
		return false, err
	}
	defer root.Close() //nolint:errcheck // read only
	there := map[string]bool{}
	var unread UnreadError
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && name == ".":
			return err
		case errors.Is(err, fs.ErrNotExist):
			return nil // it went away
		case err != nil:
			unread.add(name, err) // the next look tries again
			return nil
		case name != "." && passedOver(path.Base(name)):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			// Watching what is watched already changes nothing.
			if err := notify.Add(filepath.Join(w.Folder, filepath.FromSlash(name))); err != nil {
				w.Log.WarnContext(ctx, "a folder is not watched and only looked through now and then", slog.Any("error", err))
			}
			return nil
		case !d.Type().IsRegular():
			return nil
		}
		there[name] = true
		waits, err := w.file(ctx, root, name, d)
		unsettled = unsettled || waits
		if err == nil {
			err = w.seen[name].refused
		}
		if err == nil && waits && w.Box.Now().Sub(w.seen[name].first) > longRestless*w.Quiet {
			unread.add(name, errRestless)
		}
		if errors.Is(err, errUnreadable) || errors.Is(err, ErrTooLarge) || errors.Is(err, ErrPath) {
			unread.add(name, err)
			return nil
		}
		return err
	})
	if err == nil && unread.Files > 0 {
		err = &unread
	}
	for name := range w.seen {
		if !there[name] {
			delete(w.seen, name)
		}
	}
	return unsettled, err
}

// unreadable is why a file cannot be read, nil if it went away.
func unreadable(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fmt.Errorf("%w: %w", errUnreadable, bare(err))
}

// bare is an error of the file system without the path.
func bare(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}

// file receives one file if it has stood still.
func (w *Watcher) file(ctx context.Context, root *os.Root, name string, d fs.DirEntry) (waits bool, err error) {
	info, err := d.Info()
	if err != nil {
		return false, unreadable(err)
	}
	clock := w.Box.Now()
	now := seenFile{size: info.Size(), modified: info.ModTime(), since: clock, first: clock}
	old, known := w.seen[name]
	if known && !old.received && !old.first.After(clock) { // else the clock was put back
		now.first = old.first
	}
	switch {
	case known && old.like(info):
		stood := clock.Sub(old.since)
		if old.received {
			return false, nil
		}
		if stood < w.Quiet {
			if stood < 0 { // the clock was put back
				w.seen[name] = now
			}
			return true, nil
		}
	case known || clock.Sub(now.modified) < longQuiet*w.Quiet:
		w.seen[name] = now
		return true, nil
	}
	f, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		return false, unreadable(err)
	}
	defer f.Close() //nolint:errcheck // read only
	switch _, err := w.Box.Receive(ctx, Source, name, steady{f, now}); {
	case errors.Is(err, errGrowing):
		w.seen[name] = now
		return true, nil
	case err != nil:
		if errors.Is(err, ErrTooLarge) || errors.Is(err, ErrPath) {
			now.received, now.refused = true, err // until it changes
			w.seen[name] = now
			return false, nil
		}
		return !errors.Is(err, errUnreadable), err // one that cannot be read is tried as often as the folder is looked through
	}
	now.received = true
	w.seen[name] = now
	w.received++
	return false, nil
}
