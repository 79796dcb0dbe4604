// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"cmp"
	"context"
	"io"
	"io/fs"
	"path"
	"sync"
	"time"

	"daylight/store"
)

// received is one input as a file system with that one file, read part by part.
type received struct {
	ctx context.Context //nolint:containedctx // of one reading; fs.FS passes none on
	st  store.Store
	arrival
	at time.Time

	mu     sync.Mutex
	failed error
}

// fail notes the first error of the store: who reads takes one for the end of the file.
func (r *received) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = cmp.Or(r.failed, err)
}

// fault is that error.
func (r *received) fault() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}

// Open implements [fs.FS].
func (r *received) Open(name string) (fs.File, error) {
	if name != r.Path {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &receivedFile{of: r}, nil
}

type receivedFile struct {
	of   *received
	next int
	buf  []byte
}

// Stat implements [fs.File].
func (f *receivedFile) Stat() (fs.FileInfo, error) { return receivedInfo{f.of}, nil }

// Close implements [fs.File].
func (f *receivedFile) Close() error { return nil }

// Read implements [fs.File].
func (f *receivedFile) Read(p []byte) (int, error) {
	for len(f.buf) == 0 {
		if f.next == f.of.Parts {
			return 0, io.EOF
		}
		err := f.of.st.View(f.of.ctx, func(r store.Reader) error {
			row, err := r.Get(store.Received, partKey(f.of.Upload, f.next))
			if err == nil {
				f.buf, err = unpack(row.Body)
			}
			return err
		})
		if err != nil {
			f.of.fail(err)
			return 0, err
		}
		f.next++
	}
	n := copy(p, f.buf)
	f.buf = f.buf[n:]
	return n, nil
}

type receivedInfo struct{ of *received }

// Name implements [fs.FileInfo], like the other methods.
func (i receivedInfo) Name() string       { return path.Base(i.of.Path) }
func (i receivedInfo) Size() int64        { return i.of.Size }
func (i receivedInfo) Mode() fs.FileMode  { return 0o400 }
func (i receivedInfo) ModTime() time.Time { return i.of.at }
func (i receivedInfo) IsDir() bool        { return false }
func (i receivedInfo) Sys() any           { return nil }
