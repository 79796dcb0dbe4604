// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/pflag"

	"daylight/store/sqlite"
)

// keySource says where a master key comes from: a file of 64 hex digits, or a
// command that prints them, such as that of a secret store.
type keySource struct {
	file, command string
}

func (k *keySource) flags(f *pflag.FlagSet, prefix, what string) {
	f.StringVar(&k.file, prefix+"key-file", "", "file with "+what+", 64 hex digits")
	f.StringVar(&k.command, prefix+"key-command", "", "command that prints "+what+", run without a shell")
}

// fallback is the file beside the store that holds its key if nothing else is said.
func (k *keySource) fallback(store string) {
	if k.file == "" && k.command == "" {
		k.file = filepath.Join(filepath.Dir(store), "daylight.key")
	}
}

// read returns the key. A file that is not there is an error that wraps
// [fs.ErrNotExist].
func (k *keySource) read(ctx context.Context, words io.Writer) ([]byte, error) {
	switch {
	case k.file != "" && k.command != "":
		return nil, usage("a key comes from a file or from a command, not from both")
	case k.command != "":
		fields := strings.Fields(k.command)
		if len(fields) == 0 {
			return nil, usage("the command for the key is empty")
		}
		cmd := exec.CommandContext(ctx, fields[0], fields[1:]...) //nolint:gosec // it is the user's own argument
		cmd.Stderr = words
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("get the key from %s: %w", fields[0], err)
		}
		return decodeKey(out, "the output of "+fields[0])
	}
	f, err := os.Open(k.file)
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 {
		return nil, fmt.Errorf("read the key: everybody on this machine may open %s; allow its owner alone (chmod 600)", k.file)
	}
	data, err := io.ReadAll(io.LimitReader(f, 1024))
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	return decodeKey(data, k.file)
}

func decodeKey(data []byte, from string) ([]byte, error) {
	key, err := hex.DecodeString(string(bytes.TrimSpace(data)))
	if err != nil || len(key) != sqlite.KeySize {
		return nil, fmt.Errorf("read the key: %s is not %d hex digits", from, 2*sqlite.KeySize) // and not what it is
	}
	return key, nil
}

// readOrMake returns the key, and makes a new one in a file that is not there yet.
func (k *keySource) readOrMake(ctx context.Context, words io.Writer) (key []byte, made bool, err error) {
	key, err = k.read(ctx, words)
	if k.command != "" || !errors.Is(err, fs.ErrNotExist) {
		return key, false, err
	}
	key = make([]byte, sqlite.KeySize)
	_, _ = rand.Read(key) // never fails
	f, err := os.OpenFile(k.file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, false, fmt.Errorf("make a key: %w", err)
	}
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	// What is sealed with it must not outlive it in a power cut.
	if err = errors.Join(err, f.Sync(), f.Close(), syncFolder(k.file)); err != nil {
		return nil, false, fmt.Errorf("make a key: %w", err)
	}
	return key, true, nil
}

// syncFolder makes the name of a new file last.
func syncFolder(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // read only
	return d.Sync()
}
