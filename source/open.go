// SPDX-License-Identifier: Apache-2.0

package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
	byteOrder = []byte{0xef, 0xbb, 0xbf}
)

var errRatio = fmt.Errorf("decompresses to more than %d times its size", MaxRatio)

// open returns the file's content, decompressed and without byte-order mark.
func (f *File) open(ctx context.Context) (io.ReadCloser, error) {
	file, err := f.fsys.Open(f.Path)
	if err != nil {
		return nil, err
	}
	stored := &counter{ctx: ctx, r: file}
	c := &content{r: stored, closers: []func(){func() { _ = file.Close() }}}
	switch f.Compression {
	case "gzip":
		z, err := gzip.NewReader(stored)
		if err != nil {
			c.close()
			return nil, err
		}
		c.r = &ratio{stored: stored, r: z}
	case "zstd":
		// One goroutine and a bounded window: memory does not depend on the file.
		z, err := zstd.NewReader(stored, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(64<<20), zstd.WithDecoderMaxMemory(1<<40))
		if err != nil {
			c.close()
			return nil, err
		}
		c.closers = append(c.closers, z.Close)
		c.r = &ratio{stored: stored, r: z}
	}
	mark := make([]byte, len(byteOrder))
	n, err := io.ReadFull(c.r, mark)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		c.close()
		return nil, err
	}
	if !bytes.Equal(mark[:n], byteOrder) {
		c.r = io.MultiReader(bytes.NewReader(mark[:n]), c.r)
	}
	return c, nil
}

// content is an open file with everything that must be closed after it.
type content struct {
	r       io.Reader
	closers []func()
}

func (c *content) Read(p []byte) (int, error) { return c.r.Read(p) }

func (c *content) Close() error {
	c.close()
	return nil
}

func (c *content) close() {
	for _, f := range c.closers {
		f()
	}
	c.closers = nil
}

// counter counts the stored bytes that were read, and ends with the context.
type counter struct {
	ctx context.Context
	r   io.Reader
	n   int64
}

func (c *counter) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// ratio stops when far more comes out than went in.
type ratio struct {
	stored *counter
	r      io.Reader
	n      int64
}

func (z *ratio) Read(p []byte) (int, error) {
	n, err := z.r.Read(p)
	z.n += int64(n)
	if z.n > max(ratioFloor, MaxRatio*z.stored.n) {
		return 0, errRatio
	}
	return n, err
}

// compression names the compression that the first stored bytes show.
func compression(head []byte) string {
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		return "gzip"
	case bytes.HasPrefix(head, zstdMagic):
		return "zstd"
	}
	return ""
}

// reason puts a reading error into words that hold nothing of the file.
func (f *File) reason(err error) string {
	var path *fs.PathError
	switch {
	case errors.Is(err, errRatio):
		return errRatio.Error()
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "reading was stopped"
	case errors.As(err, &path):
		return "cannot be read: " + path.Err.Error()
	case f.Compressed() && (errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)):
		return f.Compression + " data is truncated"
	case f.Compressed():
		return f.Compression + " data is damaged"
	}
	return "cannot be read"
}

// Document reads the whole file, decompressed, up to [MaxDocument] bytes. The
// error is a [*Rejection].
func (f *File) Document(ctx context.Context) ([]byte, error) {
	r, err := f.open(ctx)
	if err != nil {
		return nil, f.reject(0, f.reason(err))
	}
	defer r.Close() //nolint:errcheck // read only: content.Close returns nil
	data, err := io.ReadAll(io.LimitReader(r, MaxDocument+1))
	if err != nil {
		return nil, f.reject(0, f.reason(err))
	}
	if len(data) > MaxDocument {
		return nil, f.reject(0, fmt.Sprintf("larger than %d MiB", MaxDocument>>20))
	}
	return data, nil
}

// FS returns the git directory (the one that holds HEAD) of a [Git] file.
func (f *File) FS() (fs.FS, error) {
	if f.Shape != Git {
		return nil, fmt.Errorf("%s is not a git repository", f.Path)
	}
	return f.fsys, nil
}
