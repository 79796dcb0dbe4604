// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"io/fs"
	"iter"
	"path"
	"strings"
)

// Walk finds the files below fsys, each folder's entries in lexical order, and
// recognises them. It does not enter git repositories. Hidden files and folders,
// symbolic links and what cannot be opened are yielded as rejections. It ends
// early when ctx does.
func Walk(ctx context.Context, fsys fs.FS) iter.Seq2[*File, *Rejection] {
	return func(yield func(*File, *Rejection) bool) {
		w := walker{ctx: ctx, fsys: fsys, yield: yield}
		w.dir(".")
	}
}

// Open recognises the one file of the given path.
func Open(ctx context.Context, fsys fs.FS, name string) (*File, *Rejection) {
	f := &File{Path: name, fsys: fsys}
	if err := f.recognise(ctx); err != nil {
		return nil, f.reject(0, f.reason(err))
	}
	return f, nil
}

type walker struct {
	ctx   context.Context
	fsys  fs.FS
	yield func(*File, *Rejection) bool
}

// dir walks one folder and reports whether to go on.
func (w *walker) dir(name string) bool {
	if w.ctx.Err() != nil {
		return false
	}
	for _, git := range []string{name, path.Join(name, ".git")} {
		if isGit(w.fsys, git) {
			sub, err := fs.Sub(w.fsys, git)
			if err != nil {
				return w.yield(nil, &Rejection{name, 0, "git repository cannot be opened"})
			}
			return w.yield(&File{Path: name, Shape: Git, fsys: sub}, nil)
		}
	}
	entries, err := fs.ReadDir(w.fsys, name)
	if err != nil && !w.yield(nil, &Rejection{name, 0, (&File{}).reason(err)}) {
		return false
	}
	for _, e := range entries {
		if !w.entry(path.Join(name, e.Name()), e) {
			return false
		}
	}
	return true
}

func (w *walker) entry(name string, e fs.DirEntry) bool {
	if w.ctx.Err() != nil {
		return false
	}
	refuse := func(reason string) bool { return w.yield(nil, &Rejection{name, 0, reason}) }
	switch {
	case e.Type()&fs.ModeSymlink != 0:
		return refuse("symbolic link, not followed")
	case strings.HasPrefix(e.Name(), ".") && e.IsDir():
		return refuse("hidden folder, not read")
	case strings.HasPrefix(e.Name(), "."):
		return refuse("hidden file, not read")
	case e.IsDir():
		return w.dir(name)
	case !e.Type().IsRegular():
		return refuse("not a regular file")
	}
	return w.yield(Open(w.ctx, w.fsys, name))
}

// isGit reports whether the folder is a git directory.
func isGit(fsys fs.FS, name string) bool {
	for entry, dir := range map[string]bool{"HEAD": false, "objects": true, "refs": true} {
		info, err := fs.Stat(fsys, path.Join(name, entry))
		if err != nil || info.IsDir() != dir {
			return false
		}
	}
	return true
}
