// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Watcher receives the files of a folder, and those that come or change. The path
// below the folder is the path in evidence.
type Watcher struct {
	Folder string
	Box    *Box
	Log    *slog.Logger
	// Quiet is how long a file's size and time must have stood still before it is
	// read; 0 is a second. Every is how often the folder is looked through even if
	// nothing was heard; 0 is a minute.
	Quiet, Every time.Duration

	seen map[string]seenFile
}

// seenFile is a file as it was when it was looked at last.
type seenFile struct {
	size     int64
	modified time.Time
	received bool
}

// Source is the name that files of watched folders have as a source.
const Source = "folder"

// Run watches until the context ends.
func (w *Watcher) Run(ctx context.Context) error {
	if w.Quiet == 0 {
		w.Quiet = time.Second
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
		unsettled, err := w.look(ctx, notify)
		if err != nil && ctx.Err() == nil {
			w.Log.ErrorContext(ctx, "looking through a watched folder failed", slog.Any("error", err))
		}
		pause := w.Every
		if unsettled {
			pause = w.Quiet
		}
		if !wait(ctx, notify, pause, w.Quiet) {
			return nil
		}
	}
}

// wait returns when something was heard or the time is over, and reports false
// when the context has ended. What is heard within a quiet time is one.
func wait(ctx context.Context, notify *fsnotify.Watcher, pause, quiet time.Duration) bool {
	over := time.After(pause)
	for {
		select {
		case <-ctx.Done():
			return false
		case <-over:
			return true
		case _, ok := <-notify.Errors: // some was missed: the folder is looked through
			return ok || ctx.Err() == nil
		case <-notify.Events:
			over = time.After(min(pause, quiet))
			pause = quiet
		}
	}
}

// look receives every file that has stood still and was not received as it is, and
// reports whether there are others.
func (w *Watcher) look(ctx context.Context, notify *fsnotify.Watcher) (unsettled bool, err error) {
	root, err := os.OpenRoot(w.Folder) // nothing outside is read, whatever links lie in it
	if err != nil {
		return false, err
	}
	defer root.Close() //nolint:errcheck // read only
	there := map[string]bool{}
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return nil //nolint:nilerr // it went away, or may not be read: the next look tells
		case name != "." && strings.HasPrefix(path.Base(name), "."):
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
		return err
	})
	for name := range w.seen {
		if !there[name] {
			delete(w.seen, name)
		}
	}
	return unsettled, err
}

// file receives one file if it has stood still.
func (w *Watcher) file(ctx context.Context, root *os.Root, name string, d fs.DirEntry) (waits bool, err error) {
	info, err := d.Info()
	if err != nil {
		return false, nil // it went away
	}
	now := seenFile{size: info.Size(), modified: info.ModTime()}
	old, known := w.seen[name]
	if known && old.size == now.size && old.modified.Equal(now.modified) && old.received {
		return false, nil
	}
	still := known && old.size == now.size && old.modified.Equal(now.modified)
	if !still && w.Box.Now().Sub(now.modified) < w.Quiet {
		w.seen[name] = now
		return true, nil
	}
	f, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		return false, nil // it went away, or may not be read
	}
	defer f.Close() //nolint:errcheck // read only
	if _, err := w.Box.Receive(ctx, Source, name, f); err != nil {
		if errors.Is(err, ErrTooLarge) || errors.Is(err, ErrPath) {
			w.Log.WarnContext(ctx, "a file of a watched folder is not taken in", slog.Any("error", err))
			now.received = true // until it changes
			w.seen[name] = now
			return false, nil
		}
		return true, err
	}
	now.received = true
	w.seen[name] = now
	return false, nil
}
