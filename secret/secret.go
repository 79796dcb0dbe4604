// SPDX-License-Identifier: Apache-2.0

// Package secret reads a secret from where a configuration says that it is: a file,
// or a command that prints it. It is the one way in which a secret comes in.
package secret

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// Source says where a secret is: in a file, or in the output of a command that is run
// without a shell. It never holds the secret itself.
type Source struct {
	File    string   `yaml:"file,omitempty"`
	Command []string `yaml:"command,omitempty"`
}

// The limits of a secret.
const (
	// Max is how long one may be, in bytes.
	Max     = 64 << 10
	timeout = 10 * time.Second
)

// ErrEmpty is returned where there is nothing but space.
var ErrEmpty = errors.New("there is nothing in it")

// IsSet reports whether anything says where the secret is.
func (s Source) IsSet() bool { return s.File != "" || len(s.Command) > 0 }

// Problem says why the place is not one, or "".
func (s Source) Problem() string {
	switch {
	case !s.IsSet():
		return "it needs a secret: file or command"
	case s.File != "" && len(s.Command) > 0:
		return "a secret comes from a file or from a command, not from both"
	case len(s.Command) > 0 && s.Command[0] == "":
		return "the command of a secret is empty"
	}
	return ""
}

// Read returns the secret without the end of its line. A file that everybody on the
// machine may open is refused. Errors do not hold the secret; one of a file that is
// not there wraps [io/fs.ErrNotExist].
func (s Source) Read(ctx context.Context) (string, error) {
	if problem := s.Problem(); problem != "" {
		return "", errors.New(problem)
	}
	var data []byte
	var err error
	if s.File != "" {
		data, err = readFile(s.File)
	} else {
		data, err = output(ctx, s.Command)
	}
	if err != nil {
		return "", err
	}
	secret := strings.TrimRight(string(data), "\r\n")
	if strings.TrimSpace(secret) == "" {
		return "", ErrEmpty
	}
	return secret, nil
}

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name) //nolint:gosec // the path is the configuration's own
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 && info.Mode().IsRegular() {
		return nil, fmt.Errorf("everybody on this machine may open %s; allow its owner alone (chmod 600)", name)
	}
	return bounded(f)
}

// output runs a command. What it writes to standard error may hold anything, and is
// dropped.
func output(ctx context.Context, command []string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // the command is the configuration's own
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			return nil, fmt.Errorf("the command %s ended with %s", command[0], exit.ProcessState)
		}
		return nil, fmt.Errorf("the command %s could not be run", command[0])
	}
	return bounded(bytes.NewReader(out))
}

func bounded(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, Max+1))
	if err == nil && len(data) > Max {
		err = fmt.Errorf("it is larger than %d KiB", Max>>10)
	}
	return data, err
}
