// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// canWrite says early why a file cannot be written: nobody should wait for a scan
// to hear that. "" is standard output.
func canWrite(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("write %s: it is a folder", path)
	}
	info, err := os.Stat(filepath.Dir(path))
	switch {
	case err != nil:
		return fmt.Errorf("write %s: %w", path, bare(err))
	case !info.IsDir():
		return fmt.Errorf("write %s: %s is not a folder", path, filepath.Dir(path))
	}
	return nil
}

// writeWhole writes a file beside its place and moves it there, so that no
// reader ever finds half of it and a failure leaves what was there before. A
// symbolic link stays one. What is no file, a device or a pipe, is written to
// and never replaced.
func writeWhole(path string, data []byte) error {
	if err := canWrite(path); err != nil {
		return err
	}
	if whole, err := filepath.EvalSymlinks(path); err == nil {
		path = whole
	}
	write := writeBeside
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		write = writeInto
	}
	if err := write(path, data); err != nil {
		return fmt.Errorf("write %s: %w", path, bare(err))
	}
	return nil
}

func writeBeside(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".daylight-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone after the rename
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func writeInto(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // the path is the user's own argument
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

// bare is an error of the file system without the operation and the path, which
// are said beside it.
func bare(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
