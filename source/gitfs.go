// SPDX-License-Identifier: Apache-2.0

package source

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/go-git/go-billy/v5"
)

// gitFS shows a folder to the git library, which asks for the file system of
// its own. It can only be read: every way to write is refused.
type gitFS struct{ fsys fs.FS }

var _ billy.Filesystem = gitFS{}

// at is the name as an fs.FS wants it.
func at(name string) string {
	if name = path.Clean("/" + name)[1:]; name == "" {
		return "."
	}
	return name
}

// Open implements [billy.Basic].
func (g gitFS) Open(name string) (billy.File, error) {
	f, err := g.fsys.Open(at(name))
	if err != nil {
		return nil, err
	}
	return &gitFile{File: f, name: name}, nil
}

// OpenFile implements [billy.Basic].
func (g gitFS) OpenFile(name string, flag int, _ os.FileMode) (billy.File, error) {
	if flag&(os.O_WRONLY|os.O_RDWR|os.O_CREATE|os.O_TRUNC|os.O_APPEND) != 0 {
		return nil, billy.ErrReadOnly
	}
	return g.Open(name)
}

// Stat implements [billy.Basic].
func (g gitFS) Stat(name string) (os.FileInfo, error) { return fs.Stat(g.fsys, at(name)) }

// Lstat implements [billy.Symlink]. Links are not followed out of the folder:
// an fs.FS does not leave its root.
func (g gitFS) Lstat(name string) (os.FileInfo, error) { return fs.Lstat(g.fsys, at(name)) }

// Readlink implements [billy.Symlink].
func (g gitFS) Readlink(name string) (string, error) { return fs.ReadLink(g.fsys, at(name)) }

// ReadDir implements [billy.Dir].
func (g gitFS) ReadDir(name string) ([]os.FileInfo, error) {
	entries, err := fs.ReadDir(g.fsys, at(name))
	if err != nil {
		return nil, err
	}
	infos := make([]os.FileInfo, 0, len(entries))
	for _, e := range entries {
		if info, err := e.Info(); err == nil { // it may have gone in the meantime
			infos = append(infos, info)
		}
	}
	return infos, nil
}

// Chroot implements [billy.Chroot].
func (g gitFS) Chroot(name string) (billy.Filesystem, error) {
	sub, err := fs.Sub(g.fsys, at(name))
	return gitFS{sub}, err
}

// Root implements [billy.Chroot].
func (gitFS) Root() string { return "/" }

// Join implements [billy.Basic].
func (gitFS) Join(elem ...string) string { return path.Join(elem...) }

// Capabilities implements [billy.Capable].
func (gitFS) Capabilities() billy.Capability { return billy.ReadCapability | billy.SeekCapability }

// Create implements [billy.Basic].
func (gitFS) Create(string) (billy.File, error) { return nil, billy.ErrReadOnly }

// Rename implements [billy.Basic].
func (gitFS) Rename(string, string) error { return billy.ErrReadOnly }

// Remove implements [billy.Basic].
func (gitFS) Remove(string) error { return billy.ErrReadOnly }

// TempFile implements [billy.TempFile].
func (gitFS) TempFile(string, string) (billy.File, error) { return nil, billy.ErrReadOnly }

// MkdirAll implements [billy.Dir].
func (gitFS) MkdirAll(string, os.FileMode) error { return billy.ErrReadOnly }

// Symlink implements [billy.Symlink].
func (gitFS) Symlink(string, string) error { return billy.ErrReadOnly }

// gitFile is an open file of a gitFS. Files of a folder of the operating system
// can be read at any position; those of other file systems must say they can.
type gitFile struct {
	fs.File
	name string
}

var errNoSeek = errors.New("the file system cannot read at a position")

// Name implements [billy.File].
func (f *gitFile) Name() string { return f.name }

// ReadAt implements [io.ReaderAt].
func (f *gitFile) ReadAt(p []byte, off int64) (int, error) {
	if r, ok := f.File.(io.ReaderAt); ok {
		return r.ReadAt(p, off)
	}
	return 0, errNoSeek
}

// Seek implements [io.Seeker].
func (f *gitFile) Seek(offset int64, whence int) (int64, error) {
	if s, ok := f.File.(io.Seeker); ok {
		return s.Seek(offset, whence)
	}
	return 0, errNoSeek
}

// Write implements [io.Writer].
func (f *gitFile) Write([]byte) (int, error) { return 0, billy.ErrReadOnly }

// Truncate implements [billy.File].
func (f *gitFile) Truncate(int64) error { return billy.ErrReadOnly }

// Lock implements [billy.File]. Nothing is written, so nothing is locked.
func (f *gitFile) Lock() error { return nil }

// Unlock implements [billy.File].
func (f *gitFile) Unlock() error { return nil }
