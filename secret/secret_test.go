// SPDX-License-Identifier: Apache-2.0

package secret_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"daylight/secret"
)

// TestRead: a secret comes from a file or a command, and no error holds it.
func TestRead(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, data []byte, mode fs.FileMode) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, data, mode), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := file("good", []byte("hush\r\n"), 0o600)
	for _, s := range []secret.Source{{File: good}, {File: file("group", []byte("hush"), 0o640)}, {Command: []string{"echo", "hush"}}} {
		if got, err := s.Read(t.Context()); err != nil || got != "hush" {
			t.Errorf("%+v: %v", s, err)
		}
	}
	for want, s := range map[string]secret.Source{
		"no such file":          {File: good + ".none"},
		"larger than":           {File: file("large", make([]byte, secret.Max+1), 0o600)},
		"everybody":             {File: file("open", []byte("hush"), 0o604)},
		"is a directory":        {File: dir},
		"ended with":            {Command: []string{"sh", "-c", "echo hush; echo hush >&2; exit 3"}},
		"could not be run":      {Command: []string{"daylight-no-such-command"}},
		"nothing in it":         {Command: []string{"true"}},
		"needs a secret":        {},
		"not from both":         {File: good, Command: []string{"echo", "hush"}},
		"command of a secret":   {Command: []string{""}},
		"there is nothing in i": {File: file("empty", []byte(" \n"), 0o600)},
	} {
		if got, err := s.Read(t.Context()); err == nil || got != "" || !strings.Contains(err.Error(), want) || strings.Contains(strings.ReplaceAll(err.Error(), dir, ""), "hush") {
			t.Errorf("%+v: %q, %v; want %q", s, got, err, want)
		}
	}
}
