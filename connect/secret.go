// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Secret says where a secret is: in one of a file, a variable of the environment or
// the output of a command. It never holds the secret itself.
type Secret struct {
	File    string   `yaml:"file"`
	Env     string   `yaml:"env"`
	Command []string `yaml:"command"`
}

// The limits of a secret.
const (
	maxSecret     = 64 << 10
	secretTimeout = 10 * time.Second
)

var errNoSecret = errors.New("there is nothing in it")

// problem says why the place is not one, or "".
func (s Secret) problem() string {
	n := 0
	for _, given := range []bool{s.File != "", s.Env != "", len(s.Command) > 0} {
		if given {
			n++
		}
	}
	switch {
	case n == 0:
		return "it needs a secret: file, env or command"
	case n > 1:
		return "a secret comes from one of file, env and command"
	}
	return ""
}

// read returns the secret without the line's end. Errors do not hold it.
func (s Secret) read(ctx context.Context) (string, error) {
	var data []byte
	var err error
	switch {
	case s.File != "":
		data, err = readFile(s.File)
	case s.Env != "":
		data = []byte(os.Getenv(s.Env))
	case len(s.Command) > 0:
		data, err = output(ctx, s.Command)
	}
	if err != nil {
		return "", err
	}
	secret := strings.TrimRight(string(data), "\r\n")
	if strings.TrimSpace(secret) == "" {
		return "", errNoSecret
	}
	return secret, nil
}

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name) //nolint:gosec // the path is the configuration's own
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	return bounded(f)
}

// output runs a command without a shell. What it writes to standard error may hold
// anything, and is dropped.
func output(ctx context.Context, command []string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, secretTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // the command is the configuration's own
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			return nil, fmt.Errorf("the command ended with %s", exit.ProcessState)
		}
		return nil, errors.New("the command could not be run")
	}
	return bounded(bytes.NewReader(out))
}

func bounded(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSecret+1))
	if err == nil && len(data) > maxSecret {
		err = fmt.Errorf("it is larger than %d KiB", maxSecret>>10)
	}
	return data, err
}
