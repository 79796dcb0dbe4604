// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"daylight/secret"
	"daylight/store/sqlite"
)

// keySource says where a master key comes from: a file of 64 hex digits, or a
// command that prints them, such as that of a secret store.
type keySource struct {
	secret.Source
	line string // of the command line: a command and its words
}

func (k *keySource) flags(f *pflag.FlagSet, prefix, what string) {
	f.StringVar(&k.File, prefix+"key-file", "", "file with "+what+", 64 hex digits")
	f.StringVar(&k.line, prefix+"key-command", "", "command that prints "+what+", run without a shell")
}

// fallback is the file beside the store that holds its key if nothing else is said.
func (k *keySource) fallback(store string) {
	if !k.isSet() {
		k.File = filepath.Join(filepath.Dir(store), "daylight.key")
	}
}

// isSet reports whether anything says where the key is.
func (k *keySource) isSet() bool { return k.IsSet() || k.line != "" }

// read returns the key. A file that is not there is an error that wraps
// [fs.ErrNotExist].
func (k *keySource) read(ctx context.Context) ([]byte, error) {
	from := k.Source
	if k.line != "" {
		from.Command = strings.Fields(k.line)
	}
	if problem := from.Problem(); problem != "" {
		return nil, usage("the master key: %s", problem)
	}
	text, err := from.Read(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	if from.File != "" {
		return decodeKey([]byte(text), from.File)
	}
	return decodeKey([]byte(text), "the output of "+from.Command[0])
}

func decodeKey(data []byte, from string) ([]byte, error) {
	key, err := hex.DecodeString(string(bytes.TrimSpace(data)))
	if err != nil || len(key) != sqlite.KeySize {
		return nil, fmt.Errorf("read the key: %s is not %d hex digits", from, 2*sqlite.KeySize) // and not what it is
	}
	return key, nil
}

// readOrMake returns the key, and makes a new one in a file that is not there yet.
func (k *keySource) readOrMake(ctx context.Context) (key []byte, made bool, err error) {
	key, err = k.read(ctx)
	if k.File == "" || !errors.Is(err, fs.ErrNotExist) {
		return key, false, err
	}
	key = make([]byte, sqlite.KeySize)
	_, _ = rand.Read(key) // never fails
	f, err := os.OpenFile(k.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, false, fmt.Errorf("make a key: %w", err)
	}
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	// What is sealed with it must not outlive it in a power cut.
	if err = errors.Join(err, f.Sync(), f.Close(), syncFolder(k.File)); err != nil {
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
